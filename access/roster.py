"""What staff see of their own school: rooms and curtains, classes, families.

Reads only. Every query says which school; a key that belongs to another school
is answered like one that belongs to none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from access.enrolment import Child, ClassGroup, Enrolment, Guardianship, of_guardianship
from access.grants import Grant
from access.living import stopped_itself
from access.people import Membership, Person, School
from access.places import CurtainOpening, Room
from access.stops import Mark, Scope, StopMarks

#: More than an office reads; what comes after is found by its name.
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class StaffSchool:
    """A school, and what the person asked about is there."""

    id: int
    key: str
    name: str
    zone: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class RoomCurtain:
    """A room and its curtain as the records have them."""

    id: int
    key: str
    name: str
    #: None while the curtain is drawn.
    opened_at: datetime | None
    drawn_at: datetime | None
    drawn_reason: str


class TieKind(StrEnum):
    """What an office can end; as it stands in addresses."""

    GUARDIANSHIP = "guardianships"
    GRANT = "grants"
    ENROLMENT = "enrolments"


@dataclass(frozen=True, slots=True)
class Tie:
    """One dated tie of a child that holds now or will: to a person, or to a class."""

    kind: TieKind
    key: str
    child_id: int
    #: The guardian's name, or the class's.
    who: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    """A key and the name that people read."""

    id: int
    key: str
    name: str


def staff_schools(
    connection: Connection, person_id: int, roles: Collection[str], now: datetime, *, stops: StopMarks
) -> list[StaffSchool]:
    """Return the schools in which the person holds one of *roles* at *now*, by name."""
    rows = connection.execute(
        select(School.id, School.key, School.name, School.zone, Membership.role, Membership.id.label("place"))
        .join(Membership, Membership.school_id == School.id)
        .where(
            Membership.person_id == person_id,
            Membership.role.in_(roles),
            Membership.starts_at <= now,
            or_(Membership.ends_at.is_(None), Membership.ends_at > now),
        )
        .order_by(School.name, School.id)
    ).all()
    stopped = stopped_itself(stops, [Mark(Scope.MEMBERSHIP, row.place) for row in rows])
    rows = [row for row in rows if Mark(Scope.MEMBERSHIP, row.place) not in stopped]
    held: dict[int, set[str]] = {}
    for row in rows:
        held.setdefault(row.id, set()).add(row.role)
    schools = {row.id: row for row in rows}
    return [StaffSchool(s.id, s.key, s.name, s.zone, frozenset(held[s.id])) for s in schools.values()]


def staff_school(
    connection: Connection,
    person_id: int,
    school_id: int | None,
    roles: Collection[str],
    now: datetime,
    *,
    stops: StopMarks,
) -> StaffSchool | None:
    """Return the school, if the person holds one of *roles* in it at *now*."""
    found = staff_schools(connection, person_id, roles, now, stops=stops)
    return next((school for school in found if school.id == school_id), None)


def rooms_of(connection: Connection, school_id: int) -> list[RoomCurtain]:
    """Return the school's rooms by name, each with the last thing done to its curtain."""
    last = (
        select(CurtainOpening.room_id, func.max(CurtainOpening.id).label("id"))
        .where(CurtainOpening.school_id == school_id)
        .group_by(CurtainOpening.room_id)
        .subquery()
    )
    curtain = (CurtainOpening.opened_at, CurtainOpening.drawn_at, CurtainOpening.drawn_reason)
    rows = connection.execute(
        select(Room.id, Room.key, Room.name, *curtain)
        .outerjoin(last, last.c.room_id == Room.id)
        .outerjoin(
            CurtainOpening,
            and_(CurtainOpening.id == last.c.id, CurtainOpening.school_id == Room.school_id),
        )
        .where(Room.school_id == school_id)
        .order_by(Room.name, Room.id)
    ).all()
    return [_room(row) for row in rows]


def _room(row: Row[*tuple[Any, ...]]) -> RoomCurtain:
    number, key, name, opened_at, drawn_at, reason = row
    is_open = opened_at is not None and drawn_at is None
    return RoomCurtain(number, key, name, opened_at if is_open else None, drawn_at, reason or "")


def classes_of(connection: Connection, school_id: int) -> list[Named]:
    """Return the school's classes, by name."""
    rows = connection.execute(
        select(ClassGroup.id, ClassGroup.key, ClassGroup.name)
        .where(ClassGroup.school_id == school_id)
        .order_by(ClassGroup.name, ClassGroup.id)
    )
    return [Named(*row) for row in rows]


