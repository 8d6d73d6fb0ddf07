"""Ports where a camera should be, and something else answers, or nothing."""

import re
import socket
import threading
from contextlib import closing, suppress
from types import TracebackType

from demo.rtsp_server import HOST

BACKLOG_SECONDS = 0.3


def closed_port() -> int:
    """Return a port where nobody listens."""
    with closing(socket.create_server((HOST, 0))) as listener:
        port: int = listener.getsockname()[1]
    return port


class _Listening:
    """Listens from ``with`` to its end, and counts who came."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"rtsp://viewer:playroom@{HOST}:{self.port}/playroom"
        self.accepted = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, name="strange camera", daemon=True)

    def __enter__(self) -> "_Listening":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for end in (self._listener, *self._open):
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # shut down
                return
            self.accepted += 1
            self._open.append(client)
            with suppress(OSError):  # the client left
                self.answer(client)

    def answer(self, client: socket.socket) -> None:
        """Say something to *client*, or nothing."""


class SilentPort(_Listening):
    """Accepts, and never answers."""


class RedirectingCamera(_Listening):
    """Sends whoever asks *when* elsewhere, to a port that counts who came there.

    Args:
        when: the RTSP method that is answered with 302; those before it get 200.
    """

    def __init__(self, when: str = "DESCRIBE") -> None:
        super().__init__()
        self._when = when
        self.elsewhere = SilentPort()

    def __enter__(self) -> "RedirectingCamera":
        self.elsewhere.__enter__()
        super().__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, fault, trace)
        self.elsewhere.__exit__(kind, fault, trace)

    def answer(self, client: socket.socket) -> None:
        """Answer question after question of one client."""
        client.settimeout(5)
        with client.makefile("rb") as questions:
            for line in questions:
                asked = re.match(rb"([A-Z_]+) \S+ RTSP/1\.0", line)
                if not asked:
                    continue
                headers = b"".join(iter(questions.readline, b"\r\n"))
                number = re.search(rb"(?i)cseq: *(\d+)", headers)
                sequence = number[1].decode() if number else "0"
                client.sendall(self._reply(asked[1].decode(), sequence).encode())

    def _reply(self, method: str, sequence: str) -> str:
        there = f"Location: rtsp://{HOST}:{self.elsewhere.port}/playroom"
        lines = ["RTSP/1.0 302 Moved", there] if method == self._when else ["RTSP/1.0 200 OK"]
        return "".join(f"{line}\r\n" for line in [*lines, f"CSeq: {sequence}", "Content-Length: 0", ""])


class DeafPort:
    """Listens, but its backlog is full: connecting to it never comes to an end."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind((HOST, 0))
        self._listener.listen(0)
        self.port: int = self._listener.getsockname()[1]
        self.address = f"rtsp://viewer:playroom@{HOST}:{self.port}/playroom"
        self._waiting: list[socket.socket] = []

    def __enter__(self) -> "DeafPort":
        while True:  # until one is not let in: then the backlog is full
            client = socket.socket()
            self._waiting.append(client)
            client.settimeout(BACKLOG_SECONDS)
            try:
                client.connect((HOST, self.port))
            except TimeoutError:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in (self._listener, *self._waiting):
            end.close()
