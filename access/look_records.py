"""The records of setup looks and of door displays.

A setup look is staff looking at one camera's picture to test, mask or measure: asked for by one
of them, agreed to by another, for ten minutes. A door display is a tablet at a room's door that
says how many family members watch, and when staff look.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from access.checked import find_one
from access.database import Base
from access.keys import KEY_LENGTH
from access.places import Camera
from access.recorded import Recorded, Target

LETTERS = 500
#: A look lasts so long from when the second person agreed,
LOOK_LASTS = timedelta(minutes=10)
#: and waits so long for somebody to agree.
ASK_WAITS = timedelta(hours=1)
#: A display that was not heard of for so long is dark.
DARK = timedelta(seconds=2.5)
#: Which epochs are filmed for staff alone. No room is ever asked for at this level, so no family's right
#: ever covers such a stream.
SETUP = "setup"


class LookKind(StrEnum):
    """What a look is for. Stands in the table and in the log, so never renamed."""

    TEST = "test"
    MASK = "mask"
    MEASURE = "measure"
    BEFORE_OPENING = "before_opening"


class SetupLook(Base):
    """One look at one camera: asked for, agreed to, over after ten minutes or before."""

    __tablename__ = "setup_look"
    __table_args__ = (
        CheckConstraint("kind IN ('test','mask','measure','before_opening')", name="kind"),
        CheckConstraint(
            "(agreed_by IS NULL) = (agreed_at IS NULL) AND (agreed_by IS NULL) = (ends_at IS NULL)",
            name="agreed",
        ),
        CheckConstraint("ends_at IS NULL OR ends_at > agreed_at", name="ends_after_start"),
        CheckConstraint("agreed_by IS NULL OR agreed_by != asked_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    #: What for, in the words of who asked.
    words: Mapped[str] = mapped_column(String(LETTERS))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agreed_at: Mapped[datetime | None]
    #: Ten minutes after somebody agreed.
    ends_at: Mapped[datetime | None]
    #: Ended by somebody, or fallen with what it was about.
    ended_at: Mapped[datetime | None]


class LookOpening(Base):
    """The picture of one look on one device, from open to end; bytes only under its lease."""

    __tablename__ = "look_opening"
    __table_args__ = (Index("ix_look_opening_room_id_opened_at", "room_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    look_id: Mapped[int] = mapped_column(ForeignKey("setup_look.id"), index=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    #: No byte leaves at or after this instant unless it was renewed first.
    lease_until: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Stable reason why it ended, such as ``look:ended`` or ``door:dark``.
    why: Mapped[str] = mapped_column(String(40), default="")
    #: As of a viewing (:class:`access.viewing_records.Viewing`).
    delivered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class DoorDisplay(Base):
    """A tablet at a room's door: signed in once, by a code that is good for one device."""

    __tablename__ = "door_display"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    #: SHA-256 of the code, until a device used it or its time is over.
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    code_until: Mapped[datetime]
    #: SHA-256 of the 256-bit cookie token; None until a device was signed in.
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: When its page last asked what to show: its beat.
    seen_at: Mapped[datetime | None]
    #: Since when it asks without a break.
    on_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


def end_looks(connection: Connection, school_id: int, at: datetime, *, room_id: int | None = None) -> None:
    """End the looks of a school, or of one room, that were asked for by *at*; none comes back by itself."""
    ended = update(SetupLook).where(
        SetupLook.school_id == school_id,
        SetupLook.asked_at <= at,
        or_(SetupLook.ended_at.is_(None), SetupLook.ended_at > at),
    )
    if room_id is not None:
        there = select(Camera.id).where(Camera.school_id == school_id, Camera.room_id == room_id)
        ended = ended.where(SetupLook.camera_id.in_(there))
    connection.execute(ended.values(ended_at=at))


def look_ended(connection: Connection, target: Target, at: datetime) -> Recorded:
    """End one look."""
    look = find_one(connection, SetupLook, target["look"])
    this = (SetupLook.id == look.id, SetupLook.school_id == look.school_id)
    still = or_(SetupLook.ended_at.is_(None), SetupLook.ended_at > at)
    connection.execute(update(SetupLook).where(*this, still).values(ended_at=at))
    camera = find_one(connection, Camera, look.camera_id, school_id=look.school_id)
    return Recorded(look.school_id, {"look": look.id, "camera": camera.id, "room": camera.room_id})


def door_ended(connection: Connection, target: Target, at: datetime) -> Recorded:
    """End a door display: its device is signed out, and with it every look at its room is over."""
    door = find_one(connection, DoorDisplay, target["door"])
    this = (DoorDisplay.id == door.id, DoorDisplay.school_id == door.school_id)
    still = or_(DoorDisplay.ended_at.is_(None), DoorDisplay.ended_at > at)
    connection.execute(update(DoorDisplay).where(*this, still).values(ended_at=at, code_hash=None))
    end_looks(connection, door.school_id, at, room_id=door.room_id)
    return Recorded(door.school_id, {"door": door.id, "room": door.room_id})
