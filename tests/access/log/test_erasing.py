"""That an entry can be erased and nothing else is lost, and that nothing is erased without an entry."""

import io
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event, insert, select, update
from sqlalchemy.exc import DBAPIError

from access import schema
from access.database import reading, writing
from access.errors import RecordsUnavailable, Refused
from access.log.entry import append, read_entries
from access.log.erasing import Rule, erase, erase_again, spans_of, truncate
from access.log.exports import ExportReader, check_export
from access.log.keeping import is_kept
from access.log.leaves import leaf
from access.log.proven import choose
from access.log.receipts import open_receipt, prove
from access.log.store import LogEntry, LogErasure
from access.log.tables import check_table, write_table
from access.log.tree import read_head
from access.log.verify import verify
from tests.access.log.erasing_some import PORTAL, erasable, rule
from tests.access.log.exporting import exported, lines_of, signed
from tests.access.log.outside import OK, Case, GoVerifier, inclusion, spelled
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING

MARKER = "canary-reason-7c1f"


def erases(written: WritingSchool, numbers: list[int]) -> int | None:
    with writing(written.world.database) as connection:
        return erase(
            connection,
            log=written.id,
            numbers=numbers,
            at=MORNING,
            rule=rule(written),
            actor=PORTAL,
            reason=WHY,
        )


def rows_of(written: WritingSchool) -> list[dict[str, Any]]:
    with reading(written.world.database) as connection:
        asked = select(*LogEntry.__table__.columns).where(LogEntry.log == written.id)
        return [dict(row._mapping) for row in connection.execute(asked.order_by(LogEntry.number))]


def test_an_erased_entry_keeps_its_place_and_an_entry_says_who_decided(written: WritingSchool) -> None:
    before, some = rows_of(written), erasable(written)[2:6]
    number = erases(written, [*some, 10_000])

    gone = dict.fromkeys(("salt", "body", "person_id", "room_id"))
    for was, now in zip(before, rows_of(written), strict=False):
        assert now == ({**was, **gone} if was["number"] in some else was)
    newest = written.entries()[0]
    assert (newest.number, newest.kind) == (number, "log:erased")
    assert [list(span) for span in spans_of(some)] == newest.body["spans"]
    assert set(newest.body["approved_by"]) == {written.office.person_id, written.director.person_id}
    assert sum(newest.body["kinds"].values()) == len(some)
    told = {one.number: one.erased for one in written.entries() if one.erased}
    assert {n: (erased.entry, erased.at) for n, erased in told.items()} == dict.fromkeys(
        some, (number, MORNING)
    )
    with reading(written.world.database) as connection:
        assert verify(connection, written.id).findings == []


def test_nobody_erases_alone() -> None:
    with pytest.raises(ValueError, match="alone"):
        Rule("request", (7, 7), {})


def test_what_is_kept_and_what_is_gone_is_not_erased(written: WritingSchool) -> None:
    kept = [one.number for one in written.entries() if is_kept(one.kind)]
    some = erasable(written)[:3]
    number = erases(written, some)
    assert number is not None

    assert erases(written, [*kept, *some, number]) is None
    assert len(kept) > 1


def changes(written: WritingSchool, which: int, **values: object) -> None:
    with writing(written.world.database) as connection:
        named = (LogEntry.log == written.id, LogEntry.number == which)
        connection.execute(update(LogEntry).where(*named).values(**values))


NOTHING: dict[str, Any] = {"salt": None, "body": None, "person_id": None, "room_id": None}


@pytest.mark.parametrize(
    "values",
    [
        NOTHING,
        {"body": b"{}"},
        {"person_id": None},
        {**NOTHING, "kind": "log:read"},
        {**NOTHING, "commitment": bytes(32)},
    ],
    ids=["without an erasure", "another body", "found under nobody", "another kind", "another commitment"],
)
def test_the_database_refuses_every_other_change(written: WritingSchool, values: dict[str, Any]) -> None:
    some = erasable(written)
    erases(written, some[:2])

    with pytest.raises(RecordsUnavailable):
        changes(written, some[4], **values)

    assert rows_of(written)[some[4]]["body"] is not None


@pytest.mark.parametrize("left_out", ["salt", "body", "person_id"])
def test_the_database_takes_an_erasure_whole_or_not_at_all(written: WritingSchool, left_out: str) -> None:
    some = next(one for one in written.entries() if one.person_id and not is_kept(one.kind))
    last = erases(written, erasable(written)[:1])
    values = {name: value for name, value in NOTHING.items() if name != left_out}
    one = (LogEntry.log == written.id, LogEntry.number == some.number)
    with written.world.database.connect() as connection:
        names(connection, written, some.number, some.number, last or 0)
        with pytest.raises(DBAPIError):
            connection.execute(update(LogEntry).where(*one).values(**values))


def names(connection: Connection, written: WritingSchool, first: int, last: int, entry: int) -> None:
    """Have the table say that an erasure names some entries."""
    values = {"log": written.id, "first": first, "last": last, "entry": entry}
    connection.execute(insert(LogErasure).values(**values))


