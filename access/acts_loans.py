"""Acts by which a room is lent to people from outside, and taken back."""

from datetime import datetime

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, school_of, widen
from access.checked import begins_now_or_later, find_one
from access.database import now_utc_text, reading
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.places import Room, RoomLoan
from access.stops import Mark, Scope
from access.world import World


def lend_room(
    world: World,
    *,
    actor: Actor,
    reason: str,
    room_id: int,
    ends_at: datetime,
    starts_at: datetime | None = None,
) -> bool:
    """Lend a room to people from outside: no family sees it meanwhile; say whether it is recorded already.

    Raises:
        Refused: ``span:over``.
    """
    now = world.clock.now()
    starts_at = begins_now_or_later(starts_at, ends_at, now)
    if starts_at <= now:
        target = {"room": room_id, "ends_at": now_utc_text(ends_at)}
        marks = (Mark(Scope.ROOM_LOAN, room_id),)
        return end(
            world, Ending.now(world, "room:lent", actor=actor, reason=reason, target=target, marks=marks)
        )
    school_id = school_of(world, Room, room_id)
    subject = {"room": room_id}

    def apply(connection: Connection, at: datetime) -> bool:
        span = {"starts_at": starts_at, "ends_at": ends_at, "recorded_at": at}
        subject["room_loan"] = insert_one(
            connection, RoomLoan, school_id=school_id, key=new_key(), room_id=room_id, **span
        )
        return True

    return widen(
        world, school_id=school_id, actor=actor, reason=reason, kind="room:lent", subject=subject, apply=apply
    )


def end_loan(world: World, *, actor: Actor, reason: str, room_loan_id: int) -> None:
    """Take a room back before its time: those entitled see it again.

    Raises:
        Refused: ``room_loan:over``.
    """
    with reading(world.database) as connection:
        loan = find_one(connection, RoomLoan, room_loan_id)
    standing = (
        RoomLoan.id == loan.id,
        RoomLoan.school_id == loan.school_id,
        RoomLoan.ended_at.is_(None),
    )

    def apply(connection: Connection, now: datetime) -> None:
        ended = update(RoomLoan).where(*standing, RoomLoan.ends_at > now).values(ended_at=now)
        if not connection.execute(ended).rowcount:
            raise Refused("room_loan:over")

    widen(
        world,
        school_id=loan.school_id,
        actor=actor,
        reason=reason,
        kind="room_loan:ended",
        subject={"room": loan.room_id, "room_loan": loan.id},
        apply=apply,
    )
