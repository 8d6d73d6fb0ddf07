"""What the display at a room's door shows. A count and no name, and of nothing but its own room.

Whoever is filmed reads it, and has no sign-in that would say in which language: it speaks both.
Its page asks all the time, and each question is its beat: without one it is dark, and staff may
not look.
"""

from zoneinfo import ZoneInfo

from flask import Response, jsonify, make_response, render_template, request
from flask_babel import force_locale, gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as BaseResponse

from access.database import reading
from access.doors import LookShown, beat, curtain_is_open, looks_at
from app import at_door
from app.door import bp
from app.guard import DOOR, audience
from app.language import CATALOGUES
from app.look_words import PURPOSES
from app.security import token_free
from app.services import services
from app.words import clock_time

ROLES: dict[str, LazyString] = {
    "director": lazy_gettext("the director"),
    "office": lazy_gettext("the office"),
}


@bp.get("/door")
@audience(DOOR)
def display() -> BaseResponse:
    """Show the display's page, and have the device keep its token for as long again."""
    answer = make_response(render_template("door/display.html", door=at_door.here()))
    at_door.put(answer, request.cookies[at_door.COOKIE])
    return answer


@bp.post("/door/beat")
@token_free
@audience(DOOR)
def now() -> Response:
    """Take the display's beat, and say how its room stands."""
    world, door = services().world, at_door.here()
    now_is = world.clock.now()
    with reading(world.database) as connection:
        is_open = curtain_is_open(connection, door, world.stops)
        looks = looks_at(connection, door, now_is, world.stops)
    if looks or door.rests(now_is):
        looks = beat(world, door)
    return jsonify(
        watching=services().viewings.watched(door.room_id),
        curtain="open" if is_open else "drawn",
        looks=[_words(look, ZoneInfo(door.zone)) for look in looks],
    )


def _words(look: LookShown, zone: ZoneInfo) -> dict[str, str]:
    """Return what is said of one look, by language."""
    said = {}
    for language, catalogue in CATALOGUES.items():
        with force_locale(catalogue):
            said[language] = gettext(
                "%(purpose)s · %(who)s, until %(time)s at the latest",
                purpose=PURPOSES[look.kind],
                who=ROLES[look.role],
                time=clock_time(look.until, zone=zone),
            )
    return said
