"""Acts by which classes change rooms for a while.

What begins now first takes the classes out of their rooms, which waits for nothing, and
then puts them into the others, which is recorded or does not happen. What begins later
is recorded and marks nothing: it holds from its instant by itself.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from access.acts import Actor, Ending, end, widen
from access.checked import begins_now_or_later, find_one
from access.database import now_utc_text, reading
from access.enrolment import ClassGroup
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.inserting import insert_one
from access.keys import new_key
from access.places import RoomChange
from access.stops import Mark, Scope
from access.whereabouts import rooms_at
from access.world import World

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Move:
    """Who moves class groups and why, where those are, and for how long they are elsewhere."""

    actor: Actor
    reason: str
    school_id: int
    #: By class group; None where it is in no one room.
    rooms: Mapping[int, int | None]
    starts_at: datetime
    ends_at: datetime
    at_once: bool


def swap_rooms(
    world: World,
    *,
    actor: Actor,
    reason: str,
    class_group_ids: tuple[int, int],
    ends_at: datetime,
    starts_at: datetime | None = None,
) -> tuple[int, ...]:
    """Have two classes exchange their rooms over a span, and return the two changes.

    Args:
        starts_at: aware; now, where it is left out or over.
        ends_at: aware; from then on each is where it regularly is.

    Returns:
        the records; none where the classes have left their rooms and where they go could
        not be recorded: nobody of theirs sees a room until it is said again.

    Raises:
        Refused: ``room_change:same``, ``room_change:no_one_room``, ``span:over``, or ``act:overtaken``.
        RecordsUnavailable, LogUnavailable: nothing happened; or, where that is now and not even the
            journal took it, both have left their rooms until it is said again.
    """
    one, other = class_group_ids
    move = _move(world, actor, reason, class_group_ids, starts_at=starts_at, ends_at=ends_at)
    in_one, in_other = (_one_room(move, group) for group in class_group_ids)
    if in_one == in_other:
        raise Refused("room_change:same")
    subject = {"class_group": one, "room": in_other, "other_class_group": other, "other_room": in_one}
    return _put(world, move, {one: in_other, other: in_one}, kind="room:swapped", subject=subject)


def merge_classes(
    world: World,
    *,
    actor: Actor,
    reason: str,
    guest_id: int,
    host_id: int,
    ends_at: datetime,
    starts_at: datetime | None = None,
) -> tuple[int, ...]:
    """Have one class be in another's room over a span, and return the change; as :func:`swap_rooms`."""
    move = _move(world, actor, reason, (guest_id, host_id), starts_at=starts_at, ends_at=ends_at)
    room_id = _one_room(move, host_id)
    if move.rooms[guest_id] == room_id:
        raise Refused("room_change:same")
    subject = {"class_group": guest_id, "room": room_id, "other_class_group": host_id}
    return _put(world, move, {guest_id: room_id}, kind="class_group:merged", subject=subject)


def end_room_change(world: World, *, actor: Actor, reason: str, room_change_id: int) -> bool:
    """Take back all that was changed with this change; False where the classes are in no room for now.

    Raises:
        Refused: ``room_change:over``.
        RecordsUnavailable, LogUnavailable: nothing happened.
    """
    now = world.clock.now()
    with reading(world.database) as connection:
        this = find_one(connection, RoomChange, room_change_id)
        standing = (
            RoomChange.key == this.key,
            RoomChange.school_id == this.school_id,
            RoomChange.ended_at.is_(None),
            RoomChange.ends_at > now,
        )
        rows = connection.execute(
            select(RoomChange.class_group_id, RoomChange.starts_at).where(*standing)
        ).all()
        groups = sorted({row.class_group_id for row in rows})
        rooms = rooms_at(connection, this.school_id, groups, now)
    running = any(row.starts_at <= now for row in rows)
    move = _Move(actor, reason, this.school_id, rooms, now, this.ends_at, at_once=running)

    def apply(connection: Connection, at: datetime) -> tuple[int, ...]:
        ended = connection.execute(update(RoomChange).where(*standing).values(ended_at=at)).rowcount
        if not ended:
            raise Refused("room_change:over")
        return (this.id,)

    if not rows:
        raise Refused("room_change:over")
    subject = {"class_group": this.class_group_id, "class_groups": groups, "room_change": this.id}
    return bool(_say(world, move, groups, apply, kind="room_change:ended", subject=subject))


