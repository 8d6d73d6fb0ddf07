"""What a guardian is told of the other adults of their child, until they have read it.

Told is only who is verified: an invented guardian learns nobody's name here. They are
told of everybody who is tied to the child beside them, from when the tie is recorded and not
only once somebody verified it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from access.acts import Actor, widen
from access.checked import find_one
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.database import UtcDateTime, reading
from access.delegations import Delegation
from access.enrolment import Child, Guardianship
from access.errors import Refused
from access.invitations import NoticeSeen
from access.people import Person, School
from access.world import World

_Mine = aliased(Guardianship)
#: What is asked with: who reads, and when.
_READER: BindParameter[int] = bindparam("person_id")
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())


@dataclass(frozen=True, slots=True)
class AdultNotice:
    """Somebody who was added as a guardian of the reader's child, or as a delegate of another one."""

    #: Of the guardianship or delegation.
    id: int
    key: str
    who: str
    child: str
    added_at: datetime
    #: The school's zone.
    zone: str
    delegate: bool = False


def _guardians() -> Select[*tuple[Any, ...]]:
    other = Guardianship
    return (
        select(other.id, other.key, Person.name, Child.name, other.recorded_at, School.zone)
        .join(_Mine, and_(_Mine.child_id == other.child_id, _Mine.school_id == other.school_id))
        .join(Person, Person.id == other.person_id)
        .join(Child, and_(Child.id == other.child_id, Child.school_id == other.school_id))
        .join(School, School.id == other.school_id)
        .where(
            *_is_told(),
            other.person_id != _READER,
            # Also one that has ended since: it was there.
            or_(other.ended_at.is_(None), other.ended_at > _Mine.recorded_at),
            ~_seen(NoticeSeen.guardianship_id == other.id, other.school_id),
        )
        .distinct()
        .order_by(other.id.desc())
    )


def _delegates() -> Select[*tuple[Any, ...]]:
    """Ask for the delegates of the other guardians, from their approval on."""
    new, other = Delegation, Guardianship
    return (
        select(new.id, new.key, Person.name, Child.name, new.approved_at, School.zone)
        .join(other, and_(other.id == new.guardianship_id, other.school_id == new.school_id))
        .join(_Mine, and_(_Mine.child_id == other.child_id, _Mine.school_id == other.school_id))
        .join(Person, Person.id == new.person_id)
        .join(Child, and_(Child.id == other.child_id, Child.school_id == other.school_id))
        .join(School, School.id == new.school_id)
        .where(
            *_is_told(),
            other.person_id != _READER,
            or_(new.ended_at.is_(None), new.ended_at > _Mine.recorded_at),
            ~_seen(NoticeSeen.delegation_id == new.id, new.school_id),
        )
        .distinct()
        .order_by(new.id.desc())
    )


def _is_told() -> tuple[ColumnElement[bool], ...]:
    """Return that a guardianship of the reader is one in which they are told of others."""
    # Whom an order keeps away learns nobody's name.
    kept_away = exists().where(
        CustodyRule.guardianship_id == _Mine.id,
        CustodyRule.school_id == _Mine.school_id,
        CustodyRule.kind == CustodyKind.NO_CONTACT,
        CustodyRule.starts_at <= _NOW,
        or_(CustodyRule.ends_at.is_(None), CustodyRule.ends_at > _NOW),
        CustodyRule.ended_at.is_(None),
    )
    return (
        _Mine.person_id == _READER,
        _Mine.starts_at <= _NOW,
        or_(_Mine.ends_at.is_(None), _Mine.ends_at > _NOW),
        _Mine.ended_at.is_(None),
        _Mine.verified_at <= _NOW,
        _Mine.verified_until > _NOW,
        ~kept_away,
    )


def _seen(of: ColumnElement[bool], school_id: Any) -> ColumnElement[bool]:
    return exists().where(NoticeSeen.person_id == _READER, of, NoticeSeen.school_id == school_id)


#: Put together once: they are asked with every home page.
_GUARDIANS, _DELEGATES = _guardians(), _delegates()


def load_notices(connection: Connection, person_id: int, now: datetime) -> list[AdultNotice]:
    """Return what the person has not put away yet, newest first: guardians, and approved delegates."""
    whose = {"person_id": person_id, "now": now}
    guardians = connection.execute(_GUARDIANS, whose).all()
    delegates = connection.execute(_DELEGATES, whose).all()
    notices = [AdultNotice(*row) for row in guardians]
    notices += [replace(AdultNotice(*row), delegate=True) for row in delegates]
    return sorted(notices, key=lambda notice: notice.added_at, reverse=True)


def put_away(world: World, *, actor: Actor, person_id: int, key: str) -> None:
    """Record that the person has read the notice of a guardianship, and show it no more.

    Raises:
        Refused: ``notice:unknown``, where there is no such notice for them.
    """
    with reading(world.database) as connection:
        notice = _notice(connection, person_id, key, world.clock.now())
        record = Delegation if notice.delegate else Guardianship
        school_id: int = find_one(connection, record, notice.id).school_id
    of = {"delegation" if notice.delegate else "guardianship": notice.id}

    def apply(connection: Connection, now: datetime) -> None:
        _notice(connection, person_id, key, now)
        seen: dict[str, Any] = {f"{record}_id": number for record, number in of.items()}
        connection.execute(
            insert(NoticeSeen).values(school_id=school_id, person_id=person_id, seen_at=now, **seen)
        )

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason="notice of another guardian",
        kind="notice:seen",
        subject={"person": person_id, **of},
        apply=apply,
    )


def _notice(connection: Connection, person_id: int, key: str, now: datetime) -> AdultNotice:
    for notice in load_notices(connection, person_id, now):
        if notice.key == key:
            return notice
    raise Refused("notice:unknown")
