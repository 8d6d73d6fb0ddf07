"""Forms of the calendar, each with a page of its own.

Close days, open once, a make-up workday, a term, and whose holidays the school keeps.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from access.acts_calendar import close_days, make_up_day, open_once
from access.acts_schools import set_country
from access.acts_years import set_term
from access.calendar_writing import terms_of
from access.checked import NAME_LETTERS, checked_name, find_one
from access.database import reading
from access.errors import Refused
from access.front_desk import find_class
from access.people import School
from access.roster import classes_of
from app.account.step_up import require_fresh
from app.day_fields import DayField
from app.errors import FormRefused
from app.forms import Form, at_most, needed, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.calendar_words import REFUSALS, WEEKDAYS, country_names, stretch_words
from app.office.words import not_recorded_yet
from app.services import services
from app.working import school_here

_EMPTY = {"autocomplete": "off"}


def _day_field(label: Any) -> Field:
    return DayField(label, [needed()], render_kw=_EMPTY)


def _name_field() -> Field:
    return StringField(
        lazy_gettext("What it is called (may stay empty)"),
        [at_most(NAME_LETTERS)],
        render_kw={"maxlength": NAME_LETTERS, **_EMPTY},
    )


class CalendarForm(Form):
    """What the forms have in common: whatever is refused is said above."""

    refusals = {reason: ("", words) for reason, words in REFUSALS.items()}  # noqa: RUF012  # never changed

    def validate_name(self, field: Field) -> None:
        """Check that a name, where there is one, can be kept."""
        if not (field.data or "").strip():
            return
        try:
            checked_name(field.data)
        except Refused as refusal:
            words = gettext("There are characters in this that cannot be seen. Please type it anew.")
            raise ValidationError(words) from refusal


class CloseForm(CalendarForm):
    """Days on which the school is closed."""

    first = _day_field(lazy_gettext("First day"))
    last = DayField(lazy_gettext("Last day (empty: only that day)"), [Optional()], render_kw=_EMPTY)
    name = _name_field()
    reason = reason_field()


class MakeUpForm(CalendarForm):
    """A day that follows another weekday."""

    day = _day_field(lazy_gettext("Day"))
    weekday = SelectField(
        lazy_gettext("Follows the hours of"),
        choices=[SelectChoice(str(number), words) for number, words in enumerate(WEEKDAYS)],
    )
    name = _name_field()
    reason = reason_field()


class OpenForm(CalendarForm):
    """A stretch of one day."""

    day = _day_field(lazy_gettext("Day"))
    starts = TimeField(lazy_gettext("From"), [needed()], render_kw=_EMPTY)
    ends = TimeField(lazy_gettext("Until"), [needed()], render_kw=_EMPTY)
    class_group = SelectField(lazy_gettext("Class"))
    name = _name_field()
    reason = reason_field()


class TermForm(CalendarForm):
    """A term."""

    first = _day_field(lazy_gettext("First day"))
    last = _day_field(lazy_gettext("Last day"))
    reason = reason_field()

    refusals = {  # noqa: RUF012  # never changed
        **CalendarForm.refusals,
        "act:overtaken": (
            "",
            lazy_gettext(
                "Somebody else changed this meanwhile: above is what stands now."
                " Sent once more, yours takes the place of the terms that it meets."
            ),
        ),
    }


class CountryForm(CalendarForm):
    """Whose law gives the school its holidays."""

    country = SelectField(
        lazy_gettext("The school keeps the holidays of"),
        description=lazy_gettext(
            "Where this changes, the year has to be prepared and confirmed anew:"
            " until then the school is closed around the holidays."
        ),
    )
    reason = reason_field()

    refusals = {  # noqa: RUF012  # never changed
        "act:overtaken": (
            "",
            lazy_gettext(
                "Somebody else changed this meanwhile: above is what stands now."
                " Sent once more, yours takes its place."
            ),
        ),
    }


@bp.route("/office/calendar/close", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def close() -> Response | str | tuple[str, int]:
    """Close the school on some days; needs no passphrase, for it opens nothing."""
    form, school_id = CloseForm(), _here()
    if form.holds():
        said = {
            "first": form.first.data,
            "last": form.last.data or form.first.data,
            "name": form.name.data or "",
        }
        done = _done(form, lambda **by: close_days(services().world, school_id=school_id, **by, **said))
        if done:
            return done
    return _page(form, "close")


@bp.route("/office/calendar/make-up", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def make_up() -> Response | str | tuple[str, int]:
    """Let a day follow another weekday."""
    school_id = _here()
    _prove_first()
    form = MakeUpForm()
    if form.holds():
        said = {"day": form.day.data, "weekday": int(form.weekday.data), "name": form.name.data or ""}
        done = _done(form, lambda **by: make_up_day(services().world, school_id=school_id, **by, **said))
        if done:
            return done
    return _page(form, "make-up")


@bp.route("/office/calendar/open", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def open_day() -> Response | str | tuple[str, int]:
    """Open a stretch of one day."""
    world, school_id = services().world, _here()
    _prove_first()
    form = OpenForm()
    with reading(world.database) as connection:
        everybody = SelectChoice("", lazy_gettext("Every class"))
        classes = [SelectChoice(group.key, group.name) for group in classes_of(connection, school_id)]
        form.class_group.choices = [everybody, *classes]
        holds = form.holds()
        class_group_id = find_class(connection, form.class_group.data or "", [school_id])
    if holds:
        said = {
            "day": form.day.data,
            "starts_minute": _minute(form.starts.data),
            "ends_minute": _minute(form.ends.data),
            "class_group_id": class_group_id,
            "name": form.name.data or "",
        }
        done = _done(form, lambda **by: open_once(world, school_id=school_id, **by, **said))
        if done:
            return done
    return _page(form, "open")


@bp.route("/office/calendar/term", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def term() -> Response | str | tuple[str, int]:
    """Say when a term begins and ends."""
    school_id = _here()
    _prove_first()
    form = TermForm()
    if form.holds():
        said = {"starts_on": form.first.data, "ends_on": form.last.data, "shown": _shown_terms()}
        done = _done(form, lambda **by: set_term(services().world, school_id=school_id, **by, **said))
        if done:
            return done
    with reading(services().world.database) as connection:
        stands = terms_of(connection, school_id)
    shown = {"shown": " ".join(f"{first}/{last}" for first, last in stands)}
    return _page(form, "term", terms=[stretch_words(*term) for term in stands], shown=shown)


@bp.route("/office/calendar/country", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def country() -> Response | str | tuple[str, int]:
    """Say whose holidays the school keeps."""
    world, school_id = services().world, _here()
    _prove_first()
    with reading(world.database) as connection:
        stands = find_one(connection, School, school_id).country or ""
    form = CountryForm(country=stands)
    names = {"": gettext("no country: what closes the school is written by hand"), **country_names()}
    form.country.choices = [SelectChoice(code, words) for code, words in names.items()]
    shown = request.form.get("shown", "")
    if form.holds():
        act = {"actor": here.actor(), "reason": form.reason.data, "school_id": school_id}
        try:
            set_country(world, **act, country=form.country.data or None, shown=shown)
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done. It is in the calendar."), "done")
            return redirect("/office/calendar", 303)
    return _page(form, "country", shown={"shown": stands}, stands=names.get(stands, stands))


def _shown_terms() -> list[tuple[date, date]] | None:
    """Return the terms that the page showed, if it says so."""
    words = request.form.get("shown")
    if words is None:
        return None
    days = [one.split("/") for one in words.split()]
    try:
        return [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in days]
    except ValueError as fault:
        raise FormRefused from fault


def _here() -> int:
    with reading(services().world.database) as connection:
        return school_here(connection, here.FAMILY_ROLES).id


def _prove_first() -> None:
    if request.method == "POST":
        require_fresh()


def _done(form: Any, act: Any) -> Response | None:
    """Do an act; where it is refused say so on the form, and return nothing."""
    try:
        recorded = act(actor=here.actor(), reason=form.reason.data)
    except Refused as refusal:
        form.refuse(refusal.reason)
        return None
    if recorded is False:
        flash(not_recorded_yet(), "problem")
    else:
        flash(gettext("Done. It is in the calendar."), "done")
    first: date = form.first.data if "first" in form else form.day.data
    return redirect(f"/office/calendar?year={first.year}", 303)


def _page(
    form: Form,
    what: str,
    *,
    terms: Sequence[str] | None = None,
    shown: Mapping[str, str] | None = None,
    stands: str = "",
) -> str | tuple[str, int]:
    said = {"form": form, "what": what, "terms": terms, "shown": shown or {}, "stands": stands}
    page = render_template("office/calendar_form.html", **said)
    return (page, 400) if request.method == "POST" else page


def _minute(time: Any) -> int:
    return int(time.hour * 60 + time.minute)
