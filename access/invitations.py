"""The records of letters that invite somebody, and of what guardians were told of other adults.

A letter alone opens nothing: whoever holds it also needs the secret of the desk slip.
Neither is kept in clear.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Row, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH

#: How long a letter holds.
LETTER_LASTS = timedelta(days=14)
#: So many wrong desk secrets void a letter.
MOST_WRONG = 10


class InvitationKind(StrEnum):
    """What accepting a letter does."""

    #: The person chooses a sign-in name and a passphrase for the first time.
    FIRST = "first"
    #: They lost phone or passphrase: all their devices are signed out.
    RECOVERY = "recovery"


class Invitation(Base):
    """One letter to one person, from the school, until it is accepted, ended or old."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("kind IN ('first','recovery')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    #: SHA-256 of the letter's 130-bit token; the token itself is on the paper only.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    #: argon2id of the desk slip's 50-bit secret; empty until a slip was handed over.
    secret_hash: Mapped[str] = mapped_column(String(200), default="")
    #: Wrong desk secrets so far, and those being looked at.
    wrong_tries: Mapped[int] = mapped_column(default=0)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    #: Who printed the desk slip that holds, and so knows its secret.
    handed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_at: Mapped[datetime | None]
    #: Who let a letter to a member of the staff be accepted.
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    #: Withdrawn, replaced by a newer letter, or void after wrong secrets.
    ended_at: Mapped[datetime | None]


class NoticeSeen(Base):
    """A guardian has read that there is another adult of their child, and put the notice away."""

    __tablename__ = "notice_seen"
    __table_args__ = (
        UniqueConstraint("person_id", "guardianship_id"),
        UniqueConstraint("person_id", "delegation_id", name="uq_notice_seen_person_and_delegation"),
        CheckConstraint("(guardianship_id IS NULL) <> (delegation_id IS NULL)", name="of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Of another guardian, or
    guardianship_id: Mapped[int | None] = mapped_column(ForeignKey("guardianship.id"))
    #: of a delegate.
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"))
    seen_at: Mapped[datetime]


def holds(letter: Row[Any], now: datetime) -> bool:
    """Say whether *letter* could still be accepted."""
    over = letter.accepted_at is not None or letter.ended_at is not None
    return not over and now < letter.expires_at and letter.wrong_tries < MOST_WRONG
