"""The calendar's rules read slowly: one instant at a time, with none of the portal's own arithmetic of spans.

A local time is read against the offsets that the zone had about it, without the ``fold`` of dates.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from access.calendar import Calendar, Days, DaysKind
from access.hours import Window
from access.statutory import statutory_periods

WEEK = timedelta(days=7)


def is_open(windows: Iterable[Window], calendar: Calendar, at: datetime) -> bool:
    """Say whether a class group is open at one instant."""
    zone = ZoneInfo(calendar.zone)
    day = at.astimezone(zone).date()
    # A day's hours end with it at the latest, but around a clock change that may be by another's reckoning.
    return any(
        _is_open_on(near, windows, calendar, at, zone) for near in (day - WEEK / 7, day, day + WEEK / 7)
    )


def _is_open_on(
    day: date, windows: Iterable[Window], calendar: Calendar, at: datetime, zone: ZoneInfo
) -> bool:
    rows = [row for row in calendar.days if _holds(row, at)]
    today = [row for row in rows if row.starts_on <= day < row.ends_on]
    if any(row.kind in {DaysKind.HOLIDAY, DaysKind.CLOSURE} for row in today):
        return False
    if calendar.country_since is not None and at < calendar.country_since:
        return False
    if calendar.country is not None and _is_doubtful(day, calendar.country, rows):
        return False
    for row in today:
        if row.kind is DaysKind.OPENING and _within(day, row.starts_minute, row.ends_minute, at, zone):
            return True
    terms = [row for row in rows if row.kind is DaysKind.TERM]
    if terms and not any(row in today for row in terms):
        return False
    followed = {row.weekday for row in today if row.kind is DaysKind.MAKE_UP} or {day.weekday()}
    return len(followed) == 1 and any(
        window.weekday in followed
        and _holds(window, at)
        and _within(day, window.starts_minute, window.ends_minute, at, zone)
        for window in windows
    )


def _holds(row: Days | Window, at: datetime) -> bool:
    return row.recorded_at <= at and (row.ended_at is None or at < row.ended_at)


def _is_doubtful(day: date, country: str, rows: Iterable[Days]) -> bool:
    for year in (day.year - 1, day.year, day.year + 1):
        of_year = [row for row in rows if row.starts_on.year == year]
        kinds = {row.kind for row in of_year}
        if DaysKind.CONFIRMED in kinds:
            continue
        by_law = statutory_periods(country, year)
        if by_law is None and DaysKind.PREPARED not in kinds and day.year == year:
            return True
        holidays = {
            one.first + timedelta(days=n)
            for one in by_law or ()
            for n in range((one.last - one.first).days + 1)
        } | {
            row.starts_on + timedelta(days=n)
            for row in of_year
            if row.kind is DaysKind.HOLIDAY
            for n in range((row.ends_on - row.starts_on).days)
        }
        if any(abs(day - holiday) <= WEEK for holiday in holidays):
            return True
    return False


def _within(day: date, starts: int, ends: int, at: datetime, zone: ZoneInfo) -> bool:
    """Say whether *at* lies behind every reading of the start and before every one of the end."""
    return all(at >= one for one in _readings(day, starts, zone)) and all(
        at < one for one in _readings(day, ends, zone)
    )


def _readings(day: date, minute: int, zone: ZoneInfo) -> list[datetime]:
    """Return the instants that a local time can mean; where it is in no day, those it would have been."""
    local = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    offsets = {(local + timedelta(hours=h)).astimezone(zone).utcoffset() for h in range(-30, 31, 6)}
    instants = [local - offset for offset in offsets if offset is not None]
    real = [one for one in instants if one.astimezone(zone).replace(tzinfo=UTC) == local]
    return real or instants
