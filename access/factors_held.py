"""Which second factors a person has, and whether they are staff. Reads, and changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from access.factor_records import Passkey, RecoveryCode, Totp
from access.people import Membership


@dataclass(frozen=True, slots=True)
class PasskeyKept:
    """One passkey as its owner's page shows it."""

    id: int
    key: str
    name: str
    backed_up: bool
    recorded_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person can prove themselves with, besides the passphrase."""

    #: When the authenticator app was confirmed; None without one.
    app_since: datetime | None
    passkeys: tuple[PasskeyKept, ...]
    codes_left: int

    @property
    def count(self) -> int:
        """Return how many there are; recovery codes are only a way back to them."""
        return len(self.passkeys) + (self.app_since is not None)


def factors_of(connection: Connection, person_id: int) -> Factors:
    """Return what *person_id* has."""
    app = select(Totp.confirmed_at).where(Totp.person_id == person_id, Totp.confirmed_at.isnot(None))
    columns = (Passkey.id, Passkey.key, Passkey.name, Passkey.backed_up, Passkey.recorded_at, Passkey.used_at)
    passkeys = select(*columns).where(Passkey.person_id == person_id).order_by(Passkey.id)
    left = (RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return Factors(
        app_since=connection.execute(app).scalar(),
        passkeys=tuple(PasskeyKept(*row) for row in connection.execute(passkeys)),
        codes_left=connection.execute(
            select(func.count()).select_from(RecoveryCode).where(*left)
        ).scalar_one(),
    )


def is_staff(connection: Connection, person_id: int, now: datetime) -> bool:
    """Say whether somebody has a place on a staff at *now*."""
    holds = (
        Membership.person_id == person_id,
        Membership.starts_at <= now,
        or_(Membership.ends_at.is_(None), Membership.ends_at > now),
    )
    return connection.execute(select(Membership.id).where(*holds).limit(1)).first() is not None


def app_of(connection: Connection, person_id: int, *, confirmed: bool) -> Any:
    """Return a person's authenticator app, or the one that waits for its first code."""
    is_there = Totp.confirmed_at.isnot(None) if confirmed else Totp.confirmed_at.is_(None)
    columns = (Totp.id, Totp.key, Totp.sealed_seed, Totp.last_step)
    return connection.execute(select(*columns).where(Totp.person_id == person_id, is_there)).one_or_none()
