"""That an export holds by itself: each of its lines says what is in the log, to us and to Go."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, text, update

from access.database import reading, writing
from access.errors import Refused
from access.log import proven
from access.log.checkpoints import parse_checkpoint
from access.log.exports import check_export
from access.log.notes import NoteKey, parse_note
from access.log.proven import Choice, choose, read_proven
from access.log.store import LogEntry
from tests.access.log.conftest import ENTRIES
from tests.access.log.exporting import exported, leaf_of, lines_of, signed, spelled
from tests.access.log.outside import OK, Case, GoVerifier, inclusion
from tests.access.log.trees import sha256
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING


@pytest.fixture(params=[2_048, 7], ids=["at once", "in several goes"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read few entries at a time too."""
    monkeypatch.setattr(proven, "AT_ONCE", request.param)


several = pytest.mark.usefixtures("at_once")


@pytest.fixture
def export(written: WritingSchool) -> tuple[NoteKey, bytes]:
    """The export of a small school's whole log, and the key to check it with."""
    with writing(written.world.database) as connection:
        key, note = signed(connection, written.id)
    with reading(written.world.database) as connection:
        return key, exported(connection, written.id, note)


@several
def test_an_export_has_every_entry_as_it_was_written(
    written: WritingSchool, export: tuple[NoteKey, bytes]
) -> None:
    key, data = export

    checked = check_export(io.BytesIO(data), key)

    bodies = [dict(entry.body) for entry in reversed(written.entries())]
    assert [line["body"] for line in lines_of(data)[1:]] == bodies
    assert (checked.entries, checked.checkpoint.size, checked.left_out) == (len(bodies), len(bodies), 0)
    assert spelled(lines_of(data)) == data


def test_go_finds_each_line_of_an_export_in_the_log(export: tuple[NoteKey, bytes], go: GoVerifier) -> None:
    key, data = export
    head, *lines = lines_of(data)
    said = parse_checkpoint(parse_note(head["checkpoint"].encode()).text)
    opened: Case = {
        "Ask": "checkpoint",
        "Text": head["checkpoint"],
        "Vkey": key.vkey,
        "Name": key.name,
        "Size": said.size,
        "Root": head["checkpoint"].splitlines()[2],
    }

    cases = []
    for line in lines:
        leaf_hash = sha256(b"\x00" + leaf_of(bytes.fromhex(line["salt"]), line["body"]))
        assert leaf_hash.hex() == line["leaf_hash"]
        asked = inclusion(line["number"], said.size, leaf_hash, said.root, [])
        cases.append({**asked, "Proof": line["proof"]})

    assert go.answers([opened, *cases]) == [OK] * (len(lines) + 1)
    another = {**cases[1], "LeafHash": cases[0]["LeafHash"]}
    assert go.answers([another]) != [OK]


@several
def test_a_stretch_has_the_entries_of_its_time_and_counts_what_lies_between(
    written: WritingSchool, in_hand: Connection
) -> None:
    key, note = signed(in_hand, written.id)
    before = parse_checkpoint(parse_note(note).text).size - ENTRIES
    late = range(before + 32, before + 48)
    # Endings that were recorded late have the time at which they were asked for.
    in_hand.execute(update(LogEntry).where(LogEntry.number.in_(late)).values(at=MORNING - timedelta(days=1)))
    start = MORNING + timedelta(seconds=30)

    data = exported(in_hand, written.id, note, since=start, until=start + timedelta(seconds=20))

    numbers = [line["number"] for line in lines_of(data)[1:]]
    assert numbers == [n for n in range(before + 30, before + 50) if n not in late]
    checked = check_export(io.BytesIO(data), key)
    assert (checked.entries, checked.left_out) == (4, 16)


def test_a_stretch_without_entries_is_an_export_without_lines(
    written: WritingSchool, in_hand: Connection
) -> None:
    key, note = signed(in_hand, written.id)

    data = exported(in_hand, written.id, note, since=MORNING + timedelta(days=400))

    assert (check_export(io.BytesIO(data), key).entries, data.count(b"\n")) == (0, 1)


@several
def test_what_was_written_after_the_checkpoint_is_not_in_an_export(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        key, note = signed(connection, written.id)
    size = parse_checkpoint(parse_note(note).text).size
    written.person("later", by=written.office)

    with reading(written.world.database) as connection:
        data = exported(connection, written.id, note)

    assert len(written.entries()) > size
    assert check_export(io.BytesIO(data), key).entries == size


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entry SET body = :other WHERE log = :log AND number = 3",
        "UPDATE log_entry SET body = :null WHERE log = :log AND number = 3",
        "UPDATE log_entry SET salt = :zeros WHERE log = :log AND number = 3",
        "UPDATE log_entry SET number = 3000 WHERE log = :log AND number = 3",
        "UPDATE log_node SET hash = :zeros WHERE log = :log AND level = 2 AND position = 1",
        "DELETE FROM log_node WHERE log = :log AND level = 0 AND position = 2",
        "DELETE FROM log_entry WHERE log = :log AND number = 3",
    ],
)
def test_a_log_that_was_written_into_is_not_exported(
    written: WritingSchool, in_hand: Connection, statement: str
) -> None:
    _, note = signed(in_hand, written.id)
    other = select(LogEntry.body).where(LogEntry.log == written.id, LogEntry.number == 4)
    values = {"other": in_hand.execute(other).scalar_one(), "zeros": bytes(32), "null": b"null"}
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    in_hand.execute(text(statement), {**asked, "log": written.id})

    with pytest.raises(Refused, match="log:broken"):
        exported(in_hand, written.id, note)


@several
def test_how_far_it_has_come_is_told(written: WritingSchool, in_hand: Connection) -> None:
    _, note = signed(in_hand, written.id)
    choice = choose(in_hand, written.id, note, since=None, until=None)
    told: list[tuple[int, int]] = []

    lengths = [len(batch) for batch in read_proven(in_hand, choice, lambda *far: told.append(far))]

    assert [done for done, _ in told] == [sum(lengths[: at + 1]) for at in range(len(lengths))]
    assert {whole for _, whole in told} == {choice.count} == {sum(lengths)}
    assert max(lengths) <= proven.AT_ONCE


def test_an_empty_choice_reads_nothing(written: WritingSchool, in_hand: Connection) -> None:
    _, note = signed(in_hand, written.id)
    never = MORNING + timedelta(days=400)
    choice: Choice = choose(in_hand, written.id, note, since=never, until=None)

    assert list(read_proven(in_hand, choice)) == []
