"""One segment on its way to one viewer, in pieces small enough to stop between them.

A piece that was handed to the kernel still waits there until the viewer takes it, so
a body is not over when its last piece was written but when the viewer's kernel has
accepted it. Until then the cutter knows its socket.
"""

import fcntl
import select
import socket
import struct
import termios
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from access.viewing import Leave
from app.errors import BodyCut
from streaming.store import SegmentInfo

CHUNK_BYTES = 16 * 1024
SEND_BUFFER_BYTES = 32 * 1024

#: How often a body whose last piece was written looks whether it was accepted.
ACCEPTED_LOOK_SECONDS = 0.01


class Body:
    """An iterable for the server; made by the cutter, which can stop it at any instant.

    A class and no generator: one that was never begun would not clean up after itself.

    Args:
        leave: the right under which it is sent.
        info: what is sent; says when it was filmed.
        ends_at: when its segment has left the ring; aware.
        connection: None where the server does not tell, as in an in-process test.
        may_go_on: asked before each piece.
        when_delivered: called once, at the end, if anything was sent.
        when_closed: called once, whatever happened.
    """

    def __init__(
        self,
        leave: Leave,
        info: SegmentInfo,
        data: bytes,
        *,
        ends_at: datetime,
        connection: socket.socket | None,
        may_go_on: Callable[["Body"], bool],
        when_delivered: Callable[["Body"], None],
        when_closed: Callable[["Body"], None],
    ) -> None:
        self.leave = leave
        self.info = info
        self.ends_at = ends_at
        #: The school's revision with which the right was last decided.
        self.revision: int | None = leave.revision
        self._data = memoryview(data)
        self._sent = 0
        self._connection = connection
        self._may_go_on = may_go_on
        self._when_delivered = when_delivered
        self._when_closed = when_closed
        self._cut = threading.Event()
        self._closed = False

    def limit_buffer(self, *, longest_seconds: int) -> None:
        """Let little wait in the kernel, and no write block for ever."""
        if self._connection:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            # Not SO_SNDTIMEO: TLS would take its end for "not yet", and try again for ever.
            self._connection.settimeout(longest_seconds)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next piece.

        Raises:
            BodyCut: the right has ended; nothing more may leave.
        """
        if self._cut.is_set() or not self._may_go_on(self):
            self.reset()
            raise BodyCut
        if self._sent < len(self._data):
            piece = bytes(self._data[self._sent : self._sent + CHUNK_BYTES])
            self._sent += len(piece)
            return piece
        self._wait_until_accepted()
        raise StopIteration

    @property
    def sent_share(self) -> float:
        """How much of it left, from 0 to 1; a viewer's kernel may have taken a little less."""
        return self._sent / max(1, len(self._data))

    def reset(self) -> None:
        """Stop it now: wake whoever sends it, and let the close that follows be a reset.

        Needed wherever a body stops early, also between two pieces in the thread that sends: an
        orderly close leaves up to 50 KB on their way and, for a reader that stopped, keeps the
        server's main thread waiting (measured: 2.4 s in which nobody else was answered).
        """
        self._cut.set()
        if self._connection:
            try:
                self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # Not the TLS socket's own shutdown: it drops its encryption first, and a thread that
                # sends at that instant would send the picture as it is.
                socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
            except OSError:
                pass  # the viewer was quicker

    def close(self) -> None:
        """Called by the server at the end, however it ended."""
        if not self._closed:
            self._closed = True
            if self._sent:
                self._when_delivered(self)
            self._when_closed(self)

    def _wait_until_accepted(self) -> None:
        while self._connection and _waiting_bytes(self._connection):
            if _is_gone(self._connection) or self._cut.wait(ACCEPTED_LOOK_SECONDS):
                self.reset()
                raise BodyCut


def _waiting_bytes(connection: socket.socket) -> int:
    """Return how many bytes the viewer's kernel has not accepted yet."""
    try:
        answer = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0\0\0\0")
    except OSError:
        return 0  # systems that cannot tell; the cutter's limits still hold while pieces are written
    return int(struct.unpack("i", answer)[0])


def _is_gone(connection: socket.socket) -> bool:
    watcher = select.poll()
    watcher.register(connection.fileno(), 0)
    return bool(watcher.poll(0))
