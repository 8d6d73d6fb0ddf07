"""Checkpoints of an earlier era, held against the restore that began the next.

A log that was put back from a backup says in a new era's first entry how far it had come. A checkpoint
of an era before that, and beyond the size at which the next began, is of entries that were lost then:
declared, and no forgery; whether the restore was one is for people to know.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from access.log.checkpoints import open_checkpoint, parse_checkpoint
from access.log.notes import parse_note
from access.log.signing import LogKey
from access.log.store import LogEntry, LogEra

#: The first entry of an era that a restore began.
RESTORED = "log:restored"


def declared_eras(connection: Connection, log: int) -> dict[str, int]:
    """Return where the eras began that the log itself declares, by their origin, oldest first.

    A row that anybody could insert declares nothing: the entry at which the era begins has to say so.
    """
    asked = (
        select(LogEra.origin, LogEra.begins_at)
        .join(LogEntry, (LogEntry.log == LogEra.log) & (LogEntry.number == LogEra.begins_at))
        .where(LogEra.log == log, LogEra.number > 1, LogEntry.kind == RESTORED)
        .order_by(LogEra.number)
    )
    return {row.origin: row.begins_at for row in connection.execute(asked)}


def kept_eras(connection: Connection, log: int) -> set[int]:
    """Return the numbers of the entries with which the eras after the first begin."""
    eras = select(LogEra.begins_at).where(LogEra.log == log, LogEra.number > 1)
    return set(connection.execute(eras).scalars())


@dataclass(frozen=True, slots=True)
class Lost:
    """A checkpoint of entries that a restore lost."""

    log: int
    #: How far the log had come by it.
    size: int
    #: The entry that declares the restore, ``log:restored``; what had stood from there on is lost.
    declared_at: int


def lost_in_restore(connection: Connection, key: LogKey, note: bytes) -> Lost | None:
    """Return what a checkpoint is of, where a restore declares that it is lost; else None.

    Raises:
        Malformed: it is no checkpoint.
        Unverified: it was not signed with *key*.
    """
    origin = parse_checkpoint(parse_note(note).text).origin
    eras = connection.execute(select(LogEra.log, LogEra.number).where(LogEra.origin == origin)).one_or_none()
    if eras is None:
        return None
    opened, _ = open_checkpoint(note, key.public(origin))
    after = select(LogEra.begins_at).where(LogEra.log == eras.log, LogEra.number > eras.number)
    begins_at = connection.execute(after.order_by(LogEra.begins_at).limit(1)).scalar()
    if begins_at is None or opened.size <= begins_at:
        return None
    return Lost(eras.log, opened.size, begins_at)


def split_lost(connection: Connection, key: LogKey, notes: Iterable[bytes]) -> tuple[list[bytes], list[Lost]]:
    """Return the checkpoints that the log must still grow from, and what the others are of.

    Raises:
        Malformed, Unverified: as of :func:`lost_in_restore`.
    """
    standing, lost = [], []
    for note in notes:
        found = lost_in_restore(connection, key, note)
        if found is None:
            standing.append(note)
        else:
            lost.append(found)
    return standing, lost
