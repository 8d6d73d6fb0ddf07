"""The journal keeps a line until it is done, whatever happens to process, disk or power."""

from pathlib import Path

from access.journal import BLOCK_BYTES, Journal


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
    journal, other = Journal(path), Journal(path)
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
