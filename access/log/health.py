"""Whether a log hangs together at its end: quick enough for each start and each signature.

A few dozen rows, however long the log is. What was changed further back is found by
:mod:`access.log.verify`, which reads everything.
"""

from sqlalchemy import Connection, select

from access.errors import LogUnavailable
from access.log.leaves import leaf
from access.log.merkle import Place, frontier_places, hash_leaf, root
from access.log.store import LogCheckpoint, LogEntry, LogHead
from access.log.tree import Head, read_head, read_nodes


def broken_logs(connection: Connection) -> dict[int, str]:
    """Return the logs that do not hang together, each with what is wrong."""
    logs = connection.execute(select(LogHead.log).order_by(LogHead.log)).scalars().all()
    found = {log: check_head(connection, log) for log in logs}
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
    if last and nodes.get(Place(0, last.number)) != hash_leaf(leaf(*last)):
        return "its last entry is not the tree's"
    return None


def _check_checkpoint(connection: Connection, log: int, head: Head) -> str | None:
    """Compare the last checkpoint that may have been handed out with the tree of its size."""
    kept = connection.execute(
        select(LogCheckpoint.size, LogCheckpoint.root)
        .where(LogCheckpoint.log == log)
        .order_by(LogCheckpoint.id.desc())
        .limit(1)
    ).one_or_none()
    if kept is None:
        return None
    if kept.size > head.size:
        return "it is shorter than its last checkpoint"
    places = frontier_places(kept.size)
    nodes = read_nodes(connection, log, places)
    if len(nodes) < len(places) or root([nodes[place] for place in places]) != kept.root:
        return "it does not grow from its last checkpoint"
    return None
