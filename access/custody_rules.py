"""The record of custody rules: what a court or the parents agreed on limits one guardianship to."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from access.custody import CustodyKind
from access.database import Base
from access.enrolment import ENDS_AFTER_START
from access.keys import KEY_LENGTH

ONE_END = "ends_at IS NULL OR court_on IS NULL"


class CustodyRule(Base):
    """One rule upon one guardianship, from a day until a day, or until somebody ends it."""

    __tablename__ = "custody_rule"
    __table_args__ = (
        CheckConstraint(f"kind IN ({','.join(repr(kind.value) for kind in CustodyKind)})", name="kind"),
        CheckConstraint(ENDS_AFTER_START, name="ends_after_start"),
        CheckConstraint(ONE_END, name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    guardianship_id: Mapped[int] = mapped_column(ForeignKey("guardianship.id"), index=True)
    #: One of :class:`access.custody.CustodyKind`.
    kind: Mapped[str] = mapped_column(String(16))
    #: Bit *n* is weekday *n*, 0 is Monday; 0 for the other kinds.
    weekdays: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    #: The day on which a court will say how it goes on. The rule holds beyond it, until somebody ends it.
    court_on: Mapped[date | None]
    #: When it was asked for: nothing written later closes the past either.
    recorded_at: Mapped[datetime]
    #: Who wants it to end; it ends once somebody else says so too.
    end_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
