"""Custody rules told in sentences."""

from datetime import date, datetime, timedelta

from access.acts import Actor
from access.acts_custody import add_custody_rule
from tests.access.one_room import OneRoom

WHY = "order of 3 March"
OFFICE, DIRECTOR, MOTHER = 2, 3, 4

#: NOW is a Tuesday of week 11, which is odd.
WEEK = timedelta(days=7)


def by(person: int | None) -> Actor:
    """Return who acts."""
    return Actor(person, "web")


def limits(
    room: OneRoom,
    kind: str = "odd_weeks",
    *,
    weekdays: tuple[int, ...] = (),
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    court_on: date | None = None,
    guardianship: int = 1,
) -> bool:
    """Limit the father, or another tie, as the office does."""
    return add_custody_rule(
        room.world,
        actor=by(OFFICE),
        reason=WHY,
        guardianship_id=guardianship,
        kind=kind,
        weekdays=weekdays,
        starts_at=starts_at or room.clock.now(),
        ends_at=ends_at,
        court_on=court_on,
    )
