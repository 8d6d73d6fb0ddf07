"""Acts upon days of a school's calendar; whole years and terms are in :mod:`access.acts_years`.

What closes days works like every ending: where the present day is among them, whoever
watches is stopped before anything is written. What opens waits for its entry.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, update

from access.acts import Actor, Ending, end, school_of
from access.calendar import CLOSING, DaysKind
from access.calendar_records import CalendarDays
from access.calendar_writing import insert_days, standing, today_at, widen_calendar
from access.checked import checked_name, find_one
from access.database import reading
from access.enrolment import ClassGroup
from access.errors import Refused
from access.hours import MINUTES_OF_A_DAY
from access.keys import new_key
from access.stops import Mark, Scope
from access.world import World

_DAY = timedelta(days=1)
#: A closure of more days is a slip of the hand.
MOST_DAYS = 366
#: What stands for a term, or for a whole year, is not taken back by itself.
REMOVABLE = frozenset(
    {DaysKind.HOLIDAY, DaysKind.CLOSURE, DaysKind.MAKE_UP, DaysKind.OPENING, DaysKind.CONFIRMED}
)


def close_days(
    world: World, *, actor: Actor, reason: str, school_id: int, first: date, last: date, name: str = ""
) -> bool:
    """Close a school on the days from *first* to *last*; say whether it is recorded already.

    Where today is among them it takes effect at once, for whoever watches too.

    Raises:
        Refused: ``calendar:backwards``, ``calendar:too_long`` or ``calendar:past``.
        RecordsUnavailable: neither journal nor database took it; where today is closed, the whole
            school is stopped.
    """
    if last < first:
        raise Refused("calendar:backwards")
    if last - first >= timedelta(days=MOST_DAYS):
        raise Refused("calendar:too_long", f"more than {MOST_DAYS} days")
    today = today_at(world, school_id)
    _check_not_past(last, today)
    target = {
        "school": school_id,
        "key": new_key(),
        "starts_on": first.isoformat(),
        "ends_on": (last + _DAY).isoformat(),
        "name": _checked(name),
    }
    marks = (Mark(Scope.CALENDAR, school_id),) if first <= today else ()
    return end(
        world,
        Ending.now(world, "calendar:closed", actor=actor, reason=reason, target=target, marks=marks),
        untaken=[Mark(Scope.SCHOOL, school_id)],
    )


def make_up_day(
    world: World, *, actor: Actor, reason: str, school_id: int, day: date, weekday: int, name: str = ""
) -> int:
    """Let *day* follow the weekly hours of another weekday (0 is Monday) and return the record.

    Raises:
        Refused: ``calendar:weekday``, ``calendar:past``, ``calendar:closed_day``, or
            ``calendar:twice`` where the day follows another weekday already.
    """
    if weekday not in range(7):
        raise Refused("calendar:weekday", "0 for Monday to 6")
    wanted = {"kind": DaysKind.MAKE_UP, "weekday": weekday, "name": _checked(name)}
    return _add_a_day(world, "calendar:made_up", day, wanted, actor=actor, reason=reason, school_id=school_id)


def open_once(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    day: date,
    starts_minute: int,
    ends_minute: int,
    class_group_id: int | None = None,
    name: str = "",
) -> int:
    """Open one stretch of *day* besides the weekly hours, for one class group or all; return the record.

    Raises:
        Refused: ``hours:backwards``, ``hours:out_of_range``, ``calendar:past`` or ``calendar:closed_day``.
    """
    if ends_minute <= starts_minute:
        raise Refused("hours:backwards")
    if starts_minute < 0 or ends_minute > MINUTES_OF_A_DAY:
        raise Refused("hours:out_of_range")
    wanted = {
        "kind": DaysKind.OPENING,
        "starts_minute": starts_minute,
        "ends_minute": ends_minute,
        "class_group_id": class_group_id,
        "name": _checked(name),
    }
    return _add_a_day(world, "calendar:opened", day, wanted, actor=actor, reason=reason, school_id=school_id)


def remove_days(world: World, *, actor: Actor, reason: str, days_id: int) -> bool:
    """Take back a row of the calendar; say whether it is recorded already.

    Taking back what closes opens, and waits for its entry. Taking back an opening, a
    make-up workday or that a year is confirmed closes, at once.

    Raises:
        Refused: ``calendar_days:unknown``, or ``calendar:kind`` where it cannot be taken back by itself.
        RecordsUnavailable: neither journal nor database took it; where today is closed, the whole
            school is stopped.
    """
    school_id = school_of(world, CalendarDays, days_id)
    with reading(world.database) as connection:
        row = find_one(connection, CalendarDays, days_id, school_id=school_id)
    if row.kind not in REMOVABLE:
        raise Refused("calendar:kind")
    if row.kind not in CLOSING:
        marks = (Mark(Scope.CALENDAR, school_id),) if row.starts_on <= today_at(world, school_id) else ()
        return end(
            world,
            Ending.now(
                world,
                "calendar:removed",
                actor=actor,
                reason=reason,
                target={"calendar_days": days_id},
                marks=marks,
            ),
            untaken=[Mark(Scope.SCHOOL, school_id)],
        )

    def apply(connection: Connection, now: datetime) -> bool:
        this = (CalendarDays.id == days_id, CalendarDays.school_id == school_id)
        standing = or_(CalendarDays.ended_at.is_(None), CalendarDays.ended_at > now)
        connection.execute(update(CalendarDays).where(*this, standing).values(ended_at=now))
        return True

    subject = {"calendar_days": days_id, "kind": row.kind, "starts_on": row.starts_on.isoformat()}
    return widen_calendar(
        world, "calendar:reopened", subject, apply, actor=actor, reason=reason, school_id=school_id
    )


def _add_a_day(
    world: World, kind: str, day: date, wanted: dict[str, Any], *, actor: Actor, reason: str, school_id: int
) -> int:
    _check_not_past(day, today_at(world, school_id))
    subject: dict[str, Any] = {"starts_on": day.isoformat(), **_said(wanted)}

    def apply(connection: Connection, now: datetime) -> int:
        if wanted.get("class_group_id") is not None:
            find_one(connection, ClassGroup, wanted["class_group_id"], school_id=school_id)
        if any(standing(connection, school_id, one, day) for one in sorted(CLOSING)):
            raise Refused("calendar:closed_day", "the school is closed then")
        if wanted["kind"] is DaysKind.MAKE_UP and standing(connection, school_id, DaysKind.MAKE_UP, day):
            raise Refused("calendar:twice")
        subject["calendar_days"] = insert_days(
            connection, school_id, now, starts_on=day, ends_on=day + _DAY, **wanted
        )
        return int(subject["calendar_days"])

    return widen_calendar(world, kind, subject, apply, actor=actor, reason=reason, school_id=school_id)


def _said(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what an entry says of a day: no name, for people type anything there."""
    return {
        name: value for name, value in wanted.items() if name not in {"kind", "name"} and value is not None
    }


def _check_not_past(last: date, today: date) -> None:
    if last < today:
        raise Refused("calendar:past")


def _checked(name: str) -> str:
    return checked_name(name) if name.strip() else ""
