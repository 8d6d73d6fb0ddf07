"""Before the web ends: every viewing ends with its reason, and every page that watches hears it.

A page asks how its viewing stands once a second, so two seconds are enough for all that
still listen; who does not listen is not waited for.
"""

import os
import threading
import time
from collections.abc import Callable, Collection
from typing import Protocol

#: Why a viewing ended when the portal was stopped.
STOPPING = "portal:stopping"
TELL_SECONDS = 2.0
LOOK_SECONDS = 0.05


class Watched(Protocol):
    """What is asked of the viewings, and of the looks."""

    def end_all(self, why: str) -> int:
        """End every viewing, record it, and return how many have not been told why."""


def say_last_words(watched: Collection[Watched], *, seconds: float = TELL_SECONDS) -> None:
    """End every viewing now; return when all have been told why, or after *seconds*."""
    deadline = time.monotonic() + seconds
    while sum([one.end_all(STOPPING) for one in watched]) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)  # others answer meanwhile


def wait_for_the_end(
    descriptor: int, watched: Collection[Watched], end: Callable[[], None]
) -> threading.Thread:
    """Start the thread that waits until *descriptor* is closed at its other side, and ends the web then.

    Args:
        end: asks the server to end, once everybody has heard.
    """

    def wait() -> None:
        while os.read(descriptor, 1):
            pass
        try:
            say_last_words(watched)
        finally:
            end()

    thread = threading.Thread(target=wait, name="end", daemon=True)
    thread.start()
    return thread
