"""That killing who writes a log takes nothing back of what was told."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from access.log.tree import read_head
from tests.access.log.kills import WRITERS
from tests.access.log.told import Told, broken, told_child, told_entry, told_head
from tests.access.writing_school import WritingSchool

ROOT = Path(__file__).parents[3]
#: ``./portal bench log_kills`` has a thousand.
ROUNDS = 50
OTHER = bytes(32)


@pytest.fixture
def told(written: WritingSchool) -> Told:
    """All that can be told of a school's log."""
    told = Told()
    with reading(written.world.database) as connection:
        rows = connection.execute(
            select(LogEntry.number, LogEntry.commitment).where(LogEntry.log == written.id)
        )
        for row in rows:
            told.hear(told_entry(written.id, row.number, row.commitment))
        head = read_head(connection, written.id)
    told.hear(told_head(written.id, head.size, head.root))
    told.hear(told_child(written.child))
    return told


@pytest.mark.e2e
def test_killing_writers_at_any_instant_loses_no_entry_and_no_head() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.access.log.kills", str(ROUNDS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=False,
        timeout=240,
    )

    said = json.loads(ended.stdout)
    assert {name: said[name] for name in ("lost", "off_the_tree", "wrong")} == {
        "lost": 0,
        "off_the_tree": 0,
        "wrong": 0,
    }
    assert ended.returncode == 0
    assert said["kills"] == ROUNDS * (WRITERS + 1)
    assert said["entries"] > ROUNDS
    assert said["heads"] > 0


def test_what_was_told_is_so(written: WritingSchool, told: Told) -> None:
    assert not broken(written.world.database, told)
    assert told.amount()["entries"] > 10


def test_an_entry_that_was_told_and_is_not_there_is_lost(written: WritingSchool, told: Told) -> None:
    line = told_entry(written.id, len(told.entries), OTHER)
    told.hear(line)

    assert broken(written.world.database, told).lost == [line]


def test_an_entry_that_is_another_than_was_told_is_lost(written: WritingSchool) -> None:
    told = Told()
    told.hear(told_entry(written.id, 3, OTHER))

    assert broken(written.world.database, told).lost == [told_entry(written.id, 3, OTHER)]


def test_a_child_that_was_told_and_is_not_there_is_lost(written: WritingSchool, told: Told) -> None:
    told.hear(told_child(4_711))

    assert broken(written.world.database, told).lost == [told_child(4_711)]


@pytest.mark.parametrize("size", [7, 10_000], ids=["within the log", "beyond its end"])
def test_a_head_that_the_log_never_had_is_off_the_tree(written: WritingSchool, told: Told, size: int) -> None:
    told.hear(told_head(written.id, size, OTHER))

    found = broken(written.world.database, told)

    assert (found.lost, found.off_the_tree) == ([], [told_head(written.id, size, OTHER)])


@pytest.mark.parametrize("line", [told_entry(1, 3, OTHER), told_head(1, 7, OTHER)], ids=["entry", "head"])
def test_what_is_told_twice_and_differently_is_wrong(written: WritingSchool, line: str) -> None:
    told = Told()
    told.hear(line[:-1] + "1")
    told.hear(line)

    assert line in broken(written.world.database, told).wrong
