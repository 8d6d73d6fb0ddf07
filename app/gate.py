"""One request at a time in the interpreter, of which a process has one.

Threads that all want it take it from each other at each call that lets go of it, and one
request makes a hundred of those: each row of a question, each look at a file. With sixty
who watch that was 14,000 changes of thread a second, a core full, and a fifth of the
requests undone. So a request waits at this gate instead, while it computes; sending
happens outside, and so does whatever changes something, for it waits for others: a hash,
a turn to write.

The gate makes things quick, never right: whoever has waited for :data:`PATIENCE_SECONDS`
goes on without it.
"""

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Longer than a rush makes anybody wait, shorter than anybody notices.
PATIENCE_SECONDS = 0.25


class Gate:
    """Lets one thread in; thread-safe."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._mine = threading.local()

    def enter(self) -> None:
        """Wait until nobody else is inside, or for as long as one may have to."""
        self._mine.inside = self._lock.acquire(timeout=self._patience_seconds)

    def leave(self) -> None:
        """Let the next one in; whoever is not inside leaves nothing."""
        if getattr(self._mine, "inside", False):
            self._mine.inside = False
            self._lock.release()


class Gated:
    """An application that computes inside of *gate*, which was entered before; its body is sent outside."""

    def __init__(self, app: "WSGIApplication", gate: Gate) -> None:
        self._app, self._gate = app, gate

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer."""
        if environ["REQUEST_METHOD"] != "GET":
            self._gate.leave()
        try:
            return self._app(environ, start_response)
        finally:
            self._gate.leave()
