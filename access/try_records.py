"""The record of tries to sign in that failed or were held back, until the log has their number."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base

WHAT_LETTERS, DEVICE_LETTERS, NETWORK_LETTERS = 120, 100, 50


class TryCount(Base):
    """The same tries within a minute; gone once they are told. Refers to nothing: all are written alike."""

    __tablename__ = "try_count"

    #: What is the same in them, as one text: whose account and how, or which limit and from where.
    what: Mapped[str] = mapped_column(String(WHAT_LETTERS), primary_key=True)
    #: What their entry is called.
    kind: Mapped[str] = mapped_column(String(40))
    #: ``passphrase``, ``passkey``, or the name of a limit.
    by: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None]
    sign_in_id: Mapped[int | None]
    #: Of the first: from where, and on what.
    network: Mapped[str | None] = mapped_column(String(NETWORK_LETTERS))
    device: Mapped[str] = mapped_column(String(DEVICE_LETTERS))
    #: From when they are counted.
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    #: The first has its entry.
    is_told: Mapped[bool]
    #: Tries that no entry tells yet, beside the first.
    more: Mapped[int]
