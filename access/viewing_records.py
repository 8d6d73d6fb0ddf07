"""The records of viewings and of refused attempts to view."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH


class Viewing(Base):
    """One guardian watching one room, opened and closed; bytes only under its lease."""

    __tablename__ = "viewing"
    __table_args__ = (
        Index("ix_viewing_child_id_lease_until", "child_id", "lease_until"),
        Index("ix_viewing_room_id_opened_at", "room_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    guardianship_id: Mapped[int] = mapped_column(ForeignKey("guardianship.id"))
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    class_group_id: Mapped[int] = mapped_column(ForeignKey("class_group.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    opened_at: Mapped[datetime]
    #: No byte leaves at or after this instant unless it was renewed first.
    lease_until: Mapped[datetime]
    #: When somebody last answered that they still watch; None where nobody did since it was opened.
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Stable reason why it ended, such as ``grant:none`` or ``viewing:lease_lapsed``.
    why: Mapped[str] = mapped_column(String(40), default="")
    #: ``{rendition: {"seconds": float, "epochs": {epoch: [first k, last k]}}}``, as delivered.
    delivered: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RefusalCount(Base):
    """The same refusal within a minute: one entry at once, the rest counted here."""

    __tablename__ = "refusal_count"
    __table_args__ = (UniqueConstraint("sign_in_id", "room_id", "reason", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    sign_in_id: Mapped[int] = mapped_column(ForeignKey("sign_in.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    reason: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    #: Refusals after the first.
    more: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
