"""A sheet of attendance: a line for each child who came or went, as a gate or a table program writes it.

Where one line makes no sense nothing of a sheet is to be noted. What is wrong with its lines is told
by number, never by what stands there.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, or_, select

from access.attendance import IN, OUT
from access.checked import find_one
from access.enrolment import Child, Enrolment
from access.errors import Refused
from access.people import School

#: What sheets of other programs are written in.
ENCODINGS: Final = ("utf-8-sig", "gb18030")
#: The words of a sheet.
WORDS: Final = {"in": IN, "out": OUT, "入园": IN, "离园": OUT, "进": IN, "出": OUT}
DELIMITERS: Final = "\t;，,"
MOST_LINES: Final = 5000

_DAY_AND_TIME = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
_TIME = ("%H:%M", "%H:%M:%S")

#: Child, ``in`` or ``out``, and when; aware.
Line: TypeAlias = tuple[int, str, datetime]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read; where anything is wrong, nothing of it is to be noted."""

    lines: tuple[Line, ...]
    #: Number of a line, from 1 → the stable reason why it makes no sense.
    wrong: Mapping[int, str]


def sheet_text(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        Refused: ``attendance:sheet``, where it is neither UTF-8 nor GB 18030.
    """
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("attendance:sheet", "neither UTF-8 nor GB 18030")


def read_sheet(connection: Connection, school_id: int, text: str, now: datetime) -> Sheet:
    """Read lines of child, ``in`` or ``out``, and the time at the school: with its day, or of today.

    A first line that names the columns is passed over.

    Args:
        text: fields parted by commas, semicolons or tabulators; a child that is in a class by its
            name, where only one carries it, or by its key.
        now: aware.

    Raises:
        Refused: ``attendance:sheet``, where it says nothing, too much, or is no table.
    """
    rows = _rows(text)
    if len(rows) > MOST_LINES:
        raise Refused("attendance:sheet", f"more than {MOST_LINES} lines")
    children = _children(connection, school_id, now)
    zone = ZoneInfo(find_one(connection, School, school_id).zone)
    lines, wrong = list[Line](), dict[int, str]()
    for number, cells in rows:
        try:
            lines.append(_line(cells, children, zone, now))
        except Refused as refusal:
            wrong[number] = refusal.reason
    return Sheet(tuple(lines), wrong)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that say something, each with its number, but one of headings."""
    first = text.lstrip().partition("\n")[0]
    delimiter = next((one for one in DELIMITERS if one in first), ",")
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        raise Refused("attendance:sheet", "no table") from fault
    stripped = [(number, [cell.strip() for cell in row]) for number, row in enumerate(table, start=1)]
    rows = [(number, row) for number, row in stripped if any(row)]
    if rows and _names_columns(rows[0][1]):
        del rows[0]
    if not rows:
        raise Refused("attendance:sheet", "no line")
    return rows


def _names_columns(cells: list[str]) -> bool:
    """Say whether a line is one of headings: without a time, and without a word of ours."""
    digits = any(letter.isdecimal() for cell in cells for letter in cell)
    return not digits and not any(cell.lower() in WORDS for cell in cells)


def _line(cells: list[str], children: Mapping[str, list[int]], zone: ZoneInfo, now: datetime) -> Line:
    """Return what a line says.

    Raises:
        Refused: ``attendance:sheet_columns``, ``attendance:sheet_word``, ``attendance:future``,
            ``child:unknown``, ``child:ambiguous`` or ``time:words``.
    """
    if len(cells) != len(("child", "what", "when")):
        raise Refused("attendance:sheet_columns")
    name, what, when = cells
    meant = children.get(name, [])
    if len(meant) != 1:
        raise Refused("child:ambiguous" if meant else "child:unknown")
    if what.lower() not in WORDS:
        raise Refused("attendance:sheet_word")
    at = _instant(when, zone, now)
    if at > now:
        raise Refused("attendance:future")
    return meant[0], WORDS[what.lower()], at


def _instant(words: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return what a time means at the school; one without a day is of today."""
    written = words.replace("/", "-").replace("T", " ")
    for shape in (*_DAY_AND_TIME, *_TIME):
        try:
            local = datetime.strptime(written, shape)  # noqa: DTZ007  # its zone follows
        except ValueError:
            continue
        if shape in _TIME:
            local = datetime.combine(now.astimezone(zone).date(), local.time())
        try:
            return local.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:  # at the very ends of the calendar
            break
    raise Refused("time:words")


def _children(connection: Connection, school_id: int, now: datetime) -> Mapping[str, list[int]]:
    """Return the ids of the children who are in a class now, by name and by key."""
    meant = defaultdict(set)
    enrolled = (
        Enrolment.school_id == school_id,
        Enrolment.starts_at <= now,
        or_(Enrolment.ends_at.is_(None), Enrolment.ends_at > now),
        Enrolment.ended_at.is_(None),
    )
    for child in connection.execute(
        select(Child.id, Child.key, Child.name)
        .join(Enrolment, and_(Enrolment.child_id == Child.id, Enrolment.school_id == Child.school_id))
        .where(*enrolled)
    ):
        meant[child.key].add(child.id)
        meant[child.name].add(child.id)
    return {called: list(ids) for called, ids in meant.items()}
