"""Erase salt and body of entries: an entry of its own that names them, in one transaction.

Number, kind, instant and commitment stay, so every proof, root and checkpoint stays valid, and the
256 random bits of the salt that went make the commitment say nothing. Who may be erased, when and by
whose decision is :mod:`access.retention`'s business; here it is done, and named.

Source:
    docs/design/025-erasure-and-retention.md.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import DBAPIError

from access.database import now_utc_text, turn
from access.errors import RecordsUnavailable
from access.log import entry
from access.log.canonical import Json
from access.log.erasures import KIND
from access.log.keeping import is_kept
from access.log.mentions import remove_mentions
from access.log.store import LogEntry, LogErasure
from access.overwriting import overwriting
from access.subject_dropped import drop_copies

#: So many entries are erased together: a tenth of a second of the write lock on a slow disk.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """Why entries are erased, and by whose decision."""

    #: ``retention``, ``request``, or ``again`` after a restore.
    name: str
    #: The two who decided it; never one person twice.
    approved_by: tuple[int, int]
    #: What else is to be said of it: from when, the entry of the decision, what it quotes.
    details: Mapping[str, Json]

    def __post_init__(self) -> None:
        if len(set(self.approved_by)) != 2:  # two people
            raise ValueError("nobody erases alone")

    def as_json(self) -> dict[str, Json]:
        """Return it as it stands in the entry."""
        return {**self.details, "name": self.name}


def erase(
    connection: Connection,
    *,
    log: int,
    numbers: Collection[int],
    at: datetime,
    rule: Rule,
    actor: Mapping[str, Json],
    reason: str,
) -> int | None:
    """Erase entries, and say so in one entry behind them.

    What is erased already, is not there, or is never erased (:func:`access.log.keeping.is_kept`) is left out.
    A copy that nobody has yet (:mod:`access.subject_dropped`) goes where it may say what is erased.

    Args:
        connection: in a write transaction.
        log: the school's id, or ``INSTALLATION``.
        numbers: at most :data:`AT_ONCE`, so that others get their turn.
        at: now; aware.

    Returns:
        the number of the entry that says so, or None where there was nothing to erase.

    Raises:
        LogUnavailable: the entry could not be written; the caller lets go of its transaction.
        ValueError: too many at once.
    """
    if len(numbers) > AT_ONCE:
        raise ValueError(f"at most {AT_ONCE} entries are erased together")
    rows = [row for row in _whole(connection, log, numbers) if not is_kept(row.kind)]
    if not rows:
        return None
    spans = spans_of([row.number for row in rows])
    body: dict[str, Json] = {
        "actor": dict(actor),
        "reason": reason,
        "revision": None,
        "subject": {"log": "installation" if log == entry.INSTALLATION else "school"},
        "approved_by": list(rule.approved_by),
        "kinds": dict(Counter(row.kind for row in rows)),
        "rule": rule.as_json(),
        "spans": [list(span) for span in spans],
        "times": times_of((row.number, now_utc_text(row.at)) for row in rows),
    }
    number = entry.append(connection, log=log, kind=KIND, at=at, body=body)
    connection.execute(
        insert(LogErasure),
        [{"log": log, "first": first, "last": last, "entry": number} for first, last in spans],
    )
    erase_bodies(connection, log, [row.number for row in rows])
    drop_copies(connection, log, {row.person_id for row in rows} - {None}, at=at, actor=actor)
    return number


def erase_again(
    connection: Connection,
    *,
    log: int,
    numbers: Collection[int],
    below: int,
    at: datetime,
    quoted: Mapping[str, Json],
    approved_by: tuple[int, int],
) -> list[int]:
    """Erase in a restored database what had been erased since its copy was made.

    Nobody decides anew: the entries say who did, and quote the entry of then. Whoever calls it
    twice erases once.

    Args:
        connection: in a write transaction.
        numbers: as the journal outside the copy has them; of any length.
        below: how long the log was when the copy was made: what was written since is another
            entry, whatever its number.
        quoted: what the journal has of the entry of then, such as its number and log's name.
        approved_by: the two who decided it then.

    Returns:
        the numbers of the entries that say so; none where nothing was left to erase.
    """
    rule = Rule("again", approved_by, {"quoted": dict(quoted)})
    wanted = sorted(number for number in set(numbers) if 0 <= number < below)
    actor: dict[str, Json] = {"person": None, "via": "portal"}
    made = [
        erase(
            connection,
            log=log,
            numbers=wanted[start : start + AT_ONCE],
            at=at,
            rule=rule,
            actor=actor,
            reason="",
        )
        for start in range(0, len(wanted), AT_ONCE)
    ]
    return [number for number in made if number is not None]


def erase_bodies(connection: Connection, log: int, numbers: Sequence[int]) -> None:
    """Take from entries what an erasure names: salt, body, and whom and what they are found under.

    Whatever is kept elsewhere so that an entry is found goes here too. The database refuses it
    for an entry that no erasure names. On SQLite what goes is written over in the file's pages;
    the write-ahead log has older pages until :func:`truncate` has been.
    """
    with overwriting(connection):
        found = connection.execute(
            select(LogEntry.number, LogEntry.kind, LogEntry.body).where(
                LogEntry.log == log, LogEntry.number.in_(numbers), LogEntry.body.is_not(None)
            )
        ).all()
        connection.execute(
            update(LogEntry)
            .where(LogEntry.log == log, LogEntry.number.in_(numbers), LogEntry.body.is_not(None))
            .values(salt=None, body=None, person_id=None, room_id=None)
        )
        for row in found:
            remove_mentions(connection, log, row.number, row.kind, json.loads(row.body))


def truncate(engine: Engine) -> bool:
    """Have SQLite carry its write-ahead log over and cut it to nothing; say whether it did.

    It cannot while somebody reads an older state: then again later. On PostgreSQL there is
    nothing to do here: its rows' older versions go by VACUUM (docs/operations/postgresql.md).
    """
    if engine.dialect.name != "sqlite":
        return True
    try:
        with turn(engine), engine.connect() as connection:
            cursor = connection.connection.cursor()  # no transaction: it could not checkpoint itself
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as fault:
        raise RecordsUnavailable(type(fault).__name__) from fault
    return not busy


def spans_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return numbers as spans ``(first, last)``, in their order, as few as there can be."""
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and number <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return spans


def times_of(entries: Iterable[tuple[int, str]]) -> str:
    """Return what an erasure commits to of the instants that stay: SHA-256 over ``<number> <at>`` lines, hex.

    Args:
        entries: number, and the instant as the body had it, in their order.
    """
    digest = hashlib.sha256()
    for number, at in entries:
        digest.update(f"{number} {at}\n".encode("ascii"))
    return digest.hexdigest()


def _whole(connection: Connection, log: int, numbers: Collection[int]) -> Iterator[Any]:
    yield from connection.execute(
        select(LogEntry.number, LogEntry.kind, LogEntry.at, LogEntry.person_id)
        .where(LogEntry.log == log, LogEntry.number.in_(numbers), LogEntry.body.is_not(None))
        .order_by(LogEntry.number)
    )
