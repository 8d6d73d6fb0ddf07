"""The page of how long entries are kept, held and erased: one proposes, another approves."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from access import acts_retention as acts
from access.database import reading
from access.enrolment import Child
from access.errors import Refused
from access.log.choices import choices, find_choice
from access.log.mentions import What
from access.places import Room
from access.retention import FLOOR_MONTHS, MOST_MONTHS, Group
from access.retention_records import ErasureRequest, LogHold, RetentionSetting
from access.retention_seen import load_retention
from access.roster import MOST_ROWS, StaffSchool
from app import words
from app.account.step_up import require_fresh
from app.day_fields import is_near
from app.guard import audience
from app.office import here
from app.office.words import refused_words
from app.oversight import bp
from app.services import services
from app.working import school_here

PAGE = "/oversight/retention"
KEEPERS = ("director", "administrator")

#: What each group is called, and what is in it.
GROUPS: dict[Group, tuple[LazyString, LazyString]] = {
    Group.VIEWINGS: (lazy_gettext("Viewings"), lazy_gettext("who watched, or was refused")),
    Group.LOOKUPS: (lazy_gettext("Looking up"), lazy_gettext("setup looks, explanations, the register")),
    Group.PRESENCE: (lazy_gettext("Presence"), lazy_gettext("who was in, and guests")),
    Group.FAMILIES: (
        lazy_gettext("Families and staff"),
        lazy_gettext("guardians, consents, permissions, custody rules, letters"),
    ),
    Group.PLACES: (lazy_gettext("Rooms and times"), lazy_gettext("cameras, curtain, hours, calendar")),
    Group.ACCOUNTS: (lazy_gettext("Sign-ins"), lazy_gettext("devices, PINs, passphrases")),
}
#: What is said where a rule refused one of these acts.
REFUSALS: dict[str, LazyString] = {
    acts.SAME_PERSON: lazy_gettext(
        "Somebody else has to do that: another director or administrator. That you tried is written down."
    ),
    "retention:months": lazy_gettext("Each takes from 6 to 240 months. Nothing has changed."),
    "retention:too_young": lazy_gettext("The last six months are always kept. Nothing has changed."),
    "retention:over": lazy_gettext("That was agreed to already."),
    "hold:over": lazy_gettext("Somebody else did that meanwhile."),
}


@bp.get(PAGE)
@audience(*KEEPERS)
def retention() -> str:
    """Show what is decided, what waits for a second person, what is held, and the last erasures."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, KEEPERS)
        found = load_retention(connection, school.id)
        people = [(one.key, one.name) for one in choices(connection, school.id, What.PERSON)]
        children, rooms = _named(connection, Child, school), _named(connection, Room, school)
    zone = ZoneInfo(school.zone)

    def day(at: datetime | None) -> str:
        return "" if at is None else words.calendar_day(at, zone=zone)

    return render_template(
        "oversight/retention.html",
        found=found,
        groups=GROUPS,
        me=current_user.person_id,
        people=people,
        children=children,
        rooms=rooms,
        day=day,
        least=FLOOR_MONTHS,
        most=MOST_MONTHS,
    )


@bp.post(PAGE)
@audience(*KEEPERS)
def decide() -> Response:
    """Propose how long entries are kept, or approve what somebody else proposed."""
    school, key = _school(), request.form.get("key")
    if key:
        found = _found(RetentionSetting, key, school)
        return _do(lambda act: acts.approve_retention(retention_id=found, **act), school)
    months = {group: _months(group) for group in Group}
    return _do(lambda act: acts.propose_retention(months=months, **act), school)


@bp.post(f"{PAGE}/holds")
@audience(*KEEPERS)
def hold() -> Response:
    """Place a hold, or ask for its end or agree to that."""
    school, key = _school(), request.form.get("key")
    if key:
        found = _found(LogHold, key, school)
        return _do(lambda act: acts.end_hold(hold_id=found, **act), school)
    about: dict[str, Any] = {
        "person_id": _person(school),
        "child_id": _chosen(Child, "child", school),
        "room_id": _chosen(Room, "room", school),
        "since": _day("from", school),
        "until": _day("to", school, after=1),
    }
    return _do(lambda act: acts.place_hold(**about, **act), school)


@bp.post(f"{PAGE}/erasures")
@audience(*KEEPERS)
def erase() -> Response:
    """Ask that what the log says of a person is erased, or agree to it."""
    school, key = _school(), request.form.get("key")
    if key:
        found = _found(ErasureRequest, key, school)
        return _do(lambda act: acts.agree_erasure(request_id=found, **act), school)
    person, before = _person(school), _day("before", school)
    if person is None or before is None:
        flash(gettext("Choose a person and a day."), "problem")
        return redirect(PAGE, 303)
    return _do(lambda act: acts.ask_erasure(person_id=person, before=before, **act), school)


def _do(act: Callable[[dict[str, Any]], object], school: StaffSchool) -> Response:
    why = here.reason()
    require_fresh()
    said = {"world": services().world, "actor": here.actor(), "reason": why, "school_id": school.id}
    try:
        act(said)
    except Refused as refusal:
        flash(str(REFUSALS.get(refusal.reason) or refused_words(refusal.reason)), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _school() -> StaffSchool:
    with reading(services().world.database) as connection:
        return school_here(connection, KEEPERS)


def _named(connection: Connection, record: Any, school: StaffSchool) -> list[tuple[str, str]]:
    asked = select(record.key, record.name).where(record.school_id == school.id)
    return [(row.key, row.name) for row in connection.execute(asked.order_by(record.name).limit(MOST_ROWS))]


def _found(record: Any, key: str, school: StaffSchool) -> int:
    """Return the id of a record of the school; anything else is the one 404."""
    asked = select(record.id).where(record.key == key, record.school_id == school.id)
    with reading(services().world.database) as connection:
        found: int | None = connection.execute(asked).scalar_one_or_none()
    return abort(404) if found is None else found


def _chosen(record: Any, name: str, school: StaffSchool) -> int | None:
    key = request.form.get(name)
    return _found(record, key, school) if key else None


def _person(school: StaffSchool) -> int | None:
    key = request.form.get("person")
    if not key:
        return None
    with reading(services().world.database) as connection:
        found = find_choice(connection, school.id, What.PERSON, key)
    return abort(404) if found is None else found.id


def _months(group: Group) -> int:
    typed = request.form.get(group.value, "")
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) <= 4 else 0


def _day(name: str, school: StaffSchool, *, after: int = 0) -> datetime | None:
    """Return the first instant of a day at the school, or of the day *after*; None of what is none."""
    try:
        chosen = date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
    if not is_near(chosen):
        return None
    return datetime.combine(chosen + timedelta(days=after), datetime.min.time(), ZoneInfo(school.zone))
