"""Who watches the rooms of a school at this moment, for the staff who answer for it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, select

from access.enrolment import Child
from access.people import Person
from access.viewing_records import Viewing


@dataclass(frozen=True, slots=True)
class Watcher:
    """One viewing under way."""

    room_id: int
    viewing_key: str
    person_name: str
    child_name: str
    opened_at: datetime


_WATCHING = (
    select(Viewing.room_id, Viewing.key, Person.name, Child.name, Viewing.opened_at)
    .join(Person, Person.id == Viewing.person_id)
    .join(Child, and_(Child.id == Viewing.child_id, Child.school_id == Viewing.school_id))
    .where(
        Viewing.school_id == bindparam("school_id"),
        Viewing.closed_at.is_(None),
        Viewing.lease_until > bindparam("now"),
    )
    .order_by(Viewing.opened_at, Viewing.id)
)


def watching(connection: Connection, school_id: int, now: datetime) -> tuple[Watcher, ...]:
    """Return the viewings of the school's rooms whose lease covers *now*, oldest first."""
    rows = connection.execute(_WATCHING, {"school_id": school_id, "now": now})
    return tuple(Watcher(*row) for row in rows)
