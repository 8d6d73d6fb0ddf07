"""What a display at a room's door is and shows: how many watch, the curtain, and staff's looks.

Its page asks all the time, which is its beat. Where staff may look each beat is written: a display
that was heard of after a look was agreed to has been told of it. Where there is nothing to tell one
in thirty seconds is, or twelve tablets at twelve doors would keep the records writing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from access.database import UtcDateTime, writing
from access.look_records import DARK, DoorDisplay, SetupLook
from access.people import Membership, Role, School
from access.places import Camera, CurtainOpening, Room
from access.sign_ins import token_hash
from access.stops import Mark, Scope, StopMarks
from access.world import World


@dataclass(frozen=True, slots=True)
class DoorFound:
    """A display that is signed in, and the one room of which it may say anything."""

    id: int
    school_id: int
    room_id: int
    room: str
    zone: str
    language: str
    seen_at: datetime | None

    def rests(self, now: datetime) -> bool:
        """Say whether it was written long ago that it is on."""
        return self.seen_at is None or now >= self.seen_at + RESTS


@dataclass(frozen=True, slots=True)
class LookShown:
    """A look that staff may have now, as whoever is filmed is told of it."""

    kind: str
    #: ``director`` or ``office``; never a name.
    role: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """One display, as the office reads it."""

    id: int
    key: str
    room: str
    #: A device was signed in with its code.
    signed_in: bool
    is_on: bool
    seen_at: datetime | None
    code_until: datetime


#: A display with nothing to tell is written down so seldom.
RESTS = timedelta(seconds=30)

_AT = bindparam("now", type_=UtcDateTime())
_FOUND = (
    select(
        DoorDisplay.id,
        DoorDisplay.school_id,
        DoorDisplay.room_id,
        Room.name.label("room"),
        School.zone,
        School.language,
        DoorDisplay.seen_at,
    )
    .join(Room, and_(Room.id == DoorDisplay.room_id, Room.school_id == DoorDisplay.school_id))
    .join(School, School.id == DoorDisplay.school_id)
    .where(DoorDisplay.token_hash == bindparam("token_hash"), DoorDisplay.ended_at.is_(None))
)
_LOOKS = (
    select(SetupLook.id, SetupLook.kind, SetupLook.asked_by, SetupLook.ends_at)
    .join(Camera, and_(Camera.id == SetupLook.camera_id, Camera.school_id == SetupLook.school_id))
    .where(
        SetupLook.school_id == bindparam("school_id"),
        Camera.room_id == bindparam("room_id"),
        SetupLook.agreed_at <= _AT,
        SetupLook.ends_at > _AT,
        or_(SetupLook.ended_at.is_(None), SetupLook.ended_at > _AT),
    )
    .order_by(SetupLook.id)
)
_DIRECTS = select(Membership.person_id).where(
    Membership.school_id == bindparam("school_id"),
    Membership.role == Role.DIRECTOR,
    Membership.starts_at <= _AT,
    or_(Membership.ends_at.is_(None), Membership.ends_at > _AT),
)


def find_door(connection: Connection, token: str, stops: StopMarks) -> DoorFound | None:
    """Return the living display with the cookie's *token*, or None."""
    row = connection.execute(_FOUND, {"token_hash": token_hash(token)}).one_or_none()
    if row is None or stops.stopped([Mark(Scope.DOOR, row.id)]):
        return None
    return DoorFound(*row)


def beat(world: World, door: DoorFound) -> list[LookShown]:
    """Write that a display is on, and return what it is told of. No act: it changes nobody's revision.

    Both in one turn of writing, as an agreement is: a look is agreed to before it, and told, or
    after it, and the display has to be heard of again.

    Raises:
        RecordsUnavailable: nothing was written; the display goes dark.
    """
    this = (DoorDisplay.id == door.id, DoorDisplay.school_id == door.school_id)
    beaten = update(DoorDisplay).where(*this, DoorDisplay.ended_at.is_(None))
    with writing(world.database) as connection:
        now = world.clock.now()
        went_on = and_(DoorDisplay.on_since.is_not(None), DoorDisplay.seen_at > now - DARK)
        connection.execute(beaten.where(~went_on).values(on_since=now, seen_at=now))
        connection.execute(beaten.values(seen_at=now))
        return looks_at(connection, door, now, world.stops)


def curtain_is_open(connection: Connection, door: DoorFound, stops: StopMarks) -> bool:
    """Say whether the curtain of the display's room is open."""
    opened = select(CurtainOpening.id).where(
        CurtainOpening.school_id == door.school_id,
        CurtainOpening.room_id == door.room_id,
        CurtainOpening.drawn_at.is_(None),
    )
    is_open = connection.execute(opened.limit(1)).first() is not None
    return is_open and not stops.stopped([Mark(Scope.ROOM, door.room_id)])


def looks_at(connection: Connection, door: DoorFound, now: datetime, stops: StopMarks) -> list[LookShown]:
    """Return the looks at cameras of the display's room that were agreed to and are not over."""
    there = {"school_id": door.school_id, "room_id": door.room_id, "now": now}
    rows = connection.execute(_LOOKS, there).all()
    stopped = stops.stopped([Mark(Scope.LOOK, row.id) for row in rows])
    if not rows:
        return []
    directors = set(connection.execute(_DIRECTS, {"school_id": door.school_id, "now": now}).scalars())
    return [
        LookShown(row.kind, "director" if row.asked_by in directors else "office", row.ends_at)
        for row in rows
        if Mark(Scope.LOOK, row.id) not in stopped
    ]


def doors_seen(connection: Connection, school_id: int, now: datetime) -> list[DoorSeen]:
    """Return the school's displays that have not ended, and whose code is not over, by room."""
    rows: Any = connection.execute(
        select(
            DoorDisplay.id,
            DoorDisplay.key,
            Room.name.label("room"),
            DoorDisplay.token_hash,
            DoorDisplay.seen_at,
            DoorDisplay.code_until,
        )
        .join(Room, and_(Room.id == DoorDisplay.room_id, Room.school_id == DoorDisplay.school_id))
        .where(
            DoorDisplay.school_id == school_id,
            DoorDisplay.ended_at.is_(None),
            or_(DoorDisplay.token_hash.is_not(None), DoorDisplay.code_until > now),
        )
        .order_by(Room.name, DoorDisplay.id)
    )
    return [
        DoorSeen(
            row.id,
            row.key,
            row.room,
            row.token_hash is not None,
            row.seen_at is not None and now < row.seen_at + RESTS + DARK,
            row.seen_at,
            row.code_until,
        )
        for row in rows
    ]


def find_door_by_key(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the id of a display, if it belongs to this school."""
    this = (DoorDisplay.key == key, DoorDisplay.school_id == school_id)
    found: int | None = connection.execute(select(DoorDisplay.id).where(*this)).scalar_one_or_none()
    return found
