"""What somebody with the database in hand may do to a log, and by which entry that has to be named."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from access.log.canonical import canonical
from access.log.entry import commitment
from access.log.findings import Wrong
from access.log.leaves import leaf
from access.log.mentions import mentions_of, rows_of
from access.log.merkle import added, hash_leaf, root
from access.log.store import LogEntry, LogErasure, LogHead, LogMention, LogNode
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


def changed_body(by: Intruder) -> Done:
    number = by.some()
    body = bytearray(by.row(number)["body"])
    body[by.chance.randrange(len(body))] ^= 1 << by.chance.randrange(8)
    by.write(number, body=bytes(body))
    return Done("changed body", number, frozenset({Wrong.BODY}))


def changed_salt(by: Intruder) -> Done:
    number = by.some()
    by.write(number, salt=by.chance.randbytes(32))
    return Done("changed salt", number, frozenset({Wrong.BODY}))


def changed_leaf(by: Intruder) -> Done:
    number = by.some()
    by.write(number, **by.forged(number))
    return Done("changed leaf", number, frozenset({Wrong.LEAF}))


def changed_leaf_and_its_hash(by: Intruder) -> Done:
    number = by.some()
    row = by.row(number)
    salt = by.chance.randbytes(32)
    by.write(number, salt=salt, commitment=commitment(salt, row["body"]))
    forged = hash_leaf(leaf(number, row["kind"], commitment(salt, row["body"])))
    by.connection.execute(
        update(LogNode)
        .where(LogNode.log == by.log, LogNode.level == 0, LogNode.position == number)
        .values(hash=forged)
    )
    return Done("changed leaf and its hash", number, frozenset({Wrong.NODE, Wrong.HEAD}))


def found_elsewhere(by: Intruder) -> Done:
    number = by.some()
    row = by.row(number)
    values: dict[str, Any] = by.chance.choice(
        [
            {"kind": "grant:issued" if row["kind"] != "grant:issued" else "log:read"},
            {"at": row["at"].replace(year=2020)},
            {"person_id": None if row["person_id"] else 1},
        ]
    )
    by.write(number, **values)
    return Done("found elsewhere", number, frozenset({Wrong.COLUMNS}))


def removed(by: Intruder) -> Done:
    number = by.some()
    by.connection.execute(delete(LogEntry).where(LogEntry.log == by.log, LogEntry.number == number))
    return Done("removed", number, frozenset({Wrong.MISSING}))


def removed_and_closed_up(by: Intruder) -> Done:
    number = by.some(last=1)
    by.connection.execute(delete(LogEntry).where(LogEntry.log == by.log, LogEntry.number == number))
    for following in range(number + 1, by.size):
        by.write(following, number=following - 1)
    return Done("removed and closed up", number, frozenset({Wrong.COLUMNS}))


def inserted(by: Intruder) -> Done:
    number = by.some()
    row = {**by.row(number), **by.forged(number)}
    for following in range(by.size - 1, number - 1, -1):
        by.write(following, number=following + 1)
    by.connection.execute(insert(LogEntry).values(log=by.log, number=number, **row))
    return Done("inserted", number, frozenset({Wrong.LEAF}))


def added_at_the_end(by: Intruder) -> Done:
    row = {**by.row(by.size - 1), **by.forged(by.size)}
    by.connection.execute(insert(LogEntry).values(log=by.log, number=by.size, **row))
    return Done("added at the end", by.size, frozenset({Wrong.LEAF}))


def reordered(by: Intruder) -> Done:
    one, other = sorted(by.chance.sample(range(by.size), 2))
    first, second = by.row(one), by.row(other)
    by.write(one, **second)
    by.write(other, **first)
    return Done("reordered", one, frozenset({Wrong.COLUMNS, Wrong.LEAF}))


def cut_tail(by: Intruder) -> Done:
    start = by.some(first=1)
    by.erase(start)
    return Done("cut tail", start, frozenset({Wrong.MISSING}))


def cut_tail_and_its_length(by: Intruder) -> Done:
    start = by.some(first=1)
    by.erase(start)
    by.head(size=start)
    return Done("cut tail and its length", None, frozenset({Wrong.HEAD, Wrong.NODE}))


def replaced_head(by: Intruder) -> Done:
    head = read_head(by.connection, by.log)
    other = [by.chance.randbytes(32) for _ in head.frontier]
    values: dict[str, Any] = by.chance.choice(
        [
            {"root": by.chance.randbytes(32)},
            {"frontier": by.chance.randbytes(32 * len(head.frontier))},
            {"frontier": by.chance.randbytes(32), "size": 1},
            {"frontier": b"".join(head.frontier[::-1])},
            {"size": by.size + 1},
            {"frontier": b"".join(other), "root": root(other)},
        ]
    )
    by.head(**values)
    return Done("replaced head", None, frozenset({Wrong.HEAD, Wrong.BEYOND, Wrong.MISSING}))


def replaced_node(by: Intruder) -> Done:
    level = by.chance.randrange(1, by.size.bit_length())
    position = by.chance.randrange(by.size >> level)
    by.connection.execute(
        update(LogNode)
        .where(LogNode.log == by.log, LogNode.level == level, LogNode.position == position)
        .values(hash=by.chance.randbytes(32))
    )
    return Done("replaced node", position << level, frozenset({Wrong.NODE}))


def added_node(by: Intruder) -> Done:
    beyond = {"log": by.log, "level": by.chance.randrange(7), "position": by.size, "hash": bytes(32)}
    by.connection.execute(insert(LogNode).values(**beyond))
    return Done("added node", None, frozenset({Wrong.NODE}))


def hidden(by: Intruder) -> Done:
    number = by.some()
    row = by.row(number)
    what, value = by.chance.choice(sorted(mentions_of(row["kind"], json.loads(row["body"]))))
    by.connection.execute(
        delete(LogMention).where(
            LogMention.log == by.log,
            LogMention.what == what,
            LogMention.value == value,
            LogMention.number == number,
        )
    )
    return Done("hidden", number, frozenset({Wrong.NOT_MENTIONED}))


def foisted(by: Intruder) -> Done:
    number = by.chance.randrange(by.size + 5)
    mention = by.chance.choice([("person", "77777"), ("kind", "viewing:opened"), ("else", "")])
    by.connection.execute(insert(LogMention), rows_of(by.log, number, [mention]))
    return Done("foisted", number, frozenset({Wrong.MENTIONED}))


def shifted(by: Intruder) -> Done:
    """What one entry is found by finds another instead: as many as before, of the same."""
    rows = by.connection.execute(
        select(LogMention).where(LogMention.log == by.log, LogMention.what == "room")
    ).all()
    taken = by.chance.choice(rows)
    free = sorted(set(range(by.size)) - {row.number for row in rows})
    by.connection.execute(
        update(LogMention)
        .where(*(getattr(LogMention, name) == value for name, value in taken._mapping.items()))
        .values(number=(other := by.chance.choice(free)))
    )
    wrong = Wrong.MENTIONED if other < taken.number else Wrong.NOT_MENTIONED
    return Done("shifted", min(other, taken.number), frozenset({wrong}))


#: What does not hang together afterwards.
MUTATIONS: tuple[Callable[[Intruder], Done], ...] = (
    changed_body,
    changed_salt,
    changed_leaf,
    changed_leaf_and_its_hash,
    found_elsewhere,
    removed,
    removed_and_closed_up,
    inserted,
    added_at_the_end,
    reordered,
    cut_tail,
    cut_tail_and_its_length,
    replaced_head,
    replaced_node,
    added_node,
    hidden,
    foisted,
    shifted,
)


def erased_one(by: Intruder) -> int:
    """Return the number of some entry that was erased."""
    gone = select(LogEntry.number).where(LogEntry.log == by.log, LogEntry.body.is_(None))
    return by.chance.choice(sorted(by.connection.execute(gone).scalars()))


def whole_one(by: Intruder) -> int:
    """Return the number of some entry that was not, other than the erasure itself."""
    there = select(LogEntry.number).where(
        LogEntry.log == by.log, LogEntry.body.is_not(None), LogEntry.number < by.size - 1
    )
    return by.chance.choice(sorted(by.connection.execute(there).scalars()))


def erased_without_an_entry(by: Intruder) -> Done:
    number = whole_one(by)
    by.write(number, salt=None, body=None, person_id=None, room_id=None)
    return Done("erased without an entry", number, frozenset({Wrong.GONE}))


def erased_with_a_row_only(by: Intruder) -> Done:
    number = whole_one(by)
    by.write(number, salt=None, body=None, person_id=None, room_id=None)
    named = {"log": by.log, "first": number, "last": number, "entry": by.size - 1}
    by.connection.execute(insert(LogErasure).values(**named))
    return Done("erased with a row only", number, frozenset({Wrong.GONE}))


def said_anew(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, salt=by.chance.randbytes(32), body=b"{}")
    return Done("said anew", number, frozenset({Wrong.NOT_GONE}))


def half_said_anew(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, salt=by.chance.randbytes(32))
    return Done("half said anew", number, frozenset({Wrong.NOT_GONE}))


def found_again(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, person_id=1)
    return Done("found again", number, frozenset({Wrong.COLUMNS}))


def another_time(by: Intruder) -> Done:
    number = erased_one(by)
    by.write(number, at=by.row(number)["at"].replace(year=2020))
    return Done("another time", number, frozenset({Wrong.ERASURE}))


def another_kind(by: Intruder) -> Done:
    number = erased_one(by)
    kind = by.row(number)["kind"]
    by.write(number, kind="grant:issued" if kind != "grant:issued" else "grant:revoked")
    return Done("another kind", number, frozenset({Wrong.LEAF}))


def no_row(by: Intruder) -> Done:
    number = erased_one(by)
    covers = (LogErasure.log == by.log, LogErasure.first <= number, LogErasure.last >= number)
    by.connection.execute(delete(LogErasure).where(*covers))
    return Done("no row", None, frozenset({Wrong.GONE}))


def another_row(by: Intruder) -> Done:
    named = {"log": by.log, "first": 10 * by.size, "last": 11 * by.size, "entry": 3}
    by.connection.execute(insert(LogErasure).values(**named))
    return Done("another row", 10 * by.size, frozenset({Wrong.ERASURE}))


#: What is done to a log with erased entries, of which the last entry is the erasure.
ERASURE_MUTATIONS = (
    erased_without_an_entry,
    erased_with_a_row_only,
    said_anew,
    half_said_anew,
    found_again,
    another_time,
    another_kind,
    no_row,
    another_row,
)


def rewritten_after(mutation: Callable[[Intruder], Done]) -> Callable[[Intruder], Done]:
    """Return the same by somebody who then grows the whole tree anew, so that all hangs together."""

    def rewrites(by: Intruder) -> Done:
        done = mutation(by)
        by.grow_anew()
        by.mention_anew()
        return done

    return rewrites


def retold(by: Intruder) -> Done:
    """An entry gives another reason, and says so with everything about it."""
    number = by.some()
    by.write(number, **by.forged(number))
    return Done("retold", number, frozenset({Wrong.CHECKPOINT}))


def forgotten(by: Intruder) -> Done:
    """The last entries never were."""
    start = by.some(first=1)
    by.erase(start)
    return Done("forgotten", start, frozenset({Wrong.CHECKPOINT}))


#: What a whole rewrite hides.
REWRITES = tuple(map(rewritten_after, (retold, forgotten)))
