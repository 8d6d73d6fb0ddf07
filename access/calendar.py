"""On which days a class group's hours hold, and so when it is open.

Pure. Weekly hours hold in term; a make-up workday follows the hours of another weekday;
a one-off opening adds a stretch of one day. Whatever closes is stronger than whatever opens:
a closure, a holiday, and around every holiday of a year that nobody at the school confirmed,
seven days, for make-up workdays and days off are moved around there. All days are the
school's own, whoever looks from wherever; each row counts from when it was recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from access.hours import Window, span_on
from access.spans import FAR, Span, clipped, common, less, merged
from access.statutory import statutory_periods

#: Days around the present day that become spans: in the two weeks ahead the next opening is sought.
DAYS_BACK, DAYS_AHEAD = 1, 14
#: So many days before and after each holiday of a year that is not confirmed are closed.
DOUBT = timedelta(days=7)
#: So long before it begins the office is told of a year that is not confirmed.
WARNED = timedelta(days=60)
_DAY = timedelta(days=1)
_EVER = Span(datetime.min.replace(tzinfo=UTC), FAR)


class DaysKind(StrEnum):
    """What a row of the calendar says of its days. Stands in the records, so never renamed."""

    #: Weekly hours hold on these days, and where a school has said of terms, on no others.
    TERM = "term"
    #: Closed, by law or by the school.
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    #: The hours of another weekday hold.
    MAKE_UP = "make_up"
    #: A stretch of a day is open besides.
    OPENING = "opening"
    #: Of a whole year: its holidays were written down.
    PREPARED = "prepared"
    #: Of a whole year: somebody at the school says that its calendar is right.
    CONFIRMED = "confirmed"


#: On these days nothing is open.
CLOSING = frozenset({DaysKind.HOLIDAY, DaysKind.CLOSURE})


@dataclass(frozen=True, slots=True)
class Days:
    """Local days ``[starts_on, ends_on)``, while the record holds."""

    kind: DaysKind
    starts_on: date
    ends_on: date
    recorded_at: datetime
    ended_at: datetime | None = None
    #: Of an opening: the one class group it is for; None for every one.
    class_group_id: int | None = None
    #: Of a make-up workday: whose hours hold; 0 is Monday.
    weekday: int = 0
    #: Of an opening, in minutes after local midnight.
    starts_minute: int = 0
    ends_minute: int = 0

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_on


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the records say of a school's days."""

    #: IANA name of the school's zone.
    zone: str
    #: Whose law gives the holidays: ISO 3166-1, two letters; None: a school that keeps its own only.
    country: str | None = None
    #: Since when that is so: nothing before it is open.
    country_since: datetime | None = None
    days: frozenset[Days] = frozenset()

    def of_class(self, class_group_id: int) -> "Calendar":
        """Return the calendar without the openings of other class groups."""
        if all(row.class_group_id is None for row in self.days):
            return self
        days = frozenset(row for row in self.days if row.class_group_id in (None, class_group_id))
        return replace(self, days=days)


def opening_spans(windows: Iterable[Window], calendar: Calendar, now: datetime) -> tuple[Span, ...]:
    """Return when a class group is open, from yesterday to two weeks ahead, touching stretches merged.

    Args:
        windows: of the class group.
        calendar: of its school, without the openings of others.
        now: aware; only its local day matters.
    """
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    return _spans_around(tuple(sorted(windows, key=_order)), calendar, today)


def _order(window: Window) -> tuple[int, int, int, datetime]:
    return window.weekday, window.starts_minute, window.ends_minute, window.recorded_at


@lru_cache(maxsize=1024)  # of a pure function: the same windows and rows on the same day
def _spans_around(windows: tuple[Window, ...], calendar: Calendar, today: date) -> tuple[Span, ...]:
    spans: list[Span] = []
    for days in range(-DAYS_BACK, DAYS_AHEAD + 1):
        spans += _on(today + timedelta(days=days), windows, calendar)
    return tuple(merged(spans))


def _on(day: date, windows: Sequence[Window], calendar: Calendar) -> list[Span]:
    zone = ZoneInfo(calendar.zone)
    this_day = [row for row in calendar.days if day in row]
    make_up = [row for row in this_day if row.kind is DaysKind.MAKE_UP]
    weekly = [span for window in windows for span in _by_the_week(day, window, make_up, zone)]
    spans = less(weekly, _out_of_term(day, calendar.days)) + [
        span for row in this_day if row.kind is DaysKind.OPENING for span in _once(day, row, zone)
    ]
    closed = _held(row for row in this_day if row.kind in CLOSING)
    if calendar.country_since is not None:
        closed.append(Span(_EVER.start, calendar.country_since))
    return less(spans, [*closed, *_in_doubt(day, calendar)])


