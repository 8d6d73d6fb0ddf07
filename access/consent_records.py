"""The records of consent: what was asked, who answered, who need not, and who is expected besides children.

An answer belongs to one version of one text; a newer version in force leaves the older answers
where they are, and they count no more. ``school_id`` carries no index, as in :mod:`access.places`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.enrolment import ENDS_AFTER_START, Dated
from access.keys import KEY_LENGTH

#: A refusal is an answer like any other.
NO: Final = "no"
#: What somebody may agree to, most shown first: agreeing to one is agreeing to all that hide more.
LEVELS: Final = ("clear", "faces", "figures")
ANSWERS: Final = (*LEVELS, NO)
WORDS_LETTERS = 4_000


class Purpose(StrEnum):
    """What is consented to."""

    LIVE_VIEW = "live_view"


class Audience(StrEnum):
    """Who is asked: guardians for their child, or staff for themselves."""

    FAMILY = "family"
    STAFF = "staff"


class ConsentText(Base):
    """One version of what a school asks; proposed by one person, and in force once another published it."""

    __tablename__ = "consent_text"
    __table_args__ = (
        UniqueConstraint("school_id", "purpose", "audience", "version"),
        CheckConstraint("audience IN ('family','staff')", name="audience"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(published_at IS NULL) = (starts_at IS NULL)", name="published_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    words_zh: Mapped[str] = mapped_column(String(WORDS_LETTERS))
    words_en: Mapped[str] = mapped_column(String(WORDS_LETTERS))
    #: None for the version that every school begins with.
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    #: From when it is the one in force; never before it was published.
    starts_at: Mapped[datetime | None]


class Consent(Base):
    """One answer: of a guardian for a child, or of somebody of the staff for themselves."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("level IN ('clear','faces','figures','no')", name="level"),
        CheckConstraint("how IN ('own','paper')", name="how"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    #: Whose answer it is.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: The tie through which they answer for a child; None of staff, who answer for themselves.
    guardianship_id: Mapped[int | None] = mapped_column(ForeignKey("guardianship.id"), index=True)
    level: Mapped[str] = mapped_column(String(8))
    #: ``own`` tap, or ``paper`` that somebody of the staff entered.
    how: Mapped[str] = mapped_column(String(5))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: Who compared a paper with what was entered.
    looked_at_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: From when it counts; None of a paper that waits for the second look.
    counts_from: Mapped[datetime | None]
    #: Withdrawn, or replaced by another answer.
    ended_at: Mapped[datetime | None]


class ConsentExemption(Base):
    """A guardianship whose consent is not asked for: two of the staff said why."""

    __tablename__ = "consent_exemption"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    guardianship_id: Mapped[int] = mapped_column(ForeignKey("guardianship.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StaffDuty(Dated, Base):
    """Somebody of the staff works with a class for a time."""

    __tablename__ = "staff_duty"
    __table_args__ = (CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"), index=True)


class Guest(Base):
    """Somebody who is on no roster is in a room, from one tap to another."""

    __tablename__ = "guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    came_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(index=True)
