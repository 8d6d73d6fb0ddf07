"""Who of the staff works with which class, and which guests are in a room: for the staff's pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from access.consent_records import Guest, StaffDuty
from access.enrolment import ClassGroup
from access.people import Membership, Person
from access.roster import Named
from access.whereabouts import rooms_at


@dataclass(frozen=True, slots=True)
class DutyHere:
    """Somebody who works with a class now or later."""

    id: int
    key: str
    person: str
    class_group: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class GuestHere:
    """A guest who has not left."""

    id: int
    key: str
    room_id: int
    came_at: datetime


def duties_in(connection: Connection, school_id: int, now: datetime) -> list[DutyHere]:
    """Return who works with the school's classes, by class and name."""
    of = StaffDuty
    rows = connection.execute(
        select(of.id, of.key, Person.name, ClassGroup.name, of.starts_at, of.ends_at)
        .join(Person, Person.id == of.person_id)
        .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
        .where(
            of.school_id == school_id,
            of.ended_at.is_(None),
            or_(of.ends_at.is_(None), of.ends_at > now),
        )
        .order_by(ClassGroup.name, Person.name, of.id)
    )
    return [DutyHere(*row) for row in rows]


def rooms_on_duty(connection: Connection, school_id: int, person_id: int, now: datetime) -> frozenset[int]:
    """Return the rooms in which the classes are now with which somebody works now."""
    groups = select(StaffDuty.class_group_id).where(
        StaffDuty.school_id == school_id,
        StaffDuty.person_id == person_id,
        StaffDuty.starts_at <= now,
        StaffDuty.ended_at.is_(None),
        or_(StaffDuty.ends_at.is_(None), StaffDuty.ends_at > now),
    )
    found = rooms_at(connection, school_id, connection.execute(groups).scalars().all(), now)
    return frozenset(room for room in found.values() if room is not None)


def guests_in(connection: Connection, school_id: int) -> list[GuestHere]:
    """Return the guests who are in the school's rooms, first come first."""
    of = Guest
    rows = connection.execute(
        select(of.id, of.key, of.room_id, of.came_at)
        .where(of.school_id == school_id, of.left_at.is_(None))
        .order_by(of.came_at, of.id)
    )
    return [GuestHere(*row) for row in rows]


def staff_of(connection: Connection, school_id: int, now: datetime) -> list[Named]:
    """Return who is on the school's staff, by name."""
    return _named(connection, Person.id.in_(_members(school_id, now)))


def who_may_answer(connection: Connection, school_id: int, now: datetime) -> list[Named]:
    """Return who may answer for themselves, by name: the staff, and whoever works with a class."""
    on_duty = select(StaffDuty.person_id).where(
        StaffDuty.school_id == school_id,
        StaffDuty.ended_at.is_(None),
        or_(StaffDuty.ends_at.is_(None), StaffDuty.ends_at > now),
    )
    return _named(connection, or_(Person.id.in_(_members(school_id, now)), Person.id.in_(on_duty)))


def _members(school_id: int, now: datetime) -> Select[int]:
    return select(Membership.person_id).where(
        Membership.school_id == school_id,
        Membership.starts_at <= now,
        or_(Membership.ends_at.is_(None), Membership.ends_at > now),
    )


def _named(connection: Connection, which: ColumnElement[bool]) -> list[Named]:
    rows = connection.execute(
        select(Person.id, Person.key, Person.name).where(which).order_by(Person.name, Person.id)
    )
    return [Named(*row) for row in rows]