def _by_the_week(day: date, window: Window, make_up: Sequence[Days], zone: ZoneInfo) -> list[Span]:
    """Return when *window* holds on *day*: where two rows name different weekdays, neither does."""
    is_its_day = window.weekday == day.weekday()
    follows = _held(row for row in make_up if row.weekday == window.weekday)
    if not is_its_day and not follows:
        return []
    span = span_on(day, window, zone)
    spans = [] if span is None else [span]
    if not is_its_day:
        spans = common(spans, merged(follows))
    return less(spans, _held(row for row in make_up if row.weekday != window.weekday))


def _once(day: date, row: Days, zone: ZoneInfo) -> list[Span]:
    stretch = Window(day.weekday(), row.starts_minute, row.ends_minute, row.recorded_at, row.ended_at)
    span = span_on(day, stretch, zone)
    return [] if span is None else [span]


def _out_of_term(day: date, rows: Iterable[Days]) -> list[Span]:
    """Return while what terms there are do not hold *day*; a school that said of none is always in one."""
    terms = [row for row in rows if row.kind is DaysKind.TERM]
    return less(_held(terms), _held(row for row in terms if day in row))


def _in_doubt(day: date, calendar: Calendar) -> list[Span]:
    """Return while *day* is closed because its year, or the next or the last one, is not confirmed."""
    if calendar.country is None:
        return []
    doubted: list[Span] = []
    for year in (day.year - 1, day.year, day.year + 1):
        of_year = [row for row in calendar.days if row.starts_on.year == year]
        confirmed = _held(row for row in of_year if row.kind is DaysKind.CONFIRMED)
        doubted += less(_near_a_holiday(day, year, calendar.country, of_year), confirmed)
    return doubted


def _near_a_holiday(day: date, year: int, country: str, of_year: Sequence[Days]) -> list[Span]:
    """Return while *day* is known to lie near a holiday of *year*, or nothing is known of its year."""
    by_law = statutory_periods(country, year)
    if any(one.first - DOUBT <= day <= one.last + DOUBT for one in by_law or ()):
        return [_EVER]
    near = _held(
        row
        for row in of_year
        if row.kind is DaysKind.HOLIDAY and row.starts_on - DOUBT <= day < row.ends_on + DOUBT
    )
    if by_law is None and day.year == year:
        prepared = _held(row for row in of_year if row.kind is DaysKind.PREPARED)
        return near + less([_EVER], prepared)
    return near


def _held(rows: Iterable[Days]) -> list[Span]:
    """Return while rows hold, whatever their days."""
    spans = (clipped(row.recorded_at, row.ended_at, recorded_at=row.recorded_at) for row in rows)
    return [span for span in spans if span is not None]


def unconfirmed_years(rows: Iterable[Days], country: str | None, today: date) -> list[int]:
    """Return the years that are not confirmed although they have begun or will within sixty days.

    Args:
        rows: those that hold now, of the school's calendar.
        country: as in :class:`Calendar`.
        today: of the school.
    """
    if country is None:
        return []
    confirmed = {row.starts_on.year for row in rows if row.kind is DaysKind.CONFIRMED}
    years = range(today.year, (today + WARNED).year + 1)
    return [year for year in years if year not in confirmed]


def whole_year(year: int) -> tuple[date, date]:
    """Return the first day of *year* and that of the next."""
    return date(year, 1, 1), date(year + 1, 1, 1)


def doubted_days(year: int, country: str | None, rows: Iterable[Days]) -> list[tuple[date, date]]:
    """Return the stretches of days ``[first, after)`` that are closed while *year* is not confirmed.

    Args:
        rows: those that hold now; what confirms the year is left out of account.
    """
    calendar_rows = [row for row in rows if row.kind is not DaysKind.CONFIRMED and row.starts_on.year == year]
    stretches: list[tuple[date, date]] = []
    day, end = date(year, 1, 1) - DOUBT, date(year + 1, 1, 1) + DOUBT
    while country is not None and day < end:
        if _near_a_holiday(day, year, country, calendar_rows):
            start = stretches.pop()[0] if stretches and stretches[-1][1] == day else day
            stretches.append((start, day + _DAY))
        day += _DAY
    return stretches