def _move(
    world: World,
    actor: Actor,
    reason: str,
    class_group_ids: tuple[int, int],
    *,
    starts_at: datetime | None,
    ends_at: datetime,
) -> _Move:
    now = world.clock.now()
    starts_at = begins_now_or_later(starts_at, ends_at, now)
    one, other = class_group_ids
    if one == other:
        raise Refused("room_change:same")
    with reading(world.database) as connection:
        school_id = find_one(connection, ClassGroup, one).school_id
        find_one(connection, ClassGroup, other, school_id=school_id)
        rooms = rooms_at(connection, school_id, class_group_ids, starts_at)
    return _Move(actor, reason, school_id, rooms, starts_at, ends_at, at_once=starts_at <= now)


def _one_room(move: _Move, class_group_id: int) -> int:
    room_id = move.rooms[class_group_id]
    if room_id is None:
        raise Refused("room_change:no_one_room", "a class is in no room then, or in several")
    return room_id


def _put(
    world: World,
    move: _Move,
    into: Mapping[int, int],
    *,
    kind: str,
    subject: dict[str, Any],
) -> tuple[int, ...]:
    """Put class groups into rooms over the span of *move*, where all of them still are as it says."""
    key = new_key()

    def apply(connection: Connection, now: datetime) -> tuple[int, ...]:
        if rooms_at(connection, move.school_id, move.rooms, move.starts_at) != move.rooms:
            raise Refused("act:overtaken", "a class was moved meanwhile")
        changes = tuple(
            insert_one(
                connection,
                RoomChange,
                school_id=move.school_id,
                key=key,
                class_group_id=class_group_id,
                room_id=room_id,
                starts_at=move.starts_at,
                ends_at=move.ends_at,
                recorded_at=now,
            )
            for class_group_id, room_id in into.items()
        )
        subject["room_changes"] = list(changes)
        return changes

    return _say(world, move, list(into), apply, kind=kind, subject=subject)


def _say(
    world: World,
    move: _Move,
    leaving: list[int],
    apply: Callable[[Connection, datetime], tuple[int, ...]],
    *,
    kind: str,
    subject: dict[str, Any],
) -> tuple[int, ...]:
    """Have *leaving* out of their rooms first, where it is now, and then say where they are."""
    marks = tuple(Mark(Scope.CLASS_GROUP, class_group_id) for class_group_id in leaving)
    if move.at_once and not _leave(world, move, marks):
        return ()

    def arrive(connection: Connection, now: datetime) -> tuple[int, ...]:
        done = apply(connection, now)
        if move.at_once:
            connection.execute(update(RoomChange).where(*_nowhere(move, leaving)).values(ended_at=now))
        return done

    try:
        return widen(
            world,
            school_id=move.school_id,
            actor=move.actor,
            reason=move.reason,
            kind=kind,
            subject=subject,
            apply=arrive,
        )
    except (RecordsUnavailable, LogUnavailable) as fault:
        if not move.at_once:
            raise
        logger.warning("rooms: left, and where to is not recorded: %s", type(fault).__name__)
        return ()


def _leave(world: World, move: _Move, marks: tuple[Mark, ...]) -> bool:
    """Take the class groups that are marked out of their rooms at once; say whether it is recorded."""
    leaving = [mark.id for mark in marks]
    target = {
        "class_groups": leaving,
        "rooms": [move.rooms[class_group_id] for class_group_id in leaving],
        "ends_at": now_utc_text(move.ends_at),
    }
    name = "class_group:left_rooms"
    return end(
        world, Ending.now(world, name, actor=move.actor, reason=move.reason, target=target, marks=marks)
    )


def _nowhere(move: _Move, class_group_ids: list[int]) -> tuple[ColumnElement[bool], ...]:
    """Say of a change that it only took one of these out of its rooms, and still does."""
    return (
        RoomChange.school_id == move.school_id,
        RoomChange.class_group_id.in_(class_group_ids),
        RoomChange.room_id.is_(None),
        RoomChange.ended_at.is_(None),
    )
