"""Check a whole log: bodies against commitments, entries against the tree, the tree against its head.

Reads a few thousand entries at a time, so that memory does not grow with the log. What is found
is named by the entry at which it stands. A log that was rewritten from the first entry to the head
hangs together again: that is found by a checkpoint that somebody else has kept.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, func, select, type_coerce
from sqlalchemy.types import NullType

from access.database import now_utc_text
from access.errors import LogUnavailable
from access.log.entry import commitment, found_under
from access.log.erasures import KIND as ERASED
from access.log.erasures import Judged
from access.log.keeping import is_kept
from access.log.leaves import leaf
from access.log.merkle import EMPTY_ROOT, HASH_BYTES, Growth, added, hash_leaf, root
from access.log.store import LogEntry, LogHead, LogNode
from access.log.tree import nodes_between, read_head

#: So many entries are looked at together.
AT_ONCE = 4_096
#: So many findings are told; the first is what matters.
MOST_TOLD = 100

_ENTRIES = (
    select(
        LogEntry.number,
        LogEntry.kind,
        type_coerce(LogEntry.at, NullType()).label("at"),  # as it is kept: it may be none
        LogEntry.salt,
        LogEntry.body,
        LogEntry.commitment,
        LogEntry.person_id,
        LogEntry.room_id,
    )
    .where(LogEntry.log == bindparam("of_log"), LogEntry.number >= bindparam("start"))
    .order_by(LogEntry.number)
    .limit(AT_ONCE)
)
_JSON = json.JSONDecoder()

#: Of ``(level, position)``, the node that is kept there: equal to a Place, and made in half the time.
Nodes: TypeAlias = dict[tuple[int, int], bytes]

#: Is told how many entries have been looked at, and how many there are.
Progress = Callable[[int, int], None]


class Wrong(StrEnum):
    """What can be wrong."""

    #: What the entry says is not what was committed to.
    BODY = "body"
    #: What it is found under (kind, time, person, room, number) is not what it says.
    COLUMNS = "columns"
    #: Salt and body are gone, and no erasure in the tree names it.
    GONE = "gone"
    #: An erasure names it, and it says something still.
    NOT_GONE = "not_gone"
    #: An erasure is not true: what it names, or when that was.
    ERASURE = "erasure"
    #: It is not the entry that the tree has at its number.
    LEAF = "leaf"
    MISSING = "missing"
    #: There is another one with its number.
    TWICE = "twice"
    #: It stands beyond the end of the log.
    BEYOND = "beyond"
    #: The tree's own hash over some entries is another one.
    NODE = "node"
    #: Size, frontier or root of the head.
    HEAD = "head"
    #: The log is not the one that an older checkpoint is of.
    CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: Wrong
    #: The first entry that it is about; of the head, how many entries there are.
    number: int
    #: It is about the entries ``[number, until)``.
    until: int


@dataclass(slots=True)
class Report:
    """What was found in one log."""

    log: int
    #: Entries looked at, one after another from 0.
    size: int = 0
    #: The root that follows from them; where nothing is wrong the log's own.
    root: bytes = EMPTY_ROOT
    #: In the order of the entries; at most :data:`MOST_TOLD`.
    findings: list[Finding] = field(default_factory=list)

    def found(self, what: Wrong, number: int, until: int | None = None) -> None:
        """Note that something is wrong."""
        if len(self.findings) < MOST_TOLD:
            self.findings.append(Finding(what, number, number + 1 if until is None else until))


def verify(
    connection: Connection,
    log: int,
    *,
    roots: Iterable[tuple[int, bytes]] = (),
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Check every entry of *log*, and its tree.

    Args:
        connection: of a read transaction, so that all of it is of one state.
        log: the school's id, or ``INSTALLATION``.
        roots: sizes with the roots that somebody kept of them, such as those of older checkpoints.
        progress: is told after every few thousand entries.
    """
    report, frontier, kept = Report(log), list[bytes](), _by_size(roots)
    head_size = connection.execute(select(LogHead.size).where(LogHead.log == log)).scalar() or 0
    erasures = Judged(connection, log)
    for rows, nodes in _batches(connection, log):
        erasures.look_at(report.size, rows[-1].number + 1)
        for row in rows:
            if row.number != report.size:
                report.found(
                    Wrong.MISSING if row.number > report.size else Wrong.TWICE, report.size, row.number
                )
                return report
            _check_entry(report, row, erasures)
            growth = added(report.size, frontier, _leaf_hash(report, row, nodes))
            _check_nodes(report, growth, nodes)
            frontier, report.size = growth.frontier, report.size + 1
            if report.size in kept and kept.pop(report.size) != {root(frontier)}:
                report.found(Wrong.CHECKPOINT, 0, report.size)
        progress(report.size, max(head_size, report.size))
    report.root = root(frontier)
    for size in sorted(kept):
        report.found(Wrong.CHECKPOINT, report.size, size)
    if stray := erasures.strays():
        report.found(Wrong.ERASURE, stray.first, stray.last + 1)
    _check_head(connection, report, frontier, head_size)
    return report


