"""Stop marks: what ends a right at once, before any record is made.

A table of events in memory shared by every process of the portal: a mark was set, a mark was cleared.
Its room is taken when it is made, so a full RAM disk refuses no mark; when the table itself is full,
everything is stopped. Readers compare a counter and read only what is new. Knows nothing of records: who
sets a mark and who may clear it is the business of :mod:`access.acts`.
"""

import fcntl
import mmap
import os
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from access.errors import RecordsUnavailable
from access.journal import Journal
from access.scopes import SCOPES, Scope

__all__ = ["EVERYTHING", "SCOPES", "SLOTS", "Mark", "Scope", "StopMarks"]

#: Events until everything is stopped; ./portal up makes room long before.
SLOTS = 65_536


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One record whose right is stopped, whatever the database says."""

    scope: Scope
    id: int


#: Stops everything; :meth:`StopMarks.stopped` names it where everything is stopped.
EVERYTHING = Mark(Scope.INSTALLATION, 0)

MAGIC = b"stops\x00\x01\n"
#: Magic, then: moved (1 when the table has been replaced), events dropped before
#: this table, events in this table. All little-endian, on 8-byte borders.
HEADER = struct.Struct("<8sQQQ")
MOVED_AT, DROPPED_AT, USED_AT = 8, 16, 24
NUMBER = struct.Struct("<Q")
#: Action, scope, unused, CRC-32 of the others, id.
SLOT = struct.Struct("<BBHIq")
SET, CLEAR = 1, 2


class StopMarks:
    """The marks in force, the same for every process that opens the table.

    Thread-safe. Opens the table, or creates it with mode 0600; marks of endings
    that still wait in the journal are set, so a table lost with the machine's
    memory comes back with what the records do not know yet.

    Args:
        table: on a RAM disk; common to all processes.
        journal: where endings wait to be recorded.
        slots: events the table holds; smaller only in tests.

    Raises:
        RecordsUnavailable: the file at *table* is not a whole table.
    """

    def __init__(self, table: Path, journal: Journal, *, slots: int = SLOTS) -> None:
        self.journal = journal
        self._path = table
        self._slots = slots
        self._lock = threading.RLock()  # held for microseconds: the cutter waits on it
        if not table.exists():
            _create(table, slots, dropped=0, marks=())
        self._open()
        self.hold()

    def count(self) -> int:
        """Return how many events there have been; it grows with each of them."""
        with self._lock:
            self._follow()
            dropped: int = self._dropped
            return dropped + self._used()

    def set(self, marks: Iterable[Mark]) -> None:
        """Stop *marks*, in every process, from now on."""
        with self._lock, self._turn():
            for mark in marks:
                self._append(SET, mark)

    def clear(self, marks: Iterable[Mark], *, before: int | None = None) -> None:
        """Let *marks* pass again, where a committed act has opened what they stopped.

        Args:
            before: a count; marks set since then are of a later ending and stay. So
                do marks of endings that are not recorded yet.
        """
        waiting = self.waiting()  # may wait for the disk, so not while readers wait for us
        with self._lock, self._turn():
            self._fold()
            for mark in set(marks) & self._in_force.keys() - waiting:
                if before is None or self._in_force[mark] < before:
                    self._append(CLEAR, mark)
        self.hold()

    def hold(self) -> None:
        """Set the marks of endings that wait in the journal, where one is not in force.

        An ending may have reached the journal while somebody cleared its mark.
        """
        waiting = self.waiting()
        self.set(waiting - self.stopped(waiting))

    def stopped(self, marks: Iterable[Mark]) -> frozenset[Mark]:
        """Return which of *marks* are stopped, and ``EVERYTHING`` where everything is."""
        wanted = frozenset(marks) | {EVERYTHING}
        with self._lock:
            self._fold()
            if self._unreadable or EVERYTHING in self._in_force or self._used() >= self._slots:
                return wanted
            return frozenset(mark for mark in wanted if mark in self._in_force)

    def set_since(self, marks: Iterable[Mark], count: int) -> bool:
        """Say whether one of *marks* was set since there were *count* events."""
        with self._lock:
            self._fold()
            return any(self._in_force.get(mark, -1) >= count for mark in marks)

    def in_force(self) -> frozenset[Mark]:
        """Return every mark that is set."""
        with self._lock:
            self._fold()
            return frozenset(self._in_force)

    def waiting(self) -> frozenset[Mark]:
        """Return the marks of endings that wait in the journal."""
        return frozenset(
            Mark(Scope(scope), number)
            for pending in self.journal.pending()
            for scope, number in pending.line.get("marks", ())
        )

    def room(self) -> float:
        """Return the share of the table that is still free."""
        with self._lock:
            self._follow()
            return 1 - self._used() / self._slots

    def compact(self, *, outlived: Iterable[Mark] = ()) -> None:
        """Replace the table by one that holds only the marks in force.

        Args:
            outlived: marks that go too, because what they stopped can never be again.

        Raises:
            OSError: no room for a second table; the old one stays.
        """
        waiting = self.waiting()  # a full table took no more marks, the journal did
        with self._lock, self._turn():
            self._fold()
            kept = sorted((self._in_force.keys() - set(outlived)) | waiting)
            if self._unreadable or len(kept) > self._slots:
                return
            _create(self._path, self._slots, dropped=self.count(), marks=kept, replace=True)
            NUMBER.pack_into(self._table, MOVED_AT, 1)
        self.hold()

    def close(self) -> None:
        """Let go of the table; nothing can be asked of this object after it."""
        with self._lock:
            self._close()

    # The table: read without a lock, written in turns.

    def _open(self) -> None:
        file = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
        if os.fstat(file).st_size != _size(self._slots):
            os.close(file)
            raise RecordsUnavailable("the table of stop marks is damaged: another size")
        self._file, self._table, self._pid = file, mmap.mmap(file, 0), os.getpid()
        magic, _, self._dropped, _ = HEADER.unpack_from(self._table)
        if magic != MAGIC:
            raise RecordsUnavailable("the table of stop marks is damaged: not a table")
        self._in_force: dict[Mark, int] = {}  # with the count at which it was set
        self._folded = 0
        self._unreadable = False

    def _follow(self) -> None:
        """Open the table that replaced ours, if one did."""
        while NUMBER.unpack_from(self._table, MOVED_AT)[0]:
            former, file = self._table, self._file
            self._open()  # first: out of descriptors it fails, and is tried again from the former
            former.close()
            os.close(file)

    def _close(self) -> None:
        self._table.close()
        os.close(self._file)

    def _used(self) -> int:
        return int(NUMBER.unpack_from(self._table, USED_AT)[0])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Write alone. The file stays open: a process out of descriptors can still set a mark."""
        if self._pid != os.getpid():  # pragma: no cover  # in a fork, which shares its parent's flock
            self._close()
            self._open()
        while True:
            self._follow()
            held = self._file
            fcntl.flock(held, fcntl.LOCK_EX)
            try:
                if not NUMBER.unpack_from(self._table, MOVED_AT)[0]:
                    yield
                    return
            finally:
                fcntl.flock(held, fcntl.LOCK_UN)

    def _append(self, action: int, mark: Mark) -> None:
        used = self._used()
        if used < self._slots:  # else everything is stopped already
            SLOT.pack_into(self._table, _offset(used), *_slot(action, mark))
            NUMBER.pack_into(self._table, USED_AT, used + 1)  # last: readers believe what is below it

    def _fold(self) -> None:
        self._follow()
        used = min(self._used(), self._slots)
        while self._folded < used:
            event = _event(SLOT.unpack_from(self._table, _offset(self._folded)))
            if event is None:
                self._unreadable = True  # until it can be read
                return
            action, mark = event
            if action == SET:
                self._in_force[mark] = self._dropped + self._folded
            else:
                self._in_force.pop(mark, None)
            self._folded += 1
        self._unreadable = False


