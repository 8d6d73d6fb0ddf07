"""Hours that begin or end at the next whole minute: the shortest that a school can set."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from access.week import WeekWindow
from tests.e2e.reader import boot

#: Of the schools in these tests.
ZONE = ZoneInfo("Asia/Shanghai")
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
#: When the hours of the morning after begin.
NINE = 9 * 60


def whole_minute(now: datetime, *, at_least: timedelta) -> datetime:
    """Return the first whole minute that is *at_least* so far ahead."""
    earliest = now + at_least
    return earliest.replace(second=0, microsecond=0) + A_MINUTE


def hours_until(edge: datetime) -> list[WeekWindow]:
    """Return hours that end at *edge*, and begin again at nine on the day after."""
    last = (edge - A_MINUTE).astimezone(ZONE)
    day = last.weekday()
    return [
        ((day - 1) % 7, 0, 1440),  # it may be a minute to midnight now
        (day, 0, last.hour * 60 + last.minute + 1),
        ((day + 1) % 7, NINE, NINE + 60),
    ]


def opening_after(edge: datetime) -> datetime:
    """Return when hours that ended at *edge* begin again."""
    morning = (edge - A_MINUTE).astimezone(ZONE) + A_DAY
    return morning.replace(hour=NINE // 60, minute=0)


def hours_from(edge: datetime) -> list[WeekWindow]:
    """Return hours that begin at *edge* and go on for a day."""
    first = edge.astimezone(ZONE)
    return [(first.weekday(), first.hour * 60 + first.minute, 1440), ((first.weekday() + 1) % 7, 0, 1440)]


def boot_time_of(instant: datetime) -> float:
    """Return what the clock that counts from boot shows at *instant*."""
    return boot() + instant.timestamp() - time.time()
