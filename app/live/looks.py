"""The pictures of setup looks: opened, served, asked after and closed, as those of viewings.

Who may look is asked of the look's own decision, each time; nothing here serves a family.
"""

from flask import Response, abort, jsonify, request
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_login import current_user

from access.acts_looks import find_look
from access.database import reading
from access.errors import LogUnavailable, RightEnded
from access.leave import Leave
from access.looking import ToLook
from access.setup_looks import LookDenied, LookReason
from access.viewing import Ended
from app.account.device import device_words
from app.guard import audience
from app.live import bp
from app.live.media import covered_window, init_of, leave_of, playlist_of, segment_of
from app.live.newest import newest_pictures
from app.live.standing import standing
from app.security import token_free
from app.services import services
from app.working import school_here

#: Whoever may look at all; the look's decision says which of them, and when.
LOOKERS = ("office", "director")

_OVER = lazy_gettext("This look is over.")
#: What is told of a look to the one who asked for it; anything else is over.
WHY: dict[str, LazyString] = {
    LookReason.NOT_AGREED: lazy_gettext("A second person has yet to agree."),
    LookReason.AGREED_BY_NOBODY: lazy_gettext("Whoever agreed is not on the staff any more."),
    LookReason.NOT_YOURS: lazy_gettext("Somebody else asked for this look: only they see the picture."),
    LookReason.NO_SECOND_FACTOR: lazy_gettext("Sign in with your second factor first."),
    LookReason.OTHER_DEVICE: lazy_gettext("This look was begun on another device."),
    LookReason.OVER: lazy_gettext("The ten minutes are over."),
    LookReason.ENDED: lazy_gettext("Somebody of the staff ended this look, or hid the room."),
    LookReason.DOOR_DARK: lazy_gettext(
        "The display at the room's door is dark. It has to be on while somebody looks."
    ),
    LookReason.ROOM_NEVER: lazy_gettext("Nobody ever sees this kind of room."),
    LookReason.ROOM_LEVEL: lazy_gettext("This room is not to be shown clearly."),
    LookReason.ROOM_LENT: lazy_gettext("The room is lent to people from outside."),
    LookReason.ROOM_STOPPED: lazy_gettext("Somebody of the staff ended this look, or hid the room."),
    LookReason.SCHOOL_CLOSED: lazy_gettext("The whole school is closed."),
    LookReason.CLOCK: lazy_gettext("The portal's clock cannot be believed just now."),
}


@bp.post("/office/looks/<string(length=22):key>/viewings")
@audience(*LOOKERS)
def open_look(key: str) -> tuple[Response, int]:
    """Begin to look; recorded before anything is served."""
    with reading(services().world.database) as connection:
        school = school_here(connection, LOOKERS)
        look_id = find_look(connection, key, school.id)
    if look_id is None:
        abort(404)
    device = device_words(request.headers.get("User-Agent", ""))
    answer = services().looks.open(current_user.found, ToLook(look_id, school.id), device)
    if isinstance(answer, LookDenied):
        return jsonify(refused=str(answer.reason), words=why(str(answer.reason))), 200
    return jsonify(viewing=answer.viewing_key), 201


@bp.get("/looks/<string(length=22):key>/main/index.m3u8")
@audience(*LOOKERS)
def look_playlist(key: str) -> Response:
    """Serve the addresses of the segments that this look may have at this instant."""
    leave = leave_of(services().looks, key)
    return playlist_of(leave, covered_window(leave))


@bp.get("/looks/<string(length=22):key>/main/<int:number>.init.mp4")
@audience(*LOOKERS)
def look_init(key: str, number: int) -> Response:
    """Serve an init section, if a segment that this look may have needs it."""
    return init_of(leave_of(services().looks, key), number)


@bp.get("/looks/<string(length=22):key>/main/<int:k>.m4s")
@audience(*LOOKERS)
def look_segment(key: str, k: int) -> Response:
    """Serve one segment, if all of it was filmed under the right that holds now."""
    return segment_of(lambda: leave_of(services().looks, key), k, services().look_cutter)


@bp.get("/looks/<string(length=22):key>/status")
@audience(*LOOKERS)
def look_status(key: str) -> Response:
    """Say how the look stands, to its own sign-in, until 10 minutes after its end."""
    try:
        found = services().looks.status(current_user.sign_in_id, key)
    except RightEnded:
        abort(404)
    if isinstance(found, Ended):
        newest_pictures().forget(key)
        return jsonify(state="ended", epoch=None, words=why(found.reason))
    return jsonify({**standing(found, covered_window(found)), "holds_seconds": _holds_seconds(found)})


@bp.post("/looks/<string(length=22):key>/close")
@token_free
@audience(*LOOKERS)
def close_look(key: str) -> tuple[str, int]:
    """End the picture, as a leaving page asks; the look itself may be had again until it is over."""
    try:
        services().looks.status(current_user.sign_in_id, key)
    except RightEnded:
        abort(404)
    except LogUnavailable:
        pass  # an ending waits for nothing; what is not theirs is left alone
    services().looks.close(key, current_user.sign_in_id, "look:left")
    newest_pictures().forget(key)
    return "", 204


def why(reason: str) -> str:
    """Return the sentence for who asked for a look."""
    return str(WHY.get(reason, _OVER))


def _holds_seconds(leave: Leave) -> float:
    """Return for how long the answer counts: no longer than the display at the door is heard of."""
    left = leave.allowed.until - services().world.clock.now()
    return max(0.0, round(left.total_seconds(), 2))
