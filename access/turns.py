"""Turns at costly work: a few at once, some waiting, everybody else asked to come again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from access.errors import TooBusy


class Turns:
    """Lets so many work and so many wait; thread-safe.

    Args:
        at_once: bounds the memory that the work takes.
        waiting: bounds the threads that it holds, so that others are still answered.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._working = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it.

        Raises:
            TooBusy: too many wait already; at once.
        """
        if not self._inside.acquire(blocking=False):
            raise TooBusy("too many wait")
        try:
            with self._working:
                yield
        finally:
            self._inside.release()
