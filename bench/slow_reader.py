"""A reader so slow that it is nearly always in the middle of a segment.

What counts as delivered is what its kernel has accepted, read or not: so it asks its
kernel, every few milliseconds, and keeps the instants at which that number grew.
"""

import fcntl
import math
import select
import socket
import struct
import termios
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.kept_alive import status_and_length
from tests.e2e.reader import RECEIVE_BUFFER, SEGMENT, Reader, boot

LOOK_SECONDS = 0.01
PATIENCE_SECONDS = 10.0


@dataclass(slots=True)
class Body:
    """One segment, as far as it was accepted.

    Args:
        length: of the whole of it, in bytes.
        growth: boot seconds, and how many bytes were accepted by then.
        reset: boot seconds at which the other side was seen to have reset the connection.
    """

    length: int
    growth: list[tuple[float, int]] = field(default_factory=list)
    reset: float = math.inf

    def note(self, accepted: int) -> None:
        """Note *accepted*, if it grew."""
        if not self.growth or accepted > self.growth[-1][1]:
            self.growth.append((boot(), accepted))

    def under_way(self, instant: float) -> bool:
        """Say whether it was begun, and not all of it accepted, at *instant*."""
        accepted = max((count for at, count in self.growth if at <= instant), default=self.length)
        return accepted < self.length and instant < self.reset

    @property
    def last_byte(self) -> float:
        """The boot seconds at which the last byte was accepted."""
        return self.growth[-1][0]

    @property
    def over(self) -> float:
        """The boot seconds at which it was reset, or else all of it accepted."""
        return self.last_byte if math.isinf(self.reset) else self.reset


@dataclass(slots=True)
class SlowReader:
    """Takes the newest segment of a playlist, *seconds* for each, then the next.

    Args:
        reader: signed in; asks for playlists.
        base: the path below which playlist and segments lie.
        seconds: how long one segment takes.
    """

    reader: Reader
    base: str
    seconds: float
    bodies: list[Body] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def follow(self, stopping: threading.Event) -> None:
        """Take segments until told to stop; refusals do not end it."""
        while not stopping.is_set():
            try:
                names = SEGMENT.findall(self.reader.get(f"{self.base}/index.m3u8").body.decode())
                if names:
                    self._take(f"{self.base}/{names[-1]}.m4s", stopping)
                else:
                    stopping.wait(0.2)  # refused, or no picture yet
            except OSError:
                self.statuses[0] += 1

    def on_its_way(self, instant: float) -> Body | None:
        """Return the segment that was on its way at *instant*."""
        return next((body for body in self.bodies if body.under_way(instant)), None)

    @property
    def last_byte(self) -> float:
        """The boot seconds at which the last byte of all was accepted."""
        return max(body.last_byte for body in self.bodies)

    def _take(self, path: str, stopping: threading.Event) -> None:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            connection.settimeout(PATIENCE_SECONDS)
            connection.connect(("127.0.0.1", self.reader.port))
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.reader.port}\r\n"
                f"Connection: close\r\nCookie: {self.reader.cookie}\r\n\r\n".encode()
            )
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += connection.recv(1) or _gone()
            status, length = status_and_length(head)
            self.statuses[status] += 1
            if status == 200:
                body = Body(length)
                body.note(0)
                self.bodies.append(body)
                self._drip(connection, body, stopping)

    def _drip(self, connection: socket.socket, body: Body, stopping: threading.Event) -> None:
        watcher = select.poll()
        watcher.register(connection.fileno(), 0)  # errors are told unasked
        began, read = boot(), 0
        while read < body.length and not stopping.is_set():
            waiting = _waiting_bytes(connection)
            body.note(read + waiting)
            if watcher.poll(0):
                body.reset = boot()
                return
            may_read = int((boot() - began) * body.length / self.seconds) - read
            if waiting and may_read > 0:
                read += len(connection.recv(min(may_read, waiting)))
            time.sleep(LOOK_SECONDS)  # this is what being slow means


def _gone() -> bytes:
    raise ConnectionResetError("closed before it answered")


def _waiting_bytes(connection: socket.socket) -> int:
    """Return how many bytes this side's kernel has accepted that were not read yet."""
    return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.FIONREAD, b"\0\0\0\0"))[0])
