"""The bytes of a journal: one preallocated file of checked lines, and how it is read and made."""

import json
import os
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The file grows by this much, when the disk allows.
BLOCK_BYTES = 1 << 20
FIRST_LINE_BYTES = 128
#: Read at once, and twice as much where a line is longer.
READ_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Pending:
    """A line, and the sequence that names it."""

    sequence: int
    line: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where a journal was done."""

    #: The journal's name, which stays when its file is made anew.
    journal: str
    #: Every line up to this sequence is done.
    sequence: int


@dataclass(frozen=True, slots=True)
class Since:
    """The lines after a position."""

    lines: tuple[Pending, ...]
    #: Nothing is missing between the position and the last line.
    is_whole: bool


def first_line(entry: Mapping[str, Any]) -> bytes:
    """Return how a file begins: by its random name, so that readers see it was begun anew."""
    return encoded(entry).ljust(FIRST_LINE_BYTES, b"\n")


def whole_lines(descriptor: int, start: int) -> bytes:
    """Return some of the lines from *start* on; none only where there is none."""
    size = READ_BYTES
    while True:
        content = os.pread(descriptor, size, start)
        used, _, _ = content.partition(b"\0")
        whole = used[: used.rfind(b"\n") + 1]
        if whole or len(used) < size:
            return whole
        size *= 2


def entries(descriptor: int, end: int) -> Iterator[tuple[bytes, Mapping[str, Any] | None]]:
    """Yield every line before *end* as it stands, with what it says; None where it was not written so."""
    start = 0
    while start < end and (whole := whole_lines(descriptor, start)):
        for line in filter(None, whole.splitlines()):
            yield line + b"\n", decoded(line)
        start += len(whole)


def encoded(entry: Mapping[str, Any]) -> bytes:
    """Return a line with its check (CRC-32)."""
    content = json.dumps(entry, separators=(",", ":")).encode()  # ASCII: no NUL, no line break
    return b"%08x %s\n" % (zlib.crc32(content), content)


def decoded(line: bytes) -> Mapping[str, Any] | None:
    """Return the entry, or None where the bytes are not what was written."""
    check, _, content = line.partition(b" ")
    if check != b"%08x" % zlib.crc32(content):
        return None
    entry: Mapping[str, Any] = json.loads(content)
    return entry


@contextmanager
def closing(descriptor: int) -> Iterator[int]:
    """Close *descriptor* at the end, and let go of its lock."""
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def inode_at(path: Path) -> int:
    """Return which file lies at *path*; -1 where none does."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return -1


def write_new(path: Path, content: bytes) -> None:
    """Create *path* with *content* and room behind it, on the disk when this returns."""
    with closing(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)) as descriptor:
        if os.pwrite(descriptor, content, 0) != len(content):
            raise OSError("no room for a journal")
        grow(descriptor, BLOCK_BYTES // 2)


def grow(descriptor: int, wanted: int) -> None:
    """Append zeros that are really written, because a hole would want room later."""
    size = os.fstat(descriptor).st_size
    more = BLOCK_BYTES - (size + wanted) % BLOCK_BYTES + wanted
    if os.pwrite(descriptor, bytes(more), size) != more:
        os.ftruncate(descriptor, size)
        raise OSError("no room for the journal to grow")
    os.fsync(descriptor)


def sync_directory(path: Path) -> None:
    """Have the names in *path* on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with closing(descriptor):
        os.fsync(descriptor)


def clear_tail(descriptor: int, end: int) -> None:
    """Empty what lies behind the last whole line: the rest of a write that was cut off."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, size - end, end)
    if tail.count(0) < len(tail):
        os.pwrite(descriptor, bytes(size - end), end)
        os.fdatasync(descriptor)


def worth_keeping(
    descriptor: int, end: int, pending: Collection[int], span: tuple[int, int], room: int
) -> tuple[list[bytes], int]:
    """Return the lines that a new file begins with, and from which sequence on it has all of them.

    Args:
        descriptor: the old file's.
        end: of its last line.
        pending: sequences that are kept in any case.
        span: the first and the last sequence between which it has all lines.
        room: bytes for lines that are done, the newest first.
    """
    found = [
        (entry["sequence"], line)
        for line, entry in entries(descriptor, end)
        if entry is not None and "line" in entry
    ]
    first, last = span
    kept_from = last + 1
    for sequence, line in reversed(found):
        room -= len(line)
        if room < 0 or sequence < first:
            break
        kept_from = sequence
    kept = [(number, line) for number, line in found if number >= kept_from or number in pending]
    done = [number for number, _ in kept if number not in pending]
    return [*(line for _, line in kept), encoded({"all_done": done})], kept_from
