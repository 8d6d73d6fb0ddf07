"""Who of the staff works with which class: whose consent a room needs besides the families'."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from access.acts_expected import add_duty, end_duty
from access.database import reading
from access.errors import Refused
from access.expected_seen import duties_in, staff_of
from access.roster import StaffSchool, classes_of
from app.account.step_up import require_fresh
from app.forms import Form, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.changes import BACKWARDS
from app.office.days import first_day_field, last_day_field, span_of
from app.office.words import REFUSALS, refused_words, tie_dates
from app.services import services

PAGE = "/office/duties"


class DutyForm(Form):
    """Somebody who works with a class."""

    refusals: ClassVar = {
        "span:backwards": ("ends_on", BACKWARDS),
        "person:closed": ("person", REFUSALS["person:closed"]),
    }

    person = SelectField(lazy_gettext("Who"))
    class_group = SelectField(lazy_gettext("Class"), name="class")
    starts_on, ends_on = first_day_field(), last_day_field()
    reason = reason_field()


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def duties() -> str:
    """Show who works with which class."""
    form = DutyForm()
    with reading(services().world.database) as connection:
        (school,) = here.my_schools(connection)
        _offer(connection, form, school)
    return _page(form, school)


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def change_duties() -> Response | tuple[str, int]:
    """Say that somebody works with a class, from now or a day on, or no longer."""
    if request.form.get("ends"):
        return _end(request.form["ends"])
    form, world = DutyForm(), services().world
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        people, classes = _offer(connection, form, school)
    if form.holds():
        starts_at, ends_at = span_of(form, school, world.clock.now())
        try:
            add_duty(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                person_id=people[form.person.data],
                class_group_id=classes[form.class_group.data],
                starts_at=starts_at,
                ends_at=ends_at,
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done."), "done")
            return redirect(PAGE, 303)
    return _page(form, school), 400


def _end(key: str) -> Response:
    world, why = services().world, here.reason()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        ends = next((d for d in duties_in(connection, school.id, world.clock.now()) if d.key == key), None)
    duty = here.found(ends)
    require_fresh()
    try:
        end_duty(world, actor=here.actor(), reason=why, duty_id=duty.id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)


def _offer(
    connection: Connection, form: DutyForm, school: StaffSchool
) -> tuple[dict[str, int], dict[str, int]]:
    """Let *form* offer the school's staff and classes; return their records by key."""
    staff = staff_of(connection, school.id, services().world.clock.now())
    classes = classes_of(connection, school.id)
    form.person.choices = [SelectChoice(one.key, one.name) for one in staff]
    form.class_group.choices = [SelectChoice(one.key, one.name) for one in classes]
    return {one.key: one.id for one in staff}, {one.key: one.id for one in classes}


def _page(form: DutyForm, school: StaffSchool) -> str:
    world, zone = services().world, ZoneInfo(school.zone)
    with reading(world.database) as connection:
        lines = [
            (duty, tie_dates(duty, zone=zone)) for duty in duties_in(connection, school.id, world.clock.now())
        ]
    return render_template("office/duties.html", form=form, lines=lines)
