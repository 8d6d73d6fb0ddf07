"""One connection: what has come of its next request, and its goodbye, without ever waiting.

:mod:`app.patient` holds many of them.
"""

import re
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn import http
from gunicorn import sock as gunicorn_sock
from gunicorn.workers.gthread import TConn

from app.security import LARGEST_FORM_BYTES

PIECE_BYTES = 16 * 1024
#: For how much more of what is sent a connection that is to end is waited for.
LINGER_BYTES = 64 * 1024
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
        self,
        cfg: Any,
        connection: socket.socket,
        client: Any,
        server: Any,
        *,
        network: str | None,
        request_seconds: float,
        when_closed: Callable[[], None],
    ) -> None:
        super().__init__(cfg, connection, client, server)
        self.network = network
        self._when_closed = when_closed
        #: It was answered, and nothing more will be.
        self.parts = False
        self._read_off = 0
        self.initialized = True  # done here, without waiting
        self._came = bytearray()
        #: All of the form came before the request was handed over.
        self.came_whole = True
        self._handshake_is_due = bool(cfg.is_ssl)
        self._request_seconds = request_seconds
        self._too_late = time.monotonic() + request_seconds

    @property
    def can_be_told(self) -> bool:
        """Say whether an answer would be understood: there is no handshake under way."""
        return not self._handshake_is_due

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

    @property
    def only_asks(self) -> bool:
        """Say whether what has come whole asks for something and changes nothing."""
        return self._came.startswith(b"GET ")

    def hand_over(self) -> None:
        """Let the parser read what has come."""
        length = LENGTH.search(self._came, 0, self._came.find(HEAD_END) + 2)
        # A form that is too large is refused unread, and its rest is not waited for either.
        self.came_whole = length is None or int(length[1]) <= LARGEST_FORM_BYTES
        if self.parser is None:
            self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader.unread(bytes(self._came))
        self._came.clear()

    def say_goodbye(self) -> bool:
        """Say that nothing follows; return whether there is anything left to wait for.

        What comes and is not read would turn the close into a reset, and the answer be lost.
        """
        try:
            self.sock.setblocking(False)
            if self._handshake_is_due:
                return False
            if self.cfg.is_ssl:
                with suppress(OSError, ValueError):  # whatever the other side says to it, it was told
                    self.sock.unwrap()
            socket.socket.shutdown(self.sock, socket.SHUT_WR)
        except (OSError, ValueError):
            return False
        return not self.is_over()

    def is_over(self) -> bool:
        """Take off what came after the goodbye; say whether the other side has ended, or does not."""
        try:
            while piece := socket.socket.recv(self.sock, PIECE_BYTES):
                self._read_off += len(piece)
                if self._read_off > LINGER_BYTES:
                    return True
        except BlockingIOError:
            return False
        except (OSError, ValueError):
            pass  # it has ended already, or was reset
        return True

    def close(self, graceful: bool = False) -> None:
        """Close, and wait for nobody: the main thread calls it."""
        if graceful:
            self.say_goodbye()
        self.sock.close()
        when_closed, self._when_closed = self._when_closed, _nothing
        when_closed()

    def _shake_hands(self) -> None:
        if not self._handshake_is_due:
            return
        if not isinstance(self.sock, ssl.SSLSocket):
            self.sock = gunicorn_sock.ssl_wrap_socket(self.sock, self.cfg)
        self.sock.do_handshake()
        self._handshake_is_due = False


def _nothing() -> None:
    """Do nothing: it was done."""
