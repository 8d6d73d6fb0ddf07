"""Which privacy level each room of a school has now: told to the school's staff, to families never."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from access.coverage import best_level
from access.coverage_facts import coverage_of
from access.people import School
from access.places import Room


@dataclass(frozen=True, slots=True)
class RoomLevel:
    """A room, and how much of it may be shown."""

    key: str
    name: str
    #: What the school asks for.
    asked: str
    #: What everybody who is expected in it covers of that, at best, and where that is nothing, the
    #: school's policy.
    level: str


def levels_now(connection: Connection, school_id: int, now: datetime) -> list[RoomLevel]:
    """Return the level of each room of the school, by name.

    Args:
        connection: of a read transaction.
        now: aware.
    """
    rooms = connection.execute(
        select(Room.id, Room.key, Room.name, Room.level, Room.school_id)
        .add_columns(School.revision, School.zone, School.uncovered)
        .join(School, School.id == Room.school_id)
        .where(Room.school_id == school_id)
        .order_by(Room.name, Room.id)
    ).all()
    coverage = coverage_of(connection, rooms, now)
    return [
        RoomLevel(
            room.key,
            room.name,
            room.level,
            best_level(coverage[room.id], room.level, now, uncovered=room.uncovered),
        )
        for room in rooms
    ]


def policy_of(connection: Connection, school_id: int) -> str:
    """Return what a school lets a room show where somebody who is expected in it has not agreed."""
    return str(connection.execute(select(School.uncovered).where(School.id == school_id)).scalar_one())
