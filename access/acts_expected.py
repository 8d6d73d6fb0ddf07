"""Acts that say who is in a room besides children: staff who work with a class, and guests."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, school_of, widen
from access.checked import check_span, find_one
from access.consent_records import Guest, StaffDuty
from access.enrolment import ClassGroup
from access.errors import RecordsUnavailable, Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import Person
from access.stops import Mark, Scope
from access.world import World


def add_duty(
    world: World,
    *,
    actor: Actor,
    reason: str,
    person_id: int,
    class_group_id: int,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> int:
    """Say that somebody works with a class; where it is, their consent is needed from then on.

    Args:
        starts_at: aware; now where nothing is said.
    """
    school_id = school_of(world, ClassGroup, class_group_id)
    subject: dict[str, Any] = {"person": person_id, "class_group": class_group_id}

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, ClassGroup, class_group_id, school_id=school_id)
        if find_one(connection, Person, person_id).closed_at is not None:
            raise Refused("person:closed")
        starts = starts_at or now
        check_span(starts, ends_at)
        duty = insert_one(
            connection,
            StaffDuty,
            school_id=school_id,
            key=new_key(),
            person_id=person_id,
            class_group_id=class_group_id,
            starts_at=starts,
            ends_at=ends_at,
            recorded_at=now,
        )
        subject["staff_duty"] = duty
        return duty

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="staff_duty:begun",
        subject=subject,
        apply=apply,
    )


def end_duty(world: World, *, actor: Actor, reason: str, duty_id: int) -> None:
    """Say that somebody works with a class no longer: their consent is not needed there from now on.

    Raises:
        Refused: ``staff_duty:over``.
    """
    school_id = school_of(world, StaffDuty, duty_id)
    subject: dict[str, Any] = {"staff_duty": duty_id}

    def apply(connection: Connection, now: datetime) -> None:
        duty = find_one(connection, StaffDuty, duty_id, school_id=school_id)
        subject.update(person=duty.person_id, class_group=duty.class_group_id)
        if duty.ended_at is not None:
            raise Refused("staff_duty:over")
        this = (StaffDuty.id == duty_id, StaffDuty.school_id == school_id)
        connection.execute(update(StaffDuty).where(*this).values(ended_at=now))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="staff_duty:ended",
        subject=subject,
        apply=apply,
    )


def guest_comes(world: World, *, actor: Actor, reason: str, room_id: int) -> bool:
    """Say that a guest is in a room: it is shown to nobody, at once; say whether it is recorded already.

    Raises:
        RecordsUnavailable: neither journal nor database took it. The room is stopped until its
            curtain is opened, or the machine restarts.
    """
    target, marks = {"room": room_id, "key": new_key()}, (Mark(Scope.GUEST, room_id),)
    ending = Ending.now(world, "guest:came", actor=actor, reason=reason, target=target, marks=marks)
    try:
        return end(world, ending)
    except RecordsUnavailable:
        # Nothing carries this guest: what recording another one clears must not let them be seen.
        world.stops.set([Mark(Scope.ROOM, room_id)])
        raise


def guest_leaves(world: World, *, actor: Actor, reason: str, guest_id: int) -> None:
    """Say that a guest has left; what was filmed while they were there stays unseen.

    Raises:
        Refused: ``guest:gone``.
    """
    school_id = school_of(world, Guest, guest_id)
    subject: dict[str, Any] = {"guest": guest_id}

    def apply(connection: Connection, now: datetime) -> None:
        guest = find_one(connection, Guest, guest_id, school_id=school_id)
        subject["room"] = guest.room_id
        if guest.left_at is not None:
            raise Refused("guest:gone")
        this = (Guest.id == guest_id, Guest.school_id == school_id)
        connection.execute(update(Guest).where(*this).values(left_at=now))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="guest:left",
        subject=subject,
        apply=apply,
    )
