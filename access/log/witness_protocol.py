"""What is said to a witness, and how its answer is read. Pure.

A witness keeps the last checkpoint of a log that it cosigned, and cosigns another only with the proof
that the log grew from there. So it is asked with the size that it is thought to know, and says where it
knows another one.

Source:
    C2SP tlog-witness, ``add-checkpoint``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from access.errors import Malformed
from access.log.cosignatures import WitnessKey, cosigned_at
from access.log.notes import parse_note
from access.log.spelling import from_decimal, to_base64

#: Where a witness is asked, behind its address.
PATH = "add-checkpoint"
#: More a proof never has (C2SP tlog-witness).
MOST_HASHES = 63
COSIGNED, CONFLICT, NO_PROOF = 200, 409, 422
#: Lines of cosignatures, or one number.
MOST_ANSWERED = 16_384


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witness saw the log only grow up to the checkpoint."""

    #: One line of a signed note.
    line: str
    #: In seconds since 1970 (POSIX), as the witness says.
    at: int


@dataclass(frozen=True, slots=True)
class Knows:
    """The witness knows another size than it was asked with."""

    size: int


@dataclass(frozen=True, slots=True)
class Contradicts:
    """What the witness saw before is not in the log: it has two histories."""


def request_body(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Return what a witness is sent.

    Args:
        old: the size it is thought to know; 0 where it may know none.
        proof: that the log grew from there; none from 0.
        checkpoint: as it was signed.
    """
    if len(proof) > MOST_HASHES:
        raise ValueError("no proof has so many hashes")
    lines = [f"old {old}", *map(to_base64, proof), ""]
    return "".join(f"{line}\n" for line in lines).encode() + checkpoint


def read_answer(
    status: int, body: bytes, *, old: int, checkpoint: bytes, witness: WitnessKey
) -> Cosigned | Knows | Contradicts:
    """Return what a witness answered.

    Raises:
        Malformed: it is no answer of a witness, or an unknown one, such as that it does not know the log.
        Unverified: its cosignature does not hold.
    """
    if status == NO_PROOF:
        return Contradicts()
    if status == CONFLICT:
        size = from_decimal(body.decode("ascii", "replace").removesuffix("\n"), "the size a witness knows")
        return Contradicts() if size == old else Knows(size)
    if status != COSIGNED or len(body) > MOST_ANSWERED:
        raise Malformed(f"a witness answered {status}")
    return _cosigned(body, checkpoint, witness)


def _cosigned(body: bytes, checkpoint: bytes, witness: WitnessKey) -> Cosigned:
    signed = parse_note(checkpoint)
    whole = parse_note(checkpoint + body)
    if whole.text != signed.text:
        raise Malformed("a witness answered with more than signatures")
    at = cosigned_at(whole, witness)
    lines = [
        one.line() for one in whole.signatures if (one.name, one.key_id) == (witness.name, witness.key_id)
    ]
    return Cosigned(lines[-1], at)
