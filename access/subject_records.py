"""The requests of people for a copy of what a school keeps about them."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH

#: A request is answered within so many days: the shortest of the laws that we know (Korea, viewing records).
ANSWERED_WITHIN = timedelta(days=10)


class SubjectExport(Base):
    """One request: asked for, made by one, released by another, handed over."""

    __tablename__ = "subject_export"
    __table_args__ = (
        CheckConstraint("released_by IS NULL OR released_by != made_by", name="two_people"),
        CheckConstraint("due_at > asked_at", name="due_after_asked"),
        CheckConstraint("content IS NULL OR sha256 IS NOT NULL", name="digest_of_content"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    #: Whose copy it is.
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: Who wrote the request down; the person themself, or somebody of the office.
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime | None]
    #: The ZIP file; gone once it was handed over.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: Of the file, hex: what is released and handed over is what was looked at.
    sha256: Mapped[str | None] = mapped_column(String(64))
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]
    #: When the person took the file from their own page; the portal has it until they say that they do.
    downloaded_at: Mapped[datetime | None]
    handed_at: Mapped[datetime | None]
