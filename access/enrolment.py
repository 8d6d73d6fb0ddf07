"""The records of class groups, children, enrolments and guardianships.

An enrolment and a guardianship are dated ties; neither is a switch.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH

#: What a document was that proved who somebody is. Its number is nowhere.
DOCUMENTS = ("identity_card", "passport", "household_register", "other")

ENDS_AFTER_START = "ends_at IS NULL OR ends_at > starts_at"


class ClassGroup(Base):
    """Children taught together for a school year; on pages: class."""

    __tablename__ = "class_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime]


class Child(Base):
    """A pupil."""

    __tablename__ = "child"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class Dated:
    """What holds over ``[starts_at, ends_at)``."""

    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    #: A span enters a decision from here at the earliest: nothing opens the past.
    recorded_at: Mapped[datetime]
    #: Set when it was ended before its time; then it holds no longer.
    ended_at: Mapped[datetime | None]


class Enrolment(Dated, Base):
    """A child's dated place in a class group."""

    __tablename__ = "enrolment"
    __table_args__ = (CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"), index=True)


class Guardianship(Base):
    """The dated, verified tie between a person and a child."""

    __tablename__ = "guardianship"
    __table_args__ = (
        CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),
        CheckConstraint(f"verified_document IN ({','.join(map(repr, DOCUMENTS))})", name="verified_document"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: Identity checked over ``[verified_at, verified_until)``, by somebody else than who created it.
    verified_at: Mapped[datetime | None]
    verified_until: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: One of :data:`DOCUMENTS`; None where nobody noted it.
    verified_document: Mapped[str | None] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]


def of_guardianship(record: Any) -> ColumnElement[bool]:
    """Return what joins a record that names a guardianship to it, within its school."""
    return and_(Guardianship.id == record.guardianship_id, Guardianship.school_id == record.school_id)


def of_child(tie: type[Guardianship]) -> ColumnElement[bool]:
    """Return what joins a guardianship to its child, within its school."""
    return and_(Child.id == tie.child_id, Child.school_id == tie.school_id)
