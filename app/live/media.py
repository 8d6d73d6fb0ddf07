"""Playlist, init sections and segments of one viewing.

A segment is served only if all of it was filmed under the right that holds now. Which
stream that is comes from the records; what lies in the ring is only believed where
it agrees.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Response, abort, request
from flask_login import current_user

from access.errors import RightEnded
from access.memberships import FAMILY
from access.serving import Serving
from access.viewing import Leave
from app.guard import audience
from app.live import bp
from app.live.cutter import Cutter
from app.live.standing import along
from app.services import services
from streaming.errors import SegmentNotFound
from streaming.playlist import media_playlist
from streaming.store import SegmentInfo, StreamKey

RENDITION = "main"

#: When a viewer without a slot may ask again.
RETRY_SECONDS = 1


@bp.get("/live/<string(length=22):viewing_key>/main/index.m3u8")
@audience(*FAMILY)
def playlist(viewing_key: str) -> Response:
    """Serve the addresses of the segments this viewing may have at this instant, and say how it stands."""
    leave = leave_to_watch(viewing_key)
    window = covered_window(leave)
    answer = playlist_of(leave, window)
    answer.headers.update(along(leave, window))
    return answer


@bp.get("/live/<string(length=22):viewing_key>/main/<int:number>.init.mp4")
@audience(*FAMILY)
def init(viewing_key: str, number: int) -> Response:
    """Serve an init section, if a segment that this viewing may have needs it."""
    return init_of(leave_to_watch(viewing_key), number)


@bp.get("/live/<string(length=22):viewing_key>/main/<int:k>.m4s")
@audience(*FAMILY)
def segment(viewing_key: str, k: int) -> Response:
    """Serve one segment, if all of it was filmed under the right that holds now."""
    return segment_of(lambda: leave_to_watch(viewing_key), k, services().cutter)


#: A proxy must neither keep nor hold back a picture.
MEDIA_HEADERS = {"X-Accel-Buffering": "no"}


def playlist_of(leave: Leave, window: tuple[SegmentInfo, ...]) -> Response:
    """Return the addresses of *window*, the segments that *leave* covers at this instant."""
    if leave.stream is None or not window:
        abort(404)
    text = media_playlist(window, discontinuity_sequence=leave.stream.ordinal)
    return Response(text, mimetype="application/vnd.apple.mpegurl", headers=MEDIA_HEADERS)


def init_of(leave: Leave, number: int) -> Response:
    """Return an init section, if a segment that *leave* covers needs it."""
    if all(info.init != number for info in covered_window(leave)):
        abort(404)
    try:
        body = services().segments.read_init(stream_key(leave), RENDITION, number)
    except SegmentNotFound:
        abort(404)
    return Response(body, mimetype="video/mp4", headers=MEDIA_HEADERS)


def segment_of(decide: Callable[[], Leave], k: int, cutter: Cutter) -> Response:
    """Return one segment under the leave that *decide* gives, as a body that *cutter* can stop.

    A place is taken before anything is decided: who finds none is told so at once.
    """
    if not cutter.slots.take():
        return Response(b"", 503, {"Retry-After": str(RETRY_SECONDS)}, mimetype="video/mp4")
    with ExitStack() as cleaning:
        cleaning.callback(cutter.slots.give_back)
        leave = decide()
        info, data = read_covered(leave, k)
        headers = {**MEDIA_HEADERS, "Content-Length": str(len(data))}
        if request.method == "HEAD":
            return Response(b"", mimetype="video/mp4", headers=headers)
        body = cutter.send(
            leave,
            info,
            data,
            connection=request.environ.get("gunicorn.socket"),
            when_closed=cleaning.pop_all().close,
        )
        # From here on the cutter decides: sending blocks, and may outlive the right.
        return Response(body, mimetype="video/mp4", headers=headers, direct_passthrough=True)


def leave_to_watch(viewing_key: str) -> Leave:
    """Return the right under which this person's viewing goes on at this instant."""
    return leave_of(services().viewings, viewing_key)


def leave_of(serving: Serving[Any], key: str) -> Leave:
    """Return the right under which what this person opened goes on at this instant.

    Raises:
        NotFound: no such viewing, somebody else's, its right has ended, or the request
            comes from another site's page; all alike.
        LogUnavailable: nothing could be recorded, so nothing is served.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(404)  # not even typed into the address bar: a picture is for our own page
    try:
        return serving.leave(current_user.sign_in_id, key)
    except RightEnded:  # already stopped and recorded, with its reason
        abort(404)


def stream_key(leave: Leave) -> StreamKey:
    """Return where the present stream lies in the ring, as the records have it."""
    stream = leave.stream
    if stream is None:
        abort(404)
    return StreamKey(camera=stream.camera_key, epoch=stream.epoch, level=stream.level)


def covered_window(leave: Leave) -> tuple[SegmentInfo, ...]:
    """Return the newest unbroken run of segments that the right covers."""
    if leave.stream is None:
        return ()
    run: list[SegmentInfo] = []
    for info in reversed(services().segments.window(stream_key(leave), RENDITION)):
        if not leave.covers(info.filmed_from, info.filmed_until):
            break
        run.append(info)
    return tuple(reversed(run))


def read_covered(leave: Leave, k: int) -> tuple[SegmentInfo, bytes]:
    """Return one segment that the right covers, or answer that there is none."""
    wanted = stream_key(leave)
    try:
        info, data = services().segments.read(wanted, RENDITION, k)
    except SegmentNotFound:
        abort(404)
    agrees = (info.stream, info.rendition, info.k) == (wanted, RENDITION, k)
    if not agrees or not leave.covers(info.filmed_from, info.filmed_until):
        abort(404)
    return info, data
