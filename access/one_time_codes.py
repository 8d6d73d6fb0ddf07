"""Codes that are good once: those of an authenticator app, and those on a sheet of paper.

Knows nothing of people and records; what is kept of a code and when it is used up is
:mod:`access.second_factors`'s to say.
"""

import secrets
from datetime import datetime

import pyotp

from access.codes import as_read, in_fives, new_code
from access.passphrases import hashed_with

STEP_SECONDS = 30
DIGITS = 6
#: A phone's clock may be a step behind ours or before it (RFC 6238, section 5.2).
STEPS_EITHER_WAY = 1
SEED_LETTERS = 32  # of base32: 160 bits, as RFC 4226 recommends

#: Fifty bits; ten letters can still be typed from paper.
CODE_LETTERS = 10
CODES = 10
SALT_BYTES = 16


def new_seed() -> str:
    """Return a seed for an authenticator app: 160 random bits in base32."""
    return pyotp.random_base32(SEED_LETTERS)


def seed_address(seed: str, *, whose: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=whose, issuer_name=issuer)


def step_at(now: datetime) -> int:
    """Return which 30 seconds *now* lies in, counted from 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(seed: str, step: int) -> str:
    """Return the code that an app with *seed* shows during *step*."""
    return pyotp.TOTP(seed).generate_otp(step)


def accepted_step(seed: str, typed: str, *, now: datetime, last_step: int | None) -> int | None:
    """Return the step whose code *typed* is, or None where it is none that is still good.

    Args:
        typed: as :func:`plain` returns it.
        now: aware.
        last_step: whose code was accepted last; it and all before it are used up.
    """
    middle, found = step_at(now), None
    for step in range(middle - STEPS_EITHER_WAY, middle + STEPS_EITHER_WAY + 1):
        same = secrets.compare_digest(code_at(seed, step).encode(), typed.encode())
        if same and (last_step is None or step > last_step):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Return the codes of a new sheet, each ``XXXXX-XXXXX``."""
    return [in_fives(new_code(CODE_LETTERS)) for _ in range(CODES)]


def plain(typed: str) -> str:
    """Return a code as it is compared: however it was typed, with whatever keyboard."""
    return "".join(letter for letter in as_read(typed) if letter.isalnum())


def is_of_app(typed: str) -> bool:
    """Say whether a plain code has the shape of an authenticator app's."""
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def slowly_hashed(code: str, salt: bytes) -> bytes:
    """Return what is kept of a recovery code.

    Fifty bits are fewer than the 112 from which a quick hash would do, so it is a
    password hash with a salt.

    Raises:
        TooBusy: too many wait for their turn.

    Source:
        OWASP ASVS 5.0, 6.5.2; the cost is that of passphrases (access.passphrases).
    """
    return hashed_with(plain(code), salt)
