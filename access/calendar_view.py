"""A year of a school's calendar as its staff read it, and which years wait to be confirmed. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, or_, select

from access.calendar import Days, DaysKind, doubted_days, unconfirmed_years, whole_year
from access.calendar_days import days_of
from access.calendar_records import CalendarDays
from access.checked import find_one
from access.enrolment import ClassGroup
from access.people import School

_DAY = timedelta(days=1)
#: Rows about a whole year: they say how it stands and are no days of it.
OF_A_YEAR = frozenset({DaysKind.PREPARED, DaysKind.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the calendar that holds."""

    key: str
    kind: DaysKind
    first: date
    last: date
    name: str
    #: The class group that an opening is for; empty for every one.
    class_group: str
    days: Days


@dataclass(frozen=True, slots=True)
class YearView:
    """A year of a school's calendar at one instant."""

    year: int
    #: The school's present day.
    today: date
    country: str | None
    lines: tuple[Line, ...]
    #: Where its holidays were taken from; None where nobody prepared it.
    prepared_from: str | None
    #: Key of the row that confirms it; empty while it is not confirmed.
    confirmed: str
    #: First and last days of the stretches closed for want of confirming.
    doubted: tuple[tuple[date, date], ...]
    #: The years, of all that have begun or soon will, that wait to be confirmed.
    unconfirmed: tuple[int, ...]


def load_year(connection: Connection, school_id: int, now: datetime, year: int | None = None) -> YearView:
    """Load a year of a school's calendar; the present one where none is named."""
    school = find_one(connection, School, school_id)
    today = now.astimezone(ZoneInfo(school.zone)).date()
    year = year or today.year
    rows = _standing(connection, school_id, min(year, today.year), max(year, today.year) + 1)
    first, after = whole_year(year)
    of_year = [row for row in rows if row.starts_on < after and row.ends_on > first]
    about = {row.kind: row for row in of_year if row.kind in OF_A_YEAR}
    confirmed, prepared = about.get(DaysKind.CONFIRMED.value), about.get(DaysKind.PREPARED.value)
    days = [days_of(row) for row in rows]
    doubted = () if confirmed else doubted_days(year, school.country, days)
    return YearView(
        year=year,
        today=today,
        country=school.country,
        lines=tuple(_line(row) for row in of_year if row.kind not in OF_A_YEAR),
        prepared_from=prepared.name if prepared else None,
        confirmed=confirmed.key if confirmed else "",
        doubted=tuple((begin, end - _DAY) for begin, end in doubted),
        unconfirmed=tuple(unconfirmed_years(days, school.country, today)),
    )


def waiting_years(connection: Connection, school_id: int, now: datetime) -> tuple[int, ...]:
    """Return the years that somebody at the school should confirm by now."""
    return load_year(connection, school_id, now).unconfirmed


def find_days(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the row of the school's calendar that *key* names, if it holds."""
    this = (CalendarDays.key == key, CalendarDays.school_id == school_id, CalendarDays.ended_at.is_(None))
    return connection.execute(select(CalendarDays.id).where(*this)).scalar_one_or_none()


def _standing(connection: Connection, school_id: int, first_year: int, last_year: int) -> Sequence[Any]:
    """Return the rows that have not been taken back, of these years and those beside them."""
    asked = (
        select(CalendarDays.__table__, ClassGroup.name.label("class_group"))
        .outerjoin(
            ClassGroup,
            and_(
                ClassGroup.id == CalendarDays.class_group_id, ClassGroup.school_id == CalendarDays.school_id
            ),
        )
        .where(
            CalendarDays.school_id == school_id,
            CalendarDays.ended_at.is_(None),
            or_(
                CalendarDays.kind == DaysKind.TERM.value,
                and_(
                    CalendarDays.ends_on > date(first_year - 1, 12, 1),
                    CalendarDays.starts_on < date(last_year + 1, 2, 1),
                ),
            ),
        )
        .order_by(CalendarDays.starts_on, CalendarDays.id)
    )
    return connection.execute(asked).all()


def _line(row: Any) -> Line:
    return Line(
        key=row.key,
        kind=DaysKind(row.kind),
        first=row.starts_on,
        last=row.ends_on - _DAY,
        name=row.name,
        class_group=row.class_group or "",
        days=days_of(row),
    )
