"""What is closed where an ending cannot be done anew as it was: more than it closed, never less.

The backup may lack the record that an ending was of, or have another state around it. What the
ending's marks name is then closed as far as the backup has it; nothing of it opens by itself.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from access.checked import find_one
from access.delegations import Delegation
from access.endings_of_moves import child_went_out
from access.endings_of_rooms import draw
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.marks import Mark, Scope
from access.people import Membership, Person, School
from access.places import Room
from access.school_closing import record_closing

WHY = "restore"


def close_more(connection: Connection, mark: Mark, at: datetime) -> None:
    """Close what *mark* names; what the backup has not, nobody can have a right to.

    Raises:
        KeyError: nothing can be closed for such a mark.
    """
    try:
        _CLOSERS[mark.scope](connection, mark.id, at)
    except Refused:
        return


def _room(connection: Connection, room_id: int, at: datetime) -> None:
    draw(connection, find_one(connection, Room, room_id).school_id, room_id, at, WHY)


def _rooms_of(connection: Connection, class_group_id: int, at: datetime) -> None:
    """Draw every curtain of the school: where the class was by then nobody knows."""
    school_id = find_one(connection, ClassGroup, class_group_id).school_id
    for room_id in connection.execute(select(Room.id).where(Room.school_id == school_id)).scalars().all():
        draw(connection, school_id, room_id, at, WHY)


def _guardianship(connection: Connection, record_id: int, at: datetime) -> None:
    tie = find_one(connection, Guardianship, record_id)
    of = (Grant.guardianship_id == tie.id, Grant.school_id == tie.school_id, Grant.revoked_at.is_(None))
    connection.execute(update(Grant).where(*of).values(revoked_at=at))


def _school(connection: Connection, record_id: int, at: datetime) -> None:
    record_closing(connection, find_one(connection, School, record_id).id, at, by=None, reason=WHY)


def _person(connection: Connection, record_id: int, at: datetime) -> None:
    still = (Person.id == find_one(connection, Person, record_id).id, Person.closed_at.is_(None))
    connection.execute(update(Person).where(*still).values(closed_at=at))


def _child_out(connection: Connection, record_id: int, at: datetime) -> None:
    child_went_out(connection, {"child": find_one(connection, Child, record_id).id}, at)


def _ended(model: Any, column: str) -> Callable[[Connection, int, datetime], None]:
    def end(connection: Connection, record_id: int, at: datetime) -> None:
        record = find_one(connection, model, record_id)
        still = (model.id == record.id, model.school_id == record.school_id, getattr(model, column).is_(None))
        connection.execute(update(model).where(*still).values({column: at}))

    return end


def _nothing(connection: Connection, record_id: int, at: datetime) -> None:
    """Do nothing: every sign-in, look and door display ends with the restore."""


def _membership(connection: Connection, record_id: int, at: datetime) -> None:
    place = find_one(connection, Membership, record_id)
    this = (Membership.id == place.id, Membership.school_id == place.school_id, Membership.ends_at.is_(None))
    ends_at = max(at, place.starts_at + datetime.resolution)
    connection.execute(update(Membership).where(*this).values(ends_at=ends_at))


_CLOSERS: Mapping[Scope, Callable[[Connection, int, datetime], None]] = {
    Scope.SCHOOL: _school,
    Scope.CALENDAR: _school,
    Scope.ROOM: _room,
    Scope.ROOM_LOAN: _room,
    Scope.GUEST: _room,
    Scope.CLASS_GROUP: _rooms_of,
    Scope.HOURS: _rooms_of,
    Scope.COVERAGE: _rooms_of,
    Scope.PERSON: _person,
    Scope.GUARDIANSHIP: _guardianship,
    Scope.CUSTODY: _guardianship,
    Scope.GRANT: _ended(Grant, "revoked_at"),
    Scope.ENROLMENT: _ended(Enrolment, "ended_at"),
    Scope.DELEGATION: _ended(Delegation, "ended_at"),
    Scope.MEMBERSHIP: _membership,
    Scope.ATTENDANCE: _child_out,
    Scope.SIGN_IN: _nothing,
    Scope.LOOK: _nothing,
    Scope.DOOR: _nothing,
}
