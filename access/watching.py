"""Who watches a room at this moment, for the staff who answer for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

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
    .join(Child, Child.id == Viewing.child_id)
    .where(
        Viewing.room_id.in_(bindparam("room_ids", expanding=True)),
        Viewing.closed_at.is_(None),
        Viewing.lease_until > bindparam("now"),
    )
    .order_by(Viewing.opened_at, Viewing.id)
)


def watching(connection: Connection, room_ids: Sequence[int], now: datetime) -> tuple[Watcher, ...]:
    """Return the viewings of these rooms whose lease covers *now*, oldest first."""
    rows = connection.execute(_WATCHING, {"room_ids": list(room_ids), "now": now})
    return tuple(Watcher(*row) for row in rows)
