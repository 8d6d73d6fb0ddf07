"""Who of the staff works with which class: whose consent a room needs besides the families'."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from access.acts_expected import add_duty, end_duty
from access.database import reading
from access.errors import Refused
from access.expected_seen import duties_in, staff_of
from access.roster import classes_of
from app.account.step_up import require_fresh
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.words import refused_words
from app.services import services

PAGE = "/office/duties"


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def duties() -> str:
    """Show who works with which class."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        lines = duties_in(connection, school.id, now)
        classes, staff = classes_of(connection, school.id), staff_of(connection, school.id, now)
    return render_template("office/duties.html", lines=lines, classes=classes, staff=staff)


@bp.post(PAGE)
@audience(*here.FAMILY_ROLES)
def change_duties() -> Response:
    """Say that somebody works with a class from now on, or no longer."""
    world = services().world
    now, said = world.clock.now(), request.form
    if not said.get("ends") and not (said.get("person") and said.get("class")):
        raise FormRefused
    why = here.reason()
    with reading(world.database) as connection:
        (school,) = here.my_schools(connection)
        ends = next((d for d in duties_in(connection, school.id, now) if d.key == said.get("ends")), None)
        staff = {one.key: one.id for one in staff_of(connection, school.id, now)}
        classes = {one.key: one.id for one in classes_of(connection, school.id)}
    act: dict[str, Any] = {"actor": here.actor(), "reason": why}
    try:
        if said.get("ends"):
            require_fresh()
            end_duty(world, **act, duty_id=here.found(ends).id)
        else:
            person, group = staff.get(said["person"]), classes.get(said["class"])
            add_duty(world, **act, person_id=here.found(person), class_group_id=here.found(group))
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(gettext("Done."), "done")
    return redirect(PAGE, 303)
