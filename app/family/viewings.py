"""Who watched the rooms of one's children, by whole days; and one's own viewings, with their receipts."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, request
from flask_babel import get_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from werkzeug.wrappers import Response

from access.acts import widen
from access.database import reading
from access.disowned import DISOWNED_WITHIN, disown
from access.errors import Refused
from access.memberships import DELEGATE, FAMILY, GUARDIAN, family_schools_in, places_held
from access.own_viewings import PAGE, OwnViewing, own_viewings, receipt_of
from access.people import Role
from access.watched_days import STAFF, StaffLook, WatchedChild, WatchedDay, watched_days
from app import words
from app.family import bp
from app.guard import audience
from app.look_words import PURPOSES
from app.services import services

KEY = "<string(length=22):key>"

WHO: dict[str, LazyString] = {
    GUARDIAN: lazy_gettext("parents and guardians"),
    DELEGATE: lazy_gettext("relatives who watch for them"),
}
OF_THE_STAFF: dict[str, LazyString] = {
    Role.TEACHER: lazy_gettext("a teacher"),
    Role.OFFICE: lazy_gettext("the office"),
    Role.DIRECTOR: lazy_gettext("the director"),
    Role.ADMINISTRATOR: lazy_gettext("an administrator"),
    STAFF: lazy_gettext("the staff"),
}
NO_RECEIPT: dict[str, LazyString] = {
    "receipt:not_yet": lazy_gettext("There is a receipt of it from next Monday on."),
    "receipt:ordered": lazy_gettext("There is no receipt of it on this page. Please ask the school office."),
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day in words."""

    day: str
    who: list[str]


@dataclass(frozen=True, slots=True)
class ChildPart:
    """One child's days in words."""

    child: str
    #: None where none may be told.
    days: list[DayLine] | None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One own viewing in words."""

    viewing: OwnViewing
    when: str
    lasted: str
    is_this_device: bool
    #: Lately enough to say that it was somebody else.
    may_disown: bool


@bp.get("/viewings")
@audience(*FAMILY)
def viewings() -> str:
    """Show who watched, and what the reader watched; that they read it is written first."""
    world = services().world
    now = world.clock.now()
    _record_reading(now)
    with reading(world.database) as connection:
        children = watched_days(connection, current_user.person_id, now, world.stops)
        found = own_viewings(connection, current_user.person_id, before=_before(), limit=PAGE + 1)
    return render_template(
        "family/viewings.html",
        children=[_child(child) for child in children],
        lines=[_own_line(one, now) for one in found[:PAGE]],
        older=found[PAGE - 1].key if len(found) > PAGE else None,
        is_first=_before() is None,
    )


@bp.get(f"/viewings/{KEY}/receipt")
@audience(*FAMILY)
def receipt(key: str) -> Response:
    """Give the receipt of one own viewing, as a file."""
    try:
        text, viewing = receipt_of(services().world, actor=current_user.actor, key=key)
    except Refused as refusal:
        if refusal.reason not in NO_RECEIPT:
            abort(404)
        flash(str(NO_RECEIPT[refusal.reason]), "problem")
        return redirect("/viewings", 303)
    at = viewing.opened_at.astimezone(ZoneInfo(viewing.zone))
    name = f"viewing-{at:%Y%m%d-%H%M}.tlog-proof"
    answer = FlaskResponse(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post(f"/viewings/{KEY}/not-me")
@audience(*FAMILY)
def not_me(key: str) -> Response:
    """Sign the device of an own viewing out, at once, and call the office."""
    try:
        recorded = disown(services().world, actor=current_user.actor, key=key)
    except Refused:
        abort(404)
    if recorded:
        flash(gettext("That device is signed out, and the office has been told."), "done")
    else:
        flash(
            gettext("That device is signed out. The office is told as soon as it can be recorded."), "problem"
        )
    return redirect("/viewings", 303)


def _record_reading(now: datetime) -> None:
    world = services().world
    with reading(world.database) as connection:
        schools = family_schools_in(places_held(connection, current_user.person_id, now, world.stops))
    for school_id in sorted(schools):
        widen(
            world,
            school_id=school_id,
            actor=current_user.actor,
            reason="family page",
            kind="viewings:read",
            subject={"person": current_user.person_id},
            apply=lambda *_: None,
            decides=False,
        )


def _before() -> str | None:
    """Return the viewing with which the last page ended; behind somebody else's comes nothing."""
    return request.args.get("before") or None


def _child(child: WatchedChild) -> ChildPart:
    return ChildPart(child.child, None if child.days is None else [_day(day) for day in child.days])


def _day(day: WatchedDay) -> DayLine:
    family = [str(WHO[one]) for one in (GUARDIAN, DELEGATE) if one in day.family]
    return DayLine(_date(day.day), family + [_look(one) for one in sorted(day.staff)])


def _look(look: StaffLook) -> str:
    return str(gettext("%(who)s, %(purpose)s", who=OF_THE_STAFF[look.role], purpose=PURPOSES[look.kind]))


def _date(day: date) -> str:
    pattern = "M月d日 EEEE" if words.language() == "zh-CN" else "EEEE d MMMM"
    return str(format_date(day, pattern, locale=get_locale()))


def _own_line(viewing: OwnViewing, now: datetime) -> OwnLine:
    zone = ZoneInfo(viewing.zone)
    day = words.calendar_day(viewing.opened_at, zone=zone)
    time = words.clock_time(viewing.opened_at, zone=zone)
    if viewing.closed_at is None:
        lasted = gettext("still open")
    elif viewing.seconds < 60:
        lasted = gettext("less than a minute of picture")
    else:
        lasted = gettext("%(minutes)s min of picture", minutes=round(viewing.seconds / 60))
    return OwnLine(
        viewing=viewing,
        when=f"{day} {time}",
        lasted=str(lasted),
        is_this_device=viewing.sign_in_id == current_user.sign_in_id,
        may_disown=viewing.opened_at >= now - DISOWNED_WITHIN,
    )
