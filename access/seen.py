"""What was last seen of each log, kept outside the database: so that an old copy put back is noticed.

A database that was put back has rights again that were ended since it was made. It also
has a shorter log, or another one: the last entry that was seen is not in it. The file is
written after the entry is on the disk, so a database that lost nothing always has it.
It must never be restored with a database: it is what tells the two apart.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, and_, select

from access.log.signing import origin_of
from access.log.store import LogEntry, LogHead
from access.log.tree import root_at

_LAST = select(LogEntry.log, LogEntry.number, LogEntry.commitment, LogHead.root).join(
    LogHead, and_(LogHead.log == LogEntry.log, LogHead.size == LogEntry.number + 1)
)


@dataclass(frozen=True, slots=True)
class SeenHead:
    """How far a log had come when it was last seen."""

    size: int
    #: Hexadecimal; None where an older version saw it.
    root: str | None
    #: Under which name its checkpoints were signed; None before the first.
    origin: str | None


class Seen:
    """The last entry of each log that this portal has seen, and the root of its tree up to there.

    Args:
        path: of the file, in the data directory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: Mapping[str, list[int | str]] | None = None

    def missing(self, connection: Connection) -> list[int]:
        """Return the logs whose last seen entry the database has not; none where all is well.

        Raises:
            OSError, ValueError: the file is there and cannot be read.
        """
        return [
            int(log)
            for log, (number, commitment, *root) in self._read().items()
            if not _has(connection, int(log), int(number), str(commitment), str(root[0]) if root else None)
        ]

    def note(self, connection: Connection) -> None:
        """Keep what is last in each log now; nothing where the database has not what was seen before.

        Raises:
            OSError: it could not be kept; what was kept before still is.
        """
        if self.missing(connection):
            return
        last = _last(connection)
        if last != self._read():
            self._write(last)

    def heads(self) -> dict[int, SeenHead]:
        """Return how far each log had come when it was last seen.

        Raises:
            OSError, ValueError: the file is there and cannot be read.
        """
        found = {}
        for log, (number, _, *more) in self._read().items():
            root, origin, *_ = (*more, None, None)
            found[int(log)] = SeenHead(int(number) + 1, _text(root), _text(origin))
        return found

    def begin_anew(self, connection: Connection) -> None:
        """Keep what is last in each log, whatever was seen before: a backup was put back, and says so.

        Raises:
            OSError: it could not be kept.
        """
        self._write(_last(connection))

    def _read(self) -> Mapping[str, list[int | str]]:
        if self._known is None:
            self._known = json.loads(self._path.read_text()) if self._path.exists() else {}
        return self._known

    def _write(self, last: Mapping[str, list[int | str]]) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(last, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(self._path)
        self._known = last


def _last(connection: Connection) -> Mapping[str, list[int | str]]:
    rows = connection.execute(_LAST).all()
    return {
        str(row.log): [
            *(row.number, row.commitment.hex(), row.root.hex()),
            origin_of(connection, row.log) or "",
        ]
        for row in rows
    }


def _text(said: object) -> str | None:
    return str(said) if said else None


def _has(connection: Connection, log: int, number: int, commitment: str, root: str | None) -> bool:
    """Say whether a log has this entry, and before it what it had; an older version kept no root."""
    entry = select(LogEntry.commitment).where(LogEntry.log == log, LogEntry.number == number)
    if connection.execute(entry).scalar() != bytes.fromhex(commitment):
        return False
    return root is None or root_at(connection, log, number + 1) == bytes.fromhex(root)
