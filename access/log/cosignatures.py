"""Cosignatures: a witness elsewhere says that it saw a log only grow up to a checkpoint, and when.

Pure. A witness keeps the last checkpoint it has seen and signs the next one only with a
proof that it grew from there; a log that shows two histories gets no second signature.

Source:
    C2SP tlog-cosignature v1, its Ed25519 form.
"""

from dataclasses import dataclass
from typing import ClassVar

from access.errors import Malformed, Unverified
from access.log.notes import Note, PublicKey, ed25519_holds
from access.log.spelling import LARGEST

#: The byte that stands for timestamped Ed25519 cosignatures in key ids and verifier keys.
COSIGNATURE = 0x04
TIME_BYTES = 8
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class WitnessKey(PublicKey):
    """A key with which a witness cosigns."""

    KIND: ClassVar[int] = COSIGNATURE

    def holds(self, text: str, payload: bytes) -> bool:
        """Say whether *payload* is a time and this witness's signature of it with *text*."""
        try:
            seconds, signature = parse_cosignature(payload)
        except Malformed:
            return False
        return ed25519_holds(self.public, cosigned_message(text, seconds), signature)


def cosigned_message(text: str, posix_seconds: int) -> bytes:
    """Return the very bytes that a witness signs: a header, the time, and the checkpoint's text."""
    return f"cosignature/v1\ntime {posix_seconds}\n{text}".encode()


def parse_cosignature(payload: bytes) -> tuple[int, bytes]:
    """Return when a cosignature says it was made, in seconds since 1970 (POSIX), and its 64 bytes.

    Args:
        payload: what stands in the signature line after the key's id: u64 time, big-endian, ‖ signature.

    Raises:
        Malformed: it has another length, or a time beyond 2**63 - 1.
    """
    if len(payload) != TIME_BYTES + SIGNATURE_BYTES:
        raise Malformed(f"a cosignature has {TIME_BYTES + SIGNATURE_BYTES} bytes, not {len(payload)}")
    seconds = int.from_bytes(payload[:TIME_BYTES], "big")
    if seconds > LARGEST:
        raise Malformed("a cosignature with a time beyond 2**63 - 1")
    return seconds, payload[TIME_BYTES:]


def cosigned_at(note: Note, witness: WitnessKey) -> int:
    """Return when *witness* last cosigned a checkpoint, in seconds since 1970 (POSIX).

    A time in the future is returned as it is: this module has no clock.

    Raises:
        Unverified: it did not, or one of its cosignatures does not hold.
    """
    found = []
    for one in note.signatures:
        if (one.name, one.key_id) != (witness.name, witness.key_id):
            continue
        if not witness.holds(note.text, one.payload):
            raise Unverified(f"the cosignature of {witness.name} does not hold")
        found.append(parse_cosignature(one.payload)[0])
    if not found:
        raise Unverified(f"{witness.name} did not cosign this checkpoint")
    return max(found)
