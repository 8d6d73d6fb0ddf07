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
    """Listens from ``with`` to its end, and counts who came.

    Args:
        host: an address of this machine.
        port: 0 for any that is free.
    """

    def __init__(self, host: str = HOST, port: int = 0) -> None:
        self._listener = socket.create_server((host, port))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"rtsp://viewer:playroom@{host}:{self.port}/playroom"
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


OFFER = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=playroom\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\n"
    "a=control:trackID=0\r\n"
)
TRANSPORT = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"


class RedirectingCamera(_Listening):
    """Answers as a camera does, and sends whoever asks *when* elsewhere.

    Args:
        when: the RTSP method that is answered with 302.
        to: where it sends them.
        honest: how many connections it lets pass first; the first that we make only asks.
        host: where it listens, an address of this machine.
        port: 0 for any that is free.
    """

    def __init__(self, when: str, to: str, *, honest: int = 0, host: str = HOST, port: int = 0) -> None:
        super().__init__(host, port)
        self._when = when
        self._to = to
        self._honest = honest
        self.asked: list[str] = []
        self.targets: list[str] = []

    def __enter__(self) -> "RedirectingCamera":
        super().__enter__()
        return self

    def answer(self, client: socket.socket) -> None:
        """Answer question after question of one client."""
        client.settimeout(5)
        with client.makefile("rb") as questions:
            for line in questions:
                asked = re.match(rb"([A-Z_]+) (\S+) RTSP/1\.0", line)
                if not asked:
                    continue
                headers = b"".join(iter(questions.readline, b"\r\n"))
                number = re.search(rb"(?i)cseq: *(\d+)", headers)
                self.asked.append(asked[1].decode())
                self.targets.append(asked[2].decode())
                client.sendall(self._reply(asked[1].decode(), number[1].decode() if number else "0").encode())

    def _reply(self, method: str, sequence: str) -> str:
        body = OFFER if method == "DESCRIBE" else ""
        lines = ["RTSP/1.0 200 OK", "Session: 77", "Content-Type: application/sdp", TRANSPORT]
        if method == self._when and self.accepted > self._honest:
            lines, body = ["RTSP/1.0 302 Moved", f"Location: {self._to}"], ""
        lines += [f"CSeq: {sequence}", f"Content-Length: {len(body)}", "", body]
        return "\r\n".join(lines)


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
