"""What lies inside the encryption: a line, the signature, the manifest, the database.

Each part but the first stands behind its length, 8 bytes, big-endian. Written and read as a
stream: the database may be larger than the memory.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from access.backups.manifest import Manifest
from access.errors import Malformed, Unverified

BEGINS = b"littlewindow-backup 1\n"
LENGTH = struct.Struct(">Q")
#: Of signature and manifest; a longer one is none.
MOST_HEADER_BYTES = 64 << 20
AT_ONCE = 1 << 20

#: Is told how many bytes are done, and of how many.
Progress = Callable[[int, int], None]


class Packed:
    """A backup as a stream to be encrypted; hashes the database anew as it goes by."""

    def __init__(self, note: bytes, manifest: bytes, database: Path, progress: Progress) -> None:
        self._size = database.stat().st_size
        self._parts = self._yield(note, manifest, database, progress)
        self._rest = b""
        self.sha256 = ""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; none at the end."""
        while not self._rest:
            try:
                self._rest = next(self._parts)
            except StopIteration:
                return b""
        size = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def _yield(self, note: bytes, manifest: bytes, database: Path, progress: Progress) -> Iterator[bytes]:
        yield BEGINS
        for part in (note, manifest):
            yield LENGTH.pack(len(part)) + part
        yield LENGTH.pack(self._size)
        digest, done = hashlib.sha256(), 0
        with database.open("rb") as file:
            while piece := file.read(AT_ONCE):
                digest.update(piece)
                done += len(piece)
                yield piece
                progress(done, self._size)
        self.sha256 = digest.hexdigest()


class Unpacked:
    """Takes the decrypted stream of a backup, and writes the database where it is told.

    Args:
        database: an open file; what is written there is to be believed only after :meth:`finish`.
        check: is given the manifest and its signature, before anything is written; raises to refuse it.
    """

    def __init__(self, database: BinaryIO, check: Callable[[bytes, bytes], None], progress: Progress) -> None:
        self._database = database
        self._check = check
        self._progress = progress
        self._waiting = b""
        self._headers: list[bytes] = []
        self._has_begun = False
        self._manifest: Manifest | None = None
        self._digest = hashlib.sha256()
        self._length = self._done = 0
        #: What the writing of it raised: whoever decrypts hides it.
        self.fault: Exception | None = None

    def write(self, data: bytes, /) -> int:
        """Take the next bytes."""
        try:
            self._take(bytes(data))
        except Exception as fault:
            self.fault = self.fault or fault
            raise
        return len(data)

    def flush(self) -> None:
        """Do nothing: the file is flushed at the end."""

    def finish(self) -> Manifest:
        """Return the manifest, when all of it has come and is what the manifest says.

        Raises:
            Malformed: something is missing.
            Unverified: it is another database.
        """
        if self._manifest is None or self._done != self._length:
            raise Malformed("the end of the backup is missing")
        if self._digest.hexdigest() != self._manifest.sha256 or self._length != self._manifest.length:
            raise Unverified("the database is not the one that the manifest is of")
        self._database.flush()
        return self._manifest

    def _take(self, data: bytes) -> None:
        if self._manifest is None:
            self._waiting += data
            while self._manifest is None and self._next_header():
                pass
            if self._manifest is None:
                return
            data, self._waiting = self._waiting, b""
        self._done += len(data)
        if self._done > self._length:
            raise Malformed("there is more in it than a database")
        self._digest.update(data)
        self._database.write(data)
        self._progress(self._done, self._length)

    def _next_header(self) -> bool:
        """Take one part off what waits, where it is whole."""
        if not self._has_begun:
            if not BEGINS.startswith(self._waiting[: len(BEGINS)]):
                raise Malformed("no backup of a portal")
            if len(self._waiting) < len(BEGINS):
                return False
            self._waiting, self._has_begun = self._waiting[len(BEGINS) :], True
        if len(self._waiting) < LENGTH.size:
            return False
        (length,) = LENGTH.unpack_from(self._waiting)
        if len(self._headers) == 2:  # signature and manifest
            note, manifest = self._headers
            self._check(manifest, note)
            self._manifest, self._length = Manifest.decode(manifest), length
            self._waiting = self._waiting[LENGTH.size :]
            return True
        if length > MOST_HEADER_BYTES:
            raise Malformed("a part that is too long")
        if len(self._waiting) < LENGTH.size + length:
            return False
        self._headers.append(self._waiting[LENGTH.size : LENGTH.size + length])
        self._waiting = self._waiting[LENGTH.size + length :]
        return True
