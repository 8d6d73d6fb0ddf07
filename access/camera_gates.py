"""The gates of a camera: what must have been confirmed this term before anybody sees its picture.

Six gates, each a record that holds until the term is over; and what kind of room the camera is
in. Nothing said, nothing shown: a room without a kind is closed like one where no camera may be.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    and_,
    bindparam,
    distinct,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base, UtcDateTime
from access.people import Role
from access.places import Camera, Room
from access.room_kinds import SHOWN
from access.spans import FAR, Span, span_of, together

LETTERS = 500
#: Who can confirm a gate, and approve a camera.
KEEPERS = (Role.TEACHER, Role.OFFICE, Role.DIRECTOR)


class GateKind(StrEnum):
    """What a gate says. Stands in the table and in the log, so never renamed."""

    #: What families are to see here, and why.
    PURPOSE = "purpose"
    #: The notice hangs on the wall, where whoever comes in reads it.
    SIGN = "sign"
    #: Somebody looked at what is always hidden, and it is right.
    MASKS = "masks"
    #: The maker's own sharing over the internet is off.
    CLOUD_OFF = "cloud_off"
    #: Somebody of the school answers for this camera, and signed that.
    RESPONSIBLE = "responsible"
    #: A second person approved it: the act that activates the camera.
    APPROVAL = "approval"


#: Confirmed one by one; the approval comes after all of them, with the activation.
CONFIRMED = tuple(kind for kind in GateKind if kind is not GateKind.APPROVAL)


class CameraGate(Base):
    """One confirmation; holds over ``[recorded_at, ends_at)`` unless it was ended before."""

    __tablename__ = "camera_gate"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('purpose','sign','masks','cloud_off','responsible','approval')", name="kind"
        ),
        CheckConstraint("ends_at > recorded_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    #: Of the purpose: what it is, in the words of who wrote it. Of any other nothing.
    words: Mapped[str] = mapped_column(String(LETTERS), default="")
    #: Of ``responsible`` whoever answers for the camera: they signed themselves.
    confirmed_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    recorded_at: Mapped[datetime]
    #: With the term, at the latest.
    ends_at: Mapped[datetime]
    #: Taken back, or fallen with what it was about.
    ended_at: Mapped[datetime | None]


def gated_spans(
    room_kind: str | None, kind_since: datetime | None, cameras: Iterable[Any], gates: Iterable[Any]
) -> tuple[Span, ...]:
    """Return when one of a room's cameras is activated and all of its gates hold.

    One camera's gates open nothing for another.

    Args:
        room_kind: what kind of room it is; None: nobody said.
        kind_since: aware; when that was said.
        cameras: rows with ``camera_id``, ``activated_at``, ``ended_at``; a camera may come twice.
        gates: rows with ``kind``, ``of_id`` (the camera's), ``starts_at``, ``ends_at``, ``ended_at``.
    """
    if room_kind not in SHOWN or kind_since is None:
        return ()
    kind = Span(kind_since, FAR)
    held: defaultdict[tuple[int, str], list[Span]] = defaultdict(list)
    for gate in gates:
        held[gate.of_id, gate.kind] += span_of(gate.starts_at, gate.ends_at, gate.ended_at, gate.starts_at)
    activated = {
        row.camera_id: span_of(row.activated_at, None, row.ended_at, row.activated_at) for row in cameras
    }
    spans = {
        span
        for camera, active in activated.items()
        for span in together([[kind], active, *(held[camera, needed] for needed in GateKind)])
    }
    return tuple(sorted(spans))


def gates_hold() -> ColumnElement[bool]:
    """Say that all gates of the camera in the query around this hold at ``:now``, and its room's kind."""
    at: ColumnElement[datetime] = bindparam("now", type_=UtcDateTime())
    held = (
        select(func.count(distinct(CameraGate.kind)))
        .where(
            CameraGate.camera_id == Camera.id,
            CameraGate.school_id == Camera.school_id,
            CameraGate.recorded_at <= at,
            CameraGate.ends_at > at,
            or_(CameraGate.ended_at.is_(None), CameraGate.ended_at > at),
        )
        .correlate(Camera)
        .scalar_subquery()
    )
    return and_(Room.kind.in_(SHOWN), Room.kind_since <= at, held == len(GateKind))
