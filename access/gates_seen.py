"""How the gates of each camera stand, as its staff read it. Reads only; no address is opened."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.orm import aliased

from access.camera_gates import CameraGate, GateKind
from access.people import Person, School
from access.places import Camera, Room
from access.room_kinds import SHOWN

#: So long before a gate lapses it is said.
SOON = timedelta(days=14)


class Standing(StrEnum):
    """How one gate stands; the value is what ``--json`` says."""

    HOLDS = "holds"
    #: It holds, and lapses within two weeks.
    SOON = "soon"
    #: It held, and the term is over.
    LAPSED = "lapsed"
    #: It was taken back, or fell with what it was about.
    TAKEN_BACK = "taken_back"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class GateSeen:
    """One gate of one camera: the newest confirmation there was, if there was one."""

    kind: GateKind
    standing: Standing
    words: str
    by: str
    #: Until when it holds or held; None where it was never confirmed.
    until: datetime | None

    @property
    def holds(self) -> bool:
        """Say whether it lets the camera be seen now."""
        return self.standing in {Standing.HOLDS, Standing.SOON}


@dataclass(frozen=True, slots=True)
class CameraSeen:
    """One camera with all of its gates, in their order."""

    id: int
    key: str
    name: str
    room_key: str
    room: str
    room_kind: str | None
    activated: bool
    #: Who installed it, and so renews nothing; None where nobody was named.
    installed_by: int | None
    installer: str
    zone: str
    gates: tuple[GateSeen, ...]

    @property
    def may_be_shown(self) -> bool:
        """Say whether the room is one in which a camera may show anything."""
        return self.room_kind in SHOWN


_INSTALLER = aliased(Person)
_CAMERAS = (
    select(
        Camera.id,
        Camera.key,
        Camera.name,
        Room.key.label("room_key"),
        Room.name.label("room"),
        Room.kind.label("room_kind"),
        Camera.activated_at.is_not(None).label("activated"),
        Camera.added_by,
        _INSTALLER.name.label("installer"),
        School.zone,
    )
    .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
    .join(School, School.id == Camera.school_id)
    .outerjoin(_INSTALLER, _INSTALLER.id == Camera.added_by)
    .where(Camera.school_id.in_(bindparam("schools", expanding=True)), Camera.ended_at.is_(None))
    .order_by(Room.name, Camera.name, Camera.id)
)
_GATES = (
    select(
        CameraGate.camera_id,
        CameraGate.kind,
        CameraGate.words,
        CameraGate.ends_at,
        CameraGate.ended_at,
        Person.name,
    )
    .join(Person, Person.id == CameraGate.confirmed_by)
    .where(CameraGate.school_id.in_(bindparam("schools", expanding=True)))
    .order_by(CameraGate.id)
)


def cameras_seen(connection: Connection, school_ids: Collection[int], now: datetime) -> list[CameraSeen]:
    """Return the cameras of these schools by room, with their gates; two questions."""
    asked = {"schools": list(school_ids)}
    newest: defaultdict[int, dict[str, GateSeen]] = defaultdict(dict)
    for row in connection.execute(_GATES, asked):
        known = newest[row.camera_id].get(row.kind)
        seen = _seen(row, now)
        if known is None or seen.holds or not known.holds:
            newest[row.camera_id][row.kind] = seen
    return [
        CameraSeen(
            row.id,
            row.key,
            row.name,
            row.room_key,
            row.room,
            row.room_kind,
            row.activated,
            row.added_by,
            row.installer or "",
            row.zone,
            tuple(newest[row.id].get(kind, _missing(kind)) for kind in GateKind),
        )
        for row in connection.execute(_CAMERAS, asked)
    ]


def find_camera_by_key(connection: Connection, key: str, school_id: int) -> int | None:
    """Return the id of a camera, if it belongs to this school."""
    this = (Camera.key == key, Camera.school_id == school_id)
    return connection.execute(select(Camera.id).where(*this)).scalar_one_or_none()


def _missing(kind: GateKind) -> GateSeen:
    return GateSeen(kind, Standing.MISSING, "", "", None)


def _seen(row: Any, now: datetime) -> GateSeen:
    kind = GateKind(row.kind)
    if row.ended_at is not None and row.ended_at <= min(now, row.ends_at):
        return GateSeen(kind, Standing.TAKEN_BACK, row.words, row.name, row.ended_at)
    if row.ends_at <= now:
        return GateSeen(kind, Standing.LAPSED, row.words, row.name, row.ends_at)
    standing = Standing.SOON if row.ends_at <= now + SOON else Standing.HOLDS
    return GateSeen(kind, standing, row.words, row.name, row.ends_at)
