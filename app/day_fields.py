"""Fields for days and for moments: only such as a school can mean."""

from datetime import date
from typing import Any

from flask_babel import gettext
from wtforms import DateField, DateTimeLocalField
from wtforms.validators import ValidationError

#: What lies outside is a slip of the finger, and near the ends of the calendar has no other zone.
FIRST_YEAR, LAST_YEAR = 2000, 2199


class DayField(DateField):  # type: ignore[misc]  # the library has no types
    """A day."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a year that nobody means."""
        del form
        _check_year(self.data)


class MomentField(DateTimeLocalField):  # type: ignore[misc]  # the library has no types
    """A day and a time, without a zone: the school's."""

    def pre_validate(self, form: Any) -> None:
        """Refuse a year that nobody means."""
        del form
        _check_year(self.data)


def is_near(day: date) -> bool:
    """Say whether a school can mean *day*."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def near_day(text: str) -> date | None:
    """Return the day that an address names (ISO 8601); None of what is none, or one that no school means."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_near(day) else None


def _check_year(day: Any) -> None:
    if day is not None and not is_near(day):
        raise ValidationError(gettext("Please look at the year."))
