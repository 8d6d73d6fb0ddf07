"""Classes in other rooms for a while, and rooms that are lent: a form each, and a list to take them back."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import Field, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from access.acts_loans import end_loan, lend_room
from access.acts_rooms import end_room_change, merge_classes, swap_rooms
from access.database import reading
from access.elsewhere import elsewhere, find_change, find_loan, lent
from access.errors import Refused
from access.front_desk import find_class
from access.roster import StaffSchool, classes_of, find_room, rooms_of
from app.account.step_up import require_fresh
from app.day_fields import MomentField
from app.forms import Form, needed, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.words import ended_words, refused_words, since_words
from app.services import services

KEY = "<string(length=22):key>"
PAGE = "/office/changes"

#: Where the classes have left their rooms and where they went could not be written down.
HALF = lazy_gettext(
    "The classes have left their rooms, and nobody of theirs sees a room. Where they are now could not be "
    "written down: please do it again."
)


def from_field() -> Field:
    """Return the field for when something begins."""
    return MomentField(
        lazy_gettext("From"), [Optional()], description=lazy_gettext("School time. Left empty: now.")
    )


def until_field() -> Field:
    """Return the field for the first minute that no longer counts."""
    return MomentField(lazy_gettext("Until"), [needed()], description=lazy_gettext("School time."))


BACKWARDS = lazy_gettext("It would end before it begins, or be over already.")


class _ForAWhile(Form):
    """Something from now or later until an instant."""

    refusals: ClassVar = {
        "span:over": ("ends", BACKWARDS),
        "span:backwards": ("ends", BACKWARDS),
        "room_change:same": ("", lazy_gettext("They would be in that room anyway.")),
        "room_change:no_one_room": (
            "",
            lazy_gettext(
                "One of these classes is in no room then, or in several: nothing says which to take."
            ),
        ),
        "act:overtaken": (
            "",
            lazy_gettext("Somebody else has moved one of these classes just now. Look again."),
        ),
    }


class SwapForm(_ForAWhile):
    """Two classes that exchange rooms."""

    one = SelectField(lazy_gettext("Class"))
    other = SelectField(lazy_gettext("exchanges rooms with"))
    starts, ends, reason = from_field(), until_field(), reason_field()


class MergeForm(_ForAWhile):
    """A class that joins another."""

    one = SelectField(lazy_gettext("Class"))
    other = SelectField(lazy_gettext("comes into the room of"))
    starts, ends, reason = from_field(), until_field(), reason_field()


class LendForm(_ForAWhile):
    """A room that outsiders have."""

    room = SelectField(lazy_gettext("Room"))
    starts, ends, reason = from_field(), until_field(), reason_field()


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def changes() -> str:
    """Show which classes are elsewhere and which rooms are lent."""
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        school = here.my_schools(connection)[0]
        zone = ZoneInfo(school.zone)
        moved = [(one, _span_words(one, now, zone)) for one in elsewhere(connection, school.id, now)]
        loans = [(one, _span_words(one, now, zone)) for one in lent(connection, school.id, now)]
    return render_template("office/changes.html", moved=moved, loans=loans)


@bp.route(f"{PAGE}/swap", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def swap() -> Response | str | tuple[str, int]:
    """Have two classes exchange rooms."""
    return _classes(SwapForm(), "swap")


@bp.route(f"{PAGE}/merge", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def merge() -> Response | str | tuple[str, int]:
    """Have one class come into another's room."""
    return _classes(MergeForm(), "merge")


@bp.route(f"{PAGE}/lend", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def lend() -> Response | str | tuple[str, int]:
    """Lend a room to people from outside."""
    form, world = LendForm(), services().world
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        form.room.choices = [SelectChoice(room.key, room.name) for room in rooms_of(connection, school.id)]
        holds = form.holds()
        room = find_room(connection, form.room.data or "", school.id)
    if holds:
        try:
            recorded = lend_room(world, **_said(form, school), room_id=here.found(room))
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(ended_words(recorded=recorded), "done" if recorded else "problem")
            return redirect(PAGE, 303)
    return _page(form, "lend")


@bp.post(f"{PAGE}/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_change(key: str) -> Response:
    """Take back what was said with one act."""
    world = services().world
    with reading(world.database) as connection:
        change = here.found(find_change(connection, key, here.my_schools(connection)[0].id))
    require_fresh()
    try:
        done = end_room_change(world, actor=here.actor(), reason=here.reason(), room_change_id=change)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        _tell(done=done)
    return redirect(PAGE, 303)


@bp.post(f"/office/loans/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def take_room(key: str) -> Response:
    """Take a lent room back."""
    world = services().world
    with reading(world.database) as connection:
        loan = here.found(find_loan(connection, key, here.my_schools(connection)[0].id))
    require_fresh()
    try:
        end_loan(world, actor=here.actor(), reason=here.reason(), room_loan_id=loan)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        _tell(done=True)
    return redirect(PAGE, 303)


def school_instant(local: datetime | None, school: StaffSchool) -> datetime | None:
    """Return the instant that a time typed at the school means."""
    return None if local is None else local.replace(tzinfo=ZoneInfo(school.zone)).astimezone(UTC)


def _classes(form: Any, verb: str) -> Response | str | tuple[str, int]:
    """Answer a form with two classes."""
    world = services().world
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        if request.method == "POST":
            require_fresh()
        choices = [SelectChoice(group.key, group.name) for group in classes_of(connection, school.id)]
        form.one.choices = form.other.choices = choices
        if request.method == "GET" and choices:
            form.other.data = choices[-1].value  # nobody exchanges rooms with themselves
        holds = form.holds()
        one, other = (_class(connection, field, school) for field in (form.one, form.other))
    if holds:
        one, other = here.found(one), here.found(other)
        try:
            if verb == "swap":
                made = swap_rooms(world, **_said(form, school), class_group_ids=(one, other))
            else:
                made = merge_classes(world, **_said(form, school), guest_id=one, host_id=other)
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            _tell(done=bool(made))
            return redirect(PAGE, 303)
    return _page(form, verb)


def _class(connection: Connection, field: Field, school: StaffSchool) -> int | None:
    return find_class(connection, field.data or "", [school.id])


def _said(form: Any, school: StaffSchool) -> dict[str, Any]:
    return {
        "actor": here.actor(),
        "reason": form.reason.data,
        "starts_at": school_instant(form.starts.data, school),
        "ends_at": school_instant(form.ends.data, school),
    }


def _page(form: Any, verb: str) -> str | tuple[str, int]:
    page = render_template(f"office/change_{verb}.html", form=form)
    return (page, 400) if request.method == "POST" else page


def _tell(*, done: bool) -> None:
    if done:
        flash(gettext("Done."), "done")
    else:
        flash(str(HALF), "problem")


def _span_words(one: Any, now: datetime, zone: ZoneInfo) -> str:
    first, last = (since_words(instant, now=now, zone=zone) for instant in (one.starts_at, one.ends_at))
    return f"{first} – {last}"
