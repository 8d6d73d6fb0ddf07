"""Acts upon a copy of what a school keeps about somebody: asked for, made, released by another, handed over.

The law gives the school days for it, so a request has a day on which it is due. What is in a copy is
:mod:`access.subject_copy`'s business.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select, update

from access.acts import Actor, widen
from access.acts_identity import letter_hands
from access.checked import find_one
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.log.accounts import ever_known
from access.log.erasing import overwriting
from access.people import Person, Role
from access.roster import staff_school
from access.subject_records import ANSWERED_WITHIN, SubjectExport
from access.two_people import may_agree_to_look
from access.world import World

MAKERS = (Role.OFFICE, Role.DIRECTOR, Role.ADMINISTRATOR)
ALONE = "subject_export:refused"
SAME_PERSON = "subject:same_person"

T = TypeVar("T")


def ask_export(world: World, *, actor: Actor, reason: str, school_id: int, person_id: int) -> int:
    """Write down that somebody asks for what the school keeps about them; return the request's id.

    By themself, or for them by somebody of the office.

    Raises:
        Refused: ``person:unknown``: nobody the school ever knew; ``subject:waits``: they asked
            already; ``subject:not_office``.
    """
    subject: dict[str, Any] = {"person": person_id}

    def apply(connection: Connection, now: datetime) -> int:
        by = (
            actor.person_id
            if actor.person_id == person_id
            else _maker(world, connection, actor, school_id, now)
        )
        known = select(Person.id).where(Person.id == person_id, Person.id.in_(ever_known(school_id)))
        if connection.execute(known).one_or_none() is None:
            raise Refused("person:unknown")
        waiting = select(SubjectExport.id).where(
            SubjectExport.school_id == school_id,
            SubjectExport.person_id == person_id,
            SubjectExport.handed_at.is_(None),
        )
        if connection.execute(waiting).first() is not None:
            raise Refused("subject:waits")
        subject["subject_export"] = insert_one(
            connection,
            SubjectExport,
            school_id=school_id,
            key=new_key(),
            person_id=person_id,
            asked_by=by,
            asked_at=now,
            due_at=now + ANSWERED_WITHIN,
        )
        return int(subject["subject_export"])

    kind = "subject_export:asked"
    return _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def make_export(
    world: World, *, actor: Actor, reason: str, school_id: int, export_id: int, content: bytes
) -> None:
    """Keep the copy that was made, for somebody else to look at; one made anew takes its place.

    Raises:
        Refused: ``subject:released``, ``subject:not_office``.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = _found(connection, export_id, school_id, subject)
        by = _maker(world, connection, actor, school_id, now)
        if asked.released_at is not None:
            raise Refused("subject:released")
        _write(connection, asked, made_by=by, made_at=now, content=content)

    _act(world, actor, reason, school_id=school_id, kind="subject_export:made", subject=subject, apply=apply)


def release_export(world: World, *, actor: Actor, reason: str, school_id: int, export_id: int) -> None:
    """Let a copy go that somebody else made, having looked at it.

    Raises:
        Refused: ``subject:not_made``, ``subject:released``, ``subject:not_office``;
            ``subject:same_person``, where they made it or it is about them: that they tried is an entry.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = _found(connection, export_id, school_id, subject)
        by = _maker(world, connection, actor, school_id, now)
        if asked.released_at is not None:
            raise Refused("subject:released")
        if asked.made_by is None:
            raise Refused("subject:not_made")
        second = find_one(connection, Person, by)
        if by == asked.person_id or not may_agree_to_look(
            by,
            asked_by=asked.made_by,
            account_by=second.created_by,
            has_passphrase=bool(second.passphrase_hash),
            passphrase_by=second.passphrase_given_by,
            letters=frozenset(letter_hands(connection, by, now)),
        ):
            raise Refused(SAME_PERSON)
        _write(connection, asked, released_by=by, released_at=now)

    kind = "subject_export:released"
    _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def hand_over(world: World, *, actor: Actor, reason: str, school_id: int, export_id: int) -> bytes:
    """Return a copy that was released, and keep it no longer.

    Raises:
        Refused: ``subject:not_released``; ``subject:over``; ``subject:not_office``.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> bytes:
        asked = _found(connection, export_id, school_id, subject)
        if actor.person_id != asked.person_id:
            _maker(world, connection, actor, school_id, now)
        if asked.handed_at is not None:
            raise Refused("subject:over")
        if asked.released_at is None or asked.content is None:
            raise Refused("subject:not_released")
        with overwriting(connection):
            _write(connection, asked, handed_at=now, content=None)
        return bytes(asked.content)

    kind = "subject_export:handed_over"
    return _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def _act(
    world: World,
    actor: Actor,
    reason: str,
    *,
    school_id: int,
    kind: str,
    subject: dict[str, Any],
    apply: Callable[[Connection, datetime], T],
) -> T:
    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=kind,
        subject=subject,
        apply=apply,
        tells={SAME_PERSON: ALONE},
        decides=False,
    )


def _found(connection: Connection, export_id: int, school_id: int, subject: dict[str, Any]) -> Any:
    asked = find_one(connection, SubjectExport, export_id, school_id=school_id)
    subject["person"] = asked.person_id
    return asked


def _write(connection: Connection, asked: Any, **values: Any) -> None:
    this = (SubjectExport.id == asked.id, SubjectExport.school_id == asked.school_id)
    connection.execute(update(SubjectExport).where(*this).values(**values))


def _maker(world: World, connection: Connection, actor: Actor, school_id: int, now: datetime) -> int:
    person = actor.person_id
    if person is None or not staff_school(connection, person, school_id, MAKERS, now, stops=world.stops):
        raise Refused("subject:not_office", "somebody of the office, by name")
    return person
