"""How many pictures may be on their way at once, so that pages stay quick under a rush."""

import threading


class Slots:
    """A number of places; who finds none is told to come back, and never waits."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def take(self) -> bool:
        """Take a place; False when there is none."""
        return self._free.acquire(blocking=False)

    def give_back(self) -> None:
        """Give back a place that was taken."""
        self._free.release()
