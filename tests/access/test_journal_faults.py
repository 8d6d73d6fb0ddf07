"""The journal on a disk that is full, damaged, or changes under it: it says so, and loses nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from access.journal import Journal
from tests.access.test_journal import lines
from tests.access.trouble import file_held, is_waited_for, no_file_beyond
from tests.e2e.waiting import until


def end_of(path: Path) -> int:
    """Return where the next line begins."""
    return path.read_bytes().index(b"\0")


def test_a_line_that_the_disk_takes_in_part_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.append({"a": 1})

    with no_file_beyond(end_of(path) + 10), pytest.raises(OSError, match="only a part"):
        journal.append({"b": 2})

    assert lines(journal) == lines(Journal(path)) == [{"a": 1}]
    journal.append({"c": 3})
    assert lines(journal) == lines(Journal(path)) == [{"a": 1}, {"c": 3}]


def test_that_a_line_is_missing_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    first = journal.position()
    with no_file_beyond(end_of(path) + 10), pytest.raises(OSError, match="only a part"):
        journal.append({"b": 2})
    del journal

    another = Journal(path)
    assert not another.since(first).is_whole
    another.done(another.append({"c": 3}))

    third = Journal(path)
    assert not third.since(first).is_whole
    after = third.position()
    third.append({"d": 4})
    assert third.since(after).is_whole


@pytest.mark.parametrize("room", [10, 5_000], ids=["not even its first line", "nothing behind it"])
def test_without_room_there_is_no_journal_at_all(tmp_path: Path, room: int) -> None:
    with no_file_beyond(room), pytest.raises(OSError, match="no room"):
        Journal(tmp_path / "journal")

    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_can_be_neither_compacted_nor_grown_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.append({"kept": True})
    filling = {"x": "y" * 2_000}
    while end_of(path) + 5_000 < path.stat().st_size:
        journal.done(journal.append(filling))

    with no_file_beyond(100), pytest.raises(OSError):  # noqa: PT011  # whatever the system calls it
        journal.append({"x": "y" * 6_000})

    assert [found.name for found in tmp_path.iterdir()] == ["journal"]
    assert lines(journal) == lines(Journal(path)) == [{"kept": True}]
    journal.append({"late": True})
    assert lines(Journal(path)) == [{"kept": True}, {"late": True}]


def test_a_whole_line_that_cannot_be_read_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.append({"hurt": 1})
    journal.append({"whole": 2})
    place = path.read_bytes().index(b"hurt")
    with path.open("r+b") as file:
        file.seek(place)
        file.write(b"HURT")

    assert lines(Journal(path)) == [{"whole": 2}]
    assert "unreadable line" in caplog.text


def test_who_waited_for_a_journal_that_was_replaced_writes_into_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)

    with ThreadPoolExecutor(1) as other, file_held(path):
        appending = other.submit(journal.append, {"a": 1})
        until("somebody waits for the journal", lambda: is_waited_for(path), 10)
        fresh = tmp_path / "fresh"
        Journal(fresh).append({"before": 0})
        fresh.rename(path)

    assert appending.result() == 2
    assert lines(Journal(path)) == [{"before": 0}, {"a": 1}]


def test_who_waited_for_a_journal_that_is_gone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)

    with ThreadPoolExecutor(1) as other, file_held(path):
        appending = other.submit(journal.append, {"a": 1})
        until("somebody waits for the journal", lambda: is_waited_for(path), 10)
        path.unlink()

    with pytest.raises(FileNotFoundError):
        appending.result()


def test_a_link_to_a_disk_that_is_not_there_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "journal").symlink_to(tmp_path / "unplugged" / "journal")

    with pytest.raises(FileNotFoundError):
        Journal(tmp_path / "journal")
