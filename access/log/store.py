"""Where entries are kept: one log per school and one for the installation.

Append-only: the tables have triggers that refuse UPDATE and DELETE of an entry, a mention, a node, an
era, a checkpoint and an erasure, so that a slip in our own code is found at once. One change passes:
salt and body of an entry that an erasure names go, with what it is found by (:mod:`access.log.erasing`).
Somebody with the file in hand is found by verification: :mod:`access.log.verify`.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.log.merkle import EMPTY_ROOT, HASH_BYTES

#: Letters of what a mention says; what is longer is not found by it.
VALUE_LETTERS = 80


class LogHead(Base):
    """How long each log is, and its tree's root; its row is what writers take turns on."""

    __tablename__ = "log_head"

    #: 0 is the installation's log, otherwise the school's id.
    log: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(default=0)
    #: The nodes that cover the tree, largest first, one after another: 32 bytes for each bit of the size.
    frontier: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    #: The root that follows from them.
    root: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), default=EMPTY_ROOT)


class LogEntry(Base):
    """One entry, as the very bytes that are hashed."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("log", "number"),
        Index("ix_log_entry_log_at_number", "log", "at", "number"),
        # Whom the school knew is asked of each of many entries, and somebody may have thousands.
        Index("ix_log_entry_person_id_kind", "person_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"))
    #: From 0, without gaps, per log.
    number: Mapped[int]
    #: Stable ``subject:what``; coarse, because it will stand in the leaf.
    kind: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime]
    #: 32 random bytes; None once it is erased, as the body.
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    #: RFC 8785 canonical JSON, UTF-8; None once it is erased.
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    #: SHA-256(salt ‖ body).
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: Whom it concerns, or else who acted: what the wall between schools is asked of. The body says the same.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)


class LogMention(Base):
    """Whom or what an entry is found by: :mod:`access.log.mentions`. The body says the same."""

    __tablename__ = "log_mention"
    # In the order of its key and nowhere else: there are about eight for each entry.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy reads it from the class

    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), primary_key=True)
    #: Of :class:`access.log.mentions.What`.
    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    value: Mapped[str] = mapped_column(String(VALUE_LETTERS), primary_key=True)
    #: The entry's.
    number: Mapped[int] = mapped_column(primary_key=True)


class LogErasure(Base):
    """Entries one after another of which an erasure took salt and body; its entry says the same."""

    __tablename__ = "log_erasure"
    __table_args__ = (
        ForeignKeyConstraint(["log", "entry"], ["log_entry.log", "log_entry.number"]),
        {"sqlite_with_rowid": False},
    )

    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), primary_key=True)
    #: Spans of one log do not overlap.
    first: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
    #: The number of the entry ``log:erased``, behind all that it names.
    entry: Mapped[int]


class LogNode(Base):
    """The root of one perfect subtree of a log's tree (RFC 6962); never changes."""

    __tablename__ = "log_node"
    # In the order of its key and nowhere else: there are two for each entry.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy reads it from the class

    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), primary_key=True)
    #: It covers ``2**level`` leaves; of level 0 it is a leaf's hash.
    level: Mapped[int] = mapped_column(primary_key=True)
    #: It is the node ``position`` of its level, from 0.
    position: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))


class LogEra(Base):
    """Under which name a log's checkpoints are signed, from which entry on.

    After a restore from a copy a log has two pasts, and whoever watched the first must not
    take the second for it: so it gets another name.
    """

    __tablename__ = "log_era"

    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), primary_key=True)
    #: From 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    #: The name of the log and of its key (C2SP tlog-checkpoint): tells nobody which school it is.
    origin: Mapped[str] = mapped_column(String(200), unique=True)
    begins_at: Mapped[int]
    began_at: Mapped[datetime]


class LogCheckpoint(Base):
    """A checkpoint that may have been handed out, as it was signed."""

    __tablename__ = "log_checkpoint"
    __table_args__ = (UniqueConstraint("origin", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    log: Mapped[int] = mapped_column(ForeignKey("log_head.log"), index=True)
    origin: Mapped[str] = mapped_column(ForeignKey("log_era.origin"))
    size: Mapped[int]
    root: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    signed_at: Mapped[datetime]
    #: The signed note (C2SP), UTF-8.
    note: Mapped[bytes] = mapped_column(LargeBinary)
