"""Where entries are kept: one log per school and one for the installation.

Append-only: the tables have triggers that refuse UPDATE and DELETE of an entry,
so that a slip in our own code is found at once (somebody with the file in hand
is found by verification, which comes with the tree).
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base


class LogHead(Base):
    """How long each log is; its row is what writers take turns on."""

    __tablename__ = "log_head"

    #: 0 is the installation's log, otherwise the school's id.
    log: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(default=0)


class LogEntry(Base):
    """One entry, as the very bytes that are hashed."""

    __tablename__ = "log_entry"
    __table_args__ = (UniqueConstraint("log", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), index=True)
    #: From 0, without gaps, per log.
    number: Mapped[int]
    #: Stable ``subject:what``; coarse, because it will stand in the leaf.
    kind: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    #: 32 random bytes; erased with the body at the end of retention.
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: RFC 8785 canonical JSON, UTF-8.
    body: Mapped[bytes] = mapped_column(LargeBinary)
    #: SHA-256(salt ‖ body).
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: For the page's filters; the body says the same.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
