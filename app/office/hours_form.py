"""The form of a class's weekly hours: one line for each weekday, as people write times."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, Field, StringField
from wtforms.validators import ValidationError

from access.errors import Refused
from access.week import WeekWindow, checked_windows
from app.errors import FormRefused
from app.forms import Form, at_most, reason_field
from app.office.calendar_words import WEEKDAYS

DAY_LETTERS = 200
_STRETCH = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
#: What people write for a hyphen, and for a comma.
_SAME = str.maketrans("–—−~至到、;", "------,,")
_WRONG = {
    "hours:backwards": lazy_gettext("It ends before it begins."),
    "hours:overlap": lazy_gettext("Two times of this day overlap."),
    "hours:out_of_range": lazy_gettext("A day ends at 24:00."),
}
_SHOWN = re.compile(r"(?:\d\.\d{1,4}\.\d{1,4}(?: |$))*", re.ASCII)


class DayField(StringField):  # type: ignore[misc]  # the library has no types
    """The hours of one weekday."""

    #: First minutes and minutes after the last.
    stretches: tuple[tuple[int, int], ...] = ()

    def pre_validate(self, form: Any) -> None:
        """Read what was typed."""
        del form
        self.stretches = read_day(self.data or "")


def _day_field(weekday: int) -> Field:
    return DayField(
        WEEKDAYS[weekday],
        [at_most(DAY_LETTERS)],
        render_kw={"maxlength": DAY_LETTERS, "autocomplete": "off", "autocapitalize": "none"},
    )


class HoursForm(Form):
    """A week."""

    day_0 = _day_field(0)
    as_monday = BooleanField(lazy_gettext("Tuesday to Friday the same as Monday"))
    day_1 = _day_field(1)
    day_2 = _day_field(2)
    day_3 = _day_field(3)
    day_4 = _day_field(4)
    day_5 = _day_field(5)
    day_6 = _day_field(6)
    reason = reason_field()

    def week(self) -> list[WeekWindow]:
        """Return what was typed, once it holds."""
        of_day = [self[f"day_{weekday}"].stretches for weekday in range(7)]
        if self.as_monday.data:
            of_day[1:5] = [of_day[0]] * 4
        return [(weekday, *stretch) for weekday, stretches in enumerate(of_day) for stretch in stretches]


def read_day(typed: str) -> tuple[tuple[int, int], ...]:
    """Return the stretches that *typed* names, such as ``09:00-11:30, 14:30-16:00``; nothing is none.

    Raises:
        ValidationError: with the words for the reader.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", typed).translate(_SAME))
    windows: list[WeekWindow] = []
    for part in filter(None, plain.split(",")):
        found = _STRETCH.fullmatch(part)
        hour, minute, end_hour, end_minute = map(int, found.groups()) if found else (0, 60, 0, 60)
        if minute > 59 or end_minute > 59:
            raise ValidationError(gettext("Please write it like 09:00-11:30, 14:30-16:00."))
        windows.append((0, hour * 60 + minute, end_hour * 60 + end_minute))
    try:
        return tuple((first, after) for _, first, after in checked_windows(windows))
    except Refused as refusal:
        raise ValidationError(_WRONG[refusal.reason]) from refusal


def day_words(windows: Iterable[WeekWindow], weekday: int) -> str:
    """Return the hours of one weekday as they are typed."""
    return ", ".join(f"{_clock(first)}-{_clock(after)}" for day, first, after in windows if day == weekday)


def shown_words(windows: Iterable[WeekWindow]) -> str:
    """Return hours as a page carries what it showed."""
    return " ".join(f"{day}.{first}.{after}" for day, first, after in windows)


def read_shown(words: str | None) -> list[WeekWindow]:
    """Return the hours that a page showed.

    Raises:
        FormRefused: no page of ours wrote it.
    """
    if words is None or not _SHOWN.fullmatch(words):
        raise FormRefused
    numbers = [tuple(map(int, one.split("."))) for one in words.split()]
    try:
        return checked_windows((day, first, after) for day, first, after in numbers)
    except Refused as refusal:
        raise FormRefused from refusal


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
