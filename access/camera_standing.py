"""How each activated camera stands, as the records have it. Reads only; no address is opened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, or_, select

from access.outages import LIVE, NOT_DUE
from access.people import School
from access.places import Camera, Epoch, Outage, Room


@dataclass(frozen=True, slots=True)
class CameraStanding:
    """One camera, and what it was last known to do."""

    id: int
    key: str
    name: str
    room: str
    #: A state of a camera: live, in trouble, or not due.
    state: str
    since: datetime | None
    #: The school's.
    zone: str


@dataclass(frozen=True, slots=True)
class PastOutage:
    """An outage that is over."""

    camera: str
    state: str
    started_at: datetime
    ended_at: datetime
    zone: str


_CAMERAS = (
    select(Camera.id, Camera.key, Camera.name, Room.name.label("room"), School.zone)
    .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
    .join(School, School.id == Camera.school_id)
    .where(
        Camera.school_id.in_(bindparam("schools", expanding=True)),
        Camera.activated_at.isnot(None),
        or_(Camera.ended_at.is_(None), Camera.ended_at > bindparam("now")),
    )
    .order_by(Room.name, Camera.id)
)
_TROUBLE = select(Outage.camera_id, Outage.state, Outage.started_at).where(
    Outage.school_id.in_(bindparam("schools", expanding=True)),
    Outage.camera_id.in_(bindparam("cameras", expanding=True)),
    Outage.ended_at.is_(None),
)
_LIVE = select(Epoch.camera_id, Epoch.started_at).where(
    Epoch.school_id.in_(bindparam("schools", expanding=True)),
    Epoch.camera_id.in_(bindparam("cameras", expanding=True)),
    Epoch.ended_at.is_(None),
)
_LAST_OUTAGE = (
    select(Camera.name, Outage.state, Outage.started_at, Outage.ended_at, School.zone)
    .join(Camera, and_(Camera.id == Outage.camera_id, Camera.school_id == Outage.school_id))
    .join(School, School.id == Outage.school_id)
    .where(Outage.school_id.in_(bindparam("schools", expanding=True)), Outage.ended_at.isnot(None))
    .order_by(Outage.id.desc())
    .limit(1)
)


def camera_standings(
    connection: Connection, school_ids: Collection[int], now: datetime
) -> list[CameraStanding]:
    """Return the activated cameras of these schools, by room."""
    cameras = connection.execute(_CAMERAS, {"schools": list(school_ids), "now": now}).all()
    numbers = {"schools": list(school_ids), "cameras": [camera.id for camera in cameras]}
    known = {row.camera_id: (LIVE, row.started_at) for row in connection.execute(_LIVE, numbers)}
    known |= {row.camera_id: (row.state, row.started_at) for row in connection.execute(_TROUBLE, numbers)}
    return [
        CameraStanding(row.id, row.key, row.name, row.room, *known.get(row.id, (NOT_DUE, None)), row.zone)
        for row in cameras
    ]


def last_outage(connection: Connection, school_ids: Collection[int]) -> PastOutage | None:
    """Return the newest outage of these schools that is over."""
    row = connection.execute(_LAST_OUTAGE, {"schools": list(school_ids)}).first()
    return None if row is None else PastOutage(row.name, row.state, row.started_at, row.ended_at, row.zone)
