"""Receipts: the proof that an entry is in a log, with all that is needed to check what it says.

A C2SP tlog-proof file. Its ``extra`` is the entry's salt and body: whoever has the file
hashes them to the commitment, makes the leaf of that, and follows the proof up to a
checkpoint that the log has signed.
"""

import json

from sqlalchemy import Connection, select

from access.errors import Malformed, Refused, Unverified
from access.log.checkpoints import Checkpoint, parse_checkpoint
from access.log.entry import SALT_BYTES, commitment
from access.log.leaves import leaf
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
        select(LogEntry.salt, LogEntry.body).where(LogEntry.log == log, LogEntry.number == number)
    ).one_or_none()
    if row is None or number >= size:
        raise Refused("log:unknown", f"there are {size} entries, from 0 to {size - 1}")
    hashes = inclusion_proof(number, size, lambda places: read_nodes(connection, log, places))
    return ProofFile(number, tuple(hashes), checkpoint, row.salt + row.body)


def open_receipt(receipt: ProofFile, log: Verifier) -> tuple[bytes, Checkpoint]:
    """Return what an entry says, and the checkpoint that has it, from a receipt alone.

    Args:
        receipt: what :func:`prove` made.
        log: the log's key.

    Raises:
        Malformed: it holds no entry.
        Unverified: the log did not sign that.
    """
    salt, body = (receipt.extra or b"")[:SALT_BYTES], (receipt.extra or b"")[SALT_BYTES:]
    try:
        said = json.loads(body)
        made = leaf(said["n"], said["kind"], commitment(salt, body))
    except (ValueError, TypeError, KeyError) as fault:
        raise Malformed("a receipt without an entry") from fault
    if said["n"] != receipt.number:
        raise Unverified("the entry has another number than the proof")
    return body, receipt.verify(made, log)
