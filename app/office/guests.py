"""A guest in the room: one tap, and it is shown to nobody until somebody taps that they have left."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from access.acts_expected import guest_comes, guest_leaves
from access.database import reading
from access.errors import Refused
from access.expected_seen import guests_in
from access.roster import rooms_of
from app.errors import FormRefused
from app.guard import audience
from app.office import bp, here
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words, refused_words, since_words
from app.services import services
from app.working import school_here

PAGE = "/office/guests"


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room, with the guests in it: key and since when."""

    key: str
    name: str
    guests: list[tuple[str, str]]


@bp.get(PAGE)
@audience(*CURTAIN_ROLES)
def guests() -> str:
    """Show the rooms with their guests."""
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        rooms, there = rooms_of(connection, school.id), guests_in(connection, school.id)
    zone = ZoneInfo(school.zone)
    lines = [
        RoomLine(
            room.key,
            room.name,
            [
                (one.key, since_words(one.came_at, now=now, zone=zone))
                for one in there
                if one.room_id == room.id
            ],
        )
        for room in rooms
    ]
    return render_template("office/guests.html", rooms=lines)


@bp.post(PAGE)
@audience(*CURTAIN_ROLES)
def change_guests() -> Response:
    """Say that a guest has come, or has left."""
    world, said = services().world, request.form
    if not said.get("room") and not said.get("left"):
        raise FormRefused
    why = here.reason()
    with reading(world.database) as connection:
        school = school_here(connection, CURTAIN_ROLES)
        rooms = {room.key: room.id for room in rooms_of(connection, school.id)}
        there = {one.key: one.id for one in guests_in(connection, school.id)}
    try:
        if said.get("room"):
            room = here.found(rooms.get(said["room"]))
            recorded = guest_comes(world, actor=here.actor(), reason=why, room_id=room)
            flash(ended_words(recorded=recorded), "done" if recorded else "problem")
        else:
            guest = here.found(there.get(said["left"]))
            guest_leaves(world, actor=here.actor(), reason=why, guest_id=guest)
            flash(gettext("Done."), "done")
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    return redirect(PAGE, 303)
