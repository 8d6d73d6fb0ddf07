"""Waiting for conditions, with a deadline; never sleeping and hoping."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.05


def until(what: str, ask: Callable[[], T | None], seconds: float) -> T:
    """Ask again and again until the answer is true; return it.

    Raises:
        TimeoutError: *what* did not come true in *seconds*.
    """
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(POLL_SECONDS)  # between two looks
