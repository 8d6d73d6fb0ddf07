"""Turn a class group's weekly viewing windows into stretches of time.

Pure. Windows are written in the school's local time; here they become instants.
Where a clock change makes a local time mean two instants, or none, the stricter
reading holds: a window begins at the later instant and ends at the earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from access.spans import Span, clipped, merged, next_start

#: Days around the present day that become spans: yesterday and eight days ahead,
#: so that a class open once a week always has a next opening.
DAYS_BACK, DAYS_AHEAD = 1, 8
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


def opening_spans(windows: Iterable[Window], zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when *windows* are open, from yesterday to eight days ahead, touching ones merged.

    Args:
        windows: of one class group.
        zone: IANA name of the school's zone.
        now: aware; only its local day matters.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    return _spans_around(tuple(sorted(windows, key=_order)), zone, today)


def next_opening(spans: Iterable[Span], now: datetime) -> datetime | None:
    """Return when the next stretch of *spans* begins, if one begins after *now*."""
    return next_start(now, spans)


def _order(window: Window) -> tuple[int, int, int, datetime]:
    return window.weekday, window.starts_minute, window.ends_minute, window.recorded_at


@lru_cache(maxsize=1024)  # of a pure function: the same windows on the same day
def _spans_around(windows: tuple[Window, ...], zone: str, today: date) -> tuple[Span, ...]:
    spans = []
    for days in range(-DAYS_BACK, DAYS_AHEAD + 1):
        day = today + timedelta(days=days)
        for window in windows:
            if window.weekday == day.weekday():
                spans.append(_span_on(day, window, ZoneInfo(zone)))
    return tuple(merged(span for span in spans if span is not None))


def _span_on(day: date, window: Window, zone: ZoneInfo) -> Span | None:
    start = max(_instants(day, window.starts_minute, zone))
    end = min(_instants(day, window.ends_minute, zone))
    if window.ended_at is not None:
        end = min(end, window.ended_at)
    return clipped(start, end, recorded_at=window.recorded_at)


def _instants(day: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return both readings of a local time; they differ only around a clock change."""
    days, minute = divmod(minute, MINUTES_OF_A_DAY)
    local = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
