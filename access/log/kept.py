"""The checkpoints of a log that were kept, as they were signed."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from access.log.store import LogCheckpoint


class Kept(NamedTuple):
    """One of them; its columns are as believable as the database."""

    size: int
    note: bytes
    signed_at: datetime


def newest_kept(connection: Connection, log: int) -> Kept | None:
    """Return the last checkpoint of *log* that was kept; None where there is none."""
    row = connection.execute(
        select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.signed_at)
        .where(LogCheckpoint.log == log)
        .order_by(LogCheckpoint.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Kept(*row)
