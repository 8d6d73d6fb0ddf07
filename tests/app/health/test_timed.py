"""No check is waited for longer than its time, and none that fails hides another."""

import threading
import time

from flask_babel import lazy_gettext

from app.health.finding import Finding, State, well
from app.health.timed import Patience

SECONDS = 0.3


def told() -> list[Finding]:
    return [well(lazy_gettext("Well."))]


def states(findings: list[Finding]) -> list[tuple[str, State]]:
    return [(finding.check, finding.state) for finding in findings]


def test_a_check_that_hangs_is_not_known_and_is_not_asked_again_while_it_hangs() -> None:
    goes_on, asked = threading.Event(), []
    patience = Patience(SECONDS)

    def hangs() -> list[Finding]:
        asked.append(1)
        goes_on.wait(30)
        return told()

    began = time.monotonic()
    first = patience.ask({"hangs": hangs, "goes": told})
    took = time.monotonic() - began
    second = patience.ask({"hangs": hangs})

    assert states(first) == [("hangs", State.UNKNOWN), ("goes", State.WELL)]
    assert SECONDS <= took < 10 * SECONDS
    assert states(second) == [("hangs", State.UNKNOWN)]
    assert len(asked) == 1

    goes_on.set()
    deadline = time.monotonic() + 5
    while states(patience.ask({"hangs": hangs})) != [("hangs", State.WELL)]:
        assert time.monotonic() < deadline


def test_a_check_that_fails_is_not_known_and_its_words_are_printed_nowhere() -> None:
    def fails() -> list[Finding]:
        raise ValueError("rtsp://canary@192.0.2.7")

    (found, other) = Patience(5).ask({"fails": fails, "goes": told})

    assert (found.state, found.detail) == (State.UNKNOWN, "ValueError")
    assert other.state is State.WELL


def test_a_check_may_find_nothing_or_several_things() -> None:
    found = Patience(5).ask({"nothing": list, "two": lambda: told() * 2})

    assert states(found) == [("two", State.WELL)] * 2
