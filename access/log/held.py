"""What a family's browser keeps of the log, and the proof at its next visit that the log has only grown.

One checkpoint a week, the last before the school's Monday: how much a log grows within a day would
tell whoever looks often when somebody else watches, and from day to day whether somebody did.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.budgets import day_of
from access.log.eras import declared_eras
from access.log.proofs import consistency_proof
from access.log.store import LogCheckpoint
from access.log.tree import read_nodes
from access.people import School

#: A checkpoint has a few hundred; a longer one is none of ours, and a browser could not keep it.
MOST_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Restored:
    """A new era of a log: it was put back from a backup, and what had stood from there on is lost."""

    #: The era's name, as it ends the log's: its number, from 2, and random letters.
    era: str
    begins_at: int


@dataclass(frozen=True, slots=True)
class Held:
    """A week's last checkpoint of one school's log."""

    #: The key of the school, under which a browser keeps it.
    school_key: str
    #: Which log it is, whatever the era.
    log_name: str
    size: int
    root: bytes
    #: As it was signed; nothing where there is none of what the browser knows: it has gone.
    note: bytes
    #: From the size that the browser knows to this one; None where it knows a larger one, or none.
    proof: tuple[bytes, ...] | None
    #: Declared in the log itself, where everybody reads it; a browser that knows more is told, not alarmed.
    restored: tuple[Restored, ...] = ()


def held_checkpoints(
    connection: Connection, school_ids: Collection[int], known: Mapping[str, int], now: datetime
) -> list[Held]:
    """Return what a browser is to keep of the logs of schools; of one without a Monday yet, nothing.

    Args:
        connection: of a read transaction.
        school_ids: the reader's schools.
        known: the size that the browser has kept, by the key of the school.
        now: aware.
    """
    schools = connection.execute(
        select(School.id, School.key, School.zone).where(School.id.in_(school_ids)).order_by(School.id)
    ).all()
    found = (_held(connection, school, known.get(school.key), now) for school in schools)
    return [one for one in found if one is not None]


def weekly_checkpoint(connection: Connection, school_id: int, zone: str, now: datetime) -> Any | None:
    """Return the row of the last checkpoint before the school's Monday; None where there is none yet.

    It has ``origin``, ``size``, ``root`` and ``note``.
    """
    return connection.execute(
        select(LogCheckpoint.origin, LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.note)
        .where(LogCheckpoint.log == school_id, LogCheckpoint.signed_at < _monday(now, zone))
        .order_by(LogCheckpoint.id.desc())
        .limit(1)
    ).one_or_none()


def _held(connection: Connection, school: Any, known: int | None, now: datetime) -> Held | None:
    row = weekly_checkpoint(connection, school.id, school.zone, now)
    if row is None or len(row.note) > MOST_BYTES:
        return None if known is None else Held(school.key, "", 0, b"", b"", None)
    name = row.origin.rpartition("/")[0]
    proof = None
    if known is not None and known <= row.size:
        proof = _proof(connection, school.id, known, row.size)
    restored = tuple(
        Restored(origin.rpartition("/")[2], begins_at)
        for origin, begins_at in declared_eras(connection, school.id).items()
    )
    return Held(school.key, name, row.size, row.root, row.note, proof, restored)


def _proof(connection: Connection, log: int, known: int, size: int) -> tuple[bytes, ...] | None:
    """Return the proof that the log has grown; None where the tree has not what it takes."""
    try:
        return tuple(consistency_proof(known, size, lambda places: read_nodes(connection, log, places)))
    except KeyError:
        return None


def _monday(now: datetime, zone: str) -> datetime:
    """Return when the school's week began: its Monday's midnight."""
    weekday = now.astimezone(ZoneInfo(zone)).weekday()
    noon = day_of(now, zone).start + timedelta(hours=12)
    return day_of(noon - timedelta(days=weekday), zone).start
