"""Which camera is due, which epoch is a room's stream, and what an outage leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from access.camera_sources import CameraSource, load_source
from access.database import Base, reading
from access.due import DueCamera, due_cameras
from access.enrolment import ClassGroup
from access.epochs import BLOCK, EpochOrder, begin_epoch, current_stream, end_epoch
from access.outages import record_camera_state
from access.places import (
    Camera,
    CurtainOpening,
    Epoch,
    Outage,
    Recorder,
    Room,
    RoomChange,
    RoomLoan,
    RoomUse,
    ViewingWindow,
)
from access.stops import Scope
from tests.access.one_room import BEFORE, CAMERA_KEY, NOW, SECOND, UNTIL, OneRoom

ADDRESS = "rtsp://camera.example/1"


def due(room: OneRoom) -> list[DueCamera]:
    """Return the cameras that are due at this instant."""
    world = room.world
    with reading(world.database) as connection:
        return due_cameras(connection, world.vault, world.clock.now(), world.stops)


def due_after(room: OneRoom, time: timedelta) -> list[DueCamera]:
    """Move on, and return the cameras that are due then."""
    room.clock.advance(time)
    return due(room)


def add_other_room(room: OneRoom) -> None:
    """Add a second class with a second room, without camera and without hours."""
    named = {"id": 2, "school_id": 1, "recorded_at": BEFORE}
    room.add(ClassGroup, **named, key="g2", name="Elm")
    room.add(Room, **named, key="q" * 22, name="Elm room", level="clear")
    room.add(RoomUse, school_id=1, starts_at=BEFORE, recorded_at=BEFORE, room_id=2, class_group_id=2)


def stream_epoch(room: OneRoom) -> int | None:
    """Return the epoch of the room's current stream."""
    with reading(room.world.database) as connection:
        stream = current_stream(connection, 1, room.clock.now())
    return stream.epoch if stream else None


# What closes a room to viewers closes it to its camera too.
CLOSED: list[Any] = [
    pytest.param(Camera, {"activated_at": None}, id="not activated"),
    pytest.param(Camera, {"ended_at": NOW}, id="camera ended"),
    pytest.param(Room, {"level": "faces"}, id="another level"),
    pytest.param(CurtainOpening, {"drawn_at": NOW}, id="curtain drawn"),
    pytest.param(CurtainOpening, {"opened_at": NOW + SECOND}, id="curtain opens later"),
]


def test_a_camera_is_due_while_its_room_may_be_watched(room: OneRoom) -> None:
    (camera,) = due(room)

    assert (camera.source.key, camera.source.address) == (CAMERA_KEY, ADDRESS)
    assert (camera.source.recorder_key, camera.level, camera.room_id) == (None, "clear", 1)
    assert ADDRESS not in repr(camera)


@pytest.mark.parametrize(
    ("record", "values"),
    [
        *CLOSED,
        pytest.param(RoomUse, {"ends_at": NOW}, id="class has left the room"),
        pytest.param(RoomUse, {"ended_at": NOW}, id="use ended"),
        pytest.param(RoomUse, {"recorded_at": NOW + SECOND}, id="use not recorded"),
        pytest.param(ViewingWindow, {"ended_at": NOW}, id="hours replaced"),
        pytest.param(ViewingWindow, {"weekday": 2}, id="another day"),
    ],
)
def test_a_camera_that_nobody_may_watch_is_not_due(
    room: OneRoom, record: type[Base], values: dict[str, Any]
) -> None:
    room.change(record, **values)

    assert due(room) == []


def test_a_camera_is_due_until_the_hours_end(room: OneRoom) -> None:
    room.clock.advance(UNTIL - NOW - SECOND)
    assert len(due(room)) == 1

    room.clock.advance(SECOND)

    assert due(room) == []


@pytest.mark.parametrize("scope", [Scope.ROOM, Scope.ROOM_LOAN, Scope.SCHOOL, Scope.INSTALLATION])
def test_a_mark_takes_a_camera_off_and_lets_none_begin(room: OneRoom, scope: Scope) -> None:
    room.mark(scope, 0 if scope is Scope.INSTALLATION else 1)

    assert due(room) == []
    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


def test_a_camera_is_not_due_for_a_class_that_has_just_left(room: OneRoom) -> None:
    room.mark(Scope.CLASS_GROUP)

    assert due(room) == []


def test_a_camera_is_not_due_while_its_room_is_lent(room: OneRoom) -> None:
    loan = {"school_id": 1, "key": "l1", "room_id": 1, "recorded_at": BEFORE}
    room.add(RoomLoan, **loan, starts_at=NOW + SECOND, ends_at=NOW + 2 * SECOND)

    assert [len(due_after(room, SECOND)) for _ in range(3)] == [0, 1, 1]


def test_a_camera_is_due_for_whoever_is_in_its_room_and_says_who_that_is(room: OneRoom) -> None:
    add_other_room(room)
    change = {"school_id": 1, "key": "x", "recorded_at": BEFORE}
    soon = {"starts_at": NOW + SECOND, "ends_at": NOW + 2 * SECOND}
    room.add(RoomChange, **change, **soon, class_group_id=2, room_id=1)
    after = {"starts_at": NOW + 2 * SECOND, "ends_at": NOW + 4 * SECOND}
    room.add(RoomChange, **change, **after, class_group_id=1, room_id=2)
    room.add(
        RoomChange,
        **change,
        starts_at=NOW + 3 * SECOND,
        ends_at=NOW + 4 * SECOND,
        class_group_id=2,
        room_id=1,
    )

    told = [[camera.used_by for camera in due_after(room, SECOND)] for _ in range(4)]

    # Elm, the class without hours, joins; Oak goes; Elm alone is no reason to film; Oak is back.
    assert told == [[(1, 2)], [], [], [(1,)]]


