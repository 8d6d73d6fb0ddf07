"""Which class uses which room regularly: always, or at one time of each week."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from access.enrolment import ClassGroup
from access.places import Room, RoomUse
from access.week import WeekWindow


@dataclass(frozen=True, slots=True)
class RegularUse:
    """A class in a room, over ``[starts_at, ends_at)``."""

    id: int
    room: str
    class_group: str
    starts_at: datetime
    ends_at: datetime | None
    #: In the school's local time; None for all of the week.
    weekly: WeekWindow | None


def uses_of(connection: Connection, school_id: int, now: datetime) -> list[RegularUse]:
    """Return the school's regular uses that are not over, by class and room."""
    rows = connection.execute(
        select(
            RoomUse.id,
            Room.name,
            ClassGroup.name.label("class_group"),
            RoomUse.starts_at,
            RoomUse.ends_at,
            RoomUse.weekday,
            RoomUse.starts_minute,
            RoomUse.ends_minute,
        )
        .join(Room, and_(Room.id == RoomUse.room_id, Room.school_id == RoomUse.school_id))
        .join(
            ClassGroup,
            and_(ClassGroup.id == RoomUse.class_group_id, ClassGroup.school_id == RoomUse.school_id),
        )
        .where(
            RoomUse.school_id == school_id,
            RoomUse.ended_at.is_(None),
            or_(RoomUse.ends_at.is_(None), RoomUse.ends_at > now),
        )
        .order_by(ClassGroup.name, Room.name, RoomUse.weekday, RoomUse.starts_minute, RoomUse.id)
    )
    return [
        RegularUse(
            *(row.id, row.name, row.class_group, row.starts_at, row.ends_at),
            weekly=None if row.weekday is None else (row.weekday, row.starts_minute, row.ends_minute),
        )
        for row in rows
    ]


def find_use(connection: Connection, number: str, school_id: int) -> int | None:
    """Return the id of the regular use, if it belongs to this school; ended or not."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return connection.execute(
        select(RoomUse.id).where(RoomUse.id == int(number), RoomUse.school_id == school_id)
    ).scalar_one_or_none()
