"""The question for a school's calendar as decisions ask it, and its rows as values."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, or_, select

from access.calendar import DAYS_AHEAD, DAYS_BACK, DOUBT, Calendar, Days, DaysKind
from access.calendar_records import CalendarDays

#: UTC's date may be yesterday's or tomorrow's in the school's zone.
_ANOTHER_DATE = timedelta(days=1)

#: What touches the days around now, with the days of doubt about them; terms all, for none is another rule.
CALENDAR = select(
    CalendarDays.kind,
    CalendarDays.school_id,
    CalendarDays.class_group_id,
    CalendarDays.weekday,
    CalendarDays.starts_minute,
    CalendarDays.ends_minute,
    CalendarDays.starts_on,
    CalendarDays.ends_on,
    CalendarDays.recorded_at,
    CalendarDays.ended_at,
).where(
    CalendarDays.school_id.in_(bindparam("school_ids", expanding=True)),
    or_(
        CalendarDays.kind == DaysKind.TERM.value,
        (CalendarDays.ends_on > bindparam("first_day")) & (CalendarDays.starts_on <= bindparam("last_day")),
    ),
    or_(CalendarDays.ended_at.is_(None), CalendarDays.ended_at > bindparam("from")),
)


def dates_around(now: datetime) -> dict[str, Any]:
    """Return the parameters of :data:`CALENDAR` that bound which days are read."""
    today = now.astimezone(UTC).date()
    return {
        "first_day": today - timedelta(days=DAYS_BACK) - DOUBT - _ANOTHER_DATE,
        "last_day": today + timedelta(days=DAYS_AHEAD) + DOUBT + _ANOTHER_DATE,
    }


def days_of(row: Any) -> Days:
    """Return a row of :data:`CALENDAR` as a value."""
    return Days(
        DaysKind(row.kind),
        row.starts_on,
        row.ends_on,
        row.recorded_at,
        row.ended_at,
        row.class_group_id,
        row.weekday or 0,
        row.starts_minute or 0,
        row.ends_minute or 0,
    )


def days_by_school(rows: Iterable[Any]) -> Mapping[int, frozenset[Days]]:
    """Return rows of :data:`CALENDAR` by school; a school without any has none."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.school_id].append(row)
    return defaultdict(
        frozenset, {school_id: _days_of_all(tuple(of_it)) for school_id, of_it in found.items()}
    )


@lru_cache(maxsize=256)  # of a pure function: the same rows
def _days_of_all(rows: tuple[Any, ...]) -> frozenset[Days]:
    return frozenset(map(days_of, rows))


def calendar_of(school: Any, days: Mapping[int, frozenset[Days]]) -> Calendar:
    """Return a school's calendar.

    Args:
        school: a row with its ``school_id``, ``zone``, ``country`` and ``country_since``.
        days: of :func:`days_by_school`.
    """
    return Calendar(school.zone, school.country, school.country_since, days[school.school_id])
