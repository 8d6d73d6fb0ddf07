"""Check a whole log: bodies against commitments, entries against the tree, the tree against its head.

Reads a few thousand entries at a time, so that memory does not grow with the log. What is found
is named by the entry at which it stands. A log that was rewritten from the first entry to the head
hangs together again: that is found by a checkpoint that somebody else has kept.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, func, select, type_coerce
from sqlalchemy.types import NullType

from access.database import now_utc_text
from access.errors import LogUnavailable
from access.log.entry import commitment, found_under
from access.log.eras import RESTORED, kept_eras
from access.log.erasures import KIND as ERASED
from access.log.erasures import Judged
from access.log.findings import Report, Wrong
from access.log.keeping import is_kept
from access.log.leaves import leaf
from access.log.mentions import Mention, erased_mentions_of, mentions_of
from access.log.merkle import EMPTY_ROOT, HASH_BYTES, Growth, added, hash_leaf, root
from access.log.store import LogEntry, LogHead, LogNode
from access.log.tree import nodes_between, read_head
from access.log.verify_mentions import Mentioned

#: So many entries are looked at together.
AT_ONCE = 4_096

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

#: Is told how many steps have been done, and how many there are.
Progress = Callable[[int, int], None]


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
        progress: is told after every few thousand entries; once as they are read, and once as what they
            are found by is.
    """
    report, frontier, kept, mentioned = Report(log), list[bytes](), _by_size(roots), Mentioned()
    eras = kept_eras(connection, log)
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
            _check_entry(report, row, mentioned, erasures)
            if (row.kind == RESTORED) is not (row.number in eras):
                report.found(Wrong.ERA, row.number)
            growth = added(report.size, frontier, _leaf_hash(report, row, nodes))
            _check_nodes(report, growth, nodes)
            frontier, report.size = growth.frontier, report.size + 1
            if report.size in kept and kept.pop(report.size) != {root(frontier)}:
                report.found(Wrong.CHECKPOINT, 0, report.size)
        progress(report.size, 2 * max(head_size, report.size))
    report.root = root(frontier)
    for number in sorted(eras):
        if number >= report.size:
            report.found(Wrong.ERA, number)
    for size in sorted(kept):
        report.found(Wrong.CHECKPOINT, report.size, size)
    if stray := erasures.strays():
        report.found(Wrong.ERASURE, stray.first, stray.last + 1)
    _check_head(connection, report, frontier, head_size)
    _check_mentions(connection, report, mentioned, progress)
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


def _check_entry(report: Report, row: Any, mentioned: Mentioned, erasures: Judged) -> None:
    """Check a body against its commitment, and the columns by which it is found against the body.

    Where it was erased: that an erasure says so, and nothing is left by which it was found.
    """
    number, kind, at, salt, body, committed, person_id, room_id = row
    erased_by = erasures.names(number)
    if salt is None and body is None:
        _check_erased(report, row, erased_by, erasures)
        mentioned.note(number, erased_mentions_of(kind))
        return
    if erased_by is not None:
        report.found(Wrong.NOT_GONE, number)
    # SQLite keeps a text where bytes should be, if somebody writes one.
    whole = isinstance(salt, bytes) and isinstance(body, bytes)
    said = _said(body) if whole else None
    if not whole or commitment(salt, body) != committed:
        report.found(Wrong.BODY, number)
    elif said is None or (number, kind, _instant(at), (person_id, room_id)) != _told(said):
        report.found(Wrong.COLUMNS, number)
    else:
        mentioned.note(number, mentions_of(kind, said))
        if kind == ERASED and (fault := erasures.fault_of(number)):
            report.found(Wrong.ERASURE, *fault)
        return
    mentioned.pass_over(number)


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


def _said(body: bytes) -> dict[str, Any] | None:
    """Return what a body says; of one that somebody else has written, nothing."""
    try:
        text = body.decode()
        said, end = _JSON.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and end == len(text) else None


def _told(said: dict[str, Any]) -> object:
    """Return what a body says of the columns."""
    return said.get("n"), said.get("kind"), said.get("at"), found_under(said)


def _check_mentions(connection: Connection, report: Report, mentioned: Mentioned, progress: Progress) -> None:
    """Compare what entries are found by with what they say; of each entry, the first that is wrong."""

    def look_on(seen: int) -> None:
        size = report.size
        progress(size + min(size, seen * size // max(1, mentioned.noted)), 2 * size)

    def mentions_between(start: int, end: int) -> dict[int, frozenset[Mention]]:
        rows = connection.execute(_ENTRIES.limit(end - start), {"of_log": report.log, "start": start})
        return {row.number: _mentions(row) for row in rows if row.number < end}

    told: set[int] = set()
    for misfit in mentioned.misfits(connection, report.log, mentions_between, look_on):
        if misfit.number not in told:
            report.found(Wrong.NOT_MENTIONED if misfit.is_missing else Wrong.MENTIONED, misfit.number)
        told.add(misfit.number)


def _mentions(row: Any) -> frozenset[Mention]:
    """Return what an entry has to be found by."""
    if row.body is None:
        return erased_mentions_of(row.kind)
    said = _said(row.body) if isinstance(row.body, bytes) else None
    return frozenset() if said is None else mentions_of(row.kind, said)


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
