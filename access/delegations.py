"""The record of delegates: relatives whom a guardian proposed and the school approved."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Connection, ForeignKey, String, and_, or_, update
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.enrolment import DOCUMENTS
from access.keys import KEY_LENGTH

#: Delegates of one guardianship at a time, proposals among them.
MOST = 2

APPROVED_WHOLE = "(approved_at IS NULL) = (person_id IS NULL) AND (approved_at IS NULL) = (ends_at IS NULL)"


class Delegation(Base):
    """Somebody may watch along one guardianship, while the guardian may; never further."""

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("ends_at > approved_at", name="ends_after_start"),
        CheckConstraint(APPROVED_WHOLE, name="approved_whole"),
        CheckConstraint(f"verified_document IN ({','.join(map(repr, DOCUMENTS))})", name="verified_document"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    guardianship_id: Mapped[int] = mapped_column(ForeignKey("guardianship.id"), index=True)
    #: As the guardian typed it.
    name: Mapped[str] = mapped_column(String(200))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    #: The account, from the approval on.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    #: With the term at the latest.
    ends_at: Mapped[datetime | None]
    #: As of a guardianship: checked by somebody without a hand in it.
    verified_at: Mapped[datetime | None]
    verified_until: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_document: Mapped[str | None] = mapped_column(String(20))
    #: Taken back, declined, or ended before its time.
    ended_at: Mapped[datetime | None]


def stands(now: datetime) -> ColumnElement[bool]:
    """Return that a delegation is proposed or approved, and not over."""
    return and_(Delegation.ended_at.is_(None), or_(Delegation.ends_at.is_(None), Delegation.ends_at > now))


def approved(now: datetime) -> ColumnElement[bool]:
    """Return that a delegation was approved and is not over."""
    return and_(Delegation.approved_at <= now, stands(now))


def end_checks_of_delegate(connection: Connection, person_id: int, now: datetime) -> None:
    """Let a person count as verified in no delegation any more.

    Args:
        connection: of the act's write transaction.
    """
    holds = (Delegation.person_id == person_id, Delegation.verified_until > now)
    connection.execute(update(Delegation).where(*holds).values(verified_until=now))
