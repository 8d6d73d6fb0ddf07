"""What is written when a room is hidden: its curtain, its cameras' gates, what kind of room it is."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from access.camera_gates import KEEPERS, CameraGate, GateKind
from access.checked import find_one
from access.look_records import end_looks
from access.people import Membership
from access.places import Camera, CurtainOpening, Epoch, Room
from access.recorded import Recorded, Target


def draw(connection: Connection, school_id: int, room_id: int, at: datetime, reason: str) -> None:
    """Draw the room's curtain, and end the epochs that ran then and the setup looks.

    Also where it was opened after *at*: no opening passes an ending that waits, so
    both were asked for together, and then the stricter holds.
    """
    opening = (
        CurtainOpening.school_id == school_id,
        CurtainOpening.room_id == room_id,
        CurtainOpening.drawn_at.is_(None),
    )
    connection.execute(update(CurtainOpening).where(*opening).values(drawn_at=at, drawn_reason=reason))
    running = (
        Epoch.school_id == school_id,
        Epoch.room_id == room_id,
        Epoch.ended_at.is_(None),
        Epoch.started_at <= at,
    )
    connection.execute(update(Epoch).where(*running).values(ended_at=at))
    end_looks(connection, school_id, at, room_id=room_id)


def gate_taken_back(connection: Connection, target: Target, at: datetime) -> Recorded:
    """End one gate of a camera, and draw the curtain of its room."""
    camera = find_one(connection, Camera, target["camera"])
    draw(connection, camera.school_id, camera.room_id, at, target["reason"])
    end_gates(connection, camera, at, [target["gate"]])
    ids = {"camera": camera.id, "room": camera.room_id, "gate": target["gate"]}
    return Recorded(camera.school_id, ids)


def kind_set(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write that a room is of a kind that nobody sees, and draw its curtain."""
    room = find_one(connection, Room, target["room"])
    draw(connection, room.school_id, room.id, at, target["reason"])
    this = update(Room).where(Room.id == room.id, Room.school_id == room.school_id)
    connection.execute(this.values(kind=target["kind"], kind_since=at))
    return Recorded(room.school_id, {"room": room.id, "kind": target["kind"]})


def end_gates(
    connection: Connection, camera: Any, at: datetime, kinds: Collection[str] = tuple(GateKind)
) -> None:
    """End gates of a camera that stood at *at*; by themselves they open nothing again."""
    stood = (
        CameraGate.camera_id == camera.id,
        CameraGate.school_id == camera.school_id,
        CameraGate.kind.in_(kinds),
        CameraGate.recorded_at <= at,
        or_(CameraGate.ended_at.is_(None), CameraGate.ended_at > at),
    )
    connection.execute(update(CameraGate).where(*stood).values(ended_at=at))


def end_signatures(connection: Connection, person_id: int, at: datetime, left: Any = None) -> None:
    """Let nobody answer for a camera who is gone; whoever keeps another place on that staff still does.

    Args:
        left: the place on a school's staff that ended; None where the person is gone altogether.
    """
    signed = [
        CameraGate.confirmed_by == person_id,
        CameraGate.kind == GateKind.RESPONSIBLE.value,
        CameraGate.recorded_at <= at,
        or_(CameraGate.ended_at.is_(None), CameraGate.ended_at > at),
    ]
    if left is not None:
        signed.append(CameraGate.school_id == left.school_id)
        another = (
            Membership.school_id == left.school_id,
            Membership.person_id == person_id,
            Membership.id != left.id,
            Membership.role.in_(KEEPERS),
            Membership.starts_at <= at,
            or_(Membership.ends_at.is_(None), Membership.ends_at > at),
        )
        if connection.execute(select(Membership.id).where(*another).limit(1)).first():
            return
    connection.execute(update(CameraGate).where(*signed).values(ended_at=at))
