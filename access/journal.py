"""Endings that must not be lost, on disk before the database is asked; and for some time after.

One preallocated file of checked lines: a full disk cannot refuse a line, because
its blocks are there already, and a power cut cannot lose one, because a line is
on the disk when :meth:`Journal.append` returns. A line that is done is kept too, until a
backup has it and for some time longer: whoever puts a backup back does anew what was ended
since (:mod:`access.backups`). That gives way where room is scarce, and is seen: lines are
numbered without gaps.

Several processes write to it, in turns. Knows nothing of what its lines mean.
"""

import fcntl
import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from access.journal_file import (
    BLOCK_BYTES,
    FIRST_LINE_BYTES,
    Pending,
    Position,
    Since,
    clear_tail,
    closing,
    decoded,
    encoded,
    entries,
    first_line,
    grow,
    inode_at,
    sync_directory,
    whole_lines,
    worth_keeping,
    write_new,
)

__all__ = ["BLOCK_BYTES", "MOST_BYTES", "Journal", "Pending", "Position", "Since"]

logger = logging.getLogger(__name__)

#: Up to this size the file grows to keep lines that are done; half of it is kept when it is made anew.
MOST_BYTES = 8 * BLOCK_BYTES
#: Opening or filling it beyond this share makes room.
WORTH_COMPACTING = 0.5
NAME_BYTES = 8


