"""How one entry stands in its log: whether the last checkpoint has it, and the receipt that proves it."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from access.errors import Malformed, Refused, Unverified
from access.log.checkpoints import parse_checkpoint
from access.log.entry import SALT_BYTES
from access.log.kept import newest_kept
from access.log.notes import parse_note
from access.log.proven import follow
from access.log.receipts import prove


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
        salt, body = (receipt.extra or b"")[:SALT_BYTES], (receipt.extra or b"")[SALT_BYTES:]
        follow(checkpoint, number=number, salt=salt, body=body, proof=receipt.hashes)
    except (Malformed, Refused, Unverified, ValueError, TypeError, KeyError, json.JSONDecodeError):
        return Standing(kept.signed_at, checkpoint.size, None, is_reached=True)
    return Standing(kept.signed_at, checkpoint.size, receipt.encode(), is_reached=True)
