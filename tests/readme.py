"""The commands that README.md shows, as one types them."""

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shell_lines(document: Path) -> list[str]:
    """Return every command of the ``sh`` blocks of *document*, without its comment."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = (line.split(" # ")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def readme_command(name: str) -> list[str]:
    """Return the words of README's line that runs ``./portal`` *name*."""
    (line,) = (line for line in shell_lines(ROOT / "README.md") if line.split()[:2] == ["./portal", name])
    return shlex.split(line)
