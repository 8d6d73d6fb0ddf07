"""How connections are taken in, so that nobody who is slow or silent keeps others waiting.

gunicorn's own ``gthread`` gives a thread to whoever connects, for as long as the TLS
handshake and the request take to come: as many silent connections as there are threads,
and nobody else is answered. Here a connection has no thread until a whole request has
come; until then the main thread's poller knows it, and it is closed when its time is over.
Answers that nobody takes end too, and no goodbye keeps the main thread waiting.
"""

import re
import selectors
import socket
import ssl
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn import http
from gunicorn import sock as gunicorn_sock
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from app.security import LARGEST_FORM_BYTES

PIECE_BYTES = 16 * 1024
#: Cookies, and whatever else stands before the form. Of more, nothing is read.
LARGEST_HEAD_BYTES = 64 * 1024

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]+)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
#: Of more digits than any length has, what is meant is in doubt.
LENGTH_DIGITS = 12
CHUNKED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)


class NotForUs(ConnectionError):
    """What comes is no request of a browser, and its end is not waited for."""


class NothingComes(ConnectionError):
    """The other side is gone or too slow; its connection is closed without a word."""


def is_whole(came: bytes | bytearray) -> bool:
    """Say whether *came* holds a request with its form.

    Raises:
        NotForUs: its head has no end, or its form none that can be told.
    """
    end = came.find(HEAD_END, 0, LARGEST_HEAD_BYTES + len(HEAD_END))
    if end < 0:
        if len(came) > LARGEST_HEAD_BYTES:
            raise NotForUs
        return False
    length = LENGTH.search(came, 0, end + 2)
    if (length and len(length[1]) > LENGTH_DIGITS) or CHUNKED.search(came, 0, end + 2):
        raise NotForUs  # no browser does either, and whoever does could be waited for
    wanted = int(length[1]) if length else 0
    # A form that is too large is refused unread.
    return wanted > LARGEST_FORM_BYTES or len(came) - end - len(HEAD_END) >= wanted


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One connection, and what of its next request has come."""

    sock: Any
    parser: Any

    def __init__(
        self, cfg: Any, connection: socket.socket, client: Any, server: Any, *, request_seconds: float
    ) -> None:
        super().__init__(cfg, connection, client, server)
        self.initialized = True  # done here, without waiting
        self._came = bytearray()
        #: All of the form came before the request was handed over.
        self.came_whole = True
        self._handshake_is_due = bool(cfg.is_ssl)
        self._request_seconds = request_seconds
        self._too_late = time.monotonic() + request_seconds

    def take(self) -> bool:
        """Take what has come, without waiting; say whether it is a whole request.

        Raises:
            OSError: the other side is gone, too slow, or speaks something else.
        """
        if self.parser and not self._came:
            self._came += self.parser.unreader.take_buffered()
            self._too_late = time.monotonic() + self._request_seconds
        if time.monotonic() > self._too_late:
            raise NothingComes
        self.sock.setblocking(False)
        try:
            self._shake_hands()
            while len(self._came) <= LARGEST_HEAD_BYTES + LARGEST_FORM_BYTES:
                piece = self.sock.recv(PIECE_BYTES)
                if not piece:
                    return self._is_all()
                self._came += piece
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        return is_whole(self._came)

    def _is_all(self) -> bool:
        """Say that nothing more comes: what came is answered, and the parser waits for no more."""
        if not self._came:
            raise NothingComes
        return is_whole(self._came) or True

    def hand_over(self) -> None:
        """Let the parser read what has come."""
        length = LENGTH.search(self._came, 0, self._came.find(HEAD_END) + 2)
        # A form that is too large is refused unread, and its rest is not waited for either.
        self.came_whole = length is None or int(length[1]) <= LARGEST_FORM_BYTES
        if self.parser is None:
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader.unread(bytes(self._came))
        self._came.clear()

    def close(self, graceful: bool = False) -> None:
        """Close, and wait for nobody: the main thread calls it.

        What came and was not read would turn the close into a reset, so it is taken off first.
        """
        with suppress(OSError, ValueError):
            self.sock.setblocking(False)
            if graceful and not self._handshake_is_due:
                self._say_goodbye()
        self.sock.close()

    def _say_goodbye(self) -> None:
        if self.cfg.is_ssl:
            with suppress(ssl.SSLWantReadError):
                self.sock.unwrap()
        socket.socket.shutdown(self.sock, socket.SHUT_WR)
        while socket.socket.recv(self.sock, PIECE_BYTES):
            pass

    def _shake_hands(self) -> None:
        if not self._handshake_is_due:
            return
        if not isinstance(self.sock, ssl.SSLSocket):
            self.sock = gunicorn_sock.ssl_wrap_socket(self.sock, self.cfg)
        self.sock.do_handshake()
        self._handshake_is_due = False


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threads, each for a whole request."""

    #: For the handshake and the first request together, then for each request; 80 kbit/s is enough.
    request_seconds = 15.0
    #: For each piece of an answer that somebody takes, and of what little is read while it is made.
    stall_seconds = 20.0

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in; it has no thread until it has said something."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection = Connection(
            self.cfg, client, address, listener.getsockname(), request_seconds=self.request_seconds
        )
        connection.set_timeout()
        self.nr_conns += 1
        self.pending_conns.append(connection)
        readable = partial(self.on_pending_socket_readable, connection)
        self.poller.register(client, selectors.EVENT_READ, readable)

    def handle(self, conn: Connection) -> Any:
        """Answer a request that has come whole; of another one, take what there is."""
        try:
            if not conn.take():
                return _DEFER
            conn.hand_over()
        except NotForUs:
            self.refuse(conn)
            return False
        except OSError:
            return False
        follows = super().handle(conn)
        if follows is False:
            self.part(conn)
        return follows

    def refuse(self, conn: Connection) -> None:
        """Say what is to be said to what is no request; nothing here."""

    def part(self, conn: Connection) -> None:
        """Do what is to be done before a connection that was answered ends; nothing here."""

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """Answer; whoever takes nothing for too long is left."""
        conn.sock.settimeout(self.stall_seconds)
        try:
            return super().handle_request(req, conn)
        except (TimeoutError, ssl.SSLError):
            return False
