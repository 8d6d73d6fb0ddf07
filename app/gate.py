"""One request at a time in the interpreter, of which a process has one.

Threads that all want it take it from each other at each call that lets go of it, and one
request makes a hundred of those: each row of a question, each look at a file. With sixty
who watch that was 14,000 changes of thread a second, a core full, and a fifth of the
requests undone. So a request waits at this gate instead, while it computes; sending
happens outside, and so does whatever changes something, for it waits for others: a hash,
a turn to write.

The gate makes things quick, never right: where somebody has been inside for
:data:`STUCK_SECONDS`, or who waits has waited for :data:`PATIENCE_SECONDS`, they go on
without it. A queue that moves is waited in, and in order: with 200 who watch, too many for one
interpreter, all who went past it took it from each other again; and while it was left
to chance who came next, some waited for a second where others went three times.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: No page computes for so long: whoever is inside then waits for a lock or for the records.
STUCK_SECONDS = 0.25
#: After this a page no longer believes what it was told last.
PATIENCE_SECONDS = 2.0


class Gate:
    """Lets one thread in, and the others in the order in which they came; thread-safe."""

    def __init__(
        self, *, stuck_seconds: float = STUCK_SECONDS, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._stuck_seconds, self._patience_seconds = stuck_seconds, patience_seconds
        self._lock = threading.Lock()
        self._mine = threading.local()
        #: Who waits, first come first; each with a lock that is let go of when it is their turn.
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False
        #: When whoever is inside came in.
        self._since = 0.0

    @property
    def waiting(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def enter(self) -> None:
        """Wait until it is one's turn, or for as long as one may have to."""
        came = time.monotonic()
        turn = threading.Lock()
        with self._lock:
            if not self._taken:
                self._take()
                return
            turn.acquire()
            self._waiting.append(turn)
        each = min(self._stuck_seconds, self._patience_seconds)
        while not turn.acquire(timeout=each):
            if self._is_past(came) and self._gives_up(turn):
                return
        self._mine.inside = True

    def leave(self) -> None:
        """Let the next one in; whoever is not inside leaves nothing."""
        if getattr(self._mine, "inside", False):
            self._mine.inside = False
            with self._lock:
                if self._waiting:
                    self._since = time.monotonic()
                    self._waiting.popleft().release()
                else:
                    self._taken = False

    def _take(self) -> None:
        self._taken, self._mine.inside, self._since = True, True, time.monotonic()

    def _gives_up(self, turn: threading.Lock) -> bool:
        """Say whether one waits no longer; not where it has become one's turn just now."""
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return True
        return False

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
