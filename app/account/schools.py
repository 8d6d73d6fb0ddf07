"""Whoever is on the staff of several schools chooses in which one they work now.

Everybody else has nothing to choose, and finds nothing here.
"""

from flask import abort, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from access.database import reading
from access.errors import Refused
from access.memberships import choose_school
from access.people import Role
from access.roster import StaffSchool, staff_schools
from app.account import bp
from app.guard import SIGNED_IN, audience
from app.services import services


@bp.get("/schools")
@audience(SIGNED_IN)
def schools() -> str:
    """Show the schools on whose staff the reader is."""
    return render_template("account/schools.html", schools=_schools(), here=current_user.works_in)


@bp.post("/schools/<string(length=22):key>/choose")
@audience(SIGNED_IN)
def choose(key: str) -> Response:
    """Work in this school from now on, on this device, and begin at its first page."""
    school = next((school for school in _schools() if school.key == key), None)
    if school is None:
        abort(404)
    if school.id != current_user.works_in:
        try:
            choose_school(services().world, actor=current_user.actor, school_id=school.id)
        except Refused:  # not on its staff any more, since we looked
            abort(404)
    return redirect("/oversight" if school.roles == {Role.ADMINISTRATOR} else "/office", 303)


def _schools() -> list[StaffSchool]:
    """Return the schools on whose staff the reader is, if there is anything to choose."""
    if not current_user.has_schools:
        abort(404)
    world = services().world
    with reading(world.database) as connection:
        return staff_schools(
            connection, current_user.person_id, tuple(Role), world.clock.now(), stops=world.stops
        )
