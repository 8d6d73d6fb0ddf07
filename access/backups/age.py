"""Encrypt to a public key and open with its private half, as streams: the age format (C2SP age 1).

What is encrypted is authenticated in pieces of 64 KiB: a byte that was changed, a piece that is gone and an
end that was cut off are found. Who made it is not: anybody has the public half.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage

from access.errors import Malformed, Refused, Unverified

#: How a file of the format begins.
BEGINS = b"age-encryption.org/v1\n"
PRIVATE = "AGE-SECRET-KEY-1"
FINGERPRINT_LETTERS = 16


class Source(Protocol):
    """What is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; none at the end."""


class Sink(Protocol):
    """What is written to."""

    def write(self, data: bytes, /) -> int:
        """Take *data*."""

    def flush(self) -> None:
        """Do nothing, or pass on."""


def new_pair() -> tuple[str, str]:
    """Return a private half, and its public half by which backups are made (X25519)."""
    private = pyrage.x25519.Identity.generate()
    return str(private), str(private.to_public())


def check_recipient(public: str) -> None:
    """Let the public half of a key pass.

    Raises:
        Refused: ``backup:recipient``: it is none.
    """
    _recipient(public)


def fingerprint(public: str) -> str:
    """Return a few letters by which people tell public keys apart."""
    return hashlib.sha256(public.encode()).hexdigest()[:FINGERPRINT_LETTERS]


def encrypt(source: Source, target: BinaryIO, public: str) -> None:
    """Write all of *source* to *target* so that the private half of *public* opens it; memory stays flat.

    Raises:
        OSError: one of the two failed.
        Refused: that is no public key.
    """
    try:
        pyrage.encrypt_io(source, target, [_recipient(public)])
    except pyrage.EncryptError as fault:
        raise OSError(str(fault)) from fault


def decrypt(source: BinaryIO, target: Sink, private: str) -> None:
    """Write to *target* what was encrypted; a part may be written before the rest is found to be damaged.

    Raises:
        Malformed: it is damaged, cut off or not of this format.
        Unverified: it was made for another key.
        Refused: ``backup:identity``: that is no private key.
    """
    try:
        key = pyrage.x25519.Identity.from_str(private.strip())
    except pyrage.IdentityError as fault:
        raise Refused("backup:identity", "no private key") from fault
    try:
        pyrage.decrypt_io(source, target, [key])
    except pyrage.DecryptError as fault:
        if "No matching keys" in str(fault):
            raise Unverified("it was made for another key") from fault
        raise Malformed("no such encryption, or damaged") from fault
    except OSError as fault:
        raise Malformed("damaged, or its end is missing") from fault


def read_identity(path: Path) -> str:
    """Return the private half that a file holds: the line that begins as one; comments are passed over.

    Raises:
        Refused: ``backup:identity``: the file cannot be read, or holds none or several.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as fault:
        raise Refused("backup:identity", f"{path} cannot be read: {type(fault).__name__}") from fault
    found = [line.strip() for line in lines if line.strip().startswith(PRIVATE)]
    if len(found) != 1:
        raise Refused("backup:identity", f"{path} holds no private key, or several")
    return found[0]


def _recipient(public: str) -> "pyrage.x25519.Recipient":
    try:
        return pyrage.x25519.Recipient.from_str(public)
    except pyrage.RecipientError as fault:
        raise Refused("backup:recipient", "no public key: one begins with age1") from fault
