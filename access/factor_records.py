"""The records of second factors: authenticator apps, recovery codes, passkeys, and what is under way.

No code and no seed lies here in clear: seeds are sealed, recovery codes are hashed
slowly, and of a passkey only the public key is known to anybody but its owner's device.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from access.database import Base
from access.keys import KEY_LENGTH

CREDENTIAL_BYTES = 1023  # WebAuthn, section 4, "Credential ID"
NAME_LETTERS = 100


class Totp(Base):
    """One person's authenticator app, which shows a new code every 30 seconds (RFC 6238)."""

    __tablename__ = "totp"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Binds the seal to this row.
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: 160 random bits, sealed by the vault.
    sealed_seed: Mapped[bytes] = mapped_column(LargeBinary)
    #: The 30 seconds whose code was last accepted; no code of then or before is good again.
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    #: None until its owner has shown that the app has the seed.
    confirmed_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class RecoveryCode(Base):
    """One of the ten codes on a sheet of paper, each good once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: The same for all codes of one sheet, so that a try is hashed once.
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class Passkey(Base):
    """The public half of a key that a person's device keeps for this portal (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(CREDENTIAL_BYTES), unique=True)
    #: COSE.
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: As the device last said; synced passkeys always say 0.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    #: A few words its owner knows it by, such as ``Safari, iPhone``.
    name: Mapped[str] = mapped_column(String(NAME_LETTERS))
    #: Whether its maker keeps a copy, so that a lost phone does not lose it.
    backed_up: Mapped[bool]
    used_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class Ceremony(Base):
    """A challenge that a passkey is to answer: once, within minutes, in the browser that asked."""

    __tablename__ = "ceremony"
    __table_args__ = (CheckConstraint("purpose IN ('add','sign_in','prove','accept')", name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: SHA-256 of the browser's cookie.
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    #: None where somebody is about to sign in.
    sign_in_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in.id"))
    #: The letter with which somebody chooses a passkey; None for anything else.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    challenge: Mapped[bytes] = mapped_column(LargeBinary(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class WrongCode(Base):
    """A code that was wrong, counted for a day; never the code."""

    __tablename__ = "wrong_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
