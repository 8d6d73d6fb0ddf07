"""The words of the calendar: days, stretches of days, what a row means, and why an act was refused."""

from datetime import date, time
from typing import Any

from babel.dates import format_date, format_time
from flask_babel import get_locale, gettext, lazy_gettext

from access.calendar import Days, DaysKind
from access.holiday_facts import countries
from access.statutory import CHINA
from app.office.words import refused_words
from app.words import language

#: Monday first.
WEEKDAYS = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)

#: Refusals of acts upon the calendar.
REFUSALS: dict[str, Any] = {
    "calendar:backwards": lazy_gettext("The last day is before the first one."),
    "calendar:too_long": lazy_gettext("That is more than a year. Is a date mistyped?"),
    "calendar:past": lazy_gettext("That is over already."),
    "calendar:closed_day": lazy_gettext("The school is closed on that day. Take the closure back first."),
    "calendar:twice": lazy_gettext("That day follows another weekday already. Take that back first."),
    "calendar:confirmed": lazy_gettext("This year is confirmed already. Correct it day by day."),
    "calendar:not_prepared": lazy_gettext("Please prepare this year first, and look it through."),
    "calendar:no_country": lazy_gettext(
        "This school keeps no country's holidays, so there is no year to confirm."
    ),
    "hours:backwards": lazy_gettext("It ends before it begins."),
    "term:past": lazy_gettext("That is over already."),
    "term:backwards": lazy_gettext("The last day is before the first one."),
}


def country_names() -> dict[str, str]:
    """Return the name of each country whose holidays are known, by its two letters and in the order of names.

    China comes first: most schools of ours are there.
    """
    names = {code: str(get_locale().territories.get(code, code)) for code in countries()}
    return dict(sorted(names.items(), key=lambda one: (one[0] != CHINA, one[1])))


def refusal_words(reason: str) -> str:
    """Return what is said where an act upon the calendar was refused."""
    return str(REFUSALS[reason]) if reason in REFUSALS else refused_words(reason)


def kind_words(kind: DaysKind, days: Days) -> str:
    """Return what a row means for its days."""
    if kind is DaysKind.MAKE_UP:
        return str(gettext("Make-up workday: hours of %(weekday)s", weekday=WEEKDAYS[days.weekday]))
    if kind is DaysKind.OPENING:
        return str(gettext("Open %(hours)s besides", hours=hours_words(days)))
    return str(gettext("Holiday: closed") if kind is DaysKind.HOLIDAY else gettext("Closed"))


def hours_words(days: Days) -> str:
    """Return the stretch of an opening."""
    return f"{_clock(days.starts_minute)}–{_clock(days.ends_minute)}"


def stretch_words(first: date, last: date) -> str:
    """Return one day, or the first and the last of several."""
    if first == last:
        return day_words(first)
    return str(gettext("%(first)s to %(last)s", first=day_words(first), last=day_words(last)))


def day_words(day: date) -> str:
    """Return a day with its weekday, short enough for a list."""
    pattern = "y年M月d日 EEE" if language() == "zh-CN" else "EEE d MMM y"
    return str(format_date(day, pattern, locale=get_locale()))


def month_words(day: date) -> str:
    """Return a month as a heading."""
    return str(format_date(day, "M月" if language() == "zh-CN" else "MMMM", locale=get_locale()))


def _clock(minute: int) -> str:
    if minute == 24 * 60:
        return "24:00"
    return str(format_time(time(minute // 60, minute % 60), "HH:mm", locale=get_locale()))
