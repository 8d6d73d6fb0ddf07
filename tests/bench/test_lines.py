"""What the benchmarks print, and what they read from the machine."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bench
from bench.__main__ import BY_NAME_ONLY, NAMES, TABLE_HEAD
from bench.lines import Line, cpu_seconds, quantile
from tests.e2e.waiting import until

LINE = Line("a thing", "another's", 1.5, {"ours_ms": 3.0, "range": [1.0, 2.5]}, aim="≤ 2 ×")

#: Uses some CPU, says how much, and waits.
BURN = """
import time
while time.process_time() < 0.1: pass
print(time.process_time(), flush=True)
input()
"""


def test_every_benchmark_that_is_named_measures_and_every_one_that_measures_is_named() -> None:
    folder = Path(bench.__path__[0])
    measuring = {path.stem for path in folder.glob("*.py") if "\ndef measure(" in path.read_text("utf-8")}

    assert measuring == {*NAMES, *BY_NAME_ONLY}
    assert [
        name for name in measuring if not callable(importlib.import_module(f"bench.{name}").measure)
    ] == []


def test_a_line_of_json_has_its_name_ratio_and_peer_beside_the_figures() -> None:
    assert json.loads(LINE.as_json()) == {
        "name": "a thing",
        "ratio": 1.5,
        "against": "another's",
        "aim": "≤ 2 ×",
        "ours_ms": 3.0,
        "range": [1.0, 2.5],
    }


def test_a_row_has_a_cell_for_each_column_of_the_table() -> None:
    columns = TABLE_HEAD.splitlines()[0].count("|")

    assert LINE.as_row() == "| a thing | ours ms 3, range 1–2.5 | 1.5 × another's | ≤ 2 × |"
    assert LINE.as_row().count("|") == columns


def test_a_line_for_people_says_the_same() -> None:
    assert LINE.as_text() == "a thing: 1.50 × another's (ours ms 3, range 1–2.5; aim: ≤ 2 ×)"


@pytest.mark.parametrize(("part", "value"), [(0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_quantile_is_one_of_the_values(part: float, value: int) -> None:
    assert quantile(range(1, 101), part) == value


@pytest.fixture
def burning() -> Iterator["subprocess.Popen[str]"]:
    """Run a process that used a little CPU and then waits."""
    program = [sys.executable, "-c", BURN]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate("\n")


def test_the_cpu_of_another_process_is_what_it_says_itself(burning: "subprocess.Popen[str]") -> None:
    assert burning.stdout
    said = float(burning.stdout.readline())

    assert cpu_seconds(burning.pid) == pytest.approx(said, abs=0.02)


def test_the_cpu_of_living_children_counts() -> None:
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = float(process.stdout.readline())

        used = until("its child's share is there", lambda: cpu_seconds(process.pid), 5)
        process.communicate("\n")

    assert used > said


def test_the_document_explains_every_benchmark_and_keeps_the_table_as_it_is_printed() -> None:
    document = (Path(__file__).parents[2] / "docs/design/007-figures.md").read_text("utf-8")

    assert [name for name in (*NAMES, *BY_NAME_ONLY) if f"| `{name}` |" not in document] == []
    assert document.count(TABLE_HEAD) == 1
