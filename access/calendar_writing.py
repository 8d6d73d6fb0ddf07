"""What acts upon a school's calendar have in common: its rows, its present day, its country."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, or_, select, update

from access.acts import Actor, widen
from access.calendar import DaysKind, whole_year
from access.calendar_records import CalendarDays
from access.checked import find_one
from access.database import reading
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import School
from access.stops import Mark, Scope
from access.world import World

T = TypeVar("T")


def widen_calendar(
    world: World,
    kind: str,
    subject: dict[str, Any],
    apply: Callable[[Connection, datetime], T],
    *,
    actor: Actor,
    reason: str,
    school_id: int,
) -> T:
    """Do an act that opens; a mark that a broken-off closing left goes with it."""
    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=kind,
        subject=subject,
        apply=apply,
        clears=[Mark(Scope.CALENDAR, school_id)],
    )


def insert_days(
    connection: Connection, school_id: int, now: datetime, *, kind: DaysKind, **values: Any
) -> int:
    return insert_one(
        connection,
        CalendarDays,
        school_id=school_id,
        key=new_key(),
        kind=kind.value,
        recorded_at=now,
        **values,
    )


def end_years(connection: Connection, school_id: int, now: datetime, year: int) -> None:
    """End what was prepared and confirmed of *year* and of those that follow; what was typed stays."""
    of_a_year = or_(CalendarDays.prefilled, CalendarDays.kind == DaysKind.CONFIRMED.value)
    old = (CalendarDays.school_id == school_id, CalendarDays.ended_at.is_(None))
    since = CalendarDays.starts_on >= whole_year(year)[0]
    connection.execute(update(CalendarDays).where(*old, of_a_year, since).values(ended_at=now))


def terms_of(connection: Connection, school_id: int) -> list[tuple[date, date]]:
    """Return the first and last days of the terms that stand."""
    asked = select(CalendarDays.starts_on, CalendarDays.ends_on).where(
        CalendarDays.school_id == school_id,
        CalendarDays.kind == DaysKind.TERM.value,
        CalendarDays.ended_at.is_(None),
    )
    rows = connection.execute(asked.order_by(CalendarDays.starts_on, CalendarDays.id))
    return [(row.starts_on, row.ends_on - timedelta(days=1)) for row in rows]


def term_end(connection: Connection, school_id: int, at: datetime) -> datetime | None:
    """Return the first instant after the term under way at *at*, or after the next one.

    Returns:
        None where the school never said of terms.

    Raises:
        Refused: ``term:over``, where the school's last term has ended and no other is known.
    """
    zone = find_one(connection, School, school_id).zone
    ends = [day_begins(last + timedelta(days=1), zone) for _, last in terms_of(connection, school_id)]
    end = min((end for end in ends if end > at), default=None)
    if ends and end is None:
        raise Refused("term:over", "say when the new term ends")
    return end


def standing(connection: Connection, school_id: int, kind: DaysKind, day: date) -> bool:
    """Say whether a row of *kind* holds *day*."""
    holds: Sequence[ColumnElement[bool]] = (
        CalendarDays.school_id == school_id,
        CalendarDays.kind == kind.value,
        CalendarDays.starts_on <= day,
        CalendarDays.ends_on > day,
        CalendarDays.ended_at.is_(None),
    )
    return connection.execute(select(CalendarDays.id).where(*holds).limit(1)).first() is not None


def today_at(world: World, school_id: int) -> date:
    with reading(world.database) as connection:
        zone = find_one(connection, School, school_id).zone
    return world.clock.now().astimezone(ZoneInfo(zone)).date()


def country_of(world: World, school_id: int) -> str:
    with reading(world.database) as connection:
        country: str | None = find_one(connection, School, school_id).country
    if country is None:
        raise Refused("calendar:no_country", "this school keeps its own closures only")
    return country


def day_begins(day: date, zone: str) -> datetime:
    """Return the first instant of *day* in *zone*."""
    return datetime.combine(day, time.min, ZoneInfo(zone))
