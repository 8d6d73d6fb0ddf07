"""Endings that must not be lost, on disk before the database is asked.

One preallocated file of checked lines: a full disk cannot refuse a line, because
its blocks are there already, and a power cut cannot lose one, because a line is
on the disk when :meth:`Journal.append` returns. It holds what is to be recorded,
not what was: a line is dropped some time after it is done.

Several processes write to it, in turns. Knows nothing of what its lines mean.
"""

import fcntl
import json
import logging
import os
import secrets
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

#: The file grows by this much, when the disk allows.
BLOCK_BYTES = 1 << 20
#: Opening or filling it beyond this share drops the lines that are done.
WORTH_COMPACTING = 0.5
FIRST_LINE_BYTES = 128
#: Read at once, and twice as much where a line is longer.
READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Pending:
    """A line that nobody has reported as done."""

    sequence: int
    line: Mapping[str, Any]


class Journal:
    """An append-only file of JSON objects, of which some are still to be done.

    Thread-safe, and safe between processes. Opens the file, or creates it with
    mode 0600.

    Raises:
        OSError: the file can be neither opened nor created.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._forget()
        if not path.exists():
            self._create()
        with self._lock, self._turn() as descriptor:
            self._clear_tail(descriptor)
            if self._end > WORTH_COMPACTING * os.fstat(descriptor).st_size:
                self._make_room(descriptor)

    def append(self, line: Mapping[str, Any]) -> int:
        """Keep *line* until it is done; it is on the disk when this returns.

        Returns:
            its sequence, which names it to :meth:`done`.

        Raises:
            OSError: it is not certain that the line was kept.
        """
        return self._write(lambda sequence: {"sequence": sequence, "line": dict(line)}, durable=True)

    def done(self, sequence: int) -> None:
        """Report that the line *sequence* needs no more doing.

        Not waited for: a report that is lost makes a line pending again, and
        whoever does lines must bear doing one twice.
        """
        self._write(lambda _: {"done": sequence}, durable=False)

    def pending(self) -> list[Pending]:
        """Return the lines that are not done, oldest first, whoever wrote them."""
        with self._lock, self._turn():
            return [Pending(sequence, line) for sequence, line in sorted(self._pending.items())]

    def _write(self, make: Callable[[int], Mapping[str, Any]], *, durable: bool) -> int:
        while True:
            with self._lock, self._turn() as descriptor:
                sequence = self._last + 1
                content = _encoded(make(sequence))
                if self._end + len(content) < os.fstat(descriptor).st_size:
                    self._put(descriptor, content, durable=durable)
                    return sequence
                if not self._make_room(descriptor):
                    _grow(descriptor, len(content))

    def _put(self, descriptor: int, content: bytes, *, durable: bool) -> None:
        written = os.pwrite(descriptor, content, self._end)
        if written != len(content):
            raise OSError("the journal took only a part of a line")
        if durable:
            os.fdatasync(descriptor)
        self._read(descriptor)

    # Reading: every turn begins by reading what others wrote since the last one.

    def _forget(self) -> None:
        self._first_line = b""
        self._end = 0
        self._last = 0
        self._pending: dict[int, Mapping[str, Any]] = {}

    @contextmanager
    def _turn(self) -> Iterator[int]:
        """Hold the file alone, having read all of it."""
        while True:
            with _closing(os.open(self._path, os.O_RDWR | os.O_CLOEXEC)) as descriptor:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_ino != _inode_at(self._path):
                    continue  # replaced while we waited
                self._read(descriptor)
                yield descriptor
                return

    def _read(self, descriptor: int) -> None:
        """Read the whole lines that are new; all of them where the file was begun anew."""
        first_line = os.pread(descriptor, FIRST_LINE_BYTES, 0)
        if first_line != self._first_line:
            self._forget()
            self._first_line = first_line
        while whole := _whole_lines(descriptor, self._end):
            for encoded in filter(None, whole.splitlines()):
                self._fold(_decoded(encoded))
            self._end += len(whole)

    def _fold(self, entry: Mapping[str, Any] | None) -> None:
        if entry is None:
            # Only a power cut in the middle of a write leaves this, and such a line
            # was never reported as kept.
            logger.error("journal: an unreadable line was passed over")
            return
        self._last = max(self._last, entry.get("sequence", 0))
        if "line" in entry:
            self._pending[entry["sequence"]] = entry["line"]
        self._pending.pop(entry.get("done", 0), None)

    # Making, growing, dropping what is done.

    def _create(self) -> None:
        """Create the file whole, or find that somebody else just did."""
        fresh = self._fresh()
        try:
            _write_new(fresh, _first_line(0))
            os.link(fresh, self._path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink(missing_ok=True)
        _sync_directory(self._path.parent)

    def _clear_tail(self, descriptor: int) -> None:
        """Empty what lies behind the last whole line: the rest of a write that was cut off."""
        size = os.fstat(descriptor).st_size
        tail = os.pread(descriptor, size - self._end, self._end)
        if tail.count(0) < len(tail):
            os.pwrite(descriptor, bytes(size - self._end), self._end)
            os.fdatasync(descriptor)

    def _make_room(self, descriptor: int) -> bool:
        """Drop the lines that are done; say whether that made room."""
        if self._pending:
            return self._replace()
        # In place, because that wants no new room: cut off at any point, it can only
        # bring back a line that was done, and doing it twice is borne.
        content = _first_line(self._last)
        size = os.fstat(descriptor).st_size
        os.pwrite(descriptor, content + bytes(size - len(content)), 0)
        os.fdatasync(descriptor)
        return True

    def _replace(self) -> bool:
        """Replace the file by one with the pending lines only, if the disk has room for it."""
        lines = [
            _encoded({"sequence": sequence, "line": line}) for sequence, line in sorted(self._pending.items())
        ]
        content = _first_line(self._last) + b"".join(lines)
        if len(content) > WORTH_COMPACTING * self._end:
            return False
        fresh = self._fresh()
        try:
            _write_new(fresh, content)
            fresh.rename(self._path)
        except OSError as fault:
            fresh.unlink(missing_ok=True)
            logger.warning("journal: could not be compacted: %s", type(fault).__name__)
            return False
        _sync_directory(self._path.parent)
        return True

    def _fresh(self) -> Path:
        return self._path.with_name(f"{self._path.name}.{os.getpid()}.{threading.get_ident()}.new")


def _first_line(sequence: int) -> bytes:
    """Return how a file begins: by its random name, so that readers see it was begun anew."""
    return _encoded({"file": secrets.token_hex(16), "sequence": sequence}).ljust(FIRST_LINE_BYTES, b"\n")


def _whole_lines(descriptor: int, start: int) -> bytes:
    """Return some of the lines from *start* on; none only where there is none."""
    size = READ_BYTES
    while True:
        content = os.pread(descriptor, size, start)
        used, _, _ = content.partition(b"\0")
        whole = used[: used.rfind(b"\n") + 1]
        if whole or len(used) < size:
            return whole
        size *= 2


def _encoded(entry: Mapping[str, Any]) -> bytes:
    content = json.dumps(entry, separators=(",", ":")).encode()  # ASCII: no NUL, no line break
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _decoded(encoded: bytes) -> Mapping[str, Any] | None:
    """Return the entry, or None where the bytes are not what was written."""
    check, _, content = encoded.partition(b" ")
    if check != b"%08x" % zlib.crc32(content):
        return None
    entry: Mapping[str, Any] = json.loads(content)
    return entry


@contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _inode_at(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return -1


def _write_new(path: Path, content: bytes) -> None:
    """Create *path* with *content* and room behind it, on the disk when this returns."""
    with _closing(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)) as descriptor:
        if os.pwrite(descriptor, content, 0) != len(content):
            raise OSError("no room for a journal")
        _grow(descriptor, BLOCK_BYTES // 2)


def _grow(descriptor: int, wanted: int) -> None:
    """Append zeros that are really written, because a hole would want room later."""
    size = os.fstat(descriptor).st_size
    more = BLOCK_BYTES - (size + wanted) % BLOCK_BYTES + wanted
    if os.pwrite(descriptor, bytes(more), size) != more:
        os.ftruncate(descriptor, size)
        raise OSError("no room for the journal to grow")
    os.fsync(descriptor)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with _closing(descriptor):
        os.fsync(descriptor)
