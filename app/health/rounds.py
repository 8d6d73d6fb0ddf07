"""What was found lately: a page that many reload asks the machine once in half a minute."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from app.health.finding import Finding
from app.health.timed import Check, Patience

#: How old a finding may be.
EVERY_SECONDS = 30.0
#: How long a page waits for new ones.
PATIENCE_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Round:
    """What was found when everything was looked at."""

    findings: list[Finding]
    #: By a clock that only goes on.
    at: float

    @property
    def age_seconds(self) -> int:
        """Return how long ago that was."""
        return int(time.monotonic() - self.at)


class Rounds:
    """The last round of each kind. Thread-safe; one thread looks, the others wait for what it finds."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS, seconds: float = PATIENCE_SECONDS) -> None:
        self._every = every_seconds
        self._patience: dict[Hashable, Patience] = {}
        self._seconds = seconds
        self._looking = threading.Lock()
        self._last: dict[Hashable, Round] = {}

    def last(self, kind: Hashable, checks: Callable[[], dict[str, Check]]) -> Round:
        """Return the last round of *kind*; a new one where that is too old."""
        with self._looking:
            known = self._last.get(kind)
            if known is None or known.at + self._every < time.monotonic():
                patience = self._patience.setdefault(kind, Patience(self._seconds))
                known = self._last[kind] = Round(patience.ask(checks()), time.monotonic())
            return known
