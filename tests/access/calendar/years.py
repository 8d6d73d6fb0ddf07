"""Calendars and their rows, said in few words."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from access.calendar import Calendar, Days, DaysKind, opening_spans
from access.hours import Window

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)

#: 09:00 to 11:00 from Monday to Friday.
WEEKDAYS = tuple(Window(weekday, 540, 660, LONG_AGO) for weekday in range(5))
PLAIN = Calendar("Asia/Shanghai")


def days(kind: DaysKind, first: date, last: date | None = None, **said: object) -> Days:
    """Return a row that has always stood."""
    row = Days(kind, first, (last or first) + DAY, LONG_AGO)
    return replace(row, **said)  # type: ignore[arg-type]  # each test says what its row has


def on(calendar: Calendar, *rows: Days) -> Calendar:
    """Return *calendar* with *rows*."""
    return replace(calendar, days=frozenset(rows))


def noon(day: date) -> datetime:
    """Return noon in Shanghai."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


def open_days(calendar: Calendar, around: date, windows: Iterable[Window] = WEEKDAYS) -> list[date]:
    """Return the days with hours, from the day before *around* to two weeks after it."""
    spans = opening_spans(windows, calendar, noon(around))
    return [span.start.astimezone(SHANGHAI).date() for span in spans]


SATURDAY = date(2026, 6, 6)
