"""What somebody with the database in hand may do to a log, and by which entry that has to be named."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select, update

from access.log.entry import commitment
from access.log.findings import Wrong
from access.log.leaves import leaf
from access.log.mentions import mentions_of, rows_of
from access.log.merkle import hash_leaf, root
from access.log.store import LogEntry, LogMention, LogNode
from access.log.tree import read_head
from tests.access.log.intruding import Done, Intruder


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
