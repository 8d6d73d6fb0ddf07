"""A TCP relay in front of a camera that writes down what was said, both ways."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from demo.rtsp_server import HOST

CHUNK = 65_536


class RecordingRelay:
    """Listens on 127.0.0.1, hands everything on to *port*, and keeps a copy."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._asked, self._answered = bytearray(), bytearray()

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
            camera = socket.create_connection((HOST, self._target))
            with self._lock:
                self._open += [client, camera]
            self._begin(self._pump, client, camera, self._asked)
            self._begin(self._pump, camera, client, self._answered)

    def _pump(self, source: socket.socket, target: socket.socket, record: bytearray) -> None:
        with suppress(OSError):  # one side is gone: so is the other
            while data := source.recv(CHUNK):
                with self._lock:
                    record += data
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
