"""Acts upon rooms, their uses, levels and curtains.

Cameras are in :mod:`access.acts_cameras`, hours in :mod:`access.acts_hours`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from access.acts import Actor, Ending, end, school_of, widen
from access.acts_cameras import (
    activate_camera,
    add_camera,
    add_recorder,
    deactivate_camera,
    mask_camera,
)
from access.acts_hours import set_hours
from access.checked import check_shown, check_span, checked_name, find_one
from access.consent_records import LEVELS
from access.coverage import CLOSED
from access.database import reading
from access.enrolment import ClassGroup
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import School
from access.places import CurtainOpening, Room, RoomUse
from access.policy import CLEAR
from access.room_kinds import RoomKind, checked_kind
from access.stops import Mark, Scope
from access.week import WeekWindow, checked_windows
from access.world import World

__all__ = [
    "activate_camera",
    "add_camera",
    "add_recorder",
    "add_room",
    "deactivate_camera",
    "draw_curtain",
    "end_room_use",
    "mask_camera",
    "open_curtain",
    "set_hours",
    "set_level",
    "use_room",
]

ROOM_NAME_LETTERS = 100
#: A room may be asked to show so much, or nothing.
ROOM_LEVELS = (*LEVELS, CLOSED)


def add_room(
    world: World, *, actor: Actor, reason: str, school_id: int, name: str, kind: str = RoomKind.CLASSROOM
) -> int:
    """Add a room and return its record; its curtain is drawn.

    Args:
        kind: what it is for, one of :class:`~access.room_kinds.RoomKind`.

    Raises:
        Refused: ``room:kind``.
    """
    name, kind = checked_name(name, letters=ROOM_NAME_LETTERS), checked_kind(kind).value
    subject: dict[str, Any] = {"kind": kind}

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, School, school_id)
        named = {"key": new_key(), "name": name, "kind": kind, "kind_since": now}
        room = insert_one(connection, Room, school_id=school_id, recorded_at=now, **named)
        subject["room"] = room
        return room

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="room:added",
        subject=subject,
        apply=apply,
    )


def use_room(
    world: World,
    *,
    actor: Actor,
    reason: str,
    room_id: int,
    class_group_id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    weekly: WeekWindow | None = None,
) -> int:
    """Let a class group of the room's school use it over a span and return the record.

    Args:
        weekly: the one time of the week, in the school's local time; None for all of it.

    Raises:
        Refused: ``hours:backwards`` or ``hours:out_of_range``.
    """
    check_span(starts_at, ends_at)
    weekday, starts_minute, ends_minute = checked_windows([weekly])[0] if weekly else (None, None, None)
    school_id = school_of(world, Room, room_id)
    subject: dict[str, Any] = {"room": room_id, "class_group": class_group_id}
    if weekly is not None:
        subject["weekly"] = list(weekly)

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, ClassGroup, class_group_id, school_id=school_id)
        subject["room_use"] = insert_one(
            connection,
            RoomUse,
            school_id=school_id,
            room_id=room_id,
            class_group_id=class_group_id,
            starts_at=starts_at,
            ends_at=ends_at,
            weekday=weekday,
            starts_minute=starts_minute,
            ends_minute=ends_minute,
            recorded_at=now,
        )
        use: int = subject["room_use"]
        return use

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="room_use:begun",
        subject=subject,
        apply=apply,
    )


def end_room_use(world: World, *, actor: Actor, reason: str, room_use_id: int) -> bool:
    """End a class group's use of a room and draw its curtain, at once."""
    with reading(world.database) as connection:
        room_id = find_one(connection, RoomUse, room_use_id).room_id
    return _hide(
        world, "room_use:ended", actor=actor, reason=reason, room_id=room_id, target={"room_use": room_use_id}
    )


def draw_curtain(world: World, *, actor: Actor, reason: str, room_id: int) -> bool:
    """Hide a room at once; say whether it is recorded already."""
    return _hide(
        world, "curtain:drawn", actor=actor, reason=reason, room_id=room_id, target={"room": room_id}
    )


def open_curtain(world: World, *, actor: Actor, reason: str, room_id: int) -> None:
    """Show a room again: the one act that lifts what hid it."""
    school_id = school_of(world, Room, room_id)

    def apply(connection: Connection, now: datetime) -> None:
        standing = select(CurtainOpening.id).where(
            CurtainOpening.school_id == school_id,
            CurtainOpening.room_id == room_id,
            CurtainOpening.drawn_at.is_(None),
        )
        if connection.execute(standing).first() is None:
            connection.execute(
                insert(CurtainOpening).values(school_id=school_id, room_id=room_id, opened_at=now)
            )

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="curtain:opened",
        subject={"room": room_id},
        apply=apply,
        clears=[Mark(Scope.ROOM, room_id)],
    )


def set_level(
    world: World, *, actor: Actor, reason: str, room_id: int, level: str, shown: str | None = None
) -> bool:
    """Ask for a privacy level. Any but ``clear`` draws the curtain at once.

    ``clear`` is asked for like any widening, and the curtain stays as it is. What was filmed
    at another level before stays unseen.

    Args:
        shown: the level that whoever acts has seen; what draws the curtain is done upon any.

    Raises:
        Refused: ``room:level``; ``act:overtaken``, where another level stands than *shown*.
    """
    if level not in ROOM_LEVELS:
        raise Refused("room:level", f"one of {', '.join(ROOM_LEVELS)}")
    if level != CLEAR:
        target = {"room": room_id, "level": level}
        return _hide(world, "room:level_set", actor=actor, reason=reason, room_id=room_id, target=target)

    school_id = school_of(world, Room, room_id)

    def apply(connection: Connection, now: datetime) -> bool:
        check_shown(shown, find_one(connection, Room, room_id, school_id=school_id).level)
        other = (Room.id == room_id, Room.school_id == school_id, Room.level != level)
        connection.execute(update(Room).where(*other).values(level=level, level_since=now))
        return True

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="room:level_set",
        subject={"room": room_id, "level": level},
        apply=apply,
    )


def _hide(
    world: World, name: str, *, actor: Actor, reason: str, room_id: int, target: dict[str, Any]
) -> bool:
    mark = Mark(Scope.ROOM, room_id)
    return end(world, Ending.now(world, name, actor=actor, reason=reason, target=target, marks=(mark,)))
