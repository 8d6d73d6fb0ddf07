"""Which files of the installed npm packages the pages need, and where they are served from.

``npm ci`` brings whole packages; only the named files and their licences are
copied into ``static/vendor``, which is not committed. Run as
``python -m app.assets``.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Path inside ``node_modules`` → path inside ``static/vendor``.
WANTED = {
    "bootstrap/dist/css/bootstrap-reboot.min.css": "bootstrap/bootstrap-reboot.min.css",
    "bootstrap/LICENSE": "bootstrap/LICENSE",
    "hls.js/dist/hls.light.min.mjs": "hls/hls.light.min.mjs",
    "hls.js/LICENSE": "hls/LICENSE",
}


def copy_assets(packages: Path, vendor: Path) -> list[Path]:
    """Copy every wanted file and return where they now are.

    Source maps are left behind, and so is each file's pointer to one, which
    would make a browser ask for what is not there.

    Raises:
        FileNotFoundError: a package is not installed; nothing half-copied is used.
    """
    missing = [source for source in WANTED if not (packages / source).is_file()]
    if missing:
        raise FileNotFoundError(f"not in {packages.name}: {', '.join(missing)}; run npm ci first")
    copied = []
    for source, target in WANTED.items():
        path = vendor / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(packages / source, path)
        _forget_source_map(path)
        copied.append(path)
    return copied


def _forget_source_map(path: Path) -> None:
    text = path.read_text("utf-8")
    kept = [line for line in text.splitlines() if "sourceMappingURL=" not in line[:40]]
    path.write_text("\n".join(kept) + "\n", "utf-8")


def main() -> int:
    """Copy the assets of this checkout; 1 where the packages are not installed."""
    try:
        copied = copy_assets(ROOT / "node_modules", ROOT / "static" / "vendor")
    except FileNotFoundError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write(f"{len(copied)} files in static/vendor\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
