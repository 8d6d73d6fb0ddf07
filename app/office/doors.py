"""The door displays: which rooms have one, whether it is on, and the code that makes a tablet one."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from access.acts_doors import add_door, end_door
from access.database import reading
from access.doors import DoorSeen, doors_seen, find_door_by_key
from access.roster import find_room, rooms_of
from app.account.step_up import require_fresh
from app.guard import audience
from app.letters import door_address, door_code, qr_svg
from app.office import bp, here
from app.office.changes import KEY
from app.office.words import ended_words
from app.services import services
from app.words import clock_time
from app.working import school_here

PAGE = "/office/doors"


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One display in words."""

    key: str
    room: str
    standing: str
    is_on: bool
    #: Its code was not used yet.
    waits: bool


@bp.get(PAGE)
@audience(*here.FAMILY_ROLES)
def doors() -> str:
    """Show the displays, and offer a code for each room."""
    now = services().world.clock.now()
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        seen = doors_seen(connection, school.id, now)
        rooms = rooms_of(connection, school.id)
    zone = ZoneInfo(school.zone)
    return render_template("office/doors.html", doors=[_line(door, zone) for door in seen], rooms=rooms)


@bp.post(f"/office/rooms/{KEY}/door")
@audience(*here.FAMILY_ROLES)
def add_display(key: str) -> str:
    """Make the code for one tablet, and show it this once."""
    world = services().world
    with reading(world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        room_id = here.found(find_room(connection, key, school.id))
        room = next(one.name for one in rooms_of(connection, school.id) if one.id == room_id)
    require_fresh()
    made = add_door(world, actor=here.actor(), reason=here.reason(), room_id=room_id)
    address = door_address(services().settings, made.code)
    return render_template(
        "office/door.html",
        room=room,
        address=address,
        by_hand=address.partition("#")[0],
        code=door_code(made.code),
        until=clock_time(made.until, zone=ZoneInfo(school.zone)),
        qr=Markup(qr_svg(address)),  # noqa: S704  # drawn from our own letters and digits
    )


@bp.post(f"{PAGE}/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_display(key: str) -> Response:
    """Sign a display out now."""
    with reading(services().world.database) as connection:
        school = school_here(connection, here.FAMILY_ROLES)
        door_id = here.found(find_door_by_key(connection, key, school.id))
    recorded = end_door(services().world, actor=here.actor(), reason=here.reason(), door_id=door_id)
    flash(ended_words(recorded=recorded), "done" if recorded else "problem")
    return redirect(PAGE, 303)


def _line(door: DoorSeen, zone: ZoneInfo) -> DoorLine:
    if not door.signed_in:
        said = gettext(
            "Its code waits for a tablet until %(time)s.", time=clock_time(door.code_until, zone=zone)
        )
    elif door.is_on:
        said = gettext("It is on.")
    elif door.seen_at is None:
        said = gettext("It has not been on yet.")
    else:
        said = gettext("It is dark since %(time)s.", time=clock_time(door.seen_at, zone=zone))
    return DoorLine(door.key, door.room, said, door.is_on, not door.signed_in)
