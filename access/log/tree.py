"""The tree of a log, as the database keeps it: grown with each entry, and read in few questions.

Entry, nodes and head are written in one transaction, by whoever has the turn to write.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, insert, or_, select, union, update

from access.errors import LogUnavailable
from access.log.leaves import leaf
from access.log.merkle import EMPTY_ROOT, HASH_BYTES, Place, added, frontier_places, hash_leaf, root
from access.log.store import LogCheckpoint, LogEntry, LogEra, LogHead, LogNode

_BETWEEN = select(LogNode.position, LogNode.hash).where(
    LogNode.log == bindparam("of_log"),
    LogNode.level == bindparam("of_level"),
    LogNode.position >= bindparam("first"),
    LogNode.position < bindparam("after"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log has come."""

    size: int
    frontier: tuple[bytes, ...]
    root: bytes


EMPTY = Head(0, (), EMPTY_ROOT)


def read_head(connection: Connection, log: int) -> Head:
    """Return the head of *log*, which for a log without entries is that of the empty tree.

    In a write transaction nobody else grows the log until it is over.

    Raises:
        LogUnavailable: its root does not follow from its frontier: it is no head.
    """
    asked = select(LogHead.size, LogHead.frontier, LogHead.root).where(LogHead.log == log)
    if connection.get_execution_options().get("writes", False):
        asked = asked.with_for_update()
    row = connection.execute(asked).one_or_none()
    if row is None:
        return EMPTY
    head = Head(row.size, split(row.frontier), row.root)
    if len(head.frontier) != head.size.bit_count() or root(head.frontier) != head.root:
        raise LogUnavailable(f"the head of log {log} does not follow from its nodes")
    return head


def split(hashes: bytes) -> tuple[bytes, ...]:
    """Return hashes that stand one after another; what is over stands last, and is too short."""
    return tuple(hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES))


def grow(connection: Connection, log: int, head: Head, kind: str, commitment: bytes) -> Head:
    """Write the nodes and the head that the next entry of *log* makes, and return the head.

    Args:
        connection: in the write transaction in which *head* was read.
        log: whose row of heads exists.
        head: its present one.
        kind: of the entry, whose number is the head's size.
        commitment: of the entry.

    Raises:
        ValueError: the entry has no leaf.
    """
    growth = added(head.size, head.frontier, hash_leaf(leaf(head.size, kind, commitment)))
    grown = Head(head.size + 1, tuple(growth.frontier), root(growth.frontier))
    connection.execute(
        insert(LogNode),
        [
            {"log": log, "level": place.level, "position": place.position, "hash": node}
            for place, node in growth.nodes
        ],
    )
    connection.execute(
        update(LogHead)
        .where(LogHead.log == log)
        .values(size=grown.size, frontier=b"".join(grown.frontier), root=grown.root)
    )
    return grown


def read_nodes(connection: Connection, log: int, places: Iterable[Place]) -> dict[Place, bytes]:
    """Return the nodes of *log* at *places*, as far as there are any; one question."""
    by_level: defaultdict[int, set[int]] = defaultdict(set)
    for place in places:
        by_level[place.level].add(place.position)
    if not by_level:
        return {}
    wanted = or_(
        *(
            and_(LogNode.level == level, LogNode.position.in_(positions))
            for level, positions in by_level.items()
        )
    )
    rows = connection.execute(
        select(LogNode.level, LogNode.position, LogNode.hash).where(LogNode.log == log, wanted)
    )
    return {Place(row.level, row.position): row.hash for row in rows}


def nodes_between(
    connection: Connection, log: int, level: int, first: int, after: int
) -> list[tuple[int, bytes]]:
    """Return position and hash of the nodes ``[first, after)`` of one level, as far as there are any."""
    wanted = {"of_log": log, "of_level": level, "first": first, "after": after}
    return [(position, node) for position, node in connection.execute(_BETWEEN, wanted)]


def root_at(connection: Connection, log: int, size: int) -> bytes | None:
    """Return the root that *log* had at *size*, as its nodes have it; None where they do not reach so far."""
    places = frontier_places(size)
    nodes = read_nodes(connection, log, places)
    return root([nodes[place] for place in places]) if len(nodes) == len(places) else None


def known_logs(connection: Connection) -> list[int]:
    """Return every log of which anything is there: one whose head was taken away is still looked at."""
    parts = (LogHead.log, LogEntry.log, LogNode.log, LogEra.log, LogCheckpoint.log)
    found = union(*(select(part) for part in parts)).subquery()
    return list(connection.execute(select(found.c.log).order_by(found.c.log)).scalars())
