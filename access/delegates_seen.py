"""What is seen of delegates: by the guardian who has them, and by the office.

Reads only. What the office sees names its school; a guardian's own are of whatever school.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from access.delegations import Delegation, stands
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.people import Person, School

_Guardian = aliased(Person)


@dataclass(frozen=True, slots=True)
class OwnChild:
    """A child for whom somebody may propose a delegate."""

    guardianship_id: int
    key: str
    child: str
    school: str


@dataclass(frozen=True, slots=True)
class OwnDelegate:
    """A delegate of one's own, or somebody whom one has proposed."""

    id: int
    key: str
    name: str
    child: str
    #: None until the school agrees.
    ends_at: datetime | None
    verified: bool
    zone: str


@dataclass(frozen=True, slots=True)
class DelegateHere:
    """A delegate of a school, or somebody who is proposed, as the office reads it."""

    id: int
    key: str
    #: As proposed, and from the approval on as the account has it.
    name: str
    guardian: str
    child: str
    recorded_at: datetime
    approved_at: datetime | None
    ends_at: datetime | None
    verified_until: datetime | None
    #: Whether they have chosen a passphrase; False before there is an account.
    chosen: bool


def own_children(connection: Connection, person_id: int, now: datetime) -> list[OwnChild]:
    """Return the children of whom somebody is a verified guardian now."""
    tie = Guardianship
    rows = connection.execute(
        select(tie.id, tie.key, Child.name, School.name)
        .join(Child, and_(Child.id == tie.child_id, Child.school_id == tie.school_id))
        .join(School, School.id == tie.school_id)
        .where(
            tie.person_id == person_id,
            tie.starts_at <= now,
            or_(tie.ends_at.is_(None), tie.ends_at > now),
            tie.ended_at.is_(None),
            tie.verified_at <= now,
            tie.verified_until > now,
        )
        .order_by(School.name, Child.name, tie.id)
    )
    return [OwnChild(*row) for row in rows]


def own_delegates(connection: Connection, person_id: int, now: datetime) -> list[OwnDelegate]:
    """Return the delegates of a guardian, and whom they have proposed, by child."""
    rows = connection.execute(
        select(
            Delegation.id,
            Delegation.key,
            Delegation.name,
            Child.name,
            Delegation.ends_at,
            func.coalesce(Delegation.verified_until > now, False),
            School.zone,
        )
        .join(Guardianship, of_guardianship(Delegation))
        .join(Child, of_child(Guardianship))
        .join(School, School.id == Delegation.school_id)
        .where(Guardianship.person_id == person_id, stands(now))
        .order_by(Child.name, Delegation.id)
    )
    return [OwnDelegate(*row) for row in rows]


def delegates_here(connection: Connection, school_id: int, now: datetime) -> list[DelegateHere]:
    """Return the delegates of a school and who is proposed, these first."""
    rows = connection.execute(
        _here()
        .where(Delegation.school_id == school_id, stands(now))
        .order_by(Delegation.approved_at.is_not(None), Delegation.id)
    )
    return [DelegateHere(*row) for row in rows]


def find_delegate(connection: Connection, key: str, school_ids: Collection[int]) -> DelegateHere | None:
    """Return a delegate of one of these schools, also one that is over."""
    of_these = (Delegation.key == key, Delegation.school_id.in_(school_ids))
    row = connection.execute(_here().where(*of_these)).one_or_none()
    return DelegateHere(*row) if row else None


def proposed(connection: Connection, school_id: int, now: datetime) -> int:
    """Return how many wait for the school to agree."""
    waiting = (Delegation.school_id == school_id, Delegation.approved_at.is_(None), stands(now))
    return connection.execute(select(func.count()).select_from(Delegation).where(*waiting)).scalar_one()


def _here() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Delegation.id,
            Delegation.key,
            func.coalesce(Person.name, Delegation.name),
            _Guardian.name,
            Child.name,
            Delegation.recorded_at,
            Delegation.approved_at,
            Delegation.ends_at,
            Delegation.verified_until,
            func.coalesce(Person.passphrase_hash != "", False),
        )
        .join(Guardianship, of_guardianship(Delegation))
        .join(Child, of_child(Guardianship))
        .join(_Guardian, _Guardian.id == Guardianship.person_id)
        .outerjoin(Person, Person.id == Delegation.person_id)
    )
