"""What the office does: draw and open a curtain, end a tie.

Each act finds its object inside the school in which this person works and holds the
role now; anything else is the one 404. An ending has taken effect when the page comes
back, recorded or not, and the page says which.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response

from access.acts_people import end_enrolment, end_guardianship, revoke_grant
from access.acts_places import draw_curtain, open_curtain
from access.database import reading
from access.errors import Refused
from access.roster import TieKind, find_room, find_tie
from app.guard import audience
from app.office import bp, here
from app.office.page import CURTAIN_ROLES
from app.office.words import ended_words, refused_words
from app.services import services
from app.working import school_here

KEY = "<string(length=22):key>"


@bp.post(f"/office/rooms/{KEY}/curtain/draw")
@audience(*CURTAIN_ROLES)
def draw(key: str) -> Response:
    """Hide a room at once."""
    world, room_id = services().world, _room(key)
    return _ending(lambda: draw_curtain(world, actor=here.actor(), reason=here.reason(), room_id=room_id))


@bp.post(f"/office/rooms/{KEY}/curtain/open")
@audience(*CURTAIN_ROLES)
def open_again(key: str) -> Response:
    """Let families see a room again; deliberately, with a reason."""
    world, room_id = services().world, _room(key)
    try:
        open_curtain(world, actor=here.actor(), reason=here.reason(), room_id=room_id)
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    return _back()


@bp.post(f"/office/grants/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_grant(key: str) -> Response:
    """End a permission to watch."""
    world, found = services().world, _tie(TieKind.GRANT, key)
    return _ending(lambda: revoke_grant(world, actor=here.actor(), reason=here.reason(), grant_id=found))


@bp.post(f"/office/guardianships/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_guardian(key: str) -> Response:
    """End the tie between a person and a child."""
    world, found = services().world, _tie(TieKind.GUARDIANSHIP, key)
    return _ending(
        lambda: end_guardianship(world, actor=here.actor(), reason=here.reason(), guardianship_id=found)
    )


@bp.post(f"/office/enrolments/{KEY}/end")
@audience(*here.FAMILY_ROLES)
def end_place(key: str) -> Response:
    """End a child's place in a class."""
    world, found = services().world, _tie(TieKind.ENROLMENT, key)
    return _ending(lambda: end_enrolment(world, actor=here.actor(), reason=here.reason(), enrolment_id=found))


def _ending(act: Callable[[], Any]) -> Response:
    try:
        recorded = act()
    except Refused as refusal:
        flash(refused_words(refusal.reason), "problem")
    else:
        flash(ended_words(recorded=recorded is not False), "done" if recorded is not False else "problem")
    return _back()


def _back() -> Response:
    """Return to the page, and on it to the class that was shown."""
    chosen = request.form.get("class", "")
    return redirect("/office?" + urlencode({"class": chosen}) if chosen else "/office", 303)


def _room(key: str) -> int:
    with reading(services().world.database) as connection:
        found = find_room(connection, key, school_here(connection, CURTAIN_ROLES).id)
    return abort(404) if found is None else found


def _tie(kind: TieKind, key: str) -> int:
    with reading(services().world.database) as connection:
        found = find_tie(connection, kind, key, school_here(connection, here.FAMILY_ROLES).id)
    return abort(404) if found is None else found
