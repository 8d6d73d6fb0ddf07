"""Passphrases: how they are kept, and whose a name and a passphrase are.

What people type is never stored: they type passphrases into the wrong field. The same
work is done for a name nobody has, so that time does not tell who is known here.
"""

import secrets
import unicodedata
from base64 import b64encode
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw
from sqlalchemy import select

from access.database import reading
from access.failed_tries import Failed
from access.living import stopped_itself
from access.people import Person
from access.stops import Mark, Scope
from access.turns import Turns
from access.world import World

#: 46 MiB, one pass: OWASP's choice for small machines (Password Storage Cheat Sheet).
MEMORY_KIB = 46 * 1024
HASHER = PasswordHasher(time_cost=1, memory_cost=MEMORY_KIB, parallelism=1)
#: Two at once take 92 MiB; more could fill a small machine's memory. Each waits for a
#: few seconds at most, and most threads of the web stay free.
_hashing = Turns(at_once=2, waiting=24)


def hashed(passphrase: str) -> str:
    """Return the argon2id hash of *passphrase*.

    Raises:
        TooBusy: too many are being hashed.
    """
    with _hashing.turn():
        return HASHER.hash(unicodedata.normalize("NFC", passphrase))


def nobodys_hash() -> str:
    """Return what is shaped like a hash and is that of nothing anybody types.

    Verified where there is none, so that the answer takes as long. It is drawn and not worked
    out: every process would have to, before it does anything else.
    """
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    salt, tag = (_plain_base64(secrets.token_bytes(length)) for length in (HASHER.salt_len, HASHER.hash_len))
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${tag}"


def _plain_base64(drawn: bytes) -> str:
    return b64encode(drawn).decode().rstrip("=")


def hashed_with(text: str, salt: bytes) -> bytes:
    """Return the bare argon2id hash of a generated secret, at the same cost and in the same turns.

    Raises:
        TooBusy: too many wait for their turn.
    """
    with _hashing.turn():
        return hash_secret_raw(
            text.encode(),
            salt,
            time_cost=HASHER.time_cost,
            memory_cost=HASHER.memory_cost,
            parallelism=HASHER.parallelism,
            hash_len=HASHER.hash_len,
            type=Type.ID,
        )


def folded_name(sign_in_name: str) -> str:
    """Return a sign-in name as it is kept: however it is typed, it is the same."""
    return unicodedata.normalize("NFKC", sign_in_name).casefold().strip()


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who said their passphrase, and which one it was."""

    person_id: int
    passphrase_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PassphraseSet:
    """What a new passphrase brings with it."""

    #: The guardianships that must be verified again.
    verify_again: list[int]
    #: For the cookie of the device on which its owner chose it; the old token is over.
    token: str | None = field(repr=False)


def check_passphrase(
    world: World,
    sign_in_name: str,
    passphrase: str,
    *,
    failed: Failed | None = None,
) -> Known | None:
    """Return whose sign-in name and passphrase these are, or None.

    The same work is done for a name nobody has, so the time does not tell.

    Args:
        failed: told, where it is None, whose name it was, and None where it was nobody's;
            must take as long for either.

    Raises:
        RecordsUnavailable: the database does not answer.
        TooBusy: too many sign in at this moment; whoever it is, known or not.
    """
    with reading(world.database) as connection:
        person = connection.execute(
            select(Person.id, Person.passphrase_hash).where(
                Person.sign_in_name == folded_name(sign_in_name), Person.closed_at.is_(None)
            )
        ).one_or_none()
    kept, instead = person.passphrase_hash if person else "", nobodys_hash()
    right = is_hash_of(kept or instead, passphrase)
    if not (right and kept and person) or stopped_itself(world.stops, [Mark(Scope.PERSON, person.id)]):
        if failed is not None:
            failed(person.id if person else None)
        return None
    return Known(person.id, kept)


def is_hash_of(kept: str, passphrase: str) -> bool:
    """Say whether *kept* is what :func:`hashed` made of *passphrase*."""
    try:
        with _hashing.turn():
            return HASHER.verify(kept, unicodedata.normalize("NFC", passphrase))
    except (VerificationError, InvalidHashError):
        return False
