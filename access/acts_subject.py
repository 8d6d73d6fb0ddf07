"""Acts upon a copy of what a school keeps about somebody: asked for, made, released by another, handed over.

The law gives the school days for it, so a request has a day on which it is due. From when it is made a copy
is one file, by its SHA-256: that one is looked at, released and handed over. What is in a copy is
:mod:`access.subject_copy`'s business.
"""

import hashlib
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor
from access.acts_by_two import act_by_two, is_another
from access.checked import find_one
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.log.accounts import ever_known
from access.overwriting import overwriting
from access.people import Person, Role
from access.roster import staff_school
from access.subject_dropped import erased_so_far
from access.subject_records import ANSWERED_WITHIN, SubjectExport
from access.world import World

MAKERS = (Role.OFFICE, Role.DIRECTOR, Role.ADMINISTRATOR)
ALONE = "subject_export:refused"
SAME_PERSON = "subject:same_person"

#: That somebody tried to release alone is an entry.
_act = partial(act_by_two, alone=SAME_PERSON, tried=ALONE)


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
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    export_id: int,
    content: bytes,
    erased: tuple[int | None, int | None],
) -> str:
    """Keep the copy that was made, for somebody else to look at; return its SHA-256, hex.

    One made anew takes its place, and nobody has released that yet.

    Args:
        content: the whole file.
        erased: what :func:`access.subject_dropped.erased_so_far` said where it was made from the records.

    Raises:
        Refused: ``subject:released``, ``subject:not_office``; ``subject:erased``: something was erased
            while it was made.
    """
    subject: dict[str, Any] = {"subject_export": export_id, "sha256": hashlib.sha256(content).hexdigest()}

    def apply(connection: Connection, now: datetime) -> str:
        asked = _found(connection, export_id, school_id, subject)
        by = _maker(world, connection, actor, school_id, now)
        if asked.handed_at is not None:
            raise Refused("subject:over")
        if asked.released_at is not None:
            raise Refused("subject:released")
        if erased_so_far(connection, school_id) != erased:
            raise Refused("subject:erased", "entries were erased meanwhile: make it again")
        digest = str(subject["sha256"])
        with overwriting(connection):
            _write(connection, asked, made_by=by, made_at=now, content=content, sha256=digest)
        return digest

    kind = "subject_export:made"
    return _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def release_export(
    world: World, *, actor: Actor, reason: str, school_id: int, export_id: int, sha256: str
) -> None:
    """Let a copy go that somebody else made, having looked at it.

    Args:
        sha256: of the file that they looked at, hex.

    Raises:
        Refused: ``subject:not_made``, ``subject:released``, ``subject:not_office``; ``subject:other_copy``:
            it was made anew since; ``subject:same_person``, where they made it or it is about them:
            that they tried is an entry.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = _found(connection, export_id, school_id, subject)
        by = _maker(world, connection, actor, school_id, now)
        if asked.released_at is not None:
            raise Refused("subject:released")
        if asked.made_by is None:
            raise Refused("subject:not_made")
        if by == asked.person_id or not is_another(connection, by, first=asked.made_by, now=now):
            raise Refused(SAME_PERSON)
        _require_these_bytes(asked, sha256, subject)
        _write(connection, asked, released_by=by, released_at=now)

    kind = "subject_export:released"
    _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def download_export(world: World, *, actor: Actor, reason: str, school_id: int, export_id: int) -> bytes:
    """Return the file of a copy, having written down who takes it; the portal keeps its own.

    Whose copy it is has theirs once it is released; the office looks at it before.

    Raises:
        Refused: ``subject:not_made``, ``subject:not_released``, ``subject:over``, ``subject:not_office``,
            ``subject:other_copy``.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> bytes:
        asked = _found(connection, export_id, school_id, subject)
        is_own = actor.person_id == asked.person_id
        if not is_own:
            _maker(world, connection, actor, school_id, now)
        if asked.handed_at is not None:
            raise Refused("subject:over")
        if is_own and asked.released_at is None:
            raise Refused("subject:not_released")
        if asked.content is None:
            raise Refused("subject:not_made")
        _require_these_bytes(asked, asked.sha256, subject)
        if is_own:
            _write(connection, asked, downloaded_at=now)
        return bytes(asked.content)

    kind = "subject_export:downloaded"
    return _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def hand_over(
    world: World, *, actor: Actor, reason: str, school_id: int, export_id: int, sha256: str
) -> None:
    """Write down that a released copy was handed over, and keep it no longer.

    Whoever calls it has the file where it stays: on their disk, or in the person's hands.

    Args:
        sha256: of the file that was handed over, hex.

    Raises:
        Refused: ``subject:not_released``, ``subject:over``, ``subject:not_office``, ``subject:other_copy``.
    """
    subject: dict[str, Any] = {"subject_export": export_id}

    def apply(connection: Connection, now: datetime) -> None:
        asked = _found(connection, export_id, school_id, subject)
        if actor.person_id != asked.person_id:
            _maker(world, connection, actor, school_id, now)
        _require_released(asked)
        _require_these_bytes(asked, sha256, subject)
        with overwriting(connection):
            _write(connection, asked, handed_at=now, content=None)

    kind = "subject_export:handed_over"
    _act(world, actor, reason, school_id=school_id, kind=kind, subject=subject, apply=apply)


def released_copy(connection: Connection, school_id: int, export_id: int) -> bytes:
    """Return a released copy, for whoever hands it over to put it where it stays, and then say so.

    Raises:
        Refused: ``subject_export:unknown``, ``subject:over``, ``subject:not_released``.
    """
    asked = find_one(connection, SubjectExport, export_id, school_id=school_id)
    _require_released(asked)
    return bytes(asked.content)


def _require_released(asked: Any) -> None:
    if asked.handed_at is not None:
        raise Refused("subject:over")
    if asked.released_at is None or asked.content is None:
        raise Refused("subject:not_released")


def _require_these_bytes(asked: Any, sha256: str | None, subject: dict[str, Any]) -> None:
    """Have a copy be the very file that is meant; its digest stands in the entry."""
    if not sha256 == asked.sha256 == hashlib.sha256(asked.content).hexdigest():
        raise Refused("subject:other_copy", "this is not the file that is kept now")
    subject["sha256"] = asked.sha256


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
