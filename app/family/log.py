"""What the family's browser asks about the access log: whether it has only grown since the last visit."""

from base64 import b64encode
from typing import Any

from flask import Response, jsonify, request
from flask_login import current_user

from access.database import reading
from access.log.held import Held, held_checkpoints
from access.memberships import FAMILY, family_schools_in, places_held
from app.family import bp
from app.guard import audience
from app.services import services

#: Of a size: numbers in entries are exact up to 2**53.
MOST_DIGITS = 16


@bp.get("/home/log")
@audience(*FAMILY)
def held() -> Response:
    """Return a checkpoint of each of the reader's schools, with the proof from the one that they know.

    ``<school key>=<size>`` in the query says what is known.
    """
    world = services().world
    now = world.clock.now()
    with reading(world.database) as connection:
        schools = family_schools_in(places_held(connection, current_user.person_id, now, world.stops))
        found = held_checkpoints(connection, schools, _known(), now)
    return jsonify([_told(one) for one in found])


def _known() -> dict[str, int]:
    """Return the sizes that the browser says it knows; what is no size is none."""
    return {
        key: int(size)
        for key, size in request.args.items()
        if size.isdecimal() and size.isascii() and len(size) <= MOST_DIGITS
    }


def _told(held: Held) -> dict[str, Any]:
    return {
        "school": held.school_key,
        "log": held.log_name,
        "size": held.size,
        "root": _spelled(held.root),
        "note": held.note.decode(errors="replace"),
        "proof": None if held.proof is None else [_spelled(one) for one in held.proof],
        "restored": [{"era": one.era, "from": one.begins_at} for one in held.restored],
    }


def _spelled(data: bytes) -> str:
    return b64encode(data).decode()
