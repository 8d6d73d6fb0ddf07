"""Proof files: one text that shows, to anybody and without a network, that a leaf is in a log.

Pure. It holds the leaf's number, its inclusion proof, and the checkpoint it leads to, as the
log signed it and with whatever witnesses added. The leaf itself is not in it: whoever
verifies brings it. ``extra`` is for what the leaf is made from, such as an
entry's salt; nothing vouches for it.

Source:
    C2SP tlog-proof, version 1.
"""

from dataclasses import dataclass

from access.errors import Malformed
from access.log.checkpoints import Checkpoint, open_checkpoint
from access.log.merkle import HASH_BYTES, hash_leaf
from access.log.notes import MOST_BYTES, Verifier
from access.log.proofs import verify_inclusion
from access.log.spelling import LARGEST, from_base64, from_decimal, to_base64

HEADER = "c2sp.org/tlog-proof@v1"
#: A tree whose size fits a signed 64-bit number is no higher.
MOST_HASHES = 63
MOST_EXTRA_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file says."""

    #: The leaf's, from 0.
    number: int
    #: The inclusion proof, from the leaf's sibling up.
    hashes: tuple[bytes, ...]
    #: The checkpoint as it was signed, byte for byte.
    checkpoint: bytes
    #: Opaque, and not vouched for by anybody.
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.number <= LARGEST:
            raise ValueError(f"no leaf has the number {self.number}")
        if len(self.hashes) > MOST_HASHES or any(len(one) != HASH_BYTES for one in self.hashes):
            raise ValueError(f"a proof has at most {MOST_HASHES} hashes of {HASH_BYTES} bytes")
        if self.extra is not None and not 1 <= len(self.extra) <= MOST_EXTRA_BYTES:
            raise ValueError(f"extra data is 1 to {MOST_EXTRA_BYTES} bytes, or none at all")

    def encode(self) -> bytes:
        """Return the file, UTF-8."""
        extra = [] if self.extra is None else [f"extra {to_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.number}", *map(to_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint

    def verify(self, leaf: bytes, log: Verifier) -> Checkpoint:
        """Return the checkpoint of *log* that has *leaf* at this file's number.

        Args:
            leaf: the bytes of the leaf, of which the verifier knows for themself what they say.
            log: the log's key; its name is the log's origin.

        Raises:
            Malformed: what should be a checkpoint is none.
            Unverified: the log did not sign it, or the leaf is not there.
        """
        checkpoint, _ = open_checkpoint(self.checkpoint, log)
        verify_inclusion(
            self.hashes,
            number=self.number,
            size=checkpoint.size,
            leaf_hash=hash_leaf(leaf),
            root_hash=checkpoint.root,
        )
        return checkpoint


def parse_proof_file(data: bytes) -> ProofFile:
    """Read a proof file without believing it; the checkpoint in it is not read yet.

    Raises:
        Malformed: it is none.
    """
    if len(data) > 2 * MOST_BYTES:
        raise Malformed("a proof file of more than two megabytes")
    head, gap, checkpoint = data.partition(b"\n\n")
    if not gap:
        raise Malformed("a proof file without a checkpoint")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as fault:
        raise Malformed("a proof file that is not ASCII before its checkpoint") from fault
    if first != HEADER:
        raise Malformed("not a proof file, or of another version")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), "extra data")
    if not lines or not lines[0].startswith("index "):
        raise Malformed("a proof file without an index")
    number = from_decimal(lines.pop(0).removeprefix("index "), "an index")
    hashes = tuple(from_base64(line, "a hash of a proof") for line in lines)
    try:
        return ProofFile(number, hashes, checkpoint, extra)
    except ValueError as fault:
        raise Malformed(str(fault)) from fault
