"""Epochs: which unbroken stretch of which camera is a room's stream.

The row is written before the camera process is told. Numbers of segments are
reserved in blocks, so ``k`` never repeats, not even after a crash or under a
stepped clock. Whoever runs cameras knows keys and epochs; the school follows from those.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from access.camera_gates import gates_hold
from access.coverage import Coverage
from access.coverage_facts import coverage_of
from access.database import reading, writing
from access.facts import facts_of_rooms
from access.inserting import insert_one
from access.look_due import is_looked_at
from access.look_records import SETUP
from access.places import Camera, CurtainOpening, Epoch, Room
from access.policy import CLEAR, Stream, ViewingFacts
from access.readings import ROOM, ROOMS
from access.school_closing import is_closed
from access.stops import EVERYTHING, Mark, Scope
from access.world import World

#: Segments reserved at once: eleven days of one-second segments.
BLOCK = 1_000_000


@dataclass(frozen=True, slots=True)
class EpochOrder:
    """What a camera process is told: film this epoch, with these segment numbers."""

    epoch: int
    ordinal: int
    first_k: int
    count: int


_CAMERA = (
    select(Camera.id, Camera.school_id, Camera.room_id, Camera.next_k)
    .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
    .join(
        CurtainOpening,
        and_(CurtainOpening.room_id == Room.id, CurtainOpening.school_id == Room.school_id),
    )
    .where(
        Camera.key == bindparam("camera_key"),
        Camera.activated_at <= bindparam("now"),
        or_(Camera.ended_at.is_(None), Camera.ended_at > bindparam("now")),
        Room.level == bindparam("level"),
        CurtainOpening.opened_at <= bindparam("now"),
        or_(CurtainOpening.drawn_at.is_(None), CurtainOpening.drawn_at > bindparam("now")),
        ~is_closed(),
        gates_hold(),
    )
    .limit(1)
)
_LOOKED_AT = select(Camera.id, Camera.school_id, Camera.room_id, Camera.next_k).where(
    Camera.key == bindparam("camera_key"), Camera.ended_at.is_(None)
)
_RESERVE = (
    update(Camera)
    .where(Camera.id == bindparam("camera_id"), Camera.school_id == bindparam("of_school"))
    .values(next_k=Camera.next_k + BLOCK)
)
_BEFORE = select(func.count()).where(
    Epoch.camera_id == bindparam("camera_id"), Epoch.school_id == bindparam("of_school")
)
_END_FORMER = (
    update(Epoch)
    .where(
        Epoch.camera_id == bindparam("of_camera"),
        Epoch.school_id == bindparam("of_school"),
        Epoch.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)
_END = (
    update(Epoch)
    .where(Epoch.id == bindparam("epoch"), Epoch.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)


def begin_epoch(world: World, camera_key: str, level: str) -> EpochOrder | None:
    """Begin an epoch of a camera at *level*; None when it must not film now.

    The camera's former epoch ends with it. At the level of a setup look somebody of the staff must
    look at it. Else: asked for another level than the room's, or any but clear, for a camera that is
    not activated or without its gates, behind a curtain, in a closed school, under a mark or in a
    room that is not covered, the answer is None.

    Raises:
        RecordsUnavailable: nothing was written.
    """
    if level not in {CLEAR, SETUP} or not world.clock.believable():
        return None
    return _begin_for_look(world, camera_key) if level == SETUP else _begin_for_families(world, camera_key)


def _begin_for_families(world: World, camera_key: str) -> EpochOrder | None:
    """Begin an epoch at level clear, which families may see as far as their rights go."""
    level, now = CLEAR, world.clock.now()
    with writing(world.database) as connection:
        row = connection.execute(
            _CAMERA, {"camera_key": camera_key, "level": level, "now": now}
        ).one_or_none()
        if row is None:
            return None
        coverage = _coverage(connection, row, now)
        covered = any(now in span for span in coverage.at(level))
        if not covered or _is_marked(world, row.school_id, row.room_id, coverage.class_group_ids):
            return None
        order = _begin(connection, row, level, now)
    if _is_marked(world, row.school_id, row.room_id, coverage.class_group_ids):  # set while we wrote
        end_epoch(world, order.epoch)
        return None
    return order


def _begin_for_look(world: World, camera_key: str) -> EpochOrder | None:
    """Begin an epoch that staff alone see; None where none of them looks, and may."""
    now = world.clock.now()
    with writing(world.database) as connection:
        camera = connection.execute(_LOOKED_AT, {"camera_key": camera_key}).one_or_none()
        if camera is None or not is_looked_at(connection, world, camera.id, camera.school_id, now=now):
            return None
        order = _begin(connection, camera, SETUP, now)
    with reading(world.database) as connection:
        goes_on = is_looked_at(connection, world, camera.id, camera.school_id, now=now)
    if not goes_on:  # a mark was set while we wrote
        end_epoch(world, order.epoch)
        return None
    return order


def end_epoch(world: World, epoch: int) -> None:
    """End an epoch; one that has ended already stays as it is.

    Raises:
        RecordsUnavailable: nothing was written.
    """
    with writing(world.database) as connection:
        connection.execute(_END, {"epoch": epoch, "now": world.clock.now()})


def current_stream(connection: Connection, room_id: int, now: datetime) -> Stream | None:
    """Return the room's current stream as the records have it, stop marks aside."""
    rooms = ROOM.rows(connection, {"room_id": room_id})
    facts = facts_of_rooms(connection, ViewingFacts(), rooms, [], now)
    stream = facts[room_id].stream if rooms else None
    return stream if stream and stream.level == facts[room_id].level else None


def _coverage(connection: Connection, camera: Any, now: datetime) -> Coverage:
    which = {"room_ids": [camera.room_id], "school_ids": [camera.school_id]}
    rooms = ROOMS.rows(connection, which)
    return coverage_of(connection, rooms, now)[camera.room_id]


def _begin(connection: Connection, camera: Any, level: str, now: datetime) -> EpochOrder:
    this = {"camera_id": camera.id, "of_school": camera.school_id}
    former = {"of_camera": camera.id, "of_school": camera.school_id}
    connection.execute(_END_FORMER, {**former, "now": now})
    ordinal = connection.execute(_BEFORE, this).scalar_one()
    connection.execute(_RESERVE, this)
    epoch = insert_one(
        connection,
        Epoch,
        school_id=camera.school_id,
        room_id=camera.room_id,
        camera_id=camera.id,
        level=level,
        ordinal=ordinal,
        first_k=camera.next_k,
        started_at=now,
    )
    return EpochOrder(epoch, ordinal, camera.next_k, BLOCK)


def _is_marked(world: World, school_id: int, room_id: int, class_group_ids: tuple[int, ...]) -> bool:
    marks = (
        EVERYTHING,
        Mark(Scope.SCHOOL, school_id),
        Mark(Scope.ROOM, room_id),
        Mark(Scope.ROOM_LOAN, room_id),
        Mark(Scope.GUEST, room_id),
        *(Mark(Scope.COVERAGE, class_group_id) for class_group_id in class_group_ids),
    )
    return bool(world.stops.stopped(marks))
