"""Acts upon class groups, children, enrolments, guardianships and grants.

Nobody alone makes a viewer, and nobody ties themselves to a child; whose identity was
checked is :mod:`access.acts_identity`'s to write.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.acts import NOTHING, Actor, Ending, end, school_of, widen
from access.calendar_writing import term_end
from access.checked import check_span, checked_name, find_one
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.inserting import insert_one
from access.keys import new_key
from access.people import Person, School
from access.stops import Mark, Scope
from access.world import World

CLASS_NAME_LETTERS = 100


def add_child(world: World, *, actor: Actor, reason: str, school_id: int, name: str) -> int:
    """Add a child and return its record."""
    name = checked_name(name)
    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        model=Child,
        kind="child:added",
        name=name,
    )


def add_class_group(world: World, *, actor: Actor, reason: str, school_id: int, name: str) -> int:
    """Add a class group and return its record."""
    name = checked_name(name, letters=CLASS_NAME_LETTERS)
    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        model=ClassGroup,
        kind="class_group:added",
        name=name,
    )


def enrol(
    world: World,
    *,
    actor: Actor,
    reason: str,
    child_id: int,
    class_group_id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> int:
    """Give a child a dated place in a class group of its school and return its record."""
    check_span(starts_at, ends_at)
    school_id = school_of(world, Child, child_id)

    def check(connection: Connection) -> None:
        find_one(connection, ClassGroup, class_group_id, school_id=school_id)

    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        model=Enrolment,
        kind="enrolment:begun",
        check=check,
        subject={"child": child_id, "class_group": class_group_id},
        child_id=child_id,
        class_group_id=class_group_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def end_enrolment(world: World, *, actor: Actor, reason: str, enrolment_id: int) -> bool:
    """End a child's place in a class group, at once; say whether it is recorded already."""
    target, marks = {"enrolment": enrolment_id}, (Mark(Scope.ENROLMENT, enrolment_id),)
    return end(
        world,
        Ending.now(world, "enrolment:ended", actor=actor, reason=reason, target=target, marks=marks),
    )


def add_guardianship(
    world: World,
    *,
    actor: Actor,
    reason: str,
    person_id: int,
    child_id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
) -> int:
    """Tie a person to a child and return the record; it opens nothing until it is verified.

    Raises:
        Refused: ``guardianship:oneself``, where they tie themselves; that they tried is an entry.
    """
    check_span(starts_at, ends_at)
    school_id = school_of(world, Child, child_id)

    def check(connection: Connection) -> None:
        if actor.person_id == person_id:
            raise Refused("guardianship:oneself")
        if find_one(connection, Person, person_id).closed_at is not None:
            raise Refused("person:closed")

    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        model=Guardianship,
        kind="guardianship:added",
        check=check,
        subject={"person": person_id, "child": child_id},
        tells={"guardianship:oneself": "guardianship:refused"},
        person_id=person_id,
        child_id=child_id,
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=actor.person_id,
    )


def end_guardianship(world: World, *, actor: Actor, reason: str, guardianship_id: int) -> bool:
    """End the tie between a person and a child, at once; say whether it is recorded already."""
    target, marks = {"guardianship": guardianship_id}, (Mark(Scope.GUARDIANSHIP, guardianship_id),)
    return end(
        world,
        Ending.now(world, "guardianship:ended", actor=actor, reason=reason, target=target, marks=marks),
    )


def issue_grant(
    world: World,
    *,
    actor: Actor,
    reason: str,
    guardianship_id: int,
    starts_at: datetime,
    ends_at: datetime,
) -> int:
    """Give a guardianship the school's leave to watch over a span and return its record.

    Raises:
        Refused: ``span:backwards``; ``guardianship:ended``; ``grant:oneself``: nobody gives themselves leave,
            and that they tried is an entry; ``grant:stands``, where the same leave is there already;
            ``term:over`` or ``grant:past_term``, where the school said of terms and none holds it whole.
    """
    check_span(starts_at, ends_at)
    subject: dict[str, Any] = {"guardianship": guardianship_id}
    school_id = school_of(world, Guardianship, guardianship_id)

    def check(connection: Connection) -> None:
        tie = find_one(connection, Guardianship, guardianship_id, school_id=school_id)
        subject.update(person=tie.person_id, child=tie.child_id)  # of a refusal too
        if tie.ended_at is not None:
            raise Refused("guardianship:ended")
        if actor.person_id is not None and actor.person_id == tie.person_id:
            raise Refused("grant:oneself")
        if _has_leave(connection, tie, starts_at, ends_at):
            raise Refused("grant:stands")
        latest = term_end(connection, school_id, starts_at)
        if latest is not None and ends_at > latest:
            raise Refused("grant:past_term", f"until {latest:%Y-%m-%d} at the latest")

    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        model=Grant,
        kind="grant:issued",
        check=check,
        subject=subject,
        tells={"grant:oneself": "guardianship:refused"},
        name_in_subject="grant",
        guardianship_id=guardianship_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _has_leave(connection: Connection, tie: Any, starts_at: datetime, ends_at: datetime) -> bool:
    """Say whether one grant of a guardianship covers all of a span already."""
    covers = (Grant.starts_at <= starts_at, Grant.ends_at >= ends_at, Grant.revoked_at.is_(None))
    of_tie = (Grant.guardianship_id == tie.id, Grant.school_id == tie.school_id)
    return connection.execute(select(Grant.id).where(*of_tie, *covers).limit(1)).first() is not None


def revoke_grant(world: World, *, actor: Actor, reason: str, grant_id: int) -> bool:
    """Revoke a grant, at once; say whether it is recorded already."""
    target, marks = {"grant": grant_id}, (Mark(Scope.GRANT, grant_id),)
    return end(
        world,
        Ending.now(world, "grant:revoked", actor=actor, reason=reason, target=target, marks=marks),
    )


def _add(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    model: Any,
    kind: str,
    check: Callable[[Connection], None] | None = None,
    subject: dict[str, Any] | None = None,
    name_in_subject: str | None = None,
    tells: Mapping[str, str] = NOTHING,
    **values: Any,
) -> int:
    """Insert one record of a school, after *check*, and return its id."""
    subject = {} if subject is None else subject
    name_in_subject = name_in_subject or model.__tablename__

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, School, school_id)
        if check is not None:
            check(connection)
        record_id = insert_one(
            connection, model, school_id=school_id, key=new_key(), recorded_at=now, **values
        )
        subject[name_in_subject] = record_id
        return record_id

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=kind,
        subject=subject,
        apply=apply,
        tells=tells,
    )