def children_in(connection: Connection, school_id: int, class_group_id: int, now: datetime) -> list[Named]:
    """Return the children enrolled in a class now or later, by name."""
    rows = connection.execute(
        select(Child.id, Child.key, Child.name)
        .where(
            Child.school_id == school_id,
            Child.id.in_(
                select(Enrolment.child_id).where(
                    Enrolment.school_id == school_id,
                    Enrolment.class_group_id == class_group_id,
                    _not_over(Enrolment, now),
                )
            ),
        )
        .order_by(Child.name, Child.id)
    )
    return [Named(*row) for row in rows]


def without_class(connection: Connection, school_id: int, name: str, now: datetime) -> list[Named]:
    """Return the children with *name* in theirs who have a place in no class, now or later; also who left."""
    placed = select(Enrolment.child_id).where(Enrolment.school_id == school_id, _not_over(Enrolment, now))
    rows = connection.execute(
        select(Child.id, Child.key, Child.name)
        .where(
            Child.school_id == school_id,
            Child.name.icontains(name, autoescape=True),
            Child.id.not_in(placed),
        )
        .order_by(Child.name, Child.id)
        .limit(MOST_ROWS)
    )
    return [Named(*row) for row in rows]


def has_class(connection: Connection, school_id: int, child_id: int, now: datetime) -> bool:
    """Say whether a child has a place in a class, now or later."""
    of_child = (Enrolment.school_id == school_id, Enrolment.child_id == child_id, _not_over(Enrolment, now))
    return connection.execute(select(Enrolment.id).where(*of_child).limit(1)).first() is not None


def ties_of(connection: Connection, school_id: int, child_ids: Collection[int], now: datetime) -> list[Tie]:
    """Return what can be ended of these children: guardianships, their grants, enrolments."""
    asked = (
        (TieKind.GUARDIANSHIP, _guardianships(school_id, child_ids, now)),
        (TieKind.GRANT, _grants(school_id, child_ids, now)),
        (TieKind.ENROLMENT, _enrolments(school_id, child_ids, now)),
    )
    return [Tie(kind, *row) for kind, statement in asked for row in connection.execute(statement)]


def _guardianships(school_id: int, child_ids: Collection[int], now: datetime) -> Select[*tuple[Any, ...]]:
    tie = Guardianship
    return (
        select(tie.key, tie.child_id, Person.name, tie.starts_at, tie.ends_at)
        .join(Person, Person.id == tie.person_id)
        .where(tie.school_id == school_id, tie.child_id.in_(child_ids), _not_over(tie, now))
        .order_by(Person.name, tie.id)
    )


def _grants(school_id: int, child_ids: Collection[int], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Grant.key, Guardianship.child_id, Person.name, Grant.starts_at, Grant.ends_at)
        .join(Guardianship, of_guardianship(Grant))
        .join(Person, Person.id == Guardianship.person_id)
        .where(
            Grant.school_id == school_id,
            Guardianship.child_id.in_(child_ids),
            Grant.revoked_at.is_(None),
            Grant.ends_at > now,
        )
        .order_by(Person.name, Grant.id)
    )


def _enrolments(school_id: int, child_ids: Collection[int], now: datetime) -> Select[*tuple[Any, ...]]:
    tie = Enrolment
    return (
        select(tie.key, tie.child_id, ClassGroup.name, tie.starts_at, tie.ends_at)
        .join(ClassGroup, and_(ClassGroup.id == tie.class_group_id, ClassGroup.school_id == tie.school_id))
        .where(tie.school_id == school_id, tie.child_id.in_(child_ids), _not_over(tie, now))
        .order_by(ClassGroup.name, tie.id)
    )


def _not_over(tie: type[Guardianship] | type[Enrolment], now: datetime) -> ColumnElement[bool]:
    return and_(tie.ended_at.is_(None), or_(tie.ends_at.is_(None), tie.ends_at > now))


def find_room(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the id of the room, if it belongs to this school."""
    return connection.execute(
        select(Room.id).where(Room.key == key, Room.school_id == school_id)
    ).scalar_one_or_none()


def find_tie(connection: Connection, kind: TieKind, key: str, school_id: int) -> int | None:
    """Return the id of a guardianship, grant or enrolment, if it belongs to this school."""
    record: Any = {
        TieKind.GUARDIANSHIP: Guardianship,
        TieKind.GRANT: Grant,
        TieKind.ENROLMENT: Enrolment,
    }[kind]
    wanted = (record.key == key, record.school_id == school_id)
    found: int | None = connection.execute(select(record.id).where(*wanted)).scalar_one_or_none()
    return found
