"""A child's place in the school: another class from a day on, or none any more."""

from typing import ClassVar

from flask import flash, redirect, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from access.acts_moves import child_leaves, move_child
from access.database import reading
from access.errors import Refused
from access.front_desk import find_child, find_class
from access.roster import classes_of
from app.account.step_up import require_fresh
from app.forms import Form, reason_field
from app.guard import audience
from app.office import bp, here
from app.office.changes import KEY, from_field, school_instant
from app.office.words import ended_words, refused_words
from app.services import services


class MoveForm(Form):
    """Another class for a child."""

    refusals: ClassVar = {
        "enrolment:same_class": ("class_group", lazy_gettext("The child is in this class already.")),
        "enrolment:none": ("", lazy_gettext("The child has no place in a class that it could move from.")),
        "act:overtaken": ("", lazy_gettext("Somebody else has moved this child just now. Look again.")),
    }

    class_group = SelectField(lazy_gettext("Class"))
    starts, reason = from_field(), reason_field()


@bp.route(f"/office/children/{KEY}/place", methods=["GET", "POST"])
@audience(*here.FAMILY_ROLES)
def place(key: str) -> Response | str | tuple[str, int]:
    """Move a child to another class."""
    form, world = MoveForm(), services().world
    with reading(world.database) as connection:
        school = here.my_schools(connection)[0]
        child = here.found(find_child(connection, key, [school.id]))
        if request.method == "POST":
            require_fresh()
        form.class_group.choices = [
            SelectChoice(group.key, group.name) for group in classes_of(connection, school.id)
        ]
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
    page = render_template("office/place.html", form=form, child=child, key=key)
    return (page, 400) if request.method == "POST" else page


@bp.post(f"/office/children/{KEY}/leave")
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


def _tell(*, done: bool) -> None:
    if done:
        flash(gettext("Done."), "done")
    else:
        flash(
            gettext("The former place has ended. The new one could not be written down: please do it again."),
            "problem",
        )
