"""What an older version cannot know of is closed on the way down to it.

A migration that drops what kept somebody from seeing draws the curtains in its place: any version
knows them, they are dated and say why, and somebody of the school opens each deliberately.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select

from access.database import UtcDateTime
from access.reasons import Reason

ROOM = sa.table("room", sa.column("id"), sa.column("school_id"))
CURTAIN = sa.table(
    "curtain_opening",
    *(sa.column(name) for name in ("room_id", "drawn_reason")),
    sa.column("drawn_at", UtcDateTime()),
)


def draw_curtains(connection: Connection, rooms: Select[Any], *, reason: Reason) -> None:
    """Draw what is open of these rooms, now.

    Args:
        rooms: asks for their numbers, in the shape that the database has at that migration.
    """
    open_there = sa.update(CURTAIN).where(CURTAIN.c.drawn_at.is_(None), CURTAIN.c.room_id.in_(rooms))
    connection.execute(open_there.values(drawn_at=datetime.now(UTC), drawn_reason=reason.value))


def rooms_of(schools: Select[Any]) -> Select[Any]:
    """Ask for all rooms of these schools."""
    return sa.select(ROOM.c.id).where(ROOM.c.school_id.in_(schools))
