"""The records of rooms, recorders, cameras, hours, curtains and epochs.

``school_id`` carries no index in any table: with one, SQLite walked all of a school's rows
where a key would have found the few (measured: 514 against 4 microseconds).

Every instant is aware UTC, except a viewing window, whose hours are the
school's local time because that is how a timetable is written.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.enrolment import ENDS_AFTER_START
from access.keys import KEY_LENGTH


class Room(Base):
    """Where a camera hangs. Which class uses it, and when, is a record of its own."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("level IN ('clear','faces','figures','closed')", name="level"),
        CheckConstraint(
            "kind IN ('classroom','hall','playground','dining','corridor',"
            "'toilet','nap','changing','nursing')",
            name="kind",
        ),
        CheckConstraint("(kind IS NULL) = (kind_since IS NULL)", name="kind_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    #: The privacy level asked for; any but ``clear`` means closed until the filter can do it.
    level: Mapped[str] = mapped_column(String(8), default="clear")
    #: When it was asked for; None where it was never another.
    level_since: Mapped[datetime | None]
    #: What it is for (:mod:`access.room_kinds`); None where nobody has said: then it is closed.
    kind: Mapped[str | None] = mapped_column(String(12))
    kind_since: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class RoomUse(Base):
    """A class group uses a room over ``[starts_at, ends_at)``, always or at one time of the week."""

    __tablename__ = "room_use"
    __table_args__ = (
        CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),
        CheckConstraint(
            "(weekday IS NULL) = (starts_minute IS NULL) AND (weekday IS NULL) = (ends_minute IS NULL)",
            name="timetable",
        ),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="minutes"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    #: 0 is Monday. With both minutes, in the school's local time; without all three, all of the week.
    weekday: Mapped[int | None]
    starts_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RoomChange(Base):
    """For a while a class group is in this room instead of those that it regularly uses.

    Of several at the same instant the one recorded last holds.
    """

    __tablename__ = "room_change"
    __table_args__ = (
        CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),
        Index("ix_room_change_class_group_id_ends_at", "class_group_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    #: Of the act: the two changes of a swap share it, and end together.
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), index=True)
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"))
    #: None: it has left its rooms, and where it goes could not be recorded yet. Nobody sees it.
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RoomLoan(Base):
    """Over ``[starts_at, ends_at)`` people from outside have the room, and no family sees it."""

    __tablename__ = "room_loan"
    __table_args__ = (
        CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),
        Index("ix_room_loan_room_id_ends_at", "room_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ViewingWindow(Base):
    """Hours of the week when a class group may be watched, in the school's local time."""

    __tablename__ = "viewing_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "starts_minute >= 0 AND starts_minute < ends_minute AND ends_minute <= 1440", name="minutes"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"), index=True)
    #: 0 is Monday, as in ``date.weekday()``.
    weekday: Mapped[int]
    #: Minutes after local midnight; 1440 is the midnight that ends the day.
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]
    recorded_at: Mapped[datetime]
    #: A window replaced by other hours is kept, and holds until here.
    ended_at: Mapped[datetime | None]


class CurtainOpening(Base):
    """A stretch during which a room's curtain is open; no row, no opening.

    The curtain is drawn unless somebody opened it.
    """

    __tablename__ = "curtain_opening"
    # A decision reads the one that is open, and there are years of others.
    __table_args__ = (Index("ix_curtain_opening_room_id_drawn_at", "room_id", "drawn_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    opened_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    #: Why staff drew it, in their words; shown to staff only.
    drawn_reason: Mapped[str] = mapped_column(String(500), default="")


class Recorder(Base):
    """An NVR with many channels behind one login."""

    __tablename__ = "recorder"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    #: Sealed address with ``{channel}`` where the channel's number goes.
    sealed_address: Mapped[bytes] = mapped_column(LargeBinary)
    session_limit: Mapped[int] = mapped_column(default=4)
    recorded_at: Mapped[datetime]


class Camera(Base):
    """One camera; where its video comes from is sealed. Not activated means closed."""

    __tablename__ = "camera"
    __table_args__ = (
        CheckConstraint("(sealed_address IS NULL) != (recorder_id IS NULL)", name="one_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    sealed_address: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("recorder.id"))
    channel: Mapped[int | None]
    #: Polygons ``[[[x, y], …], …]`` in thousandths of width and height; always hidden.
    masks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    #: How much older than its arrival a picture may be, at most.
    delay_allowance_seconds: Mapped[float] = mapped_column(default=2.0)
    #: Next free segment number; blocks are reserved, so ``k`` never repeats.
    next_k: Mapped[int] = mapped_column(default=1)
    #: Who installed it; None where nobody was named, and then nobody approves it.
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    activated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class Epoch(Base):
    """An unbroken stretch of one room's stream at one privacy level."""

    __tablename__ = "epoch"
    # Of a camera a decision reads the one that has not ended, and there are years of others.
    __table_args__ = (Index("ix_epoch_camera_id_ended_at", "camera_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    level: Mapped[str] = mapped_column(String(8))
    #: How many epochs this camera had before: the playlist's discontinuity sequence.
    ordinal: Mapped[int]
    first_k: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Outage(Base):
    """A stretch during which a camera that was due gave no picture; ledger, never rewritten."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), index=True)
    #: Stable state name, such as ``camera:wrong_password``.
    state: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
