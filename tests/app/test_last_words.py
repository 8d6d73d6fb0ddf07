"""Before the web ends, whoever still listens is told; nobody is waited for in vain."""

import os
import threading
import time

from app.last_words import STOPPING, say_last_words, wait_for_the_end

#: Long enough that a test which waited for it would be seen to.
LONG_SECONDS = 30.0


class Pages:
    """So many pages, of which one more has heard each time somebody looks."""

    def __init__(self, untold: int, *, listening: bool = True) -> None:
        self.untold, self.listening = untold, listening
        self.why: set[str] = set()

    def end_all(self, why: str) -> int:
        """Note why; return how many have not heard."""
        self.why.add(why)
        self.untold -= self.listening and self.untold > 0
        return self.untold


def test_it_waits_until_everybody_has_heard_and_no_longer() -> None:
    pages, began = Pages(3), time.monotonic()

    say_last_words([pages], seconds=LONG_SECONDS)

    assert (pages.untold, pages.why) == (0, {STOPPING})
    assert time.monotonic() - began < LONG_SECONDS / 2


def test_who_does_not_listen_is_not_waited_for() -> None:
    pages, began = Pages(1, listening=False), time.monotonic()

    say_last_words([pages], seconds=0.2)

    assert time.monotonic() - began >= 0.2
    assert pages.untold == 1


def test_the_web_ends_when_the_runner_lets_go_and_not_before() -> None:
    ours, theirs = os.pipe()
    pages, ended = Pages(2), threading.Event()
    waiting = wait_for_the_end(ours, [pages], ended.set)
    assert not ended.wait(0.2)
    assert pages.why == set()

    os.close(theirs)
    waiting.join(LONG_SECONDS)
    os.close(ours)

    assert ended.is_set()
    assert pages.untold == 0
