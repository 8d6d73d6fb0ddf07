"""A camera opens only by its gates, each of them at every instant."""

from typing import Any

import pytest
from sqlalchemy import update

from access.camera_gates import CameraGate, GateKind
from access.clock import FrozenClock
from access.database import reading, writing
from access.due import due_cameras
from access.epochs import begin_epoch
from access.places import Camera, Room
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.room_kinds import NEVER, SHOWN, RoomKind
from tests.access.one_room import AFTER, BEFORE, CAMERA_KEY, NOW, OneRoom
from tests.access.two_rooms import MINUTE

CLOSED = Denied(Reason.CAMERA_GATE)


def is_due(room: OneRoom) -> bool:
    world = room.world
    with reading(world.database) as connection:
        return bool(due_cameras(connection, world.vault, world.clock.now(), world.stops))


@pytest.mark.parametrize("kind", GateKind)
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"ends_at": NOW}, id="has just lapsed"),
        pytest.param({"ended_at": NOW}, id="was just taken back"),
    ],
)
def test_a_camera_closes_where_one_gate(room: OneRoom, kind: GateKind, changed: dict[str, Any]) -> None:
    assert isinstance(room.decides(), Allowed)
    assert is_due(room)

    with writing(room.world.database) as connection:
        connection.execute(update(CameraGate).where(CameraGate.kind == kind.value).values(**changed))

    assert room.decides() == CLOSED
    assert not is_due(room)
    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


@pytest.mark.parametrize("kind", [*sorted(NEVER), None])
def test_a_camera_is_closed_in_a_room_for(room: OneRoom, kind: RoomKind | None) -> None:
    room.change(Room, kind=kind and kind.value, kind_since=kind and BEFORE)

    assert room.decides() == CLOSED
    assert not is_due(room)
    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


@pytest.mark.parametrize("kind", SHOWN)
def test_a_camera_can_be_open_in_a_room_for(room: OneRoom, kind: RoomKind) -> None:
    room.change(Room, kind=kind.value)

    assert isinstance(room.decides(), Allowed)
    assert is_due(room)


def test_a_right_lasts_no_longer_than_the_gate_that_lapses_first(room: OneRoom) -> None:
    room.change(CameraGate, 3, ends_at=NOW + MINUTE)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.until == NOW + MINUTE


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        pytest.param(CameraGate, {"recorded_at": NOW - MINUTE}, id="a gate that was confirmed since"),
        pytest.param(Room, {"kind_since": NOW - MINUTE}, id="a kind of room that was said since"),
    ],
)
def test_nothing_of_before_is_shown_by(room: OneRoom, model: Any, changed: dict[str, Any]) -> None:
    room.change(model, 1, **changed)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.since == NOW - MINUTE


def test_gates_of_one_camera_open_nothing_for_another(room: OneRoom) -> None:
    room.change(Camera, ended_at=NOW)
    room.add(
        Camera,
        school_id=1,
        room_id=1,
        key="d" * 22,
        name="new",
        sealed_address=b"x",
        activated_at=BEFORE,
        recorded_at=BEFORE,
    )

    assert room.decides() == CLOSED


def test_a_gate_renewed_in_time_has_held_without_a_break(room: OneRoom, clock: FrozenClock) -> None:
    room.change(CameraGate, 2, ends_at=NOW + MINUTE)
    before = room.decides()
    of_camera = {"school_id": 1, "camera_id": 1, "confirmed_by": 1, "words": ""}
    room.add(CameraGate, **of_camera, kind="sign", recorded_at=NOW, ends_at=AFTER)

    room.clock.advance(2 * MINUTE)

    after = room.decides()
    assert isinstance(before, Allowed)
    assert isinstance(after, Allowed)
    assert after.since == before.since
