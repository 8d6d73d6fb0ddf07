"""gunicorn's worker, without a face of its own.

gunicorn answers by itself what it cannot read as a request: each fault has its own
status and page there, repeats what was sent, and goes into the log with whatever stood
in the broken line, a cookie or a passphrase. Here all of it is the one 404, on a
connection that then ends, and nothing is said of it.

Over TLS that is not spoken there is nobody to answer: the connection ends in silence.
"""

import contextlib
import ssl
import sys
import time
from typing import Any

from flask import Flask
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException
from gunicorn.util import write_nonblock

from app.config import read_settings
from app.connections import Connection
from app.errors import NOT_WELL_PAGE, RETRY_SECONDS, tell_fault
from app.gate import Gated
from app.headers import headers
from app.nameless import leave_out_server_name
from app.one_answer import STATUS, on_the_wire, one_answer, whole
from app.patient import PatientWorker


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
        """Have the answers ready that are given in the application's stead; know whom to believe."""
        settings = read_settings()
        self._not_found = on_the_wire(STATUS, *one_answer(settings))
        self._not_well = on_the_wire("503 SERVICE UNAVAILABLE", *whole(NOT_WELL_PAGE.encode(), settings))
        shortly = {"Content-Length": "0", "Retry-After": str(RETRY_SECONDS), **headers(settings)}
        self._busy = on_the_wire("503 SERVICE UNAVAILABLE", list(shortly.items()), b"")
        self.proxies = settings.proxies

    def load_wsgi(self) -> None:
        """Load the application, in its gate; a body that cannot be read is no more there than its address."""
        super().load_wsgi()
        if isinstance(self.wsgi, Flask):
            self.wsgi.register_error_handler(ParseException, lambda _: ("", 404))
        self.wsgi = Gated(self.wsgi, self.gate)

    def refuse(self, conn: Connection) -> None:
        """Answer what is no request like what is not there; whoever does not take it is not waited for."""
        with contextlib.suppress(OSError):
            conn.sock.send(self._not_found(time.time()))

    def send_away(self, conn: Connection) -> None:
        """Ask to come again shortly: others of this network hold all the threads that it may have."""
        with contextlib.suppress(OSError):
            conn.sock.setblocking(False)
            conn.sock.send(self._busy(time.time()))

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