def test_an_erasure_is_named_by_an_entry_of_its_kind_behind_it(written: WritingSchool) -> None:
    number = erases(written, erasable(written)[:1]) or 0
    for first, last, entry in ((3, 3, number - 1), (number, number, number), (4, 3, number)):
        with written.world.database.connect() as connection, pytest.raises(DBAPIError):
            names(connection, written, first, last, entry)


@pytest.mark.sqlite
def test_the_bytes_are_gone_from_the_files(written: WritingSchool) -> None:
    engine = written.world.database
    engine.dispose()  # some are built to write over what goes anyway
    event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA secure_delete=OFF"))
    home = Path(engine.url.database or "")
    with writing(engine) as connection:
        number = append(
            connection,
            log=written.id,
            kind="register:read",
            at=MORNING,
            body={"reason": MARKER * 400, "actor": PORTAL},  # longer than a page, too
        )
    salt = next(row["salt"] for row in rows_of(written) if row["number"] == number)

    def found() -> set[str]:
        files = home.parent.glob(f"{home.name}*")
        return {
            what
            for file in files
            for what, data in (("body", MARKER.encode()), ("salt", salt))
            if data in file.read_bytes()
        }

    assert found() == {"body", "salt"}
    assert truncate(engine)  # so that it lies in the pages of the file itself
    with reading(engine) as connection:
        connection.exec_driver_sql("SELECT count(*) FROM log_entry")
        erases(written, [number])
        assert not truncate(engine)  # somebody reads an older state

    assert truncate(engine)
    assert found() == set()


def test_proofs_exports_and_tables_of_erased_entries_hold_and_go_agrees(
    written: WritingSchool, go: GoVerifier
) -> None:
    some = erasable(written)[1:5]
    with writing(written.world.database) as connection:
        key, older = signed(connection, written.id)
    erases(written, some)
    with writing(written.world.database) as connection:
        key, note = signed(connection, written.id)
    with reading(written.world.database) as connection:
        size = read_head(connection, written.id).size
        data = exported(connection, written.id, note)
        proofs = [prove(connection, written.id, number, note) for number in some]
        old = exported(connection, written.id, older)
        table, beside = io.BytesIO(), io.BytesIO()
        choice = choose(connection, written.id, note, since=None, until=None)
        zone = ZoneInfo("Asia/Shanghai")
        write_table(connection, choice, zone, table=table.write, proofs=beside.write)

    assert check_export(io.BytesIO(data), key).entries == size
    assert check_export(io.BytesIO(old), key).entries < size
    lines = {line["number"]: line for line in lines_of(data)[1:]}
    assert {n for n, line in lines.items() if "salt" not in line} == set(some)
    assert all(line["erased"]["entry"] == size - 1 for n, line in lines.items() if n in some)
    assert "body" not in lines[some[0]]
    table.seek(0)
    beside.seek(0)
    assert check_table(table, ExportReader(beside, key), zone) == size
    assert table.getvalue().count(b"erased on 2026-03-10 under entry") == len(some)

    head = choice.checkpoint
    cases: list[Case] = []
    for proof in proofs:
        body, checkpoint = open_receipt(proof, key)
        assert (body, checkpoint.root) == (None, head.root)
        line = lines[proof.number]
        of_leaf = leaf(proof.number, line["left"]["kind"], bytes.fromhex(line["commitment"]))
        asked = {"Ask": "proof file", "Text": proof.encode().decode(), "Vkey": key.vkey, "Name": key.name}
        cases.append({**asked, "Leaf": spelled(of_leaf)})
        leaf_hash = bytes.fromhex(line["leaf_hash"])
        cases.append({**inclusion(proof.number, size, leaf_hash, head.root, []), "Proof": line["proof"]})
    assert go.answers(cases) == [OK] * len(cases)


def test_a_restored_copy_erases_again_what_had_been_erased_and_once_only(written: WritingSchool) -> None:
    some = erasable(written)[:4]
    two = (written.office.person_id or 0, written.director.person_id or 0)
    for expected in (1, 0):
        with writing(written.world.database) as connection:
            size = read_head(connection, written.id).size
            made = erase_again(
                connection,
                log=written.id,
                numbers=[*some, size],  # the last is a number that the copy gave to another entry
                below=size,
                at=MORNING,
                quoted={"entry": 812, "origin": "littlewindow.invalid/log/0/1"},
                approved_by=two,
            )
        assert len(made) == expected

    with reading(written.world.database) as connection:
        newest = read_entries(connection, written.id, limit=1)[0]
        assert newest.body["rule"]["quoted"]["entry"] == 812
        assert newest.body["approved_by"] == list(two)
        assert verify(connection, written.id).findings == []


def test_an_earlier_version_is_not_given_a_log_with_erased_entries(written: WritingSchool) -> None:
    erases(written, erasable(written)[:2])

    with pytest.raises(Refused, match="schema:would_lose"):
        schema.downgrade(written.world.database, "0023")

    assert schema.is_current(written.world.database)
