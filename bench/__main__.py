"""``./portal bench [NAME …] [--json | --table]``: run the benchmarks, a line each."""

import argparse
import importlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType

from bench.lines import Line
from bench.machine import about_this_run

#: In the order of the house: camera, decision, log, serving, black, screen.
NAMES = ("camera_cpu", "decision", "log", "serving_cpu", "time_to_black", "first_picture", "glass_to_glass")
#: Run only when asked for by name: they take their time.
BY_NAME_ONLY = ("log_kills", "log_cuts", "log_pages", "flood")

#: None takes half of it on two idle cores; whatever hangs is ended, and what it started with it.
LONGEST_SECONDS = 360

#: The same for those that are run by name only.
LONGEST_BY_NAME_SECONDS = 3_600

HELP = f"{', '.join(NAMES)}; only where named: {', '.join(BY_NAME_ONLY)}"
TABLE_HEAD = "| What | Figures | Ratio | Aim |\n| --- | --- | --- | --- |"


def main() -> int:
    """Run what is named, or all; print each line as soon as it is known."""
    parser = argparse.ArgumentParser(
        prog="./portal bench", description=__doc__, epilog="example: ./portal bench decision --json"
    )
    parser.add_argument("names", nargs="*", choices=[*NAMES, *BY_NAME_ONLY, []], metavar="NAME", help=HELP)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="one JSON object a line")
    how.add_argument("--table", action="store_true", help="as it stands in docs/design/007-figures.md")
    chosen = parser.parse_args()
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _end)
    if chosen.table:
        print(f"{about_this_run()}\n\n{TABLE_HEAD}", flush=True)
    for name in chosen.names or NAMES:
        for line in _bounded(name):
            said = line.as_json() if chosen.json else line.as_row() if chosen.table else line.as_text()
            print(said, flush=True)
    return 0


def _bounded(name: str) -> Iterator[Line]:
    signal.alarm(LONGEST_BY_NAME_SECONDS if name in BY_NAME_ONLY else LONGEST_SECONDS)
    yield from importlib.import_module(f"bench.{name}").measure()
    signal.alarm(0)


def _end(number: int, _: FrameType | None) -> None:
    """Leave every ``with`` on the way out, so that no portal, camera or browser stays."""
    raise SystemExit(f"bench: ended by {signal.Signals(number).name}")


if __name__ == "__main__":
    sys.exit(main())
