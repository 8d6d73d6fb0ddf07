"""That the disk of the power cuts keeps what was synced, and nothing else for certain."""

import random
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.access.log.disk import (
    Created,
    Deleted,
    DirectorySynced,
    Disk,
    Event,
    Synced,
    Truncated,
    Written,
)
from tests.access.log.recorder import recorded

CUTS = 300
OLD, NEW = b"o" * 1_200, b"n" * 1_200


def found(events: Sequence[Event]) -> list[dict[str, bytes]]:
    """Return what is found after each of many cuts at one instant."""
    disk = Disk({"one": OLD})
    for event in events:
        disk.take(event)
    return [disk.after_a_cut(random.Random(seed)) for seed in range(CUTS)]  # noqa: S311


def test_what_was_synced_is_found_after_every_cut() -> None:
    assert found([Written(0, 0, NEW), Synced(0)]) == [{"one": NEW}] * CUTS


def test_what_was_not_synced_is_found_whole_torn_or_not_at_all() -> None:
    contents = {one["one"] for one in found([Written(0, 0, NEW)])}

    assert {OLD, NEW} < contents
    assert NEW[:512] + OLD[512:] in contents  # the first sector
    assert OLD[:512] + NEW[512:1024] + OLD[1024:] in contents  # one in the middle
    assert any(len(set(one[:512])) == 2 for one in contents)  # the power went in the middle of it
    assert {len(one) for one in contents} == {len(OLD)}


def test_a_later_write_is_found_without_the_one_before() -> None:
    contents = {one["one"] for one in found([Written(0, 0, b"12"), Written(0, 2, b"34")])}

    assert {OLD[:2] + b"34" + OLD[4:], b"12" + OLD[2:], b"1234" + OLD[4:], OLD} <= contents


def test_a_write_after_the_sync_is_not_synced_by_it() -> None:
    contents = {one["one"] for one in found([Synced(0), Written(0, 0, b"12")])}

    assert OLD in contents


def test_what_was_written_over_and_synced_does_not_come_back() -> None:
    over: list[Event] = [Written(0, 0, NEW), Synced(0), Written(0, 0, OLD), Synced(0)]

    assert found(over) == [{"one": OLD}] * CUTS


def test_syncing_one_file_leaves_the_other_as_it_was() -> None:
    events: list[Event] = [
        Created("two", 1),
        DirectorySynced(),
        Written(0, 0, NEW),
        Written(1, 0, NEW),
        Synced(1),
    ]

    assert {one["two"] for one in found(events)} == {NEW}
    assert OLD in {one["one"] for one in found(events)}


def test_a_file_that_was_made_longer_and_not_written_holds_zeros() -> None:
    contents = {one["one"] for one in found([Written(0, 2_000, b"1"), Truncated(0, 2_048)])}

    assert OLD + bytes(800) + b"1" + bytes(47) in contents
    assert OLD + bytes(848) in contents


def test_a_file_that_was_cut_off_and_not_synced_is_as_long_as_before_or_not() -> None:
    assert {one["one"] for one in found([Truncated(0, 5)])} == {OLD, OLD[:5]}


@pytest.mark.parametrize(
    ("events", "names"),
    [
        ([Created("two", 1), Synced(1)], [{"one"}, {"one", "two"}]),
        ([Created("two", 1), DirectorySynced()], [{"one", "two"}]),
        ([Deleted("one")], [set(), {"one"}]),
        ([Deleted("one"), DirectorySynced()], [set()]),
        ([Created("two", 1), Deleted("one")], [{"one"}, {"one", "two"}, {"two"}]),
    ],
    ids=["made", "made and synced", "deleted", "deleted and synced", "one after another"],
)
def test_a_name_is_certain_once_its_directory_was_synced(events: list[Event], names: list[set[str]]) -> None:
    seen = {frozenset(one) for one in found(events)}

    assert seen == {frozenset(one) for one in names}


def test_a_name_that_was_given_anew_may_stand_for_the_file_before() -> None:
    events: list[Event] = [Deleted("one"), Created("one", 1), Written(1, 0, NEW), Synced(1)]

    assert {one.get("one") for one in found(events)} == {OLD, NEW, None}


def rows_after_each_cut(
    place: Path, pragma: str, survivors: Callable[[Disk], list[dict[str, bytes]]]
) -> set[object]:
    """Commit one row with SQLite's own file layer, cut the power right after, and return what is read."""
    file = place / "file.db"
    with sqlite3.connect(file) as before:
        before.execute("PRAGMA journal_mode=WAL")
        before.execute("CREATE TABLE t (a)")
    before.close()
    disk = Disk({file.name: file.read_bytes()})
    with recorded([file.name]) as events:
        connection = sqlite3.connect(file, isolation_level=None)
        connection.execute(pragma)
        connection.execute("INSERT INTO t VALUES (7)")
        committed = list(events)
        connection.close()
    for event in committed:
        disk.take(event)
    seen: set[object] = set()
    for number, files in enumerate(survivors(disk)):
        other = place / str(number)
        other.mkdir()
        for name, content in files.items():
            (other / name).write_bytes(content)
        connection = sqlite3.connect(other / file.name)
        seen.add(tuple(connection.execute("SELECT a FROM t").fetchall()))
        connection.close()
    return seen


@pytest.mark.skipif(sys.platform != "linux", reason="SQLite is found by its name on Linux")
@pytest.mark.parametrize(
    ("synchronous", "rows"),
    [("OFF", {(), ((7,),)}), ("NORMAL", {(), ((7,),)}), ("FULL", {((7,),)})],
    ids=["off", "normal", "full"],
)
def test_sqlite_keeps_a_commit_over_a_cut_where_it_was_told_to_sync(
    tmp_path: Path, synchronous: str, rows: set[object]
) -> None:
    def survivors(disk: Disk) -> list[dict[str, bytes]]:
        return [disk.after_a_cut(random.Random(seed)) for seed in range(60)]  # noqa: S311

    assert rows_after_each_cut(tmp_path, f"PRAGMA synchronous={synchronous}", survivors) == rows


@pytest.mark.skipif(sys.platform != "linux", reason="SQLite is found by its name on Linux")
def test_nothing_is_recorded_before_and_after(tmp_path: Path) -> None:
    before = sqlite3.connect(tmp_path / "before.db")
    with recorded([]) as events:
        before.execute("CREATE TABLE t (a)")
    sqlite3.connect(tmp_path / "after.db").execute("CREATE TABLE t (a)").connection.close()
    before.close()

    assert events == []
