"""Append entries to a log, and read them back.

An entry is salt, body and commitment: the body is the very bytes that are hashed,
so what stands in the log needs no interpreting to be checked. Entries are numbered
per log without gaps, by a head row that is changed in the same transaction, with the
tree's nodes: :mod:`access.log.tree`.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, and_, insert, select
from sqlalchemy.exc import DBAPIError

from access.database import now_utc_text
from access.errors import LogUnavailable
from access.log.canonical import Json, canonical
from access.log.erasures import Erased, erased_among
from access.log.kinds import check_known
from access.log.mentions import mentions_of, write_mentions
from access.log.store import LogEntry, LogHead
from access.log.tree import EMPTY, Head, grow, read_head

#: The log of the installation: accounts, sign-ins, start and stop.
INSTALLATION = 0
VERSION = 1
SALT_BYTES = 32

_COLUMNS = (
    LogEntry.log,
    LogEntry.number,
    LogEntry.kind,
    LogEntry.at,
    LogEntry.body,
    LogEntry.person_id,
    LogEntry.room_id,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, as it was written."""

    log: int
    number: int
    kind: str
    at: datetime
    #: What it says; of one that was erased only ``v``, ``n``, ``at`` and ``kind``.
    body: Mapping[str, Any]
    person_id: int | None
    room_id: int | None
    erased: Erased | None = None


def append(connection: Connection, *, log: int, kind: str, at: datetime, body: Mapping[str, Json]) -> int:
    """Append one entry in the caller's transaction.

    Args:
        connection: in a write transaction.
        log: the school's id, or ``INSTALLATION``.
        kind: one of :data:`access.log.kinds.KINDS`.
        at: when it happened; aware.
        body: what else is to be said; ``v``, ``n``, ``at`` and ``kind`` are added.
            ``subject`` maps the kinds of the records concerned to their ids.

    Returns:
        the entry's number in its log.

    Raises:
        LogUnavailable: it could not be written; the caller lets go of its transaction.
        ValueError: there is no such kind.
    """
    check_known(kind)
    try:
        head = _head_of(connection, log)
        number = head.size
        whole = {**body, "v": VERSION, "n": number, "at": now_utc_text(at), "kind": kind}
        content = canonical(whole)
        salt = secrets.token_bytes(SALT_BYTES)
        committed = commitment(salt, content)
        person_id, room_id = found_under(body)
        connection.execute(
            insert(LogEntry).values(
                log=log,
                number=number,
                kind=kind,
                at=at,
                salt=salt,
                body=content,
                commitment=committed,
                person_id=person_id,
                room_id=room_id,
            )
        )
        write_mentions(connection, log, number, mentions_of(kind, body))
        grow(connection, log, head, kind, committed)
    except DBAPIError as fault:
        raise LogUnavailable(type(fault.orig).__name__) from fault
    return number


def commitment(salt: bytes, content: bytes) -> bytes:
    """Return what a leaf of the tree will hold of an entry: SHA-256(salt ‖ content)."""
    return hashlib.sha256(salt + content).digest()


def read_entries(
    connection: Connection,
    log: int,
    *,
    person_id: int | None = None,
    room_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    only: ColumnElement[bool] | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[Entry]:
    """Return entries of *log*, newest first.

    Args:
        connection: in a read transaction.
        log: the school's id, or ``INSTALLATION``.
        person_id: only entries that concern this person.
        room_id: only entries that concern this room.
        since: only entries at or after this instant.
        until: only entries before this instant.
        only: a further condition on the entries.
        limit: at most so many.
        before: only entries with a smaller number: where the last page ended.
    """
    wanted = [LogEntry.log == log]
    if person_id is not None:
        wanted.append(LogEntry.person_id == person_id)
    if room_id is not None:
        wanted.append(LogEntry.room_id == room_id)
    if since is not None:
        wanted.append(LogEntry.at >= since)
    if until is not None:
        wanted.append(LogEntry.at < until)
    if only is not None:
        wanted.append(only)
    if before is not None:
        wanted.append(LogEntry.number < before)
    asked = select(*_COLUMNS).where(and_(*wanted)).order_by(LogEntry.number.desc()).limit(limit)
    return _entries(connection, log, asked)


def read_numbered(
    connection: Connection,
    log: int,
    numbers: Sequence[int],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: ColumnElement[bool] | None = None,
) -> list[Entry]:
    """Return those entries of *log* that have one of *numbers*, newest first.

    Args:
        connection: in a read transaction.
        log: the school's id, or ``INSTALLATION``.
        numbers: not too many at once; whoever has none gets none.
        since: only entries at or after this instant.
        until: only entries before this instant.
        only: a further condition on the entries.
    """
    if not numbers:
        return []
    wanted = [LogEntry.log == log, LogEntry.number.in_(numbers)]
    wanted += [LogEntry.at >= since] if since is not None else []
    wanted += [LogEntry.at < until] if until is not None else []
    wanted += [only] if only is not None else []
    return _entries(connection, log, select(*_COLUMNS).where(*wanted).order_by(LogEntry.number.desc()))


def read_between(
    connection: Connection,
    log: int,
    kinds: Sequence[str],
    *,
    start: int,
    end: int,
    since: datetime,
    until: datetime,
    most: int,
) -> list[Entry]:
    """Return the entries of some kinds among the numbers ``[start, end)``, at most so many, newest first."""
    wanted = [LogEntry.log == log, LogEntry.number >= start, LogEntry.number < end]
    wanted += [LogEntry.kind.in_(kinds), LogEntry.at >= since, LogEntry.at < until]
    asked = select(*_COLUMNS).where(*wanted).order_by(LogEntry.number.desc()).limit(most)
    return _entries(connection, log, asked)


def _entries(connection: Connection, log: int, asked: Executable) -> list[Entry]:
    rows = connection.execute(asked).all()
    erased = erased_among(connection, log, [row.number for row in rows if row.body is None])
    return [
        Entry(
            *(row.log, row.number, row.kind, row.at),
            left_of(row) if row.body is None else json.loads(row.body),
            row.person_id,
            row.room_id,
            erased.get(row.number),
        )
        for row in rows
    ]


def left_of(row: Any) -> dict[str, Json]:
    """Return what is left of an entry that was erased, as far as a body has it.

    Args:
        row: with ``number``, ``kind`` and ``at``.
    """
    return {"v": VERSION, "n": row.number, "at": now_utc_text(row.at), "kind": row.kind}


def _head_of(connection: Connection, log: int) -> Head:
    head = read_head(connection, log)
    if head == EMPTY:
        connection.execute(insert(LogHead).values(log=log))
    return head


def found_under(body: Mapping[str, Json]) -> tuple[int | None, int | None]:
    """Return the person and the room an entry is found under.

    The person is whom it concerns, or else who acted.
    """
    subject, actor = body.get("subject"), body.get("actor")
    concerned: Mapping[str, Any] = subject if isinstance(subject, Mapping) else {}
    acted = actor.get("person") if isinstance(actor, Mapping) else None
    person = concerned.get("person")
    return acted if person is None and isinstance(acted, int) else person, concerned.get("room")
