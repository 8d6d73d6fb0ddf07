"""Who is in: one large button for each child of a class, and what the school does about it."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from access.acts_attendance import check_in, check_out, set_attendance
from access.attendance import MODES, OFF, OPTIONAL, REQUIRED, is_stricter
from access.database import reading
from access.errors import Refused
from access.front_desk import ChildHere, find_child
from access.roll import attendance_of, roll
from access.roster import StaffSchool, classes_of
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.changes import KEY
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words, not_recorded_yet, refused_words
from app.services import services
from app.working import school_here

PAGE = "/office/attendance"

MODE_WORDS = {
    OFF: lazy_gettext("Not noted: families see the room whether their child is in or not."),
    OPTIONAL: lazy_gettext("Whoever was noted as out is not shown the room; all others are."),
    REQUIRED: lazy_gettext("A family is shown the room only while its child is in."),
}


@bp.get(PAGE)
@audience(*CURTAIN_ROLES)
def attendance() -> str:
    """Show the children of one class."""
    return _page(request.args.get("class", ""))


def _page(asked: str, *, typed: Mapping[str, str] | None = None) -> str:
    """Draw the page.

    Args:
        asked: key of a class; any other stands for the first.
        typed: a choice that was overtaken, with its reason; it stays on the form.
    """
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        classes = classes_of(connection, school.id)
        chosen = next((group for group in classes if group.key == asked), classes[0] if classes else None)
        lines = roll(connection, school.id, chosen.id, school.zone, now) if chosen else []
        mode = attendance_of(connection, school.id)
    return render_template(
        "office/attendance.html",
        mode=mode,
        typed=typed,
        modes=MODE_WORDS if "director" in school.roles else {},
        says=MODE_WORDS[mode],
        classes=classes,
        chosen=chosen,
        lines=lines,
    )


@bp.post(f"/office/children/{KEY}/in")
@audience(*CURTAIN_ROLES)
def come_in(key: str) -> Response:
    """Note that a child came in."""
    school, child = _child(key)
    try:
        check_in(
            services().world, actor=here.actor(), reason=here.reason(), child_id=child.id, at=_at(school)
        )
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    return _back()


@bp.post(f"/office/children/{KEY}/out")
@audience(*CURTAIN_ROLES)
def go_out(key: str) -> Response:
    """Note that a child went out."""
    school, child = _child(key)
    try:
        recorded = check_out(
            services().world, actor=here.actor(), reason=here.reason(), child_id=child.id, at=_at(school)
        )
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        if not recorded:
            flash(ended_words(recorded=recorded), "problem")
    return _back()


@bp.post(f"{PAGE}/mode")
@audience("director")
def choose_mode() -> Response | tuple[str, int]:
    """Choose what the school does about attendance."""
    mode, shown = request.form.get("mode", ""), request.form.get("shown")
    if not {mode, shown or mode} <= set(MODES):
        raise FormRefused
    with reading(services().world.database) as connection:
        school = school_here(connection, ("director",))
        stands = attendance_of(connection, school.id)
    if not is_stricter(mode, stands):  # what takes away waits for no proof
        require_fresh()
    reason = here.reason()
    try:
        recorded = set_attendance(
            services().world, actor=here.actor(), reason=reason, school_id=school.id, mode=mode, shown=shown
        )
    except Refused:  # overtaken: nothing else is left to refuse
        return _page("", typed={"mode": mode, "reason": reason}), 400
    if recorded:
        flash(gettext("Done."), "done")
    else:
        flash(not_recorded_yet(), "problem")
    return _back()


def _child(key: str) -> tuple[StaffSchool, ChildHere]:
    with reading(services().world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        return school, here.found(find_child(connection, key, [school.id]))


def _at(school: StaffSchool) -> datetime | None:
    """Return the time of today that a correction is about; None for a tap."""
    typed = request.form.get("at", "")
    if not typed:
        return None
    zone = ZoneInfo(school.zone)
    try:
        local = time.fromisoformat(typed)
    except ValueError as fault:
        raise FormRefused from fault
    today = services().world.clock.now().astimezone(zone).date()
    return datetime.combine(today, local.replace(tzinfo=None), zone).astimezone(UTC)


def _back() -> Response:
    chosen = request.form.get("class", "")
    return redirect(f"{PAGE}?" + urlencode({"class": chosen}) if chosen else PAGE, 303)
