"""A new family in one act: the child, its class, the guardian and what ties them.

One transaction, with the very entries that the single acts would write, so that
whoever tries again after a fault makes no second child.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.acts import Actor, checked_reason, school_of, widen
from access.acts_people import nobodys_name
from access.checked import check_span, checked_name, find_one
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.inserting import insert_one
from access.keys import new_key
from access.log import entry as log_entry
from access.log.canonical import Json
from access.people import Person, School
from access.world import World


@dataclass(frozen=True, slots=True)
class Family:
    """What an act of this module made."""

    child: int
    person: int
    guardianship: int


@dataclass(frozen=True, slots=True)
class _Making:
    """Records under way, each with its entry."""

    connection: Connection
    now: datetime
    school_id: int
    actor: Actor
    reason: str

    def insert(self, model: Any, kind: str, about: dict[str, int], **values: Any) -> int:
        """Insert one record of the school and write its entry."""
        ties = {} if model is Person else {"school_id": self.school_id}
        record = insert_one(self.connection, model, key=new_key(), recorded_at=self.now, **ties, **values)
        # The revision that this act will have raised.
        asked = select(School.revision + 1).where(School.id == self.school_id)
        body: dict[str, Json] = {
            "actor": self.actor.as_json(),
            "reason": self.reason,
            "revision": self.connection.execute(asked).scalar_one(),
            "subject": {**about, model.__tablename__: record},
        }
        log_entry.append(self.connection, log=self.school_id, kind=kind, at=self.now, body=body)
        return record


def add_family(
    world: World, *, actor: Actor, reason: str, class_group_id: int, child_name: str, guardian_name: str
) -> Family:
    """Add a child in a class and a new guardian of it, from now on; nothing opens until verified."""
    child_name = checked_name(child_name)

    def child(made: _Making) -> int:
        record = made.insert(Child, "child:added", {}, name=child_name)
        ids = {"child_id": record, "class_group_id": class_group_id}
        about = {"child": record, "class_group": class_group_id}
        made.insert(Enrolment, "enrolment:begun", about, **ids, starts_at=made.now)
        return record

    school_id = school_of(world, ClassGroup, class_group_id)
    return _add(
        world, actor=actor, reason=reason, school_id=school_id, guardian_name=guardian_name, child=child
    )


def add_guardian(
    world: World,
    *,
    actor: Actor,
    reason: str,
    child_id: int,
    guardian_name: str,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Family:
    """Add a new guardian of a child that is on the roster; nothing opens until verified.

    Args:
        starts_at: aware; now where nothing is said.

    Raises:
        Refused: ``span:backwards``; a name that cannot be kept.
    """
    school_id = school_of(world, Child, child_id)
    return _add(
        world,
        actor=actor,
        reason=reason,
        school_id=school_id,
        guardian_name=guardian_name,
        child=lambda _: child_id,
        span=(starts_at, ends_at),
    )


def _add(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    guardian_name: str,
    child: Callable[[_Making], int],
    span: tuple[datetime | None, datetime | None] = (None, None),
) -> Family:
    guardian_name, reason = checked_name(guardian_name), checked_reason(reason)
    subject: dict[str, int] = {}

    def apply(connection: Connection, now: datetime) -> Family:
        find_one(connection, School, school_id)
        starts_at, ends_at = span[0] or now, span[1]
        check_span(starts_at, ends_at)
        made = _Making(connection, now, school_id, actor, reason)
        child_id = child(made)
        person = made.insert(
            Person,
            "person:added",
            {},
            name=guardian_name,
            sign_in_name=nobodys_name(),
            created_by=actor.person_id,
        )
        tie = insert_one(
            connection,
            Guardianship,
            school_id=school_id,
            key=new_key(),
            person_id=person,
            child_id=child_id,
            starts_at=starts_at,
            ends_at=ends_at,
            created_by=actor.person_id,
            recorded_at=now,
        )
        subject.update(person=person, child=child_id, guardianship=tie)
        return Family(child_id, person, tie)

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="guardianship:added",
        subject=subject,
        apply=apply,
    )
