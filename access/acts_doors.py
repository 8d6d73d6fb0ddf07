"""Acts upon door displays: add one, sign its device in with a code that is good once, end it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, Ending, end, school_of, widen
from access.checked import find_one
from access.codes import new_token, token_hash
from access.database import reading
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.look_records import DoorDisplay
from access.places import Room
from access.sign_ins import token_hash as cookie_hash
from access.stops import Mark, Scope
from access.world import World

#: A code that no device used by then is over.
CODE_LASTS = timedelta(minutes=15)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewDoor:
    """A display that waits for its device; the code is returned once, and kept nowhere."""

    id: int
    code: str = field(repr=False)
    until: datetime


def add_door(world: World, *, actor: Actor, reason: str, room_id: int) -> NewDoor:
    """Let one device become the display at a room's door, with the code that this returns.

    Raises:
        Refused: ``room:unknown``.
    """
    school_id, code = school_of(world, Room, room_id), new_token()
    subject: dict[str, Any] = {"room": room_id}

    def apply(connection: Connection, now: datetime) -> NewDoor:
        find_one(connection, Room, room_id, school_id=school_id)
        until = now + CODE_LASTS
        subject["door"] = insert_one(
            connection,
            DoorDisplay,
            school_id=school_id,
            key=new_key(),
            room_id=room_id,
            code_hash=token_hash(code),
            code_until=until,
            added_by=actor.person_id,
            recorded_at=now,
        )
        return NewDoor(subject["door"], code, until)

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="door:added",
        subject=subject,
        apply=apply,
    )


def sign_in_door(world: World, typed: str) -> str:
    """Make a device the display that a code is for, and return the token of its cookie; the code is used up.

    Raises:
        Refused: ``door:code``: there is no such code, or it is over; all alike.
    """
    digest, token = token_hash(typed), secrets.token_urlsafe(TOKEN_BYTES)
    with reading(world.database) as connection:
        school_id = connection.execute(
            select(DoorDisplay.school_id).where(DoorDisplay.code_hash == digest)
        ).scalar_one_or_none()
    if school_id is None:
        raise Refused("door:code")
    subject: dict[str, Any] = {}

    def apply(connection: Connection, now: datetime) -> str:
        waiting = (DoorDisplay.school_id == school_id, DoorDisplay.code_hash == digest)
        door = connection.execute(
            select(DoorDisplay.id, DoorDisplay.room_id).where(
                *waiting, DoorDisplay.ended_at.is_(None), DoorDisplay.code_until > now
            )
        ).one_or_none()
        if door is None or world.stops.stopped([Mark(Scope.DOOR, door.id)]):
            raise Refused("door:code")
        subject.update(door=door.id, room=door.room_id)
        signed_in = {"code_hash": None, "token_hash": cookie_hash(token)}
        connection.execute(update(DoorDisplay).where(*waiting).values(**signed_in))
        return token

    return widen(
        world,
        school_id=school_id,
        actor=Actor(None, "web"),
        reason="signed in with its code",
        kind="door:signed_in",
        subject=subject,
        apply=apply,
    )


def end_door(world: World, *, actor: Actor, reason: str, door_id: int) -> bool:
    """Sign a display out at once, or take back its code; say whether it is recorded already."""
    mark = (Mark(Scope.DOOR, door_id),)
    target = {"door": door_id}
    return end(world, Ending.now(world, "door:ended", actor=actor, reason=reason, target=target, marks=mark))