def _size(slots: int) -> int:
    return HEADER.size + slots * SLOT.size


def _offset(slot: int) -> int:
    return HEADER.size + slot * SLOT.size


def _check(action: int, scope: int, number: int) -> int:
    return zlib.crc32(struct.pack("<BBq", action, scope, number))


def _slot(action: int, mark: Mark) -> tuple[int, int, int, int, int]:
    scope = SCOPES.index(mark.scope)
    return action, scope, 0, _check(action, scope, mark.id), mark.id


def _event(slot: tuple[int, int, int, int, int]) -> tuple[int, Mark] | None:
    """Return action and mark of a slot, or None where it is not one we wrote."""
    action, scope, _, check, number = slot
    if action not in (SET, CLEAR) or scope >= len(SCOPES) or check != _check(action, scope, number):
        return None
    return action, Mark(SCOPES[scope], number)


def _create(path: Path, slots: int, *, dropped: int, marks: Iterable[Mark], replace: bool = False) -> None:
    """Write a whole table and put it at *path*; an existing one stays unless *replace*."""
    events = b"".join(SLOT.pack(*_slot(SET, mark)) for mark in marks)
    header = HEADER.pack(MAGIC, 0, dropped, len(events) // SLOT.size)
    content = (header + events).ljust(_size(slots), b"\0")  # real zeros: no room is wanted later
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
        if replace:
            fresh.rename(path)
        else:
            os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        fresh.unlink(missing_ok=True)
