"""A ring of segments as files of a RAM disk, shared by camera processes and the web.

``<root>/<camera>/<epoch>-<level>/<rendition>/<k>.<variant>.segment`` and ``<n>.init``.
A file appears under its name whole or not at all, and what is read of it is kept in
memory only as long as the file lies there.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from streaming.errors import SegmentNotFound, StorageFull
from streaming.ring import RING_SECONDS, inits_kept, is_past, newest_run
from streaming.segment_file import LARGEST_FILE, NAME, SegmentInfo, StreamKey, pack, unpack

#: What tells one file from another that took its name.
Identity: TypeAlias = tuple[int, int, int]

#: A folder that changed so lately may change once more and bear the same time.
SAME_INSTANT_NS = 50_000_000

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class RamDirectory:
    """A ring in a directory, 0700, its files 0600. Safe to use from several threads and processes.

    One process writes what belongs to one camera; any number reads.
    """

    def __init__(self, root: Path, *, ring_seconds: int = RING_SECONDS) -> None:
        self._root = root
        self._ring_seconds = ring_seconds
        self._lock = threading.Lock()
        #: What was listed, while the folder is as it was: each file comes whole, by its new name.
        self._windows: dict[Path, tuple[Identity, tuple[SegmentInfo, ...]]] = {}
        self._read: dict[Path, tuple[Identity, SegmentInfo, bytes]] = {}
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)

    def window(self, stream: StreamKey, rendition: str) -> tuple[SegmentInfo, ...]:
        """Return the newest segments with consecutive ``k``, oldest first."""
        try:
            folder = self._folder(stream, rendition)
        except SegmentNotFound:
            return ()
        asked = time.time_ns()
        identity = _identity(folder)
        known = self._windows.get(folder)
        if known is not None and known[0] == identity:
            return known[1]
        window = newest_run(self._listed_in(folder, stream, rendition))
        if identity is not None and asked - identity[1] > SAME_INSTANT_NS:
            self._windows[folder] = identity, window
        return window

    def read(
        self, stream: StreamKey, rendition: str, k: int, variant: str = "a"
    ) -> tuple[SegmentInfo, bytes]:
        """Return one segment and what it says of itself, or raise ``SegmentNotFound``."""
        path = self._folder(stream, rendition) / _segment_name(k, variant)
        info, body = self._load(path)
        if _place(info) != (stream, rendition, path.name):
            raise SegmentNotFound("a segment that says it is another")
        return info, body

    def read_init(self, stream: StreamKey, rendition: str, n: int) -> bytes:
        """Return one init section, or raise ``SegmentNotFound``."""
        return _content(self._folder(stream, rendition) / f"{int(n)}.init")[1]

    def put_init(self, stream: StreamKey, rendition: str, n: int, body: bytes) -> None:
        """Keep an init section, or raise ``StorageFull``."""
        self._write(self._folder(stream, rendition) / f"{int(n)}.init", body)

    def put(self, info: SegmentInfo, body: bytes) -> None:
        """Keep a segment, and evict what is too old beside it, or raise ``StorageFull``."""
        folder = self._folder(info.stream, info.rendition)
        self._evict(info)
        self._write(folder / _segment_name(info.k, info.variant), pack(info, body))

    def clear(self, camera: str) -> None:
        """Empty the ring of *camera*: readers find nothing from this instant on."""
        gone = self._root / f".gone-{secrets.token_hex(8)}"
        with contextlib.suppress(FileNotFoundError, SegmentNotFound):
            self._camera(camera).rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
        self.forget_evicted()

    def clear_all(self) -> None:
        """Empty every ring, and what was being emptied; for when nobody is left who writes."""
        for folder in self._root.iterdir():
            shutil.rmtree(folder, ignore_errors=True)
        self.forget_evicted()

    def forget_evicted(self) -> None:
        """Let go of the bytes of segments that have left the ring."""
        with self._lock:
            self._read = {path: read for path, read in self._read.items() if path.exists()}
        for folder in [folder for folder in list(self._windows) if not folder.exists()]:
            self._windows.pop(folder, None)

    def _listed_in(self, folder: Path, stream: StreamKey, rendition: str) -> Iterator[SegmentInfo]:
        for path in _listed(folder, ".a.segment"):
            with contextlib.suppress(SegmentNotFound):
                info, _ = self._load(path)
                if _place(info) == (stream, rendition, path.name):
                    yield info

    def _load(self, path: Path) -> tuple[SegmentInfo, bytes]:
        """Return a segment from memory, if the file it was read from still lies there, or from the file."""
        with self._lock:
            known = self._read.get(path)
        if known is not None and known[0] == _identity(path):
            return known[1], known[2]
        self.forget_evicted()
        identity, content = _content(path)
        info, body = unpack(content)
        with self._lock:
            self._read[path] = identity, info, body
        return info, body

    def _write(self, path: Path, content: bytes) -> None:
        partial = path.with_name(f".{path.name}.partial")
        try:
            self._make_folder(path.parent)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            partial.replace(path)
        except OSError as fault:
            with contextlib.suppress(OSError):
                partial.unlink()
            if fault.errno in _NO_ROOM:
                raise StorageFull from None
            raise

    def _make_folder(self, folder: Path) -> None:
        for parent in (folder.parent.parent, folder.parent, folder):
            parent.mkdir(mode=0o700, exist_ok=True)

    def _evict(self, newest: SegmentInfo) -> None:
        """Evict what *newest*, which comes next, makes too old; what makes no sense goes first."""
        oldest = newest.k
        for path in sorted(self._camera(newest.stream.camera).rglob("*.segment")):
            try:
                info, _ = self._load(path)
            except SegmentNotFound:
                path.unlink(missing_ok=True)
                continue
            if is_past(info, newest, ring_seconds=self._ring_seconds):
                path.unlink(missing_ok=True)
            elif (info.stream, info.rendition) == (newest.stream, newest.rendition):
                oldest = min(oldest, info.k)
        self._evict_inits(self._folder(newest.stream, newest.rendition), oldest)
        self._evict_emptied(newest.stream)

    def _evict_inits(self, folder: Path, oldest: int) -> None:
        inits = {int(path.stem): path for path in _listed(folder, ".init") if path.stem.isdecimal()}
        for n in inits.keys() - inits_kept(inits, oldest):
            inits[n].unlink(missing_ok=True)

    def _evict_emptied(self, present: StreamKey) -> None:
        """Remove earlier stretches of which no segment is left."""
        for folder in self._camera(present.camera).glob("*"):
            if folder.name != _stretch(present) and not any(folder.rglob("*.segment")):
                shutil.rmtree(folder, ignore_errors=True)

    def _camera(self, camera: str) -> Path:
        if not NAME.fullmatch(camera):
            raise SegmentNotFound("not the key of a camera")
        return self._root / camera

    def _folder(self, stream: StreamKey, rendition: str) -> Path:
        if not (NAME.fullmatch(stream.level) and NAME.fullmatch(rendition)):
            raise SegmentNotFound("not a place in the ring")
        return self._camera(stream.camera) / _stretch(stream) / rendition


def _stretch(stream: StreamKey) -> str:
    return f"{int(stream.epoch)}-{stream.level}"


def _segment_name(k: int, variant: str) -> str:
    if not NAME.fullmatch(variant):
        raise SegmentNotFound("not a variant")
    return f"{int(k)}.{variant}.segment"


def _place(info: SegmentInfo) -> tuple[StreamKey, str, str]:
    """Return where a segment must lie if what it says of itself is true."""
    return info.stream, info.rendition, _segment_name(info.k, info.variant)


def _listed(folder: Path, ending: str) -> Iterator[Path]:
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    yield from (path for path in paths if path.name.endswith(ending) and not path.name.startswith("."))


def _identity(path: Path) -> Identity | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _content(path: Path) -> tuple[Identity, bytes]:
    """Return the content of a regular file of decent size; a link or a pipe is nothing we wrote."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_FILE:
                raise SegmentNotFound("not a file of the ring")
            return (found.st_ino, found.st_mtime_ns, found.st_size), file.read(LARGEST_FILE)
    except OSError as fault:
        raise SegmentNotFound("no such file in the ring") from fault
