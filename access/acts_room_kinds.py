"""The act by which a school says what a room is for."""

from datetime import datetime

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, school_of, widen
from access.places import Room
from access.room_kinds import NEVER, checked_kind
from access.stops import Mark, Scope
from access.world import World


def set_room_kind(world: World, *, actor: Actor, reason: str, room_id: int, kind: str) -> bool:
    """Say what a room is for. Where no camera may show anything, its curtain is drawn at once.

    Any other kind widens, and holds from now: nothing of before is shown by it.

    Raises:
        Refused: ``room:kind``.
    """
    wanted = checked_kind(kind)
    subject = {"room": room_id, "kind": wanted.value}
    if wanted in NEVER:
        ending = Ending.now(
            world,
            "room:kind_set",
            actor=actor,
            reason=reason,
            target=subject,
            marks=(Mark(Scope.ROOM, room_id),),
        )
        return end(world, ending)
    school_id = school_of(world, Room, room_id)

    def apply(connection: Connection, now: datetime) -> bool:
        this = (Room.id == room_id, Room.school_id == school_id)
        connection.execute(update(Room).where(*this).values(kind=wanted.value, kind_since=now))
        return True

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="room:kind_set",
        subject=subject,
        apply=apply,
    )
