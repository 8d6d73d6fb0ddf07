"""Checkpoints: how long a log is and what its root is, as a text that can be signed.

Pure. Whoever holds two checkpoints of a log, however old, can ask for the proof that the
one grew into the other.

Source:
    C2SP tlog-checkpoint v1.0.0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from access.errors import Malformed, Unverified
from access.log.merkle import HASH_BYTES
from access.log.notes import Note, NoteSigner, Verifier, parse_note, sign_note, verify
from access.log.spelling import LARGEST, from_base64, from_decimal, to_base64


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log said of itself at one size."""

    #: Which log it is, like an address without a scheme. The name of our logs' keys is the same.
    origin: str
    #: How many leaves it had.
    size: int
    #: The root hash over them, 32 bytes.
    root: bytes
    #: Opaque lines of somebody else's; we write none.
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any(letter < " " for line in lines for letter in line):
            raise ValueError("an origin or an extension that is no line of text")
        if not 0 <= self.size <= LARGEST:
            raise ValueError(f"no tree has {self.size} leaves")
        if len(self.root) != HASH_BYTES:
            raise ValueError(f"a root hash has {HASH_BYTES} bytes, not {len(self.root)}")

    def text(self) -> str:
        """Return the text that is signed: each part a line."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint without believing it.

    Raises:
        Malformed: it is none.
    """
    if not text.endswith("\n"):
        raise Malformed("a checkpoint whose last line does not end")
    lines = text[:-1].split("\n")
    if len(lines) < 3:
        raise Malformed("a checkpoint is three lines or more")
    origin, size, root, *extensions = lines
    root_hash = from_base64(root, "a root hash")
    number = from_decimal(size, "a tree size")
    try:
        return Checkpoint(origin, number, root_hash, tuple(extensions))
    except ValueError as fault:
        raise Malformed(str(fault)) from fault


def sign_checkpoint(checkpoint: Checkpoint, signers: Iterable[NoteSigner]) -> bytes:
    """Return a checkpoint as it is handed out: a note signed by each of *signers*."""
    return sign_note(checkpoint.text(), signers)


def open_checkpoint(data: bytes, log: Verifier) -> tuple[Checkpoint, Note]:
    """Return a checkpoint that *log* signed, and the whole note for whoever knows its other signers.

    Args:
        data: the signed note.
        log: the key of the log whose checkpoint it should be; its name is the log's origin.

    Raises:
        Malformed: it is no note, or its text no checkpoint.
        Unverified: the log's key did not sign it, or it is another log's.
    """
    note = parse_note(data)
    verify(note, [log])
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise Unverified(f"a checkpoint of {checkpoint.origin}, not of {log.name}")
    return checkpoint, note
