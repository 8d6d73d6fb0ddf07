"""The one answer that everybody gets to what is not theirs, not there or no request at all.

Put in place outside of Flask, around everything: errors before routing and redirects of
the router cannot look different. What the server could not even read as a request never
comes so far; :mod:`app.worker` gives the same answer to it.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from wsgiref.handlers import format_date_time

from app.config import Settings
from app.headers import SERVER_HEADERS, page_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATUS = "404 NOT FOUND"
PAGE = Path(__file__).resolve().parent.parent / "templates" / "not_found.html"

#: Answers that may be what they are. All others are the one 404.
TOLD = frozenset({200, 201, 204, 206, 302, 303, 304, 400, 429, 503})


def one_answer(settings: Settings) -> tuple[list[tuple[str, str]], bytes]:
    """Return the headers and the body of the one 404."""
    return whole(PAGE.read_bytes(), settings)


def whole(page: bytes, settings: Settings) -> tuple[list[tuple[str, str]], bytes]:
    """Return a page that stands outside of the application, with all its headers."""
    head = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
    return [*head, *page_headers(settings).items()], page


def on_the_wire(status: str, head: list[tuple[str, str]], page: bytes) -> Callable[[float], bytes]:
    """Return a function that gives an answer at a time, as bytes for a connection that then ends."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in head)

    def at(seconds: float) -> bytes:
        begin = f"HTTP/1.1 {status}\r\nDate: {format_date_time(seconds)}\r\nConnection: close\r\n"
        return f"{begin}{lines}\r\n".encode("latin-1") + page

    return at


class OneAnswer:
    """Everything that may not be told becomes the same 404, byte for byte."""

    def __init__(self, app: "WSGIApplication", settings: Settings) -> None:
        self._app = app
        self._headers, self._page = one_answer(settings)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer; a body that may be told is passed on unread."""
        begun: list[tuple[Any, ...]] = []

        def remember(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            begun[:] = [(status, headers, exc_info)]
            return lambda _: None  # nobody here writes the old way

        body = self._app(environ, remember)
        status, headers, exc_info = begun[0]
        if int(status[:3]) in TOLD:
            kept = [(name, value) for name, value in headers if name.lower() not in SERVER_HEADERS]
            start_response(status, kept, exc_info) if exc_info else start_response(status, kept)
            return body
        close = getattr(body, "close", None)
        if close:
            close()
        start_response(STATUS, list(self._headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self._page]
