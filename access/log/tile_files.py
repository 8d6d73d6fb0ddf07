"""A whole log as files: checkpoint, tiles and entry bundles, as C2SP tlog-tiles lays them out.

Hashes and leaves only, which tell nobody's business: whoever has the files can check every
checkpoint and every receipt of the log, and make proofs of their own. All hashes are computed from
the leaves, so what is written hangs together, and leads to the checkpoint or is refused.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, select

from access.errors import Refused
from access.log.checkpoints import parse_checkpoint
from access.log.leaves import leaf
from access.log.merkle import added, hash_leaf, root
from access.log.notes import parse_note
from access.log.store import LogEntry
from access.log.tiles import HEIGHT, WIDTH, Tile, bundle_bytes, tile_bytes
from access.log.verify import Progress

#: So many entries are read together.
AT_ONCE = 4_096

_LEAVES = (
    select(LogEntry.kind, LogEntry.commitment)
    .where(
        LogEntry.log == bindparam("of_log"),
        LogEntry.number >= bindparam("start"),
        LogEntry.number < bindparam("end"),
    )
    .order_by(LogEntry.number)
)

#: Takes a path under the log's address, and what lies there.
WriteFile: TypeAlias = Callable[[str, bytes], object]


def write_tiles(
    connection: Connection,
    log: int,
    note: bytes,
    write: WriteFile,
    progress: Progress = lambda _done, _all: None,
) -> None:
    """Write every tile and every entry bundle of a log, as far as a checkpoint reaches, and it last.

    Args:
        connection: of a read transaction.
        log: the school's id, or ``INSTALLATION``.
        note: a checkpoint of that log, as it was signed.
        write: is given each file whole, once.
        progress: is told after every few thousand entries.

    Raises:
        Refused: ``log:broken``: the entries do not lead to the checkpoint, and what was written is nothing.

    Source:
        C2SP tlog-tiles.
    """
    checkpoint = parse_checkpoint(parse_note(note).text)
    rows, frontier = _Rows(write), list[bytes]()
    for number, made in enumerate(_leaves(connection, log, checkpoint.size, progress)):
        growth = added(number, frontier, hash_leaf(made))
        frontier = growth.frontier
        rows.add(None, made)
        for place, node in growth.nodes:
            if place.level % HEIGHT == 0:
                rows.add(place.level // HEIGHT, node)
    rows.end()
    if root(frontier) != checkpoint.root:
        raise Refused("log:broken", f"its entries do not lead to its checkpoint (log {log})")
    write("checkpoint", note)


class _Rows:
    """The rows of tiles, one for each level and one of bundles; each tile is written when it is full."""

    def __init__(self, write: WriteFile) -> None:
        self._write = write
        self._waiting: defaultdict[int | None, list[bytes]] = defaultdict(list)
        self._written: defaultdict[int | None, int] = defaultdict(int)

    def add(self, level: int | None, item: bytes) -> None:
        """Take what stands next in a row."""
        self._waiting[level].append(item)
        if len(self._waiting[level]) == WIDTH:
            self._put(level)

    def end(self) -> None:
        """Write what is left as partial tiles."""
        for level in [level for level, waiting in self._waiting.items() if waiting]:
            self._put(level)

    def _put(self, level: int | None) -> None:
        items = self._waiting[level]
        tile = Tile(level, self._written[level], len(items))
        self._write(tile.path, bundle_bytes(items) if level is None else tile_bytes(items))
        self._written[level] += 1
        self._waiting[level] = []


def _leaves(connection: Connection, log: int, size: int, progress: Progress) -> Iterator[bytes]:
    """Yield the leaves of a log in their order."""
    for start in range(0, size, AT_ONCE):
        end = min(start + AT_ONCE, size)
        rows = connection.execute(_LEAVES, {"of_log": log, "start": start, "end": end}).all()
        for number, row in enumerate(rows, start):
            try:
                yield leaf(number, row.kind, row.commitment)
            except (ValueError, TypeError) as fault:
                raise Refused("log:broken", f"entry {number} has no leaf (log {log})") from fault
        progress(end, size)
