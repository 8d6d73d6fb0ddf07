"""Whether a database file is whole, and the one that a manifest is of."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection

from access import schema
from access.backups.manifest import LogHeadSaid
from access.backups.plain import read_only
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable
from access.log.health import broken_logs
from access.log.kept import newest_kept
from access.log.signing import origin_of
from access.log.tree import known_logs, read_head, root_at


def prove(path: Path, *, revision: str, logs: dict[int, tuple[int, str]]) -> None:
    """Open a database as a restore would, and leave it as it is.

    SQLite's own check of every page and index, that no record points to nothing, the shape, that each
    log hangs together at its end, and that each has the root it should have at the size it should reach.

    Args:
        path: an SQLite file.
        revision: the shape that it should have.
        logs: by the number of each log, a size and the root there, hexadecimal.

    Raises:
        RecordsUnavailable: it is damaged, or another one.
        LogUnavailable: a log does not hang together, or is another one.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as file:
            if file.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise RecordsUnavailable("the database is damaged")
            if file.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise RecordsUnavailable("a record points to nothing")
    except sqlite3.Error as fault:
        raise RecordsUnavailable(f"no database: {type(fault).__name__}") from fault
    with read_only(path) as engine:
        if schema.revision_of(engine) != revision:
            raise RecordsUnavailable("the database has another shape than it should")
        with reading(engine) as connection:
            _prove_logs(connection, logs)


def heads_said(connection: Connection) -> dict[int, LogHeadSaid]:
    """Return how far each log has come, with its last checkpoint."""
    return {log: _said(connection, log) for log in known_logs(connection)}


def _prove_logs(connection: Connection, logs: dict[int, tuple[int, str]]) -> None:
    broken = broken_logs(connection)
    if broken:
        raise LogUnavailable("; ".join(f"log {log}: {wrong}" for log, wrong in broken.items()))
    for log, (size, root) in logs.items():
        found = root_at(connection, log, size)
        if read_head(connection, log).size < size or found is None or found.hex() != root:
            raise LogUnavailable(f"log {log} is not the one that it should be")


def _said(connection: Connection, log: int) -> LogHeadSaid:
    head, kept = read_head(connection, log), newest_kept(connection, log)
    checkpoint = None if kept is None else kept.note.decode()
    return LogHeadSaid(head.size, head.root.hex(), origin_of(connection, log), checkpoint)
