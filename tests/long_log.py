"""Entries written quickly into a log, in bulk: what they say is given, what follows is made as always.

An act writes one entry in a transaction of its own; a hundred thousand of those take minutes.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, update

from access.database import now_utc_text, writing
from access.log.entry import VERSION, commitment, found_under
from access.log.leaves import leaf
from access.log.mentions import mentions_of
from access.log.merkle import added, hash_leaf, root
from access.log.store import LogEntry, LogHead, LogMention, LogNode
from access.log.tree import read_head

#: So many entries are handed over together.
AT_ONCE = 20_000

#: Kind, instant, and what the body says besides.
Said: TypeAlias = tuple[str, datetime, dict[str, Any]]
Rows: TypeAlias = dict[Any, list[tuple[Any, ...]]]

ENTRY = ("log", "number", "kind", "at", "body", "salt", "commitment", "person_id", "room_id")
AT, COMMITMENT = ENTRY.index("at"), ENTRY.index("commitment")
COLUMNS: dict[Any, tuple[str, ...]] = {
    LogEntry: ENTRY,
    LogMention: ("log", "what", "value", "number"),
    LogNode: ("log", "level", "position", "hash"),
}


def fill(engine: Engine, log: int, said: Iterable[Said], *, with_tree: bool) -> int:
    """Write entries behind those that the log has, and return how many it has then.

    Args:
        engine: of a database in which the log has an entry.
        log: the school's id, or that of the installation's.
        said: in the order in which they are numbered.
        with_tree: write the tree's nodes too. Else the head fits together and nothing below it is there:
            enough where nobody asks for a proof.
    """
    with writing(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-1500000")
        else:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        head = read_head(connection, log)
        size, frontier = head.size, list(head.frontier)
        rows: Rows = {LogEntry: [], LogMention: [], LogNode: []}
        for number, (kind, at, body) in enumerate(said, start=size):
            row = _row(log, number, kind, at, body)
            rows[LogEntry].append(row)
            rows[LogMention] += [(log, *one, number) for one in mentions_of(kind, body)]
            if with_tree:
                growth = added(number, frontier, hash_leaf(leaf(number, kind, row[COMMITMENT])))
                frontier = growth.frontier
                rows[LogNode] += [(log, place.level, place.position, node) for place, node in growth.nodes]
            size = number + 1
            if len(rows[LogEntry]) == AT_ONCE:
                _put(connection, rows)
        _put(connection, rows)
        if not with_tree:
            frontier = [secrets.token_bytes(32) for _ in range(size.bit_count())]
        connection.execute(
            update(LogHead)
            .where(LogHead.log == log)
            .values(size=size, frontier=b"".join(frontier), root=root(frontier))
        )
    return size


def _row(log: int, number: int, kind: str, at: datetime, body: dict[str, Any]) -> tuple[Any, ...]:
    whole = {**body, "v": VERSION, "n": number, "at": now_utc_text(at), "kind": kind}
    # Of names in ASCII and whole numbers it is the canonical spelling, five times as quickly.
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    salt = hashlib.sha256(b"%d %d" % (log, number)).digest()  # the same each time
    return log, number, kind, at.astimezone(UTC), text, salt, commitment(salt, text), *found_under(body)


def _put(connection: Connection, rows: Rows) -> None:
    """Hand rows over, mentions and nodes in the order of their key, and empty the lists."""
    rows[LogMention].sort()
    rows[LogNode].sort()
    for table, some in rows.items():
        put = _insert if connection.dialect.name == "sqlite" else _copy
        if some:
            put(connection, table, some)
        some.clear()


def _insert(connection: Connection, table: Any, rows: list[tuple[Any, ...]]) -> None:
    if table is LogEntry:
        rows = [(*row[:AT], _as_stored(row[AT]), *row[AT + 1 :]) for row in rows]
    places = ", ".join("?" * len(COLUMNS[table]))
    into = f"INSERT INTO {table.__tablename__} ({', '.join(COLUMNS[table])}) VALUES ({places})"  # noqa: S608  # names of ours
    connection.exec_driver_sql(into, rows)


def _as_stored(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def _copy(connection: Any, table: Any, rows: list[tuple[Any, ...]]) -> None:
    copy = f"COPY {table.__tablename__} ({', '.join(COLUMNS[table])}) FROM STDIN"
    with connection.connection.cursor().copy(copy) as to:
        for row in rows:
            to.write_row(row)
