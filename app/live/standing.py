"""How what goes on stands, as its page is told: with the status, and with each playlist.

A page that plays asks for a playlist once a second anyway, so that its status comes along
costs no request; what the page does not hear that way it asks for.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from access.database import reading
from access.leave import Leave
from access.people import School
from app import words
from app.live.newest import newest_pictures
from app.services import services
from streaming.store import SegmentInfo

#: A picture older than this is lost, and its age is shown.
LOST_SECONDS = 3.0

#: The header of a playlist in which its page is told the same as by its status: JSON in ASCII.
HEADER = "Portal-Status"


def standing(leave: Leave, window: Sequence[SegmentInfo]) -> dict[str, object]:
    """Return how what goes on under *leave* stands.

    Args:
        window: the segments that the leave covers now, oldest first.
    """
    now = services().world.clock.now()
    filmed = newest_pictures().newest(leave.viewing_key, window[-1].filmed_until if window else None)
    age = None if filmed is None else max(0.0, (now - filmed).total_seconds())
    if age is None:
        state, said = "waiting", words.waiting()
    elif age >= LOST_SECONDS:
        state, said = "lost", words.lost(filmed, zone=zone_of(School.id == leave.school_id))
    else:
        state, said = "playing", ""
    until, asks = leave.told_until, leave.question
    to_answer = (asks.ends_at - now).total_seconds() if asks and asks.asked_at <= now else None
    return {
        "state": state,
        "epoch": leave.stream.epoch if leave.stream else None,
        "age_seconds": None if age is None else round(age, 1),
        "until": _text(until),
        "seconds_left": max(0, int((until - now).total_seconds())),
        "answer_within_seconds": None if to_answer is None else max(0, int(to_answer)),
        "staff_look": services().looks.is_looked_at(leave.room_id),
        "words": said,
    }


def along(leave: Leave, window: Sequence[SegmentInfo]) -> dict[str, str]:
    """Return the header in which a playlist's page is told how its viewing stands."""
    return {HEADER: json.dumps(standing(leave, window))}


def zone_of(school: ColumnElement[bool]) -> ZoneInfo:
    """Return the zone of a school."""
    with reading(services().world.database) as connection:
        return ZoneInfo(connection.execute(select(School.zone).where(school)).scalar_one())


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
