"""Whether a log hangs together at its end: quick enough for each start and each signature.

A few dozen rows, however long the log is. What was changed further back is found by
:mod:`access.log.verify`, which reads everything.
"""

from typing import Any

from sqlalchemy import Connection, select

from access.errors import LogUnavailable, Malformed
from access.log.checkpoints import parse_checkpoint
from access.log.kept import newest_kept
from access.log.leaves import leaf
from access.log.merkle import Place, frontier_places, hash_leaf
from access.log.notes import parse_note
from access.log.store import LogEntry
from access.log.tree import Head, known_logs, read_head, read_nodes, root_at


def broken_logs(connection: Connection) -> dict[int, str]:
    """Return the logs that do not hang together, each with what is wrong."""
    found = {log: check_head(connection, log) for log in known_logs(connection)}
    return {log: wrong for log, wrong in found.items() if wrong is not None}


def check_head(connection: Connection, log: int) -> str | None:
    """Return what is wrong at the end of *log*, in a word or two; None where nothing is."""
    try:
        head = read_head(connection, log)
    except LogUnavailable:
        return "its root is another one than its frontier's"
    places = frontier_places(head.size)
    nodes = read_nodes(connection, log, {*places, *_of_last(head)})
    if [nodes.get(place) for place in places] != list(head.frontier):
        return "its frontier is not the tree's"
    return _check_last(connection, log, head, nodes) or _check_checkpoint(connection, log, head)


def _of_last(head: Head) -> list[Place]:
    return [Place(0, head.size - 1)] if head.size else []


def _check_last(connection: Connection, log: int, head: Head, nodes: dict[Place, bytes]) -> str | None:
    """Compare the last entry with its leaf in the tree; there must be none behind it."""
    last = connection.execute(
        select(LogEntry.number, LogEntry.kind, LogEntry.commitment)
        .where(LogEntry.log == log)
        .order_by(LogEntry.number.desc())
        .limit(1)
    ).one_or_none()
    if (last.number + 1 if last else 0) != head.size:
        return "its last entry is not where its head says"
    if last and nodes.get(Place(0, last.number)) != _leaf_hash(last):
        return "its last entry is not the tree's"
    return None


def _leaf_hash(entry: Any) -> bytes | None:
    """Return the leaf hash of an entry; of one that can have none, for somebody wrote it, nothing."""
    try:
        return hash_leaf(leaf(*entry))
    except (ValueError, TypeError, AttributeError):
        return None


def _check_checkpoint(connection: Connection, log: int, head: Head) -> str | None:
    """Compare the last checkpoint that may have been handed out with the tree of its size."""
    kept = newest_kept(connection, log)
    if kept is None:
        return None
    try:
        said = parse_checkpoint(parse_note(kept.note).text)
    except (Malformed, TypeError, AttributeError):
        return "its last checkpoint is none"
    if said.size > head.size:
        return "it is shorter than its last checkpoint"
    if root_at(connection, log, said.size) != said.root:
        return "it does not grow from its last checkpoint"
    return None
