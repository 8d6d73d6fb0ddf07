"""What each day of March has in the kindergarten: hours, holidays, naps, outages."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY, LAST_DAY = date(2026, 3, 1), date(2026, 3, 31)
#: A Friday on which nobody came.
HOLIDAY = date(2026, 3, 6)
#: When families may watch: minutes of the day.
WINDOWS = ((9 * 60, 11 * 60 + 30), (14 * 60 + 30, 17 * 60))
#: Most watch at about these times: mean and spread in minutes, and how much of all.
PEAKS = ((9 * 60 + 50, 28, 0.5), (15 * 60 + 40, 33, 0.5))
#: Why a camera stopped answering.
FAULTS = ("camera:stalled", "camera:no_route", "camera:ended")


@dataclass(frozen=True, slots=True)
class Dark:
    """A stretch in which a room could not be watched."""

    room: int
    start: datetime
    end: datetime
    #: ``room:curtain``, or why the camera was off.
    reason: str


def at(day: date, minutes: float) -> datetime:
    """Return an instant of a day at school."""
    return datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes)


def school_days() -> list[date]:
    """Return the days on which children came."""
    days = [FIRST_DAY + timedelta(days=nth) for nth in range((LAST_DAY - FIRST_DAY).days + 1)]
    return [day for day in days if day.weekday() < 5 and day != HOLIDAY]


def window_of(instant: datetime) -> tuple[datetime, datetime] | None:
    """Return the viewing window in which an instant lies; None outside the hours."""
    for first, after in WINDOWS:
        start, end = at(instant.date(), first), at(instant.date(), after)
        if start <= instant < end:
            return start, end
    return None


def moment(chance: random.Random, day: date) -> datetime:
    """Return when somebody opens a picture: within the hours, mostly at the peaks."""
    mean, spread, _ = chance.choices(PEAKS, [weight for *_, weight in PEAKS])[0]
    while True:
        found = at(day, chance.gauss(mean, spread))
        if window_of(found):
            return found


def darkness(chance: random.Random, day: date, rooms: list[int]) -> Iterator[Dark]:
    """Yield the curtains and outages of a day: naps, twice something to change, and now and then a camera."""
    for room in rooms:
        yield Dark(room, at(day, 12 * 60), at(day, 14 * 60 + 15 + chance.random() * 10), "room:curtain")
        for first, after in WINDOWS:
            start = chance.uniform(first + 10, after - 30)
            yield Dark(room, at(day, start), at(day, start + chance.uniform(5, 14)), "room:curtain")
        if chance.random() < 0.12:
            start = chance.uniform(7 * 60, 17 * 60)
            yield Dark(room, at(day, start), at(day, start + chance.uniform(2, 25)), chance.choice(FAULTS))
