"""What SQLite does to its files, as events: writes, syncs, names.

The SQLite is the very one that the portal runs, in this process, with its own file layer ("VFS"), into which
a few functions are put that note what they pass on: opening, deleting, writing, truncating, syncing, and
opening a directory, which it does only to sync it. Locks and the memory that connections share (``-shm``) are
left alone: the latter means nothing after a power cut, and is not noted.

Source:
    sqlite.org/c3ref: sqlite3_vfs, sqlite3_io_methods.
"""

import ctypes
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

from tests.access.log.disk import Created, Deleted, DirectorySynced, Event, Synced, Truncated, Written

LIBRARY = "libsqlite3.so.0"
OK = 0
# Names are taken as addresses: SQLite keeps more behind a name, and asks for it by where the name stands.
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_Close = CFUNCTYPE(c_int, c_void_p)
_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_OpenDirectory = CFUNCTYPE(c_int, c_void_p, c_void_p)
_SetCall = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
_GetCall = CFUNCTYPE(c_void_p, c_void_p, c_char_p)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("version", c_int),
        ("file_bytes", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _Open),
        ("delete", _Delete),
        ("others", c_void_p * 11),
        ("set_call", _SetCall),
        ("get_call", _GetCall),
        ("next_call", c_void_p),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("version", c_int),
        ("close", _Close),
        ("read", c_void_p),
        ("write", _Write),
        ("truncate", _Truncate),
        ("sync", _Sync),
        ("others", c_void_p * 13),
    )


class _Recorder:
    """The functions that note, and what they need to know."""

    def __init__(self, names: Iterable[str]) -> None:
        self.events: list[Event] = []
        self._names = {name: number for number, name in enumerate(names)}
        self._made = len(self._names)
        #: By the address of an open file, its number.
        self._files: dict[int, int] = {}
        self._lock = threading.Lock()
        self._own = threading.local()
        self._sqlite = ctypes.CDLL(LIBRARY)
        self._sqlite.sqlite3_vfs_find.restype = POINTER(_Vfs)
        self._system: Any = self._sqlite.sqlite3_vfs_find(None)
        self._theirs: _Vfs = self._system.contents
        self._methods: dict[int, tuple[_Methods, _Methods]] = {}
        self._ours = _Vfs.from_buffer_copy(self._theirs)
        self._ours.name, self._ours.open, self._ours.delete = (
            b"recorded",
            _Open(self._open),
            _Delete(self._delete),
        )
        self._open_directory = _OpenDirectory(self._theirs.get_call(self._system, b"openDirectory"))
        self._opens_directory = _OpenDirectory(self._noting_directory)

    def begin(self) -> None:
        """Let every connection that is opened from now on be recorded."""
        self._theirs.set_call(self._system, b"openDirectory", ctypes.cast(self._opens_directory, c_void_p))
        self._sqlite.sqlite3_vfs_register(ctypes.byref(self._ours), 1)

    def end(self) -> None:
        """Leave SQLite as it was; all that was opened meanwhile is closed by now."""
        self._sqlite.sqlite3_vfs_unregister(ctypes.byref(self._ours))
        self._sqlite.sqlite3_vfs_register(self._system, 1)
        self._theirs.set_call(self._system, b"openDirectory", None)
        if self._files:
            raise RuntimeError("a file is still open")

    def _open(self, _: int, name: int | None, file: int, flags: int, out: int | None) -> int:
        with self._lock:
            code = int(self._theirs.open(self._system, name, file, flags, out))
            if code == OK and name:
                self._files[file] = self._number(Path(ctypes.string_at(name).decode()).name)
                self._note_in(file)
            return code

    def _number(self, name: str) -> int:
        if name not in self._names:
            self._names[name] = self._made
            self.events.append(Created(name, self._made))
            self._made += 1
        return self._names[name]

    def _note_in(self, file: int) -> None:
        """Put our functions in the place of the file's own; its first word points to them."""
        first = ctypes.cast(file, POINTER(c_void_p))
        theirs = int(first[0])
        if theirs not in self._methods:
            original = _Methods.from_address(theirs)
            noting = _Methods.from_buffer_copy(original)
            noting.close = _Close(lambda file: self._close(original, file))
            noting.write = _Write(
                lambda file, data, length, at: self._write(original, file, data, length, at)
            )
            noting.truncate = _Truncate(lambda file, size: self._truncate(original, file, size))
            noting.sync = _Sync(lambda file, flags: self._sync(original, file, flags))
            self._methods[theirs] = original, noting
        first[0] = ctypes.addressof(self._methods[theirs][1])

    def _close(self, original: _Methods, file: int) -> int:
        with self._lock:
            del self._files[file]
            return int(original.close(file))

    def _write(self, original: _Methods, file: int, data: int, length: int, at: int) -> int:
        with self._lock:
            code = int(original.write(file, data, length, at))
            self.events.append(Written(self._files[file], at, ctypes.string_at(data, length)))
            return code

    def _truncate(self, original: _Methods, file: int, size: int) -> int:
        with self._lock:
            code = int(original.truncate(file, size))
            self.events.append(Truncated(self._files[file], size))
            return code

    def _sync(self, original: _Methods, file: int, flags: int) -> int:
        with self._lock, self._with_directory():
            code = int(original.sync(file, flags))
            if code == OK:
                self.events.append(Synced(self._files[file]))
            return code

    def _delete(self, _: int, name: int, sync_directory: int) -> int:
        with self._lock, self._with_directory():
            code = int(self._theirs.delete(self._system, name, sync_directory))
            gone = Path(ctypes.string_at(name).decode()).name
            if code == OK and self._names.pop(gone, None) is not None:
                self.events.append(Deleted(gone))
            return code

    @contextmanager
    def _with_directory(self) -> Iterator[None]:
        """Note that the directory was synced where it was opened meanwhile: only after it was."""
        self._own.directory = False
        yield
        if self._own.directory:
            self.events.append(DirectorySynced())

    def _noting_directory(self, path: int, out: int) -> int:
        self._own.directory = True
        return int(self._open_directory(path, out))


@contextmanager
def recorded(names: Iterable[str]) -> Iterator[list[Event]]:
    """Note in the list, as it happens, what SQLite does to the files of one directory.

    Whoever tells somebody something adds :class:`tests.access.log.disk.Said` to it.

    Args:
        names: of the files that are there, in the order in which the disk has them that takes the events.
    """
    recorder = _Recorder(names)
    recorder.begin()
    try:
        yield recorder.events
    finally:
        recorder.end()
