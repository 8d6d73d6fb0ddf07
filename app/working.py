"""The school that staff pages show and act upon: the one in which the reader works now."""

from collections.abc import Collection

from flask import abort
from flask_login import current_user
from sqlalchemy import Connection

from access.roster import StaffSchool, staff_school
from app.services import services


def school_here(connection: Connection, roles: Collection[str]) -> StaffSchool:
    """Return the school in which the reader works, if they hold one of *roles* there now.

    Raises:
        NotFound: they do not.
    """
    now, stops = services().world.clock.now(), services().world.stops
    found = staff_school(connection, current_user.person_id, current_user.works_in, roles, now, stops=stops)
    return abort(404) if found is None else found
