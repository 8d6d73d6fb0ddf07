"""Run all tests, in three turns: the quick ones, those with cameras, browsers and running portals, and
those of what is promised of two whole cores.

So a broken rule shows before the first camera starts. In the first two turns files run side by side,
as docs/decisions/007-tests-side-by-side.md has it. ``./portal test`` and ``./portal check``
call this; with arguments of pytest it runs what they name, in one turn.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.counted import COUNTS_FILE

CORES = os.cpu_count() or 1
#: Some of these wait, for a disk or until a time has passed: a core has more than one to do.
QUICK = ["-m", "not e2e", "-n", str(CORES + 1), "--dist", "loadfile"]
#: Each is a whole portal and asserts how soon things end, so a core has one; and more than
#: four at a time share too much else.
LIVING = ["-m", "e2e and not whole_machine", "-n", str(min(CORES, 4)), "--dist", "loadfile"]
#: What is promised of a machine with two cores has both.
ALONE = ["-m", "whole_machine"]

#: Where the quick tests write while there is room. Each commit is synced as a school's is, and
#: three thousand tests would mostly wait for a disk; whatever needs one takes it in /var/tmp.
MEMORY = Path("/dev/shm")
MEMORY_WANTED = 1 << 30

#: What pytest ends with when somebody pressed Ctrl-C.
INTERRUPTED = 2


def main(words: list[str]) -> int:
    """Run the tests and return pytest's code, the worst of all turns."""
    mine = {"--json", "--quick"}.intersection(words)
    named = [word for word in words if word not in mine]
    turns = [named] if named else [QUICK] if "--quick" in mine else [QUICK, LIVING, ALONE]
    began = time.monotonic()
    worst, counts = 0, {"passed": 0, "failed": 0, "skipped": 0}
    for turn in turns:
        code, counted = _run(turn)
        worst = max(worst, code)
        counts = {name: number + counted[name] for name, number in counts.items()}
        if code == INTERRUPTED:
            break
    if len(turns) > 1:
        print(", ".join(f"{number} {name}" for name, number in counts.items()), "altogether")
    if "--json" in mine:
        print(json.dumps({**counts, "seconds": round(time.monotonic() - began, 1)}))
    return worst


def _run(turn: list[str]) -> tuple[int, dict[str, int]]:
    memory = MEMORY if turn is QUICK and _has_room(MEMORY) else None
    with tempfile.TemporaryDirectory(prefix="littlewindow-tests-", dir=memory) as directory:
        file = Path(directory) / "counts.json"
        own = {"PYTEST_DEBUG_TEMPROOT": directory} if memory else {}
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.counted", *turn],
            env={**_environment(), **own, COUNTS_FILE: str(file)},
            check=False,
        )
        # A pytest that was killed has counted nothing, and that is no pass.
        counted = json.loads(file.read_text()) if file.exists() else {"passed": 0, "failed": 1, "skipped": 0}
    return ended.returncode, counted


def _has_room(place: Path) -> bool:
    try:
        return shutil.disk_usage(place).free > MEMORY_WANTED
    except OSError:
        return False


def _environment() -> dict[str, str]:
    """Return ours, in which every program that the tests start remembers what it compiled.

    Whatever keeps Python from it, each of the hundreds of commands, portals and cameras would
    compile all of the portal again. It is kept beside the libraries, so the tree stays clean.
    """
    compiled = {"PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "compiled")}
    return {**os.environ, **compiled, "PYTHONDONTWRITEBYTECODE": ""}


if __name__ == "__main__":
    # Ctrl-C reaches pytest as well, which then stops what it has started; we wait for that.
    # It is also heard again where a shell in the background has told us not to.
    signal.signal(signal.SIGINT, lambda *_: None)
    sys.exit(main(sys.argv[1:]))
