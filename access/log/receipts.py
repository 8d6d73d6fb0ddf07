"""Receipts: the proof that an entry is in a log, with all that is needed to check what it says.

A C2SP tlog-proof file. Its ``extra`` is the entry's salt and body: whoever has the file
hashes them to the commitment, makes the leaf of that, and follows the proof up to a
checkpoint that the log has signed. Of an entry that was erased it is the leaf itself, which proves
that it was there, and not what it said.
"""

import json

from sqlalchemy import Connection, select

from access.errors import Malformed, Refused, Unverified
from access.log.checkpoints import Checkpoint, parse_checkpoint
from access.log.entry import SALT_BYTES, commitment
from access.log.leaves import leaf, parse_leaf
from access.log.notes import Verifier, parse_note
from access.log.proof_files import ProofFile
from access.log.proofs import inclusion_proof
from access.log.store import LogEntry
from access.log.tree import read_nodes


def prove(connection: Connection, log: int, number: int, checkpoint: bytes) -> ProofFile:
    """Return the proof that entry *number* is in *log*, as far as a checkpoint reaches.

    Args:
        connection: of a transaction.
        log: the school's id, or ``INSTALLATION``.
        number: the entry's.
        checkpoint: one of that log, as it was signed.

    Raises:
        Refused: ``log:unknown``: the log has no such entry below that checkpoint.
    """
    size = parse_checkpoint(parse_note(checkpoint).text).size
    row = connection.execute(
        select(LogEntry.kind, LogEntry.salt, LogEntry.body, LogEntry.commitment).where(
            LogEntry.log == log, LogEntry.number == number
        )
    ).one_or_none()
    if row is None or number >= size:
        raise Refused("log:unknown", f"there are {size} entries, from 0 to {size - 1}")
    hashes = inclusion_proof(number, size, lambda places: read_nodes(connection, log, places))
    if row.salt is None or row.body is None:
        extra = leaf(number, row.kind, row.commitment)
    else:
        extra = row.salt + row.body
    return ProofFile(number, tuple(hashes), checkpoint, extra)


def open_receipt(receipt: ProofFile, log: Verifier) -> tuple[bytes | None, Checkpoint]:
    """Return what an entry says, and the checkpoint that has it, from a receipt alone.

    Of one that was erased nothing is said any more: None.

    Args:
        receipt: what :func:`prove` made.
        log: the log's key.

    Raises:
        Malformed: it holds no entry.
        Unverified: the log did not sign that.
    """
    left = _leaf_in(receipt)
    if left is not None:
        return None, receipt.verify(left, log)
    salt, body = (receipt.extra or b"")[:SALT_BYTES], (receipt.extra or b"")[SALT_BYTES:]
    try:
        said = json.loads(body)
        made = leaf(said["n"], said["kind"], commitment(salt, body))
    except (ValueError, TypeError, KeyError) as fault:
        raise Malformed("a receipt without an entry") from fault
    if said["n"] != receipt.number:
        raise Unverified("the entry has another number than the proof")
    return body, receipt.verify(made, log)


def _leaf_in(receipt: ProofFile) -> bytes | None:
    """Return the leaf that a receipt of an erased entry holds; None where it holds salt and body."""
    extra = receipt.extra or b""
    try:
        found = parse_leaf(extra)
    except Malformed:
        return None
    if found.number != receipt.number:
        raise Unverified("the leaf has another number than the proof")
    return extra
