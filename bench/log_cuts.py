"""Two hundred power cuts while the log is written: what was told and is lost."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.lines import Line
from bench.log_kills import lost_line
from tests.access.log.cuts import Cuts
from tests.access.log.told import Broken
from tests.access.log.writers import found_school
from tests.made_once import make_once

CUTS = 200
#: What the cuts find where SQLite is told to sync less than the portal has it sync.
LESS_CUTS = 20


def measure() -> Iterator[Line]:
    """Yield a line for the portal as it is, and one for SQLite's next lower setting."""
    make_once()
    yield lost_line(f"{CUTS} power cuts", _counted(CUTS, None), aim="0")
    yield lost_line(f"{LESS_CUTS} power cuts with synchronous=NORMAL", _counted(LESS_CUTS, "NORMAL"))


def _counted(number: int, synchronous: str | None) -> dict[str, int]:
    counted = Counter(Broken().counted())
    with tempfile.TemporaryDirectory(prefix="littlewindow-cuts-") as home:
        machine = Cuts(Path(home), found_school(Path(home)), synchronous=synchronous)
        for found in machine.after(number):
            counted.update(found.counted())
    return {**counted, **machine.amount}
