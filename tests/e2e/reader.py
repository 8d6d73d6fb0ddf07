"""A viewer without a browser: raw sockets, small buffers, and a note of when each byte came.

With the default receive buffer a client still reads up to a second of bytes that
lay in its own kernel when the server reset the connection; those were delivered
before. A small ``SO_RCVBUF`` keeps that from blurring what is measured.
"""

import json
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

RECEIVE_BUFFER = 8 * 1024
SEGMENT = re.compile(r"^(\d+)\.m4s$", re.MULTILINE)
INIT = re.compile(r'URI="(\d+\.init\.mp4)"')

#: How often a page that plays asks for its playlist; for how it stands it then asks for nothing more
#: (test_watching).
PAGE_SECONDS = 1.0

#: Who it is, is not what is measured here; browsers look, and :mod:`tests.cli.test_up` does.
ANYBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ANYBODY.check_hostname, ANYBODY.verify_mode = False, ssl.CERT_NONE


@dataclass(slots=True)
class Answer:
    """One HTTP answer, as far as it came; a header that comes twice has a line for each."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bool


def boot() -> float:
    """Return seconds since boot: the one clock that two processes share and nobody sets."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(slots=True)
class Reader:
    """One device of one guardian, by its cookie.

    Args:
        port: where the portal listens on loopback.
        cookie: the whole ``Cookie`` header.
        rate: bytes a second at which bodies are read; None reads as fast as they come.
        tls: whether it comes in over TLS, by the name ``localhost``; a certificate of the test's is believed.
        keeps: whether it asks again on the connection it has, as browsers do.
    """

    port: int
    cookie: str
    rate: float | None = None
    tls: bool = False
    keeps: bool = False
    #: (boot seconds, bytes) of every receive of media bodies.
    received: list[tuple[float, int]] = field(default_factory=list)
    #: What came whole, by its address.
    bodies: dict[str, bytes] = field(default_factory=dict)
    #: What was cut off in the middle, with its address.
    torn: list[tuple[str, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    _kept: socket.socket | None = field(default=None, repr=False)
    _hanging_up: ExitStack = field(default_factory=ExitStack, repr=False)

    @property
    def host(self) -> str:
        """Return the host it asks for, with its port."""
        return f"{'localhost' if self.tls else '127.0.0.1'}:{self.port}"

    @property
    def origin(self) -> str:
        """Return the address it is at."""
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Ask once; what was cut off is marked as not whole."""
        lines = {
            "Host": self.host,
            "Connection": "keep-alive" if self.keeps else "close",
            "Cookie": self.cookie,
            "Content-Length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in lines.items()) + "\r\n"
        if self.keeps:
            return self._ask_kept(head.encode() + body, media=path.endswith(".m4s"))
        with self.connected() as connection:
            connection.sendall(head.encode() + body)
            return self._answer(connection, media=path.endswith(".m4s"))

    def _ask_kept(self, asked: bytes, *, media: bool) -> Answer:
        """Ask on the connection there is; where the portal has let go of it, on a new one."""
        for is_new in (self._kept is None, True):
            if self._kept is None:
                self._kept = self._hanging_up.enter_context(self.connected())
            try:
                self._kept.sendall(asked)
                answer = self._answer(self._kept, media=media)
            except OSError:
                answer = Answer(0, {}, b"", whole=False)
            if not answer.whole or answer.headers.get("connection") == "close":
                self.hang_up()
            if answer.status or is_new:
                break
        return answer

    def hang_up(self) -> None:
        """Close the connection that is kept; without one nothing is done."""
        self._kept = None
        self._hanging_up.close()

    @contextmanager
    def connected(self) -> Iterator[socket.socket]:
        """Connect; a small receive buffer, whatever is spoken."""
        with socket.socket() as plain:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            plain.settimeout(20)
            plain.connect(("127.0.0.1", self.port))
            if not self.tls:
                yield plain
                return
            with ANYBODY.wrap_socket(plain, server_hostname="localhost") as connection:
                yield connection

    def get(self, path: str) -> Answer:
        """Ask for *path*."""
        return self.request("GET", path)

    def ask_to_open(self, room_key: str, token: str) -> Answer:
        """Press ▶ in that room, whatever comes of it."""
        return self.request(
            "POST",
            f"/rooms/{room_key}/viewings",
            Sec_Fetch_Site="same-origin",
            X_CSRFToken=token,
            Origin=self.origin,
            Referer=f"{self.origin}/rooms/{room_key}",
        )

    def open(self, room_key: str, token: str) -> str:
        """Open a viewing of the room; return its key."""
        answer = self.ask_to_open(room_key, token)
        assert answer.status == 201, (answer.status, answer.body[:300])
        return str(json.loads(answer.body)["viewing"])

    def close(self, viewing: str, token: str) -> None:
        """Close a viewing, as a leaving page does."""
        self.request("POST", f"/live/{viewing}/close", Sec_Fetch_Site="same-origin", X_CSRFToken=token)

    def sign_out(self, token: str) -> Answer:
        """Sign this device out, as its page does."""
        return self.request(
            "POST",
            "/sign-out",
            Sec_Fetch_Site="same-origin",
            X_CSRFToken=token,
            Origin=self.origin,
            Referer=f"{self.origin}/home",
        )

    def status(self, viewing: str) -> dict[str, Any]:
        """Return what the viewing's status says."""
        answer = self.get(f"/live/{viewing}/status")
        return dict(json.loads(answer.body)) if answer.status == 200 else {"state": f"http {answer.status}"}

    def keep_cookies(self, answer: Answer) -> None:
        """Keep the cookies that *answer* gives, as a browser does."""
        given = (line.split(";")[0] for line in answer.headers.get("set-cookie", "").splitlines())
        kept = dict(cookie.split("=", 1) for cookie in (*self.cookie.split("; "), *given) if cookie)
        self.cookie = "; ".join(f"{name}={value}" for name, value in kept.items())

    @property
    def taken(self) -> int:
        """Return how many bytes of pictures it got."""
        return sum(count for _, count in list(self.received))

    def again(self) -> "Reader":
        """Return the same device with nothing received yet."""
        return Reader(self.port, self.cookie, self.rate, self.tls)

    def follow(self, viewing: str, stopping: threading.Event) -> None:
        """Fetch whatever the playlist offers until told to stop; refusals do not end it."""
        while not stopping.is_set():
            try:
                self._fetch_new(viewing)
            except OSError:
                self.statuses.append(0)  # reset or refused: the portal is down, or it cut us off
            stopping.wait(0.2)

    def follow_as_the_page(self, viewing: str, stopping: threading.Event) -> None:
        """Fetch as the watch page does, which asks once a second and on the connection it has."""
        self.keeps = True
        due = time.monotonic() + random.random() * PAGE_SECONDS  # noqa: S311  # nobody pressed ▶ at the same instant
        while not stopping.wait(max(0.0, due - time.monotonic())):
            due = max(due + PAGE_SECONDS, time.monotonic())
            self._fetch_new(viewing)
        self.hang_up()

    def _fetch_new(self, viewing: str) -> None:
        playlist = self.get(f"/live/{viewing}/main/index.m3u8")
        self.statuses.append(playlist.status)
        text = playlist.body.decode(errors="replace") if playlist.status == 200 else ""
        names = [*INIT.findall(text), *(f"{k}.m4s" for k in SEGMENT.findall(text))]
        for path in (f"/live/{viewing}/main/{name}" for name in names):
            if path not in self.bodies:
                answer = self.get(path)
                if answer.status == 200 and answer.whole:
                    self.bodies[path] = answer.body
                elif answer.status == 200:
                    self.torn.append((path, answer.body))

    def _answer(self, connection: socket.socket, *, media: bool) -> Answer:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = connection.recv(4096)
            if not piece:
                return Answer(0, {}, b"", whole=False)
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        first, *rest = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(": ") for line in rest):
            before = [headers[name.lower()]] if name.lower() in headers else []
            headers[name.lower()] = "\n".join([*before, value])
        status = int(first.split()[1])
        note = media and status == 200
        if note:
            self.received.append((boot(), len(body)))
        whole = True
        length = int(headers.get("content-length", 0))
        try:
            for piece in self._pieces(connection, length - len(body)):
                body += piece
                if note:
                    self.received.append((boot(), len(piece)))
        except OSError:
            whole = False
        return Answer(status, headers, body, whole=whole and len(body) >= length)

    def _pieces(self, connection: socket.socket, missing: int) -> Iterator[bytes]:
        while missing > 0:
            piece = connection.recv(4096)
            if not piece:
                return
            yield piece
            missing -= len(piece)
            if self.rate:
                time.sleep(len(piece) / self.rate)  # this is what being slow means


@contextmanager
def following(reader: Reader, viewing: str) -> Iterator[None]:
    """Have *reader* fetch what its viewing offers, until the end of the block."""
    with all_following({viewing: reader}):
        yield


@contextmanager
def all_following(crowd: Mapping[str, Reader], *, as_the_page: bool = False) -> Iterator[None]:
    """Have every reader fetch what its viewing offers, each in a thread of its own."""
    stopping = threading.Event()
    follow = Reader.follow_as_the_page if as_the_page else Reader.follow
    threads = [
        threading.Thread(target=follow, args=(reader, viewing, stopping)) for viewing, reader in crowd.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(30)
