"""The setup looks of a school, as its staff read them. Reads only; no picture, no address."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased

from access.look_records import ASK_WAITS, SetupLook
from access.people import Person
from access.places import Camera, Room


@dataclass(frozen=True, slots=True)
class LookSeen:
    """One look that waits for a second person, or may be had now."""

    id: int
    key: str
    camera_id: int
    camera: str
    room: str
    kind: str
    words: str
    asked_by: int
    asker: str
    asked_at: datetime
    #: None while it waits.
    agreed_at: datetime | None
    second: str
    #: Until when it can be agreed to, or they may look.
    until: datetime


_Asker, _SecondPerson = aliased(Person), aliased(Person)


def looks_seen(connection: Connection, school_id: int, now: datetime) -> list[LookSeen]:
    """Return the looks of a school that are not over, oldest first."""
    rows: Iterable[Any] = connection.execute(
        select(
            SetupLook.id,
            SetupLook.key,
            SetupLook.camera_id,
            Camera.name.label("camera"),
            Room.name.label("room"),
            SetupLook.kind,
            SetupLook.words,
            SetupLook.asked_by,
            _Asker.name.label("asker"),
            SetupLook.asked_at,
            SetupLook.agreed_at,
            _SecondPerson.name.label("second"),
            SetupLook.ends_at,
        )
        .join(Camera, and_(Camera.id == SetupLook.camera_id, Camera.school_id == SetupLook.school_id))
        .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
        .join(_Asker, _Asker.id == SetupLook.asked_by)
        .outerjoin(_SecondPerson, _SecondPerson.id == SetupLook.agreed_by)
        .where(
            SetupLook.school_id == school_id,
            SetupLook.ended_at.is_(None),
            or_(
                SetupLook.ends_at > now,
                and_(SetupLook.agreed_at.is_(None), SetupLook.asked_at > now - ASK_WAITS),
            ),
        )
        .order_by(SetupLook.id)
    )
    return [
        LookSeen(
            *(row.id, row.key, row.camera_id, row.camera, row.room, row.kind, row.words),
            *(row.asked_by, row.asker, row.asked_at, row.agreed_at),
            row.second or "",
            row.ends_at or row.asked_at + ASK_WAITS,
        )
        for row in rows
    ]
