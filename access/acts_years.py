"""Acts upon whole years of a school's calendar, and upon its terms."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor
from access.calendar import DaysKind, whole_year
from access.calendar_records import CalendarDays
from access.calendar_writing import (
    country_of,
    day_begins,
    insert_days,
    standing,
    terms_of,
    today_at,
    widen_calendar,
)
from access.checked import check_shown, find_one
from access.errors import Refused
from access.holiday_facts import KnownYear, known_year
from access.people import School
from access.terms import end_with_term
from access.world import World

_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2025, 2099


def prepare_year(world: World, *, actor: Actor, reason: str, school_id: int, year: int) -> KnownYear:
    """Write down a year's holidays and, where they are announced, its make-up workdays.

    Somebody then looks them through, corrects them and confirms the year. Preparing it
    again replaces what was prepared and leaves what was typed.

    Returns:
        what was found; ``announced`` says whether make-up workdays are known.

    Raises:
        Refused: ``calendar:year``, ``calendar:no_country`` or ``calendar:confirmed``.
    """
    country = country_of(world, school_id)
    known = known_year(country, _checked_year(year))
    first, after = whole_year(year)

    def apply(connection: Connection, now: datetime) -> None:
        if standing(connection, school_id, DaysKind.CONFIRMED, first):
            raise Refused("calendar:confirmed", "correct it day by day")
        of_year = (CalendarDays.starts_on >= first, CalendarDays.starts_on < after)
        old = (CalendarDays.school_id == school_id, CalendarDays.ended_at.is_(None), CalendarDays.prefilled)
        connection.execute(update(CalendarDays).where(*old, *of_year).values(ended_at=now))
        rows: list[dict[str, Any]] = [
            {"kind": DaysKind.PREPARED, "starts_on": first, "ends_on": after, "name": known.source},
            *(
                {
                    "kind": DaysKind.HOLIDAY,
                    "starts_on": one.first,
                    "ends_on": one.last + _DAY,
                    "name": one.name,
                }
                for one in known.periods
            ),
            *(
                {
                    "kind": DaysKind.MAKE_UP,
                    "starts_on": one.day,
                    "ends_on": one.day + _DAY,
                    "weekday": one.weekday,
                }
                for one in known.make_up
            ),
        ]
        for row in rows:
            insert_days(connection, school_id, now, prefilled=True, **row)

    subject = {"year": year, "from": known.source, "announced": known.announced}
    widen_calendar(
        world, "calendar:prepared", subject, apply, actor=actor, reason=reason, school_id=school_id
    )
    return known


def confirm_year(world: World, *, actor: Actor, reason: str, school_id: int, year: int) -> int:
    """Say that a year's calendar is right, so that only what it names is closed; return the record.

    Raises:
        Refused: ``calendar:no_country``, ``calendar:not_prepared`` or ``calendar:confirmed``.
    """
    country_of(world, school_id)
    first, after = whole_year(_checked_year(year))
    subject: dict[str, Any] = {"year": year}

    def apply(connection: Connection, now: datetime) -> int:
        if standing(connection, school_id, DaysKind.CONFIRMED, first):
            raise Refused("calendar:confirmed")
        if not standing(connection, school_id, DaysKind.PREPARED, first):
            raise Refused("calendar:not_prepared", "prepare it and look it through first")
        subject["calendar_days"] = insert_days(
            connection, school_id, now, kind=DaysKind.CONFIRMED, starts_on=first, ends_on=after
        )
        return int(subject["calendar_days"])

    return widen_calendar(
        world, "calendar:confirmed", subject, apply, actor=actor, reason=reason, school_id=school_id
    )


def set_term(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    ends_on: date,
    starts_on: date | None = None,
    shown: Sequence[tuple[date, date]] | None = None,
) -> None:
    """Say which are the first and the last day of a term; weekly hours hold in terms only.

    Identity checks, delegations, grants and the gates of cameras end with the term at the latest. The term
    takes the place of whatever was said of the same days before.

    Args:
        ends_on: its last day.
        starts_on: its first day; None: that of the term under way, or else today.
        shown: the terms, first and last days, that whoever acts has seen. A term that only takes days
            away, from those shown and those that stand, is set in any case.

    Raises:
        Refused: ``term:past``, where its last day is over; ``term:backwards``; ``act:overtaken``, where
            other terms stand than *shown*.
    """
    today = today_at(world, school_id)
    subject = {"school": school_id, "term_ends_on": ends_on.isoformat()}

    def apply(connection: Connection, now: datetime) -> None:
        if ends_on < today:
            raise Refused("term:past")
        under_way = _term_of(connection, school_id, today)
        first = starts_on or under_way or today
        if first > ends_on:
            raise Refused("term:backwards")
        stands = terms_of(connection, school_id)
        if shown is not None and not all(_lies_in(first, ends_on, terms) for terms in (shown, stands)):
            check_shown(sorted(shown), stands)
        subject["term_starts_on"] = first.isoformat()
        terms = (
            CalendarDays.school_id == school_id,
            CalendarDays.kind == DaysKind.TERM.value,
            CalendarDays.ended_at.is_(None),
        )
        meets = (CalendarDays.starts_on <= ends_on, CalendarDays.ends_on > first)
        connection.execute(update(CalendarDays).where(*terms, *meets).values(ended_at=now))
        insert_days(connection, school_id, now, kind=DaysKind.TERM, starts_on=first, ends_on=ends_on + _DAY)
        over = day_begins(ends_on + _DAY, find_one(connection, School, school_id).zone)
        end_with_term(connection, school_id, over)

    widen_calendar(world, "school:term_set", subject, apply, actor=actor, reason=reason, school_id=school_id)


def _lies_in(first: date, last: date, terms: Sequence[tuple[date, date]]) -> bool:
    """Say whether every day is one of *terms*; a school that said of none is always in one."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return not terms or all(any(one <= day <= other for one, other in terms) for day in days)


def _term_of(connection: Connection, school_id: int, day: date) -> date | None:
    """Return the first day of the term that holds *day*."""
    asked = select(CalendarDays.starts_on).where(
        CalendarDays.school_id == school_id,
        CalendarDays.kind == DaysKind.TERM.value,
        CalendarDays.starts_on <= day,
        CalendarDays.ends_on > day,
        CalendarDays.ended_at.is_(None),
    )
    return connection.execute(asked.order_by(CalendarDays.id).limit(1)).scalar_one_or_none()


def _checked_year(year: int) -> int:
    if year not in range(FIRST_YEAR, LAST_YEAR + 1):
        raise Refused("calendar:year", f"{FIRST_YEAR} to {LAST_YEAR}")
    return year
