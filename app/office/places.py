"""A child's place in the school: in a class, in another one from a day on, or in none any more."""

from typing import ClassVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from access.acts_families import enrol
from access.acts_moves import child_leaves, move_child
from access.database import reading
from access.errors import Refused
from access.front_desk import find_child, find_class
from access.roster import StaffSchool, classes_of, has_class, without_class
from app.account.step_up import require_fresh
from app.forms import Form, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.changes import BACKWARDS, KEY, from_field, school_instant
from app.office.days import first_day_field, last_day_field, span_of
from app.office.families import LONGEST_SOUGHT
from app.office.words import ended_words, refused_words
from app.services import services

PAGE = "/office/children"


class MoveForm(Form):
    """Another class for a child."""

    refusals: ClassVar = {
        "enrolment:same_class": ("class_group", lazy_gettext("The child is in this class already.")),
        "enrolment:none": ("", lazy_gettext("The child has no place in a class that it could move from.")),
        "act:overtaken": ("", lazy_gettext("Somebody else has moved this child just now. Look again.")),
    }

    class_group = SelectField(lazy_gettext("Class"))
    starts, reason = from_field(), reason_field()


class EnrolForm(Form):
    """A class for a child that has none."""

    refusals: ClassVar = {"span:backwards": ("ends_on", BACKWARDS)}

    class_group = SelectField(lazy_gettext("Class"))
    starts_on, ends_on, reason = first_day_field(), last_day_field(), reason_field()


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def children_without_class() -> str:
    """Show the children who are in no class, all or by name."""
    sought, world = request.args.get("name", "").strip()[:LONGEST_SOUGHT], services().world
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        children = without_class(connection, school.id, sought, world.clock.now())
    return render_template("office/children.html", children=children, sought=sought)


@bp.route(f"{PAGE}/{KEY}/place", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def place(key: str) -> Response | str | tuple[str, int]:
    """Move a child to another class, or show the form for its first."""
    form, world = MoveForm(), services().world
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        child = here.found(find_child(connection, key, [school.id]))
        if request.method == "POST":
            require_fresh()
        placed = has_class(connection, school.id, child.id, world.clock.now())
        if request.method == "GET" and not placed:
            form = EnrolForm()
        _offer_classes(connection, form, school)
        holds = form.holds()
        class_group = find_class(connection, form.class_group.data or "", [school.id])
    if holds:
        try:
            moved = move_child(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                child_id=child.id,
                class_group_id=here.found(class_group),
                starts_at=school_instant(form.starts.data, school),
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            _tell(done=moved is not None)
            return redirect("/office", 303)
    page = render_template("office/place.html", form=form, child=child, key=key, placed=placed)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"{PAGE}/{KEY}/enrol")
@audience(*here.FAMILY_ROLES)
def enrol_child(key: str) -> Response | str | tuple[str, int]:
    """Give a child a class that has none."""
    form, world = EnrolForm(), services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        child = here.found(find_child(connection, key, [school.id]))
        require_fresh()
        _offer_classes(connection, form, school)
        holds = form.holds()
        class_group = find_class(connection, form.class_group.data or "", [school.id])
        placed = has_class(connection, school.id, child.id, now)
    if placed:
        flash(gettext("The child has a class already. It can be moved."), "problem")
        return redirect(f"{PAGE}/{key}/place", 303)
    if holds:
        starts_at, ends_at = span_of(form, school, now)
        try:
            enrol(
                world,
                actor=here.actor(),
                reason=form.reason.data,
                child_id=child.id,
                class_group_id=here.found(class_group),
                starts_at=starts_at,
                ends_at=ends_at,
            )
        except Refused as refusal:
            form.refuse(refusal.reason)
        else:
            flash(gettext("Done."), "done")
            return redirect("/office", 303)
    return render_template("office/place.html", form=form, child=child, key=key, placed=False), 400


@bp.post(f"{PAGE}/{KEY}/leave")
@audience(*here.FAMILY_ROLES)
def leave(key: str) -> Response:
    """End everything of a child that has left."""
    world = services().world
    with reading(world.database) as connection:
        child = here.found(find_child(connection, key, [here.my_schools(connection)[0].id]))
    try:
        recorded = child_leaves(world, actor=here.actor(), reason=here.reason(), child_id=child.id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect("/office", 303)


def _offer_classes(connection: Connection, form: MoveForm | EnrolForm, school: StaffSchool) -> None:
    form.class_group.choices = [
        SelectChoice(group.key, group.name) for group in classes_of(connection, school.id)
    ]


def _tell(*, done: bool) -> None:
    if done:
        flash(gettext("Done."), "done")
    else:
        flash(
            gettext("The former place has ended. The new one could not be written down: please do it again."),
            "problem",
        )