def _by_size(roots: Iterable[tuple[int, bytes]]) -> dict[int, set[bytes]]:
    """Return the roots by size; that the empty tree has its root needs no looking."""
    kept: defaultdict[int, set[bytes]] = defaultdict(set)
    for size, wanted in roots:
        if (size, wanted) != (0, EMPTY_ROOT):
            kept[size].add(wanted)
    return dict(kept)


def _batches(connection: Connection, log: int) -> Iterator[tuple[Sequence[Any], Nodes]]:
    """Yield entries in their order, some at a time, with the nodes that they complete."""
    start = 0
    while rows := connection.execute(_ENTRIES, {"of_log": log, "start": start}).all():
        end = rows[-1].number + 1
        nodes = {
            (level, position): node
            for level in range(end.bit_length())
            for position, node in nodes_between(connection, log, level, start >> level, end >> level)
        }
        yield rows, nodes
        start = end


def _check_entry(report: Report, row: Any, erasures: Judged) -> None:
    """Check a body against its commitment, and the columns by which it is found against the body.

    Where it was erased: that an erasure says so, and nothing is left by which it was found.
    """
    number, kind, at, salt, body, committed, person_id, room_id = row
    erased_by = erasures.names(number)
    if salt is None and body is None:
        _check_erased(report, row, erased_by, erasures)
        return
    if erased_by is not None:
        report.found(Wrong.NOT_GONE, number)
    # SQLite keeps a text where bytes should be, if somebody writes one.
    whole = isinstance(salt, bytes) and isinstance(body, bytes)
    if not whole or commitment(salt, body) != committed:
        report.found(Wrong.BODY, number)
    elif (number, kind, _instant(at), (person_id, room_id)) != _told(body):
        report.found(Wrong.COLUMNS, number)
    elif kind == ERASED and (fault := erasures.fault_of(number)):
        report.found(Wrong.ERASURE, *fault)


def _check_erased(report: Report, row: Any, erased_by: int | None, erasures: Judged) -> None:
    if erased_by is None or is_kept(row.kind):
        report.found(Wrong.GONE, row.number)
        return
    erasures.took(row.number, str(_instant(row.at)), erased_by)
    if (row.person_id, row.room_id) != (None, None):
        report.found(Wrong.COLUMNS, row.number)


def _instant(kept: object) -> object:
    """Return an instant as entries have it, from what the database keeps; of no instant, what there is."""
    if isinstance(kept, datetime):
        return now_utc_text(kept)
    day, _, time = str(kept).partition(" ")
    return f"{day}T{time}Z"


def _told(body: bytes) -> object:
    """Return what a body says of the columns; of one that somebody else has written, anything."""
    try:
        text = body.decode()
        said, end = _JSON.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or end != len(text):
        return None
    return said.get("n"), said.get("kind"), said.get("at"), found_under(said)


def _leaf_hash(report: Report, row: Any, nodes: Nodes) -> bytes:
    """Return the leaf hash that the tree has of an entry, having compared the entry with it."""
    of_tree = nodes.get((0, row.number))
    try:
        of_entry = hash_leaf(leaf(row.number, row.kind, row.commitment))
    except (ValueError, TypeError, AttributeError):
        of_entry = None
    if of_entry is None or of_tree != of_entry:
        report.found(Wrong.LEAF, row.number)
    return of_tree or of_entry or bytes(HASH_BYTES)


def _check_nodes(report: Report, growth: Growth, nodes: Nodes) -> None:
    """Compare what an entry makes of the tree with what is kept of it: of what is wrong, the smallest."""
    for place, node in growth.nodes[1:]:
        if nodes.get(place) != node:
            start = place.position << place.level
            report.found(Wrong.NODE, start, start + (1 << place.level))
            return


def _check_head(connection: Connection, report: Report, frontier: Sequence[bytes], size: int) -> None:
    if size < report.size:
        report.found(Wrong.BEYOND, size, report.size)
    if size > report.size:
        report.found(Wrong.MISSING, report.size, size)
    try:
        head = read_head(connection, report.log)
    except LogUnavailable:
        head = None
    if size == report.size and (head is None or head.frontier != tuple(frontier)):
        report.found(Wrong.HEAD, 0, size)
    nodes = connection.execute(
        select(func.count()).select_from(LogNode).where(LogNode.log == report.log)
    ).scalar_one()
    if nodes > sum(size >> level for level in range(size.bit_length())):
        report.found(Wrong.NODE, size, size)
