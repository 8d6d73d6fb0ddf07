"""One request at a time in the interpreter, of which a process has one.

Threads that all want it take it from each other at each call that lets go of it, and one
request makes a hundred of those: each row of a question, each look at a file. With sixty
who watch that was 14,000 changes of thread a second, a core full, and a fifth of the
requests undone. So a request waits at this gate instead, while it computes; sending
happens outside, and so does whatever changes something, for it waits for others: a hash,
a turn to write.

The gate makes things quick, never right: where somebody has been inside for
:data:`STUCK_SECONDS`, or who waits has waited for :data:`PATIENCE_SECONDS`, they go on
without it. A queue that moves is waited in: with 200 who watch, too many for one
interpreter, all who went past it took it from each other again.
"""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: No page computes for so long: whoever is inside then waits for a lock or for the records.
STUCK_SECONDS = 0.25
#: After this a page no longer believes what it was told last.
PATIENCE_SECONDS = 2.0


class Gate:
    """Lets one thread in; thread-safe."""

    def __init__(
        self, *, stuck_seconds: float = STUCK_SECONDS, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._stuck_seconds, self._patience_seconds = stuck_seconds, patience_seconds
        self._lock = threading.Lock()
        self._mine = threading.local()
        #: When whoever is inside came in.
        self._since = 0.0

    def enter(self) -> None:
        """Wait until nobody else is inside, or for as long as one may have to."""
        came = time.monotonic()
        each = min(self._stuck_seconds, self._patience_seconds)
        inside = self._lock.acquire(timeout=each)
        while not inside and not self._is_past(came):
            inside = self._lock.acquire(timeout=each)
        if inside:
            self._since = time.monotonic()
        self._mine.inside = inside

    def leave(self) -> None:
        """Let the next one in; whoever is not inside leaves nothing."""
        if getattr(self._mine, "inside", False):
            self._mine.inside = False
            self._lock.release()

    def _is_past(self, came: float) -> bool:
        now = time.monotonic()
        return now - self._since >= self._stuck_seconds or now - came >= self._patience_seconds


class Gated:
    """An application that computes inside of *gate*, which was entered before; its body is sent outside."""

    def __init__(self, app: "WSGIApplication", gate: Gate) -> None:
        self._app, self._gate = app, gate

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer."""
        try:
            return self._app(environ, start_response)
        finally:
            self._gate.leave()
