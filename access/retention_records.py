"""The records of how long the log keeps what it says: the school's setting, holds, requests to erase.

Each takes two people of the school, director or administrator, and each is dated.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH

#: As :data:`access.retention.FLOOR_MONTHS`.
_ALL = ("viewings", "lookups", "presence", "families", "places", "accounts")


class RetentionSetting(Base):
    """How many months a school keeps what entries say, by group; in force is the newest that is approved."""

    __tablename__ = "retention_setting"
    __table_args__ = (
        *(CheckConstraint(f"{name} BETWEEN 6 AND 240", name=name) for name in _ALL),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint("approved_by IS NULL OR approved_by != proposed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    viewings: Mapped[int]
    lookups: Mapped[int]
    presence: Mapped[int]
    families: Mapped[int]
    places: Mapped[int]
    accounts: Mapped[int]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]


class LogHold(Base):
    """Entries of a span that are not erased, whatever is decided: those about somebody or some room."""

    __tablename__ = "log_hold"
    __table_args__ = (
        CheckConstraint("until > since", name="ends_after_start"),
        CheckConstraint("end_asked_by IS NULL OR end_agreed_by != end_asked_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    #: Where none of the three is said, everything in the span is held.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    #: Of entries with ``since <= at < until``; from the first or to the last where one is None.
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(500))
    placed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    placed_at: Mapped[datetime]
    end_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_asked_at: Mapped[datetime | None]
    end_agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class ErasureRequest(Base):
    """What the school's log says of one person, until an instant, is to be erased."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("(agreed_by IS NULL) = (agreed_at IS NULL)", name="agreed"),
        CheckConstraint("agreed_by IS NULL OR agreed_by != asked_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    before: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    #: When nothing was left to erase.
    done_at: Mapped[datetime | None]
