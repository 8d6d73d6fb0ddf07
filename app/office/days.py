"""From which day something holds, and which is its last: typed as days, meant as the school's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field
from wtforms.validators import Optional

from access.calendar_writing import day_begins
from access.roster import StaffSchool
from app.day_fields import DayField

_EMPTY = {"autocomplete": "off"}
NO_END = lazy_gettext("Left empty: until it is ended.")


def first_day_field(**more: Any) -> Field:
    """Return the field for the day from whose first minute something holds."""
    return DayField(
        lazy_gettext("From"),
        [Optional()],
        description=lazy_gettext("Left empty: now."),
        render_kw=_EMPTY,
        **more,
    )


def last_day_field(check: Any = None, *, told: Any = NO_END, **more: Any) -> Field:
    """Return the field for the last day on which something holds."""
    return DayField(
        lazy_gettext("Last day"), [check or Optional()], description=told, render_kw=_EMPTY, **more
    )


def begins(first: date, school: StaffSchool) -> datetime:
    """Return the first instant of a day at the school."""
    return day_begins(first, school.zone).astimezone(UTC)


def over(last: date, school: StaffSchool) -> datetime:
    """Return the instant from which something no longer holds whose last day that was."""
    return begins(last + timedelta(days=1), school)


def span_of(form: Any, school: StaffSchool, now: datetime) -> tuple[datetime, datetime | None]:
    """Return the instants that *starts_on* and *ends_on* of a form mean; from now, where nothing is said."""
    first, last = form.starts_on.data, form.ends_on.data
    return begins(first, school) if first else now, over(last, school) if last else None
