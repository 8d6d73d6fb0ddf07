"""How one entry stands in its log: whether the last checkpoint has it, and the receipt that proves it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from access.errors import Malformed, Refused, Unverified
from access.log.checkpoints import parse_checkpoint
from access.log.entry import SALT_BYTES
from access.log.kept import newest_kept
from access.log.merkle import hash_leaf
from access.log.notes import parse_note
from access.log.proofs import verify_inclusion
from access.log.proven import follow
from access.log.receipts import prove
from access.log.store import LogEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry and the last checkpoint of its log."""

    signed_at: datetime
    #: Entries that the checkpoint has.
    size: int
    #: The C2SP tlog-proof; None where the checkpoint is older than the entry, or has another one there.
    receipt: bytes | None
    #: The checkpoint reaches as far as the entry.
    is_reached: bool


def standing_of(connection: Connection, log: int, number: int) -> Standing | None:
    """Return how an entry stands; None where the log has no checkpoint yet.

    The receipt is followed up to the checkpoint before it is given to anybody.
    """
    kept = newest_kept(connection, log)
    if kept is None:
        return None
    checkpoint = parse_checkpoint(parse_note(kept.note).text)
    if number >= checkpoint.size:
        return Standing(kept.signed_at, checkpoint.size, None, is_reached=False)
    try:
        receipt = prove(connection, log, number, kept.note)
        extra = receipt.extra or b""
        if _is_erased(connection, log, number):  # then it has the leaf in place of salt and body
            verify_inclusion(
                receipt.hashes,
                number=number,
                size=checkpoint.size,
                leaf_hash=hash_leaf(extra),
                root_hash=checkpoint.root,
            )
        else:
            salt, body = extra[:SALT_BYTES], extra[SALT_BYTES:]
            follow(checkpoint, number=number, salt=salt, body=body, proof=receipt.hashes)
    except (Malformed, Refused, Unverified, ValueError, TypeError, KeyError, json.JSONDecodeError):
        return Standing(kept.signed_at, checkpoint.size, None, is_reached=True)
    return Standing(kept.signed_at, checkpoint.size, receipt.encode(), is_reached=True)


def _is_erased(connection: Connection, log: int, number: int) -> bool:
    body = select(LogEntry.body).where(LogEntry.log == log, LogEntry.number == number)
    return connection.execute(body).scalar() is None