def test_an_epoch_ends_at_once_where_a_mark_was_set_while_it_was_written(room: OneRoom) -> None:
    def mark(*_: object) -> None:
        room.mark(Scope.ROOM)

    event.listen(room.world.database, "commit", mark, once=True)
    order = begin_epoch(room.world, CAMERA_KEY, "clear")

    assert order is None
    assert stream_epoch(room) is None


def test_a_recorders_channel_stands_in_its_address(room: OneRoom) -> None:
    sealed = room.world.vault.seal("rtsp://nvr.example/{channel}/main", "n1")
    recorder = {"id": 1, "school_id": 1, "key": "n1", "name": "NVR", "recorded_at": BEFORE}
    room.add(Recorder, **recorder, sealed_address=sealed, session_limit=3)
    room.change(Camera, sealed_address=None, recorder_id=1, channel=7)

    with reading(room.world.database) as connection:
        alone = load_source(connection, room.world.vault, 1)

    assert [camera.source for camera in due(room)] == [alone]
    assert alone == CameraSource(CAMERA_KEY, "rtsp://nvr.example/7/main", "n1", 3)
    assert "nvr.example" not in repr(alone)


def test_an_epoch_ends_the_former_and_becomes_the_stream(room: OneRoom) -> None:
    order = begin_epoch(room.world, CAMERA_KEY, "clear")

    assert order == EpochOrder(epoch=2, ordinal=1, first_k=1, count=BLOCK)
    assert stream_epoch(room) == 2
    with reading(room.world.database) as connection:
        ended = connection.execute(select(Epoch.ended_at).order_by(Epoch.id)).scalars().all()
    assert ended == [NOW, None]


def test_numbers_are_never_given_twice(room: OneRoom) -> None:
    orders = [begin_epoch(room.world, CAMERA_KEY, "clear") for _ in range(3)]

    assert [order.first_k for order in orders if order] == [1, 1 + BLOCK, 1 + 2 * BLOCK]


@pytest.mark.parametrize(("record", "values"), CLOSED)
def test_no_epoch_begins_in_a_closed_room(room: OneRoom, record: type[Base], values: dict[str, Any]) -> None:
    room.change(record, **values)

    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None
    assert stream_epoch(room) in (1, None)


def test_no_epoch_begins_at_another_level_of_an_unknown_camera_or_without_a_clock(room: OneRoom) -> None:
    room.change(Room, level="faces")
    assert begin_epoch(room.world, CAMERA_KEY, "faces") is None
    room.change(Room, level="clear")
    assert begin_epoch(room.world, "x" * 22, "clear") is None
    room.clock.is_believable = False

    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


def test_an_epoch_that_ended_is_no_stream_and_ends_once(room: OneRoom) -> None:
    end_epoch(room.world, 1)
    room.clock.advance(SECOND)
    end_epoch(room.world, 1)

    assert stream_epoch(room) is None
    with reading(room.world.database) as connection:
        assert connection.execute(select(Epoch.ended_at)).scalar_one() == NOW


def test_an_unknown_room_has_no_stream(room: OneRoom) -> None:
    with reading(room.world.database) as connection:
        assert current_stream(connection, 99, NOW) is None


def test_an_outage_is_told_from_lost_to_back(room: OneRoom) -> None:
    for seconds, state in enumerate(
        [
            "camera:connecting",
            "camera:live",
            "camera:stalled",
            "camera:stalled",
            "camera:no_route",
            "camera:live",
        ]
    ):
        record_camera_state(room.world, CAMERA_KEY, state, NOW + timedelta(seconds=seconds))

    assert room.told() == [
        "camera:lost camera:stalled",
        "camera:lost camera:no_route",
        "camera:back camera:no_route",
    ]
    assert room.entries()[-1].body["subject"] == {"camera": 1, "room": 1}
    assert room.entries()[-1].body["since"] == "2026-03-10T02:00:04.000000Z"
    with reading(room.world.database) as connection:
        rows = connection.execute(select(Outage.state, Outage.started_at, Outage.ended_at)).all()
    assert [tuple(row) for row in rows] == [
        ("camera:stalled", NOW + 2 * SECOND, NOW + 4 * SECOND),
        ("camera:no_route", NOW + 4 * SECOND, NOW + 5 * SECOND),
    ]


def test_an_outage_ends_unexplained_when_nobody_may_watch_any_more(room: OneRoom) -> None:
    for seconds, state in enumerate(["camera:stalled", "camera:not_due", "camera:not_due", "camera:live"]):
        record_camera_state(room.world, CAMERA_KEY, state, NOW + timedelta(seconds=seconds))

    assert room.told() == ["camera:lost camera:stalled"]
    with reading(room.world.database) as connection:
        rows = connection.execute(select(Outage.state, Outage.started_at, Outage.ended_at)).all()
    assert [tuple(row) for row in rows] == [("camera:stalled", NOW, NOW + SECOND)]


def test_an_unknown_camera_has_no_outage(room: OneRoom) -> None:
    record_camera_state(room.world, "x" * 22, "camera:stalled", NOW)

    assert room.told() == []
