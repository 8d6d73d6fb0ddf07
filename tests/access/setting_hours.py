"""Weekly hours that are set, told in sentences."""

from typing import Any

from access.acts import Actor
from access.acts_hours import set_hours
from access.database import reading
from access.week import WeekWindow
from access.weekly_hours import load_hours
from tests.access.one_room import OneRoom

#: Tuesday; it is 10:00, and the hours of the room are 09:30 to 11:30.
BEGUN: list[WeekWindow] = [(1, 570, 690)]
BY: dict[str, Any] = {"actor": Actor(None, "cli:test"), "reason": "the test says so"}
AFTERNOON = (1, 840, 960)


def sets(room: OneRoom, *windows: WeekWindow, shown: list[WeekWindow] | None = None) -> bool:
    """Set the hours of the one class."""
    return set_hours(room.world, **BY, class_group_id=1, windows=windows, shown=shown)


def stands(room: OneRoom, class_group: int = 1) -> list[WeekWindow]:
    """Return the hours that stand."""
    with reading(room.world.database) as connection:
        return load_hours(connection, 1, class_group)


def kinds(room: OneRoom) -> list[str]:
    """Return the kinds of the entries about hours."""
    return [entry.kind for entry in room.entries() if entry.kind.startswith("hours:")]
