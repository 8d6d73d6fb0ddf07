"""Somebody with the database in hand, who writes into a log as they like."""

import json
import random
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from access.log.canonical import canonical
from access.log.entry import commitment
from access.log.findings import Wrong
from access.log.leaves import leaf
from access.log.mentions import mentions_of, rows_of
from access.log.merkle import added, hash_leaf, root
from access.log.store import LogEntry, LogHead, LogMention, LogNode
from access.log.tree import read_head

ENTRY = ("kind", "at", "salt", "body", "commitment", "person_id", "room_id")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, and what has to be found first."""

    what: str
    #: The entry that has to be named; None: whichever, it is the head that is wrong.
    number: int | None
    found_as: frozenset[Wrong]


@dataclass(slots=True)
class Intruder:
    """Somebody who writes into a log of *size* entries as they like."""

    connection: Connection
    log: int
    size: int
    chance: random.Random

    def some(self, first: int = 0, last: int = 0) -> int:
        """Return the number of some entry; not among the *last* ones."""
        return self.chance.randrange(first, self.size - last)

    def row(self, number: int) -> dict[str, Any]:
        """Return an entry."""
        columns = (getattr(LogEntry, name) for name in ENTRY)
        found = self.connection.execute(select(*columns).where(*self._at(number))).one()
        return dict(found._mapping)

    def write(self, which: int, /, **values: Any) -> None:
        """Change the entry that has the number *which*."""
        self.connection.execute(update(LogEntry).where(*self._at(which)).values(**values))

    def forged(self, number: int) -> dict[str, Any]:
        """Return what an entry would be that gives another reason, with a commitment that fits."""
        said = json.loads(self.row(min(number, self.size - 1))["body"])
        salt = self.chance.randbytes(32)
        body = canonical({**said, "n": number, "reason": str(self.chance.random())})
        return {"salt": salt, "body": body, "commitment": commitment(salt, body)}

    def mention_anew(self) -> None:
        """Write what the entries mention as they stand now."""
        self.connection.execute(delete(LogMention).where(LogMention.log == self.log))
        asked = select(LogEntry.number, LogEntry.kind, LogEntry.body).where(LogEntry.log == self.log)
        for row in self.connection.execute(asked).all():
            made = rows_of(self.log, row.number, mentions_of(row.kind, json.loads(row.body)))
            self.connection.execute(insert(LogMention), made)

    def erase(self, start: int) -> None:
        """Take away the entries from *start* on."""
        self.connection.execute(delete(LogEntry).where(LogEntry.log == self.log, LogEntry.number >= start))

    def grow_anew(self) -> None:
        """Make nodes and head that follow from the entries as they stand now."""
        self.connection.execute(delete(LogNode).where(LogNode.log == self.log))
        rows = self.connection.execute(
            select(LogEntry.number, LogEntry.kind, LogEntry.commitment)
            .where(LogEntry.log == self.log)
            .order_by(LogEntry.number)
        ).all()
        frontier: list[bytes] = []
        for row in rows:
            nodes, frontier = added(row.number, frontier, hash_leaf(leaf(*row)))
            self.connection.execute(
                insert(LogNode),
                [{"log": self.log, "level": p.level, "position": p.position, "hash": h} for p, h in nodes],
            )
        self.head(size=len(rows), frontier=b"".join(frontier), root=root(frontier))

    def head(self, **values: Any) -> None:
        """Write the head."""
        self.connection.execute(update(LogHead).where(LogHead.log == self.log).values(**values))

    def _at(self, number: int) -> tuple[Any, ...]:
        return LogEntry.log == self.log, LogEntry.number == number


def intruder(connection: Connection, log: int, seed: int) -> Intruder:
    """Return somebody who does the same every time with the same *seed*."""
    return Intruder(connection, log, read_head(connection, log).size, random.Random(seed))  # noqa: S311
