"""When a class group is in a room: its regular uses, and the changes that take it elsewhere for a while.

Pure: works on rows of columns. While a change holds, the class is in that room and in no
other; of several at the same instant the one recorded last holds. What a change takes away
is taken from when it was meant to begin, what it gives only from when it was recorded.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from access.calendar import DAYS_AHEAD, DAYS_BACK
from access.hours import Window, span_on
from access.spans import ALWAYS, FAR, Span, common, less, span_of

#: Kinds of rows: a regular use of a room, and a change.
USE, CHANGE = "use", "change"

Row = Any  # a row with the columns ``STAY_COLUMNS`` of :mod:`access.readings`


def stays(rows: Iterable[Row], room_id: int, zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when one class group is in the room, as unbroken stretches.

    Args:
        rows: the class's uses of this room, and its changes of whatever room.
        room_id: the room.
        zone: IANA name of the school's zone.
        now: aware; of a timetabled use only the days around it are told.
    """
    rows = list(rows)
    here = [
        span for row in rows if row.kind == USE and row.room_id == room_id for span in _used(row, zone, now)
    ]
    changes = {row.stay_id: row for row in rows if row.kind == CHANGE}
    for _, change in sorted(changes.items()):
        here = list(less(here, _meant(change.used_from, change.used_until, change.use_ended_at)))
        if change.room_id == room_id:
            here += span_of(change.used_from, change.used_until, change.use_ended_at, change.use_recorded_at)
    return tuple(less(here, ()))


def room_at(rows: Iterable[Row], zone: str, at: datetime) -> int | None:
    """Return the room in which one class group is at an instant; None unless it is exactly one.

    Args:
        rows: all of the class's uses and changes around *at*.
        zone: IANA name of the school's zone.
        at: aware.
    """
    rows = list(rows)
    rooms = {row.room_id for row in rows if row.room_id is not None}
    there = [room_id for room_id in rooms if any(at in span for span in stays(rows, room_id, zone, at))]
    return there[0] if len(there) == 1 else None


def not_lent(loans: Iterable[Row]) -> tuple[Span, ...]:
    """Return when no outsiders have a room: loans count from when they were meant to begin.

    Args:
        loans: rows with ``starts_at``, ``ends_at`` and ``ended_at``.
    """
    lent = (span for loan in loans for span in _meant(loan.starts_at, loan.ends_at, loan.ended_at))
    return tuple(less([ALWAYS], lent))


def _used(use: Row, zone: str, now: datetime) -> tuple[Span, ...]:
    spans = span_of(use.used_from, use.used_until, use.use_ended_at, use.use_recorded_at)
    if use.weekday is None:
        return spans
    window = Window(use.weekday, use.starts_minute, use.ends_minute, use.use_recorded_at, use.use_ended_at)
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today + timedelta(days=number) for number in range(-DAYS_BACK, DAYS_AHEAD + 1))
    on = (span_on(day, window, ZoneInfo(zone)) for day in days if day.weekday() == use.weekday)
    return tuple(common(spans, (span for span in on if span is not None)))


def _meant(starts_at: datetime, ends_at: datetime, ended_at: datetime | None) -> tuple[Span, ...]:
    """Return a span that takes something away: not clipped to its recording, the stricter reading."""
    end = min(ends_at, ended_at or FAR)
    return (Span(starts_at, end),) if starts_at < end else ()
