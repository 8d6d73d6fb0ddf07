"""Hand pictures from the thread that reads to the one that films: never more than three wait."""

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from streaming.errors import SourceLost, SourceRefused
from streaming.frames import RawFrame

MOST_WAITING = 3


@dataclass(frozen=True, slots=True)
class Arrived:
    """A picture and when it came; aware."""

    frame: RawFrame
    at: datetime


class Latest:
    """A queue that forgets its oldest, so that who is slow sees what is new."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Arrived] = deque(maxlen=MOST_WAITING)
        self._end: SourceLost | SourceRefused | None = None
        self.dropped = 0

    def put(self, arrived: Arrived) -> None:
        """Add a picture; where three wait already the oldest is dropped."""
        with self._changed:
            self.dropped += len(self._waiting) == MOST_WAITING
            self._waiting.append(arrived)
            self._changed.notify()

    def end(self, why: SourceLost | SourceRefused) -> None:
        """Say that no more will come."""
        with self._changed:
            self._end = why
            self._changed.notify()

    def take(self, patience_seconds: float) -> Arrived | None:
        """Return the oldest picture that waits; None when none came in time.

        Raises:
            SourceLost, SourceRefused: why nothing more will come.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._end, patience_seconds)
            if self._waiting:
                return self._waiting.popleft()
            if self._end:
                raise self._end
            return None

    def forget(self) -> None:
        """Drop all that wait."""
        with self._changed:
            self._waiting.clear()
