"""Acts upon recorders and cameras. What they are reached by is sealed before it is kept."""

from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, select, update

from access.acts import Actor, Ending, end, record_what_waits, school_of, widen
from access.acts_gates import GATE_REFUSED, approve, find_camera
from access.camera_address import checked_address
from access.camera_sources import CHANNEL
from access.checked import check_shown as check_not_overtaken
from access.checked import checked_name, find_one
from access.database import reading
from access.errors import Refused
from access.inserting import insert_one
from access.keys import new_key
from access.people import School
from access.places import Camera, Recorder, Room
from access.room_kinds import check_shown
from access.stops import Mark, Scope
from access.world import World

CAMERA_NAME_LETTERS = 100
LONGEST_DELAY_SECONDS = 30.0
#: Masks are given in thousandths of width and height.
WHOLE = 1_000
MOST_MASKS = MOST_CORNERS = 32


def add_recorder(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    name: str,
    address: str,
    session_limit: int = 4,
    allow_loopback: bool = False,
) -> int:
    """Add a recorder and return its record.

    Args:
        address: with ``{channel}`` where a channel's number goes.
        session_limit: connections it bears at once.
    """
    name = checked_name(name, letters=CAMERA_NAME_LETTERS)
    if CHANNEL not in address:
        raise Refused("recorder:channel", f"the address needs {CHANNEL} where the channel's number goes")
    if session_limit < 1:
        raise Refused("recorder:session_limit", "one connection at least")
    key = new_key()
    sealed = world.vault.seal(checked_address(address, allow_loopback=allow_loopback).text, key)
    subject: dict[str, int] = {}

    def apply(connection: Connection, now: datetime) -> int:
        find_one(connection, School, school_id)
        subject["recorder"] = insert_one(
            connection,
            Recorder,
            school_id=school_id,
            key=key,
            name=name,
            sealed_address=sealed,
            session_limit=session_limit,
            recorded_at=now,
        )
        return subject["recorder"]

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="recorder:added",
        subject=subject,
        apply=apply,
    )


def add_camera(
    world: World,
    *,
    actor: Actor,
    reason: str,
    room_id: int,
    name: str,
    address: str | None = None,
    recorder_id: int | None = None,
    channel: int | None = None,
    masks: Sequence[Sequence[Sequence[int]]] = (),
    delay_allowance_seconds: float = 2.0,
    allow_loopback: bool = False,
) -> int:
    """Add a camera to a room and return its record; it is closed until it is activated.

    Args:
        address: where it is reached; or else *recorder_id* and *channel*.
        masks: polygons ``[[x, y], …]`` in thousandths; always hidden.
        delay_allowance_seconds: how much older than its arrival a picture may be.
    """
    name = checked_name(name, letters=CAMERA_NAME_LETTERS)
    if (address is None) == (recorder_id is None) or (recorder_id is None) != (channel is None):
        raise Refused("camera:source", "an address, or a recorder and its channel")
    if not 0 <= delay_allowance_seconds <= LONGEST_DELAY_SECONDS:
        raise Refused("camera:delay", f"from 0 to {LONGEST_DELAY_SECONDS:g} seconds")
    key = new_key()
    sealed = None
    if address is not None:
        sealed = world.vault.seal(checked_address(address, allow_loopback=allow_loopback).text, key)
    values = {
        "room_id": room_id,
        "key": key,
        "name": name,
        "sealed_address": sealed,
        "recorder_id": recorder_id,
        "channel": channel,
        "masks": checked_masks(masks),
        "delay_allowance_seconds": float(delay_allowance_seconds),
    }
    school_id = school_of(world, Room, room_id)
    subject = {"room": room_id}

    def apply(connection: Connection, now: datetime) -> int:
        if recorder_id is not None:
            find_one(connection, Recorder, recorder_id, school_id=school_id)
        subject["camera"] = insert_one(
            connection, Camera, school_id=school_id, recorded_at=now, added_by=actor.person_id, **values
        )
        return subject["camera"]

    return widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="camera:added",
        subject=subject,
        apply=apply,
    )


