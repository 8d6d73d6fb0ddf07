"""A TCP relay in front of a camera that writes down what was said, both ways, and how many were there."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from demo.rtsp_server import HOST

CHUNK = 65_536


class RecordingRelay:
    """Listens on 127.0.0.1, hands everything on to *port*, and keeps a copy.

    Args:
        then: where every connection but the first goes, as when somebody gets in between.
    """

    def __init__(self, port: int, *, then: int | None = None) -> None:
        self._target = port
        self._then = then or port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._asked, self._answered = bytearray(), bytearray()
        self._sessions = self._most_sessions = 0

    def __enter__(self) -> "RecordingRelay":
        self._begin(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            ends = [self._listener, *self._open]
        for end in ends:
            with suppress(OSError):  # the other side was first
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in ends:
            end.close()

    @property
    def asked(self) -> bytes:
        """Everything that clients sent."""
        with self._lock:
            return bytes(self._asked)

    @property
    def answered(self) -> bytes:
        """Everything that the camera sent."""
        with self._lock:
            return bytes(self._answered)

    @property
    def most_sessions(self) -> int:
        """The most connections at once on which video was set up."""
        with self._lock:
            return self._most_sessions

    def _begin(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, name="relay", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # shut down
                return
            try:
                camera = socket.create_connection((HOST, self._target))
                self._target = self._then
            except OSError:  # the camera is down: so is its relay
                client.close()
                continue
            with self._lock:
                self._open += [client, camera]
            self._begin(self._pump, client, camera, self._asked)
            self._begin(self._pump, camera, client, self._answered)

    def _pump(self, source: socket.socket, target: socket.socket, record: bytearray) -> None:
        sets_up = False
        with suppress(OSError):  # one side is gone: so is the other
            while data := source.recv(CHUNK):
                with self._lock:
                    record += data
                    if not sets_up and data.startswith(b"SETUP "):
                        sets_up = True
                        self._sessions += 1
                        self._most_sessions = max(self._most_sessions, self._sessions)
                target.sendall(data)
        with self._lock:
            self._sessions -= sets_up
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
