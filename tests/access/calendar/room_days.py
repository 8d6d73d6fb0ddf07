"""One room on one day: whether it is open, and what its calendar says."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from access.acts import Actor
from access.calendar import DaysKind
from access.calendar_records import CalendarDays
from access.database import reading
from access.due import due_cameras
from access.policy import Allowed
from access.stops import Mark, Scope
from tests.access.one_room import OneRoom

BY: dict[str, Any] = {"actor": Actor(None, "cli:test"), "reason": "the test says so"}
HERE: dict[str, Any] = {**BY, "school_id": 1}

#: The Tuesday on which everything here happens; hours are 09:30 to 11:30, and it is 10:00.
TODAY = date(2026, 3, 10)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
CALENDAR_MARK = Mark(Scope.CALENDAR, 1)


def at(day: date, words: str) -> datetime:
    """Return a time of day at the school."""
    hour, minute = map(int, words.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))


def stands_at(room: OneRoom, day: date, words: str) -> OneRoom:
    """Let it be a time of a day, ahead."""
    room.clock.advance(at(day, words) - room.clock.now())
    return room


def is_open(room: OneRoom) -> bool:
    """Say whether the guardian may watch now."""
    return isinstance(room.decides(), Allowed)


def is_due(room: OneRoom) -> bool:
    """Say whether the camera is to be connected now."""
    with reading(room.world.database) as connection:
        return bool(due_cameras(connection, room.world.vault, room.clock.now(), room.world.stops))


def rows(room: OneRoom, kind: DaysKind) -> list[int]:
    """Return the rows of a kind that hold."""
    with reading(room.world.database) as connection:
        asked = select(CalendarDays.id).where(
            CalendarDays.kind == kind.value, CalendarDays.ended_at.is_(None), CalendarDays.school_id == 1
        )
        return list(connection.execute(asked.order_by(CalendarDays.starts_on)).scalars())