def checked_masks(masks: Sequence[Sequence[Sequence[int]]]) -> list[list[list[int]]]:
    """Return *masks* as they are kept.

    Raises:
        Refused: ``camera:mask``, where one is no polygon inside the picture, or there are
            too many. None is left out, because what it was to hide would be shown.
    """
    if len(masks) > MOST_MASKS:
        raise Refused("camera:mask", f"{MOST_MASKS} masks at most")
    checked = [[list(corner) for corner in polygon] for polygon in masks]
    for polygon in checked:
        corners = all(len(corner) == 2 and all(_inside(number) for number in corner) for corner in polygon)
        if not 3 <= len(polygon) <= MOST_CORNERS or not corners:
            raise Refused("camera:mask", f"3 to {MOST_CORNERS} corners (x, y), each from 0 to {WHOLE}")
        if _is_a_line(polygon):
            raise Refused("camera:mask", "a mask is an area, not a line")
    return checked


def _is_a_line(polygon: Sequence[Sequence[int]]) -> bool:
    (x, y), *rest = polygon
    return all((a - x) * (d - y) == (c - x) * (b - y) for (a, b), (c, d) in combinations(rest, 2))


def _inside(number: Any) -> bool:
    return type(number) is int and 0 <= number <= WHOLE


def activate_camera(world: World, *, actor: Actor, reason: str, camera_id: int) -> None:
    """Approve a camera for this term and let it be connected; a room has one at a time.

    The last of its gates, after all the others: the curtain stays as it is. Done again in time,
    it has held without a break.

    Raises:
        Refused: ``camera:ended``, ``camera:room_has_one``; ``room:never``, ``room:no_kind``, where the
            room may not be shown; ``gate:missing``, ``gate:not_staff``, ``term:over``; ``gate:same_person``,
            where they installed it, or alone confirmed all the rest: that they tried is an entry.
    """
    subject = {"camera": camera_id}
    school_id = school_of(world, Camera, camera_id)

    def apply(connection: Connection, now: datetime) -> None:
        camera = find_camera(connection, camera_id, school_id)
        other = (
            Camera.school_id == school_id,
            Camera.room_id == camera.room_id,
            Camera.id != camera_id,
            Camera.activated_at.is_not(None),
            Camera.ended_at.is_(None),
        )
        if connection.execute(select(Camera.id).where(*other)).first():
            raise Refused("camera:room_has_one")
        subject["room"] = camera.room_id
        check_shown(find_one(connection, Room, camera.room_id, school_id=school_id).kind)
        approve(connection, camera, by=actor.person_id, now=now)
        if camera.activated_at is None:
            this = (Camera.id == camera_id, Camera.school_id == school_id)
            connection.execute(update(Camera).where(*this).values(activated_at=now))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="camera:activated",
        subject=subject,
        apply=apply,
        tells={"gate:same_person": GATE_REFUSED},
    )


def deactivate_camera(world: World, *, actor: Actor, reason: str, camera_id: int) -> bool:
    """Take a camera off and draw its room's curtain, at once; say whether it is recorded already.

    All of its gates fall: whoever puts it into use again begins with them, because it may hang elsewhere.
    """
    return _hide(world, "camera:deactivated", actor=actor, reason=reason, target={"camera": camera_id})


def mask_camera(
    world: World,
    *,
    actor: Actor,
    reason: str,
    camera_id: int,
    masks: Sequence[Sequence[Sequence[int]]],
    shown: Sequence[Sequence[Sequence[int]]] | None = None,
) -> bool:
    """Put *masks* in the place of all there were and draw the curtain; say whether it is recorded already.

    The gate of the masks falls until somebody has looked at the new ones. Opening the curtain
    again is a deliberate act of somebody who knows of them, and what was filmed with the old
    ones is not shown by it.

    Args:
        shown: the masks that whoever acts has seen. Of two who act at the very same instant the
            later one's masks stand: behind the curtain, until somebody has looked at them.

    Raises:
        Refused: ``camera:mask``; ``act:overtaken``, where there are others than those *shown*.
        LogUnavailable: an ending waits to be recorded. It could be other masks, and those
            asked for last are to hold; the curtain never waits.
    """
    target = {"camera": camera_id, "masks": checked_masks(masks)}
    record_what_waits(world)
    if shown is not None:
        with reading(world.database) as connection:
            check_not_overtaken(checked_masks(shown), find_one(connection, Camera, camera_id).masks)
    return _hide(world, "camera:masked", actor=actor, reason=reason, target=target)


def _hide(world: World, name: str, *, actor: Actor, reason: str, target: dict[str, Any]) -> bool:
    with reading(world.database) as connection:
        room_id = find_one(connection, Camera, target["camera"]).room_id
    mark = Mark(Scope.ROOM, room_id)
    return end(world, Ending.now(world, name, actor=actor, reason=reason, target=target, marks=(mark,)))
