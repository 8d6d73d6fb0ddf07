"""The journal keeps a line until it is done, whatever happens to process, disk or power."""

from pathlib import Path

import pytest

from access.journal import BLOCK_BYTES, Journal, Position, Since


def lines(journal: Journal) -> list[object]:
    return [dict(pending.line) for pending in journal.pending()]


def test_a_line_waits_until_it_is_done(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    first, second = journal.append({"a": 1}), journal.append({"b": "幼儿"})

    journal.done(first)

    assert lines(journal) == [{"b": "幼儿"}]
    assert [pending.sequence for pending in Journal(tmp_path / "journal").pending()] == [second]


def test_two_who_write_read_each_other(tmp_path: Path) -> None:
    one, two = Journal(tmp_path / "journal"), Journal(tmp_path / "journal")

    numbers = [one.append({"a": 1}), two.append({"b": 2}), one.append({"c": 3})]
    two.done(numbers[0])

    assert numbers == [1, 2, 3]
    assert lines(one) == lines(two) == [{"b": 2}, {"c": 3}]


def test_a_line_of_any_length_is_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    many = {"sign_ins": list(range(30_000))}

    numbers = [journal.append(many), journal.append({"b": 2})]

    assert numbers == [1, 2]
    assert lines(journal) == lines(Journal(tmp_path / "journal")) == [many, {"b": 2}]


def test_its_room_is_there_before_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    size, blocks = path.stat().st_size, path.stat().st_blocks

    journal.append({"a": "x" * 1000})

    assert size >= BLOCK_BYTES // 2
    assert blocks * 512 >= size  # no hole
    assert (path.stat().st_size, path.stat().st_blocks) == (size, blocks)


def test_a_write_cut_off_by_a_power_cut_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path).append({"a": 1})
    end = path.read_bytes().index(b"\0")
    with path.open("r+b") as file:
        file.seek(end)
        file.write(b'00000000 {"sequence": 2, "li')
        file.seek(end + 4096)
        file.write(b"the rest of it")

    journal = Journal(path)
    journal.append({"b": 2})

    assert lines(journal) == lines(Journal(path)) == [{"a": 1}, {"b": 2}]


def test_what_lies_behind_a_hole_does_not_come_back(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.append({"a": 1})
    start = path.read_bytes().index(b"\0")
    journal.append({"b": 2})
    end = path.read_bytes().index(b"\0")
    journal.append({"stale": True})
    with path.open("r+b") as file:  # a power cut kept the later sector only
        file.seek(start)
        file.write(bytes(end - start))

    journal = Journal(path)
    journal.append({"c": 3})

    assert lines(journal) == lines(Journal(path)) == [{"a": 1}, {"c": 3}]


def test_it_fills_up_again_and_again_and_loses_nothing_that_waits(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal, other = (Journal(path, most=BLOCK_BYTES) for _ in range(2))
    kept = journal.append({"kept": True})
    long = {"x": "y" * 20_000}
    for _ in range(200):
        journal.done(journal.append(long))

    assert lines(other) == [{"kept": True}]
    assert path.stat().st_size <= 2 * BLOCK_BYTES
    other.done(kept)
    for _ in range(200):
        other.done(other.append(long))
    assert lines(journal) == lines(Journal(path)) == []
    assert journal.append({"next": 1}) == 402


def test_it_grows_where_everything_in_it_waits(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    long = {"x": "y" * 20_000}

    for _ in range(120):
        journal.append(long)

    assert lines(Journal(tmp_path / "journal")) == [long] * 120


def sequences(since: Since) -> list[int]:
    return [pending.sequence for pending in since.lines]


def test_what_is_done_is_kept_for_whoever_puts_a_backup_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.done(journal.append({"a": 1}))
    backup = journal.position()
    waits = journal.append({"b": 2})
    journal.done(journal.append({"c": 3}))

    since = Journal(tmp_path / "journal").since(backup)

    assert backup.sequence == 1
    assert journal.position().sequence == 1  # the second still waits
    assert (sequences(since), since.is_whole) == ([waits, 3], True)


def test_lines_that_gave_way_are_noticed(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", most=BLOCK_BYTES)
    first = journal.position()
    for number in range(200):
        journal.done(journal.append({"number": number, "x": "y" * 20_000}))

    since = journal.since(first)

    assert not since.is_whole
    assert sequences(since)[-1] == 200
    kept = Position(first.journal, sequences(since)[0] - 1)
    assert journal.since(kept).is_whole
    newest = Position(first.journal, 190)
    assert Journal(tmp_path / "journal", most=BLOCK_BYTES).since(newest).is_whole


def test_lines_that_no_backup_needs_any_more_are_let_go(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    first = journal.position()
    numbers = [
        journal.append({"who": "old"}),
        journal.append({"who": "waits"}),
        journal.append({"who": "new"}),
    ]
    journal.done(numbers[0])
    journal.done(numbers[2])

    journal.let_go(2)

    assert b"old" not in path.read_bytes()
    assert lines(Journal(path)) == [{"who": "waits"}]
    assert not journal.since(first).is_whole
    assert sequences(journal.since(Position(first.journal, 2))) == [3]
    assert journal.since(Position(first.journal, 2)).is_whole


def test_another_journal_links_to_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.done(journal.append({"a": 1}))

    assert not journal.since(Position("another", 0)).is_whole
    assert not journal.since(Position(journal.position().journal, 2)).is_whole  # it was put back itself


def test_a_line_that_could_not_be_kept_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal")
    first = journal.position()
    with monkeypatch.context() as broken:
        broken.setattr("os.pwrite", lambda *_: 0)
        with pytest.raises(OSError, match="part of a line"):
            journal.append({"a": 1})
    journal.done(journal.append({"b": 2}))

    assert not Journal(tmp_path / "journal").since(first).is_whole
    assert journal.since(journal.position()).is_whole


def test_a_torn_line_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    first = journal.position()
    for number in range(3):
        journal.append({"number": number})
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"number":1', b'"number":7'))

    assert not Journal(path).since(first).is_whole
