"""The ledger of cameras that were due and gave no picture.

An outage is a recorded, explained event: it begins with its state, ends when the
camera is back, and both are in the school's log.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from access.closings import VIA_PORTAL
from access.database import now_utc_text, writing
from access.log import entry
from access.places import Camera, Outage
from access.revision import revision_of
from access.world import World

LIVE = "camera:live"
#: Nobody may watch now: what was wrong with the camera is over without its being back.
NOT_DUE = "camera:not_due"
#: States that say nothing yet.
PASSING = frozenset({"camera:connecting"})

_CAMERA = select(Camera.id, Camera.school_id, Camera.room_id).where(Camera.key == bindparam("camera_key"))
_OPEN = (
    select(Outage.id, Outage.state, Outage.started_at)
    .where(
        Outage.school_id == bindparam("school_id"),
        Outage.camera_id == bindparam("camera_id"),
        Outage.ended_at.is_(None),
    )
    .order_by(Outage.id.desc())
    .limit(1)
)
_END = (
    update(Outage)
    .where(
        Outage.school_id == bindparam("of_school"),
        Outage.camera_id == bindparam("of_camera"),
        Outage.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)


def record_camera_state(world: World, camera_key: str, state: str, at: datetime) -> None:
    """Record that a camera is lost, lost for another reason, or back.

    The same state again changes nothing, so this may be called as often as one
    likes. A camera that is no longer due has no outage; of its end no entry says that
    the camera was back, because nobody knows. Its process knows the camera by its key,
    from which the school follows.

    Raises:
        RecordsUnavailable, LogUnavailable: nothing was written; call again.
    """
    if state in PASSING:
        return
    with writing(world.database) as connection:
        camera = connection.execute(_CAMERA, {"camera_key": camera_key}).one_or_none()
        if camera is None:
            return
        this = {"school_id": camera.school_id, "camera_id": camera.id}
        outage = connection.execute(_OPEN, this).one_or_none()
        if outage is not None and outage.state != state:
            ended = {"of_school": camera.school_id, "of_camera": camera.id}
            connection.execute(_END, {**ended, "at": max(at, outage.started_at)})
        if state == LIVE:
            if outage is not None:
                since = now_utc_text(outage.started_at)
                _append(connection, camera, "camera:back", at, {"reason": outage.state, "since": since})
        elif state != NOT_DUE and (outage is None or outage.state != state):
            connection.execute(insert(Outage), {**this, "state": state, "started_at": at})
            _append(connection, camera, "camera:lost", at, {"reason": state})


def _append(connection: Connection, camera: Any, kind: str, at: datetime, more: dict[str, str]) -> None:
    entry.append(
        connection,
        log=camera.school_id,
        kind=kind,
        at=at,
        body={
            "actor": {"person": None, "via": VIA_PORTAL},
            "revision": revision_of(connection, camera.school_id),
            "subject": {"camera": camera.id, "room": camera.room_id},
            **more,
        },
    )
