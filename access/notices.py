"""What a guardian is told of the other adults of their child, until they have read it.

Told is only who is verified: an invented guardian learns nobody's name here. They are
told of everybody who is tied to the child beside them, from when the tie is recorded and not
only once somebody verified it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, or_, select
from sqlalchemy.orm import aliased

from access.acts import Actor, widen
from access.checked import find_one
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.database import reading
from access.enrolment import Child, Guardianship
from access.errors import Refused
from access.invitations import NoticeSeen
from access.people import Person, School
from access.world import World

_Mine = aliased(Guardianship)


@dataclass(frozen=True, slots=True)
class AdultNotice:
    """Somebody who was added as a guardian of the reader's child."""

    #: Of the guardianship.
    id: int
    key: str
    who: str
    child: str
    added_at: datetime
    #: The school's zone.
    zone: str


def load_notices(connection: Connection, person_id: int, now: datetime) -> list[AdultNotice]:
    """Return what the person has not put away yet, newest first."""
    other = Guardianship
    mine = (
        _Mine.person_id == person_id,
        _Mine.starts_at <= now,
        or_(_Mine.ends_at.is_(None), _Mine.ends_at > now),
        _Mine.ended_at.is_(None),
        _Mine.verified_at <= now,
        _Mine.verified_until > now,
    )
    # Whom an order keeps away learns nobody's name.
    kept_away = exists().where(
        CustodyRule.guardianship_id == _Mine.id,
        CustodyRule.school_id == _Mine.school_id,
        CustodyRule.kind == CustodyKind.NO_CONTACT,
        CustodyRule.starts_at <= now,
        or_(CustodyRule.ends_at.is_(None), CustodyRule.ends_at > now),
        CustodyRule.ended_at.is_(None),
    )
    seen = exists().where(
        NoticeSeen.person_id == person_id,
        NoticeSeen.guardianship_id == other.id,
        NoticeSeen.school_id == other.school_id,
    )
    rows = connection.execute(
        select(other.id, other.key, Person.name, Child.name, other.recorded_at, School.zone)
        .join(_Mine, and_(_Mine.child_id == other.child_id, _Mine.school_id == other.school_id))
        .join(Person, Person.id == other.person_id)
        .join(Child, and_(Child.id == other.child_id, Child.school_id == other.school_id))
        .join(School, School.id == other.school_id)
        .where(
            *mine,
            other.person_id != person_id,
            # Also one that has ended since: it was there.
            or_(other.ended_at.is_(None), other.ended_at > _Mine.recorded_at),
            ~seen,
            ~kept_away,
        )
        .distinct()
        .order_by(other.id.desc())
    )
    return [AdultNotice(*row) for row in rows]


def put_away(world: World, *, actor: Actor, person_id: int, key: str) -> None:
    """Record that the person has read the notice of a guardianship, and show it no more.

    Raises:
        Refused: ``notice:unknown``, where there is no such notice for them.
    """
    with reading(world.database) as connection:
        notice = _notice(connection, person_id, key, world.clock.now())
        school_id: int = find_one(connection, Guardianship, notice.id).school_id

    def apply(connection: Connection, now: datetime) -> None:
        _notice(connection, person_id, key, now)
        seen = {"person_id": person_id, "guardianship_id": notice.id, "seen_at": now}
        connection.execute(insert(NoticeSeen).values(school_id=school_id, **seen))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason="notice of another guardian",
        kind="notice:seen",
        subject={"person": person_id, "guardianship": notice.id},
        apply=apply,
    )


def _notice(connection: Connection, person_id: int, key: str, now: datetime) -> AdultNotice:
    for notice in load_notices(connection, person_id, now):
        if notice.key == key:
            return notice
    raise Refused("notice:unknown")
