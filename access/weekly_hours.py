"""The weekly hours of a class group as they stand, and whether they hold at an instant. Reads only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.calendar import opening_spans
from access.calendar_days import CALENDAR, calendar_of, dates_around, days_by_school
from access.hours import Window
from access.people import School
from access.places import ViewingWindow
from access.spans import LONG_AGO
from access.week import WeekWindow


def standing_rows(connection: Connection, school_id: int, class_group_id: int) -> Sequence[Any]:
    """Return the records of a class group's hours that stand, in the order of the week."""
    asked = select(
        ViewingWindow.id,
        ViewingWindow.weekday,
        ViewingWindow.starts_minute,
        ViewingWindow.ends_minute,
        ViewingWindow.recorded_at,
    ).where(
        ViewingWindow.school_id == school_id,
        ViewingWindow.class_group_id == class_group_id,
        ViewingWindow.ended_at.is_(None),
    )
    return connection.execute(asked.order_by(ViewingWindow.weekday, ViewingWindow.starts_minute)).all()


def window_of(row: Any) -> WeekWindow:
    """Return a record of hours as a value."""
    return row.weekday, row.starts_minute, row.ends_minute


def load_hours(connection: Connection, school_id: int, class_group_id: int) -> list[WeekWindow]:
    """Return a class group's weekly hours, in the order of the week."""
    return [window_of(row) for row in standing_rows(connection, school_id, class_group_id)]


def closes_now(
    connection: Connection,
    school_id: int,
    class_group_id: int,
    *,
    before: Iterable[WeekWindow],
    after: Iterable[WeekWindow],
    now: datetime,
) -> bool:
    """Say whether a class group that is open at *now* with some hours is not with others.

    The school's calendar counts: a make-up workday follows the hours of another weekday.
    """
    columns = (School.id.label("school_id"), School.zone, School.country, School.country_since)
    school = connection.execute(select(*columns).where(School.id == school_id)).one()
    asked = {"school_ids": [school_id], "from": now, **dates_around(now)}
    days = days_by_school(connection.execute(CALENDAR, asked))
    calendar = calendar_of(school, days).of_class(class_group_id)

    def holds(week: Iterable[WeekWindow]) -> bool:
        windows = [Window(*window, recorded_at=LONG_AGO) for window in week]
        return any(now in span for span in opening_spans(windows, calendar, now))

    return holds(before) and not holds(after)
