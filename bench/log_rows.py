"""A long log in a database, written quickly: what a school's entries look like, and the tree over them."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from access import schema
from access.database import connect, now_utc_text
from access.log.entry import SALT_BYTES, commitment
from access.log.leaves import leaf
from access.log.mentions import mentions_of
from access.log.merkle import added, hash_leaf, root

BEGAN = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
#: The log that is filled; the installation's needs no school.
LOG = 0
KIND = "viewing:opened"
#: So many rows are handed to SQLite together.
AT_ONCE = 10_000

ENTRY = "INSERT INTO log_entry (log, number, kind, at, salt, body, commitment) VALUES (?, ?, ?, ?, ?, ?, ?)"
MENTION = "INSERT INTO log_mention (log, what, value, number) VALUES (?, ?, ?, ?)"
NODE = "INSERT INTO log_node (log, level, position, hash) VALUES (?, ?, ?, ?)"
HEAD = "INSERT INTO log_head (log, size, frontier, root) VALUES (?, ?, ?, ?)"


def body_of(number: int) -> Mapping[str, Any]:
    """Return what an entry says besides number, kind and time: as long as that of a viewing is."""
    return {
        "actor": {"via": "web", "sign_in": 1 + number % 700},
        "reason": "viewing:asked",
        "revision": number,
        "subject": {"child": number % 5_000, "class_group": number % 200, "viewing": number},
    }


#: Its body in the one spelling that is hashed; to spell a million takes longer than to check them.
BODY = (
    '{"actor":{"sign_in":%(sign_in)d,"via":"web"},"at":"%(at)s","kind":"%(kind)s","n":%(number)d,'
    '"reason":"viewing:asked","revision":%(number)d,'
    '"subject":{"child":%(child)d,"class_group":%(class_group)d,"viewing":%(number)d},"v":1}'
)


def row_of(number: int) -> tuple[int, int, str, str, bytes, bytes, bytes]:
    """Return a row of entries, as :func:`access.log.entry.append` writes it."""
    at = BEGAN + timedelta(seconds=number)
    said = {"at": now_utc_text(at), "kind": KIND, "number": number, "sign_in": 1 + number % 700}
    body = (BODY % {**said, "child": number % 5_000, "class_group": number % 200}).encode()
    salt = secrets.token_bytes(SALT_BYTES)
    stored = at.replace(tzinfo=None).isoformat(" ", "microseconds")
    return LOG, number, KIND, stored, salt, body, commitment(salt, body)


def empty_database(path: Path) -> None:
    """Make a database of today's shape without any records."""
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()


def fill(path: Path, size: int) -> None:
    """Make a database whose log has so many entries and the tree over them."""
    empty_database(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # it is not kept
        connection.execute("PRAGMA cache_size=-1000000")  # mentions go in all over the table
        connection.execute("BEGIN")
        made_last = _without_indexes(connection)
        frontier: list[bytes] = []
        for numbers in _some_at_a_time(size):
            rows, nodes, mentions = [], [], []
            for number in numbers:
                row = row_of(number)
                growth = added(number, frontier, hash_leaf(leaf(number, KIND, row[-1])))
                rows.append(row)
                mentions += [(LOG, *one, number) for one in mentions_of(KIND, body_of(number))]
                nodes += [(LOG, place.level, place.position, node) for place, node in growth.nodes]
                frontier = growth.frontier
            connection.executemany(ENTRY, rows)
            connection.executemany(NODE, nodes)
            connection.executemany(MENTION, sorted(mentions))
        for index in made_last:
            connection.execute(index)
        connection.execute(HEAD, (LOG, size, b"".join(frontier), root(frontier)))
        connection.execute("COMMIT")


def _without_indexes(connection: sqlite3.Connection) -> list[str]:
    """Drop the indexes of the entries and return what makes them again: at once that is much quicker."""
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'log_entry' AND sql NOTNULL"
    )
    indexes = connection.execute(asked).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    return [sql for _, sql in indexes]


def _some_at_a_time(size: int) -> Iterator[range]:
    for start in range(0, size, AT_ONCE):
        yield range(start, min(size, start + AT_ONCE))


def bare_pass(path: Path) -> int:
    """Read every entry by Python's sqlite3, hash each body and compare; return how many there are.

    The least that anybody does who checks the bodies, and nothing of the tree.
    """
    count = 0
    with closing(sqlite3.connect(path)) as connection:
        asked = connection.execute(
            "SELECT salt, body, commitment FROM log_entry WHERE log = ? ORDER BY number", (LOG,)
        )
        for salt, body, committed in asked:
            if hashlib.sha256(salt + body).digest() != committed:
                raise ValueError(f"entry {count} is another")
            count += 1
    return count
