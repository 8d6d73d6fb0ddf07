"""The cookie of a door display: a device that belongs to nobody, and may say how its room stands.

It is no sign-in: nobody is behind it, and no page of people is open to it. Its token is looked up
on every request, so that a display can be signed out at once.
"""

from typing import cast

from flask import Request, g
from werkzeug.wrappers import Response

from access.database import reading
from access.doors import DoorFound, find_door
from app.services import services

COOKIE = "__Host-door"
#: As long as a browser keeps a cookie at most (RFC 6265bis, section 5.5); renewed with the page.
SECONDS = 400 * 24 * 3600
#: More than any token of ours; what is longer is not even looked up.
LONGEST_TOKEN = 100


def find(asked: Request) -> DoorFound | None:
    """Return the display that sent *asked*, or None for anything else; keep it for :func:`here`."""
    token = asked.cookies.get(COOKIE, "")
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    world = services().world
    with reading(world.database) as connection:
        g.door = find_door(connection, token, world.stops)
    return cast("DoorFound | None", g.door)


def here() -> DoorFound:
    """Return the display that this request came from; its audience was asked for."""
    return cast("DoorFound", g.door)


def put(answer: Response, token: str) -> None:
    """Hand the device its token."""
    answer.set_cookie(COOKIE, token, max_age=SECONDS, path="/", secure=True, httponly=True, samesite="Strict")
