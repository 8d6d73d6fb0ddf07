"""That one request computes at a time, and that nobody is kept by it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from app.gate import Gate, Gated

SOON = 5.0
#: So long that whoever waits for it has been kept.
NEVER = 60.0


class Slow:
    """An application that stays inside until it is let go."""

    def __init__(self) -> None:
        self.inside = 0
        self.came, self.go = threading.Semaphore(0), threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        del environ, start_response
        self.inside += 1
        self.came.release()
        assert self.go.wait(SOON)
        return []


def asks(gate: Gate, app: Slow, method: str) -> threading.Thread:
    def ask() -> None:
        gate.enter()
        try:
            Gated(app, gate)({"REQUEST_METHOD": method}, lambda *_: lambda _: None)
        finally:
            gate.leave()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_one_at_a_time_computes_an_answer() -> None:
    gate, first, second = Gate(stuck_seconds=NEVER, patience_seconds=NEVER), Slow(), Slow()
    threads = [asks(gate, first, "GET")]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second, "GET"))
    assert not second.came.acquire(timeout=0.1)
    first.go.set()
    assert second.came.acquire(timeout=SOON)

    second.go.set()
    for thread in threads:
        thread.join(SOON)


@pytest.mark.parametrize(
    ("stuck", "patience", "method"),
    [(NEVER, NEVER, "POST"), (0.05, NEVER, "GET")],
    ids=["an act", "a hang"],
)
def test_what_waits_for_others_keeps_nobody(stuck: float, patience: float, method: str) -> None:
    gate, first, second = Gate(stuck_seconds=stuck, patience_seconds=patience), Slow(), Slow()
    threads = [asks(gate, first, method)]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second, "GET"))
    assert second.came.acquire(timeout=SOON)

    first.go.set()
    second.go.set()
    for thread in threads:
        thread.join(SOON)


def test_a_queue_that_moves_is_waited_in_for_as_long_as_a_page_waits() -> None:
    gate, last = Gate(stuck_seconds=0.2, patience_seconds=0.5), Slow()
    last.go.set()
    stopping, moved = threading.Event(), threading.Semaphore(0)

    def goes_in_and_out() -> None:
        while not stopping.is_set():
            gate.enter()
            stopping.wait(0.05)
            gate.leave()
            moved.release()

    queue = [threading.Thread(target=goes_in_and_out) for _ in range(8)]
    for thread in queue:
        thread.start()
    try:
        asks(gate, last, "GET").join(SOON)
        assert last.came.acquire(timeout=0)
        assert moved.acquire(timeout=SOON)
    finally:
        stopping.set()
        for thread in queue:
            thread.join(SOON)


def test_whoever_went_past_lets_nobody_in_twice() -> None:
    gate, first, second, third = Gate(stuck_seconds=0.05), Slow(), Slow(), Slow()
    threads = [asks(gate, first, "GET")]
    assert first.came.acquire(timeout=SOON)
    threads.append(asks(gate, second, "GET"))
    assert second.came.acquire(timeout=SOON)
    second.go.set()
    threads[1].join(SOON)

    gate.enter()  # the first is still inside
    gate.leave()
    first.go.set()
    threads[0].join(SOON)

    threads.append(asks(gate, third, "GET"))
    assert third.came.acquire(timeout=SOON)
    third.go.set()
    threads[2].join(SOON)


def test_an_application_that_fails_lets_the_next_one_in() -> None:
    gate = Gate(stuck_seconds=NEVER, patience_seconds=NEVER)

    def fails(*_: object) -> Iterable[bytes]:
        raise RuntimeError

    gate.enter()
    with pytest.raises(RuntimeError):
        Gated(fails, gate)({"REQUEST_METHOD": "GET"}, lambda *_: lambda _: None)

    app = Slow()
    app.go.set()
    asks(gate, app, "GET").join(SOON)
    assert app.inside == 1
