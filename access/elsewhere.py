"""Which classes are or will be in other rooms for a while, and which rooms are or will be lent."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from access.enrolment import ClassGroup
from access.places import Room, RoomChange, RoomLoan


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A class in another room, over ``[starts_at, ends_at)``."""

    id: int
    #: Of the act: what was said together ends together.
    key: str
    class_group: str
    #: None where it has left its rooms and where it went is not recorded.
    room: str | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Lent:
    """A room that outsiders have, over ``[starts_at, ends_at)``."""

    id: int
    key: str
    room: str
    starts_at: datetime
    ends_at: datetime


def elsewhere(connection: Connection, school_id: int, now: datetime) -> list[Elsewhere]:
    """Return the school's changes of rooms that are not over, as they were said."""
    change = RoomChange
    rows = connection.execute(
        select(change.id, change.key, ClassGroup.name, Room.name, change.starts_at, change.ends_at)
        .join(
            ClassGroup,
            and_(ClassGroup.id == change.class_group_id, ClassGroup.school_id == change.school_id),
        )
        .outerjoin(Room, and_(Room.id == change.room_id, Room.school_id == change.school_id))
        .where(change.school_id == school_id, change.ended_at.is_(None), change.ends_at > now)
        .order_by(change.id)
    )
    return [Elsewhere(*row) for row in rows]


def lent(connection: Connection, school_id: int, now: datetime) -> list[Lent]:
    """Return the school's loans that are not over, as they were said."""
    rows = connection.execute(
        select(RoomLoan.id, RoomLoan.key, Room.name, RoomLoan.starts_at, RoomLoan.ends_at)
        .join(Room, and_(Room.id == RoomLoan.room_id, Room.school_id == RoomLoan.school_id))
        .where(RoomLoan.school_id == school_id, RoomLoan.ended_at.is_(None), RoomLoan.ends_at > now)
        .order_by(RoomLoan.id)
    )
    return [Lent(*row) for row in rows]


def find_change(connection: Connection, key: str, school_id: int) -> int | None:
    """Return one of the changes that were said together, if they are of this school."""
    of_act = (RoomChange.key == key, RoomChange.school_id == school_id)
    found: int | None = connection.execute(
        select(RoomChange.id).where(*of_act).order_by(RoomChange.id).limit(1)
    ).scalar_one_or_none()
    return found


def find_loan(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the id of a loan, if it is of this school."""
    found: int | None = connection.execute(
        select(RoomLoan.id).where(RoomLoan.key == key, RoomLoan.school_id == school_id)
    ).scalar_one_or_none()
    return found
