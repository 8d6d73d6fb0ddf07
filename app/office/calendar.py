"""The school's calendar: a year by months, what waits to be confirmed, and taking rows back."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from access.acts_calendar import remove_days
from access.acts_years import FIRST_YEAR, LAST_YEAR, confirm_year, prepare_year
from access.calendar import CLOSING
from access.calendar_records import CalendarDays
from access.calendar_view import Line, YearView, find_days, load_year
from access.checked import find_one
from access.database import reading
from access.errors import Refused
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.calendar_words import (
    kind_words,
    month_words,
    refusal_words,
    stretch_words,
)
from app.office.words import not_recorded_yet
from app.services import services
from app.working import school_here

KEY = "<string(length=22):key>"
#: Stand in the log; their words are in :mod:`app.office.words`.
PREPARED, COMPARED = "year_prepared", "year_compared"


@dataclass(frozen=True, slots=True)
class DayLine:
    """A row of the calendar, in words."""

    key: str
    #: ``term``, ``closed`` or ``open``: how it is marked.
    look: str
    when: str
    kind: str
    name: str
    #: What taking it back does; empty where that cannot be done here.
    warning: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month and what is in it."""

    name: str
    lines: list[DayLine]


@bp.get("/office/calendar")
@audience(*here.FAMILY_ROLES)
def calendar() -> str:
    """Show a year of the calendar."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        seen = load_year(connection, school.id, world.clock.now(), _year(request.args.get("year")))
    return render_template(
        "office/calendar.html",
        seen=seen,
        school=school.name,
        doubted=[stretch_words(first, last) for first, last in seen.doubted],
        terms=[stretch_words(line.first, line.last) for line in seen.lines if line.kind == "term"],
        months=_months(seen),
        before=seen.year - 1 if seen.year > FIRST_YEAR else None,
        after=seen.year + 1 if seen.year < LAST_YEAR else None,
    )


@bp.post("/office/calendar/prepare")
@audience(*here.FAMILY_ROLES)
def prepare() -> Response:
    """Write down a year's holidays."""
    school_id, year = _here(), _asked_year()
    try:
        known = prepare_year(
            services().world, actor=here.actor(), reason=PREPARED, school_id=school_id, year=year
        )
    except Refused as refusal:
        flash(refusal_words(refusal.reason), "problem")
    else:
        if known.announced:
            flash(gettext("Done. Please look it through, and then confirm the year."), "done")
        else:
            flash(
                gettext(
                    "Only the holidays that the law names are known of this year. Please add from the"
                    " official notice how days off and make-up workdays are moved, and then confirm the year."
                ),
                "problem",
            )
    return _back(year)


@bp.post("/office/calendar/confirm")
@audience(*here.FAMILY_ROLES)
def confirm() -> Response:
    """Confirm a year."""
    school_id = _here()
    require_fresh()
    year = _asked_year()
    try:
        confirm_year(services().world, actor=here.actor(), reason=COMPARED, school_id=school_id, year=year)
    except Refused as refusal:
        flash(refusal_words(refusal.reason), "problem")
    else:
        flash(gettext("Done. %(year)d is confirmed.", year=year), "done")
    return _back(year)


@bp.post(f"/office/calendar/days/{KEY}/remove")
@audience(*here.FAMILY_ROLES)
def remove(key: str) -> Response:
    """Take back a row of the calendar."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        days_id = here.found(find_days(connection, key, school.id))
        row = find_one(connection, CalendarDays, days_id, school_id=school.id)
    if row.kind in CLOSING:
        require_fresh()
    try:
        recorded = remove_days(world, actor=here.actor(), reason=here.reason(), days_id=days_id)
    except Refused as refusal:
        flash(refusal_words(refusal.reason), "problem")
    else:
        words = gettext("Done. It took effect at once.") if recorded else not_recorded_yet()
        flash(words, "done" if recorded else "problem")
    return _back(row.starts_on.year)


def _months(seen: YearView) -> list[Month]:
    months: dict[int, list[DayLine]] = {}
    for line in seen.lines:
        if line.kind != "term":
            month = line.first.month if line.first.year == seen.year else 1
            months.setdefault(month, []).append(_line(line))
    return [Month(month_words(date(seen.year, month, 1)), months[month]) for month in sorted(months)]


def _line(line: Line) -> DayLine:
    closes = line.kind in CLOSING
    warning = (
        gettext("The school is open again on these days, as its hours have it.")
        if closes
        else gettext("This no longer counts; where it is today, it ends at once.")
    )
    return DayLine(
        key=line.key,
        look="closed" if closes else "open",
        when=stretch_words(line.first, line.last),
        kind=kind_words(line.kind, line.days),
        name=line.name,
        warning=warning,
    )


def _here() -> int:
    with reading(services().world.database) as connection:
        return school_here(connection, here.FAMILY_ROLES).id


def _asked_year() -> int:
    year = _year(request.form.get("year"))
    if year is None:
        raise FormRefused
    return year


def _year(word: str | None) -> int | None:
    """Return the year that *word* names, if the calendar has it."""
    if word is None or not (word.isascii() and word.isdigit() and len(word) == 4):
        return None
    return int(word) if FIRST_YEAR <= int(word) <= LAST_YEAR else None


def _back(year: int) -> Response:
    return redirect(f"/office/calendar?year={year}", 303)
