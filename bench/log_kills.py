"""A thousand rounds of killing whoever writes the log: what was told and is lost."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.lines import Line

ROUNDS = 1_000


def measure() -> Iterator[Line]:
    """Yield one line: the part of what was told that is no longer so."""
    program = [sys.executable, "-m", "tests.access.log.kills", str(ROUNDS)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as killing:
        try:
            said, _ = killing.communicate()
        finally:
            killing.terminate()
    yield lost_line(f"{ROUNDS:,} rounds of kill -9", json.loads(said), aim="0")


def lost_line(name: str, counted: Mapping[str, int], aim: str = "") -> Line:
    """Return the line of what was counted: lost, off_the_tree, wrong, entries and heads that were told."""
    gone = counted["lost"] + counted["off_the_tree"] + counted["wrong"]
    told = counted["entries"] + counted["heads"]
    return Line(name, "the entries and heads that were told", round(gone / told, 4), {**counted}, aim=aim)
