"""gunicorn's worker, without a face of its own.

gunicorn answers by itself what it cannot read as a request: each fault has its own
status and page there, repeats what was sent, and goes into the log with whatever stood
in the broken line, a cookie or a passphrase. Here all of it is the one 404, on a
connection that then ends, and nothing is said of it.

Over TLS that is not spoken there is nobody to answer: the connection ends in silence.
"""

import contextlib
import socket
import ssl
import sys
import time
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.util import write_nonblock

from app.config import read_settings
from app.connections import Connection, PatientWorker
from app.errors import NOT_WELL_PAGE, tell_fault
from app.nameless import leave_out_server_name
from app.one_answer import STATUS, on_the_wire, one_answer, whole

#: How long, and for how much more of what is sent, a connection that is to end is waited for.
LINGER_SECONDS = 1.0
LINGER_BYTES = 64 * 1024


class Worker(PatientWorker):
    """Threads that serve, and answer what is no request like what is not there."""

    def init_process(self) -> None:
        """Begin to serve; returns when this process is to end."""
        leave_out_server_name()
        # What Python cannot raise it prints with the bytes that were sent, such as a broken server name.
        sys.unraisablehook = lambda fault: tell_fault(fault.exc_value or RuntimeError())
        self.learn_answers()
        super().init_process()

    def learn_answers(self) -> None:
        """Have the two answers ready that are given in the application's stead."""
        settings = read_settings()
        self._not_found = on_the_wire(STATUS, *one_answer(settings))
        self._not_well = on_the_wire("503 SERVICE UNAVAILABLE", *whole(NOT_WELL_PAGE.encode(), settings))

    def load_wsgi(self) -> None:
        """Load the application; a body that cannot be read is no more there than its address."""
        super().load_wsgi()
        if isinstance(self.wsgi, Flask):
            self.wsgi.register_error_handler(ParseException, lambda _: ("", 404))

    def refuse(self, conn: Connection) -> None:
        """Answer what is no request like what is not there; whoever does not take it is not waited for."""
        with contextlib.suppress(OSError):
            conn.sock.send(self._not_found(time.time()))

    def part(self, conn: Connection) -> None:
        """Let the other side read what it was answered, here where nobody else waits for it."""
        if not self.cfg.is_ssl:
            hang_up(conn.sock)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer in the application's stead; it has not answered yet."""
        del addr
        if isinstance(exc, ssl.SSLError):
            return
        if req is not None and not isinstance(exc, ParseException):
            tell_fault(exc)
            answer = self._not_well
        else:
            answer = self._not_found
        with contextlib.suppress(OSError):  # whoever asked has gone
            write_nonblock(client, answer(time.time()))

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Say whether another request may follow; what is left of this one's body may be broken."""
        if not conn.came_whole:
            return False  # gunicorn would read on, for as long as somebody drips
        try:
            return bool(super()._keepalive_after(conn, keepalive))
        except Exception:  # answered already: a second answer would be another face
            return False


def hang_up(connection: socket.socket) -> None:
    """Say that nothing follows, let the other side read what it was sent, and end."""
    with contextlib.suppress(OSError, ValueError):  # it has ended already, or was reset
        connection.shutdown(socket.SHUT_WR)
        ends_at, read = time.monotonic() + LINGER_SECONDS, 0
        while read < LINGER_BYTES and (left := ends_at - time.monotonic()) > 0:
            connection.settimeout(left)
            piece = connection.recv(4096)
            if not piece:
                break
            read += len(piece)
    with contextlib.suppress(OSError, ValueError):
        connection.shutdown(socket.SHUT_RDWR)


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Says which fault it was and where, never its words: they may repeat what was sent."""

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log the fault that is being handled."""
        del args, kwargs
        fault = sys.exception()
        if fault is None:
            self.error(msg)
        else:
            tell_fault(fault)
