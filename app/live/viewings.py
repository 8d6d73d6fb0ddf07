"""Opening, asking after and closing a viewing.

The page darkens itself on anything but a fresh ``playing``, so the status is honest
about everything: no picture yet, none any more, or over, with the one sentence that
this person may read.
"""

from flask import Response, abort, jsonify, request
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from access.errors import LogUnavailable, RightEnded
from access.memberships import FAMILY
from access.people import School
from access.places import Room
from access.policy import Denied, is_theirs
from access.viewing import Ended
from app import words
from app.account.device import device_words
from app.guard import audience
from app.live import bp
from app.live.media import covered_window
from app.live.newest import newest_pictures
from app.live.standing import standing, zone_of
from app.security import token_free
from app.services import services


@bp.post("/rooms/<string(length=22):room_key>/viewings")
@audience(*FAMILY)
def open_viewing(room_key: str) -> tuple[Response, int]:
    """Begin to watch a room; recorded before anything is served."""
    device = device_words(request.headers.get("User-Agent", ""))
    answer = services().viewings.open(current_user.found, room_key, device)
    if isinstance(answer, Denied):
        if not is_theirs(answer):
            abort(404)
        return jsonify(refused=str(answer.reason), words=_why(answer, room_key)), 200
    return jsonify(viewing=answer.viewing_key), 201


@bp.get("/live/<string(length=22):viewing_key>/status")
@audience(*FAMILY)
def status(viewing_key: str) -> Response:
    """Say how the viewing stands, to its own sign-in, until 10 minutes after its end."""
    try:
        found = services().viewings.status(current_user.sign_in_id, viewing_key)
    except RightEnded:
        abort(404)
    if isinstance(found, Ended):
        newest_pictures().forget(viewing_key)
        return jsonify(
            state="ended",
            epoch=None,
            age_seconds=None,
            until=None,
            seconds_left=0,
            answer_within_seconds=None,
            words=words.sentence(str(found.reason)),
        )
    return jsonify(standing(found, covered_window(found)))


@bp.post("/live/<string(length=22):viewing_key>/watching")
@audience(*FAMILY)
def still_watching(viewing_key: str) -> tuple[str, int]:
    """Answer, as somebody taps, that they still watch; recorded before the viewing goes on for it."""
    try:
        services().viewings.answer(current_user.sign_in_id, viewing_key)
    except RightEnded:
        abort(404)
    return "", 204


@bp.post("/live/<string(length=22):viewing_key>/close")
@token_free
@audience(*FAMILY)
def close(viewing_key: str) -> tuple[str, int]:
    """End the viewing, as a leaving page asks; a second time changes nothing."""
    try:
        services().viewings.status(current_user.sign_in_id, viewing_key)
    except RightEnded:
        abort(404)
    except LogUnavailable:
        pass  # an ending waits for nothing; what is not theirs is left alone
    services().viewings.close(viewing_key, current_user.sign_in_id, "viewing:left")
    newest_pictures().forget(viewing_key)
    return "", 204


def _why(denied: Denied, room_key: str) -> str:
    zone = None if denied.opens_at is None else zone_of(_school_of(room_key))
    now = services().world.clock.now()
    return words.sentence(str(denied.reason), opens_next=denied.opens_at, now=now, zone=zone)


def _school_of(room_key: str) -> ColumnElement[bool]:
    """Return that a school is that of a room, on which the reader was just decided about."""
    return School.id == select(Room.school_id).where(Room.key == room_key).scalar_subquery()
