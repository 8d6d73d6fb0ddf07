"""Turn the hours of a local day into a stretch of time.

Pure; on which days they hold is :mod:`access.calendar`'s to say. Windows are written in the
school's local time; here they become instants.
Where a clock change makes a local time mean two instants, or none, the stricter
reading holds: a window begins at the later instant and ends at the earlier.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from access.spans import Span, clipped

MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Minutes ``[starts_minute, ends_minute)`` of one weekday, while the record holds."""

    #: 0 is Monday.
    weekday: int
    starts_minute: int
    #: 1440 is the midnight that ends the day.
    ends_minute: int
    recorded_at: datetime
    ended_at: datetime | None = None


def span_on(day: date, window: Window, zone: ZoneInfo) -> Span | None:
    """Return when *window* is open on *day*, whatever its weekday; None where it is not at all."""
    start = max(_instants(day, window.starts_minute, zone))
    end = min(_instants(day, window.ends_minute, zone))
    if window.ended_at is not None:
        end = min(end, window.ended_at)
    return clipped(start, end, recorded_at=window.recorded_at)


def midnights_after(instant: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return when the school's day of *instant* is over: the earlier and the later reading."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    one, other = _instants(day, MINUTES_OF_A_DAY, ZoneInfo(zone))
    return min(one, other), max(one, other)


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return both readings of a local time; they differ only around a clock change."""
    days, minute = divmod(minute, MINUTES_OF_A_DAY)
    local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
