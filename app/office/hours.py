"""The weekly hours in which a class may be watched; what holds on single days is the calendar's."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from access.acts_hours import set_hours
from access.database import reading
from access.errors import Refused
from access.roster import Named, classes_of
from access.week import WeekWindow, less, same_hours
from access.weekly_hours import load_hours
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.calendar_words import WEEKDAYS
from app.office.hours_form import HoursForm, day_words, read_shown, shown_words
from app.office.words import not_recorded_yet
from app.services import services
from app.working import school_here

PAGE = "/office/hours"


@dataclass(frozen=True, slots=True)
class _Desk:
    """The classes of the school, the one that is looked at, and its hours as they stand."""

    classes: list[Named]
    chosen: Named | None
    stands: list[WeekWindow]


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def hours() -> str:
    """Show the weekly hours of one class, to be changed."""
    with reading(services().world.database) as connection:
        desk = _desk(connection, request.args.get("class", ""), or_first=True)
    begin = {f"day_{weekday}": day_words(desk.stands, weekday) for weekday in range(7)}
    return _page(HoursForm(**begin), desk, shown=desk.stands)


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def keep_hours() -> Response | tuple[str, int]:
    """Set the weekly hours of one class; the passphrase is asked for where any are added."""
    with reading(services().world.database) as connection:
        desk = _desk(connection, request.form.get("class", ""), or_first=False)
    shown, form, chosen = read_shown(request.form.get("shown")), HoursForm(), desk.chosen
    if chosen is None:
        raise FormRefused
    if not form.holds():
        return _page(form, desk, shown=shown), 400
    wanted = form.week()
    added = bool(less(wanted, shown))
    if added:
        require_fresh()
    act = {"actor": here.actor(), "reason": form.reason.data, "class_group_id": chosen.id}
    try:
        recorded = set_hours(services().world, **act, windows=wanted, shown=shown)
    except Refused as refusal:
        if refusal.reason != "act:overtaken":
            form.refuse(refusal.reason)
            return _page(form, desk, shown=shown), 400
        with reading(services().world.database) as connection:
            desk = _desk(connection, chosen.key, or_first=False)
        return _page(form, desk, shown=desk.stands, overtaken=True), 400
    if added and not recorded:
        words = gettext(
            "What you took away is closed. What you added could not be written down: please send it again."
        )
        form.form_errors.append(words)
        return _page(form, desk, shown=less(shown, less(shown, wanted))), 400
    _tell(chosen.key, wanted, recorded=recorded)
    return redirect(f"{PAGE}?class={chosen.key}", 303)


def _tell(key: str, wanted: list[WeekWindow], *, recorded: bool) -> None:
    """Say what was done, and where somebody else's hours stand beside it."""
    with reading(services().world.database) as connection:
        stands = _desk(connection, key, or_first=False).stands
    if not recorded:
        flash(not_recorded_yet(), "problem")
    elif same_hours(stands, wanted):
        flash(gettext("Done. These are the hours now."), "done")
    else:
        flash(
            gettext(
                "What you took away is closed. Somebody else changed these hours meanwhile:"
                " here is what stands now."
            ),
            "problem",
        )


def _desk(connection: Connection, key: str, *, or_first: bool) -> _Desk:
    school = school_here(connection, here.FAMILY_ROLES)
    classes = classes_of(connection, school.id)
    other = classes[0] if classes and or_first else None
    chosen = next((group for group in classes if group.key == key), other)
    stands = load_hours(connection, school.id, chosen.id) if chosen else []
    return _Desk(classes, chosen, stands)


def _page(form: HoursForm, desk: _Desk, *, shown: list[WeekWindow], overtaken: bool = False) -> str:
    return render_template(
        "office/hours.html",
        form=form,
        classes=desk.classes,
        chosen=desk.chosen,
        shown=shown_words(shown),
        overtaken=overtaken,
        stands=[
            (WEEKDAYS[weekday], day_words(desk.stands, weekday))
            for weekday in range(7)
            if day_words(desk.stands, weekday)
        ],
    )
