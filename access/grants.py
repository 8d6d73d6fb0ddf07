"""The record of grants: the school's time-limited permission for a guardianship."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH


class Grant(Base):
    """Leave for one guardianship to watch over ``[starts_at, ends_at)``."""

    __tablename__ = "access_grant"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    guardianship_id: Mapped[int] = mapped_column(ForeignKey("guardianship.id"), index=True)
    starts_at: Mapped[datetime]
    #: On a date, at the latest with the term: never without an end.
    ends_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