class Journal:
    """An append-only file of JSON objects, of which some are still to be done.

    Thread-safe, and safe between processes. Opens the file, or creates it with
    mode 0600.

    Args:
        path: of the file.
        most: bytes up to which it grows for lines that are done; smaller only in tests.

    Raises:
        OSError: the file can be neither opened nor created.
    """

    _kept_from: int  # from this sequence on the file has every line

    def __init__(self, path: Path, *, most: int = MOST_BYTES) -> None:
        self._path = path
        self._most = most
        self._lock = threading.Lock()
        self._missed = False
        self._forget()
        if not path.exists():
            self._create()
        with self._lock, self._turn() as descriptor:
            clear_tail(descriptor, self._end)
            if self._end > WORTH_COMPACTING * os.fstat(descriptor).st_size:
                _ = self._grown(descriptor, 0) or self._make_room(descriptor)

    def append(self, line: Mapping[str, Any]) -> int:
        """Keep *line* until it is done; it is on the disk when this returns.

        Returns:
            its sequence, which names it to :meth:`done`.

        Raises:
            OSError: it is not certain that the line was kept. The next that is kept says so.
        """
        try:
            return self._write(lambda number: {"sequence": number, "line": dict(line)}, durable=True)
        except OSError:
            self._missed = True
            with suppress(OSError), self._lock, self._turn() as descriptor:
                self._note_missing(descriptor, True)
            raise

    def _note_missing(self, descriptor: int, is_missing: bool) -> None:
        """Have the first line say whether a line before the next may be missing.

        It is written in its place, which a full disk does not refuse.
        """
        if self._begins and self._is_missing is not is_missing:
            os.pwrite(descriptor, first_line({**self._begins, "missing": is_missing}), 0)
            os.fdatasync(descriptor)
            self._read(descriptor)

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

    def newest(self) -> int:
        """Return the sequence of the last line, done or not."""
        with self._lock, self._turn():
            return self._last

    def position(self) -> Position:
        """Return up to where every line is done."""
        with self._lock, self._turn():
            return Position(self._name, min(self._pending, default=self._last + 1) - 1)

    def since(self, position: Position) -> Since:
        """Return every line after *position* that is kept, done or not; of another journal, all of them."""
        with self._lock, self._turn() as descriptor:
            own = position.journal == self._name != ""
            after = position.sequence if own else 0
            lines, unread = list[Pending](), False
            for _, entry in entries(descriptor, self._end):
                unread = unread or entry is None
                if entry is not None and "line" in entry and entry["sequence"] > after:
                    lines.append(Pending(entry["sequence"], entry["line"]))
            numbers = [pending.sequence for pending in lines]
            is_whole = own and not unread and not self._is_missing
            is_whole = is_whole and max(self._missed_at, self._kept_from - 1) <= after
            is_whole = is_whole and numbers == list(range(after + 1, self._last + 1))
            return Since(tuple(lines), is_whole and after <= self._last)

    def let_go(self, sequence: int) -> None:
        """Drop the lines up to *sequence* that are done: older than any backup that is still wanted."""
        with self._lock, self._turn() as descriptor:
            if self._kept_from <= sequence:
                self._kept_from = sequence + 1
                self._replace(descriptor)

    def _write(self, make: Callable[[int], Mapping[str, Any]], *, durable: bool) -> int:
        while True:
            with self._lock, self._turn() as descriptor:
                sequence = self._last + 1
                content = encoded(make(sequence))
                tells = durable and (self._missed or self._is_missing)
                if tells:  # what was not kept came before this line
                    content += encoded({"missed": sequence})
                if self._end + len(content) < os.fstat(descriptor).st_size:
                    self._put(descriptor, content, durable=durable)
                    if tells:
                        self._note_missing(descriptor, False)
                        self._missed = False
                    return sequence
                if not self._grown(descriptor, len(content)) and not self._make_room(descriptor):
                    grow(descriptor, len(content))

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
        self._name = ""
        self._kept_from = 1
        self._missed_at = 0
        self._is_missing = False
        self._begins: Mapping[str, Any] = {}
        self._pending: dict[int, Mapping[str, Any]] = {}

    @contextmanager
    def _turn(self) -> Iterator[int]:
        """Hold the file alone, having read all of it."""
        while True:
            with closing(os.open(self._path, os.O_RDWR | os.O_CLOEXEC)) as descriptor:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_ino != inode_at(self._path):
                    continue  # replaced while we waited
                self._read(descriptor)
                yield descriptor
                return

    def _read(self, descriptor: int) -> None:
        """Read the whole lines that are new; all of them where the file was begun anew."""
        begins = os.pread(descriptor, FIRST_LINE_BYTES, 0)
        if begins != self._first_line:
            self._forget()
            self._first_line = begins
        while whole := whole_lines(descriptor, self._end):
            for line in filter(None, whole.splitlines()):
                self._fold(decoded(line))
            self._end += len(whole)

    def _fold(self, entry: Mapping[str, Any] | None) -> None:
        if entry is None:
            # Only a power cut in the middle of a write leaves this, and such a line
            # was never reported as kept.
            logger.error("journal: an unreadable line was passed over")
            return
        if "file" in entry:
            self._begins, self._is_missing = entry, entry.get("missing", False)
            self._name = entry.get("journal", entry["file"])
            self._kept_from = entry.get("from", entry["sequence"] + 1)
        self._last = max(self._last, entry.get("sequence", 0))
        self._missed_at = max(self._missed_at, entry.get("missed", 0))
        if "line" in entry:
            self._pending[entry["sequence"]] = entry["line"]
        for sequence in {entry.get("done", 0), *entry.get("all_done", ())}:
            self._pending.pop(sequence, None)

    # Making, growing, dropping what is done.

    def _create(self) -> None:
        """Create the file whole, or find that somebody else just did."""
        fresh = self._fresh()
        self._name = secrets.token_hex(NAME_BYTES)
        try:
            write_new(fresh, self._beginning(kept_from=1, last=0))
            os.link(fresh, self._path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink(missing_ok=True)
        sync_directory(self._path.parent)

    def _beginning(self, *, kept_from: int, last: int) -> bytes:
        file = secrets.token_hex(NAME_BYTES)
        begins = {"file": file, "sequence": last, "journal": self._name, "from": kept_from}
        return first_line({**begins, "missing": True} if self._is_missing else begins)

    def _grown(self, descriptor: int, wanted: int) -> bool:
        """Make the file larger rather than drop what is done, as far as that is worth it; say whether."""
        if os.fstat(descriptor).st_size >= self._most:
            return False
        try:
            grow(descriptor, wanted)
        except OSError:
            return False
        return True

    def _make_room(self, descriptor: int) -> bool:
        """Drop lines that are done; say whether that made room."""
        if self._replace(descriptor):
            return True
        if self._pending:
            return False
        # In place, because that wants no new room: cut off at any point, it can only
        # bring back a line that was done, and doing it twice is borne.
        content = self._beginning(kept_from=self._last + 1, last=self._last)
        size = os.fstat(descriptor).st_size
        os.pwrite(descriptor, content + bytes(size - len(content)), 0)
        os.fdatasync(descriptor)
        return True

    def _replace(self, descriptor: int) -> bool:
        """Replace the file by one with the pending lines and the newest that are done, if there is room."""
        first = max(self._kept_from, self._missed_at + 1)
        room = int(WORTH_COMPACTING * self._most) - 2 * FIRST_LINE_BYTES
        lines, kept_from = worth_keeping(descriptor, self._end, self._pending, (first, self._last), room)
        content = self._beginning(kept_from=kept_from, last=self._last) + b"".join(lines)
        if len(content) > WORTH_COMPACTING * max(self._end, self._most):
            return False
        fresh = self._fresh()
        try:
            write_new(fresh, content)
            fresh.rename(self._path)
        except OSError as fault:
            fresh.unlink(missing_ok=True)
            logger.warning("journal: could not be compacted: %s", type(fault).__name__)
            return False
        sync_directory(self._path.parent)
        return True

    def _fresh(self) -> Path:
        return self._path.with_name(f"{self._path.name}.{os.getpid()}.{threading.get_ident()}.new")
