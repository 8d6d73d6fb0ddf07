"""That one request computes at a time, and that nobody is kept by it."""

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import pytest

from app.gate import Gate, Gated
from tests.e2e.waiting import until

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


def asks(gate: Gate, app: Slow) -> threading.Thread:
    def ask() -> None:
        gate.enter()
        try:
            Gated(app, gate)({}, lambda *_: lambda _: None)
        finally:
            gate.leave()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_one_at_a_time_computes_an_answer() -> None:
    gate, first, second = Gate(stuck_seconds=NEVER, patience_seconds=NEVER), Slow(), Slow()
    threads = [asks(gate, first)]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second))
    assert not second.came.acquire(timeout=0.1)
    first.go.set()
    assert second.came.acquire(timeout=SOON)

    second.go.set()
    for thread in threads:
        thread.join(SOON)


@pytest.mark.parametrize(
    ("stuck", "patience"), [(0.05, NEVER), (NEVER, 0.05)], ids=["who is stuck", "a long queue"]
)
def test_nobody_is_waited_for_longer_than_is_said(stuck: float, patience: float) -> None:
    gate, first, second = Gate(stuck_seconds=stuck, patience_seconds=patience), Slow(), Slow()
    threads = [asks(gate, first)]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second))
    assert second.came.acquire(timeout=SOON)

    first.go.set()
    second.go.set()
    for thread in threads:
        thread.join(SOON)


class Queue:
    """Those who go through a gate one after another, and how many were inside at most."""

    def __init__(self, gate: Gate, *, each_seconds: float) -> None:
        self._gate, self._each_seconds = gate, each_seconds
        self._threads: list[threading.Thread] = []
        self.went: list[str] = []
        self.inside = self.most = 0

    def takes_in(self, name: str) -> None:
        self._threads.append(threading.Thread(target=self._goes_through, args=(name,)))
        self._threads[-1].start()

    def ends(self) -> None:
        for thread in self._threads:
            thread.join(SOON)

    def _goes_through(self, name: str) -> None:
        self._gate.enter()
        self.went.append(name)
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(self._each_seconds)  # this is what computing takes
        self.inside -= 1
        self._gate.leave()


def gate_has_more(gate: Gate, before: int) -> bool:
    return gate.waiting > before


def test_a_queue_that_moves_is_waited_in_longer_than_for_who_is_stuck_and_in_order() -> None:
    gate = Gate(stuck_seconds=2.0, patience_seconds=NEVER)
    queue, early = Queue(gate, each_seconds=0.4), [f"early {number}" for number in range(7)]
    gate.enter()
    for name in early:
        before = gate.waiting
        queue.takes_in(name)
        until("it waits", partial(gate_has_more, gate, before), SOON)
    gate.leave()
    until("half of them are through", lambda: len(queue.went) > len(early) // 2, SOON)
    for number in range(3):
        queue.takes_in(f"late {number}")
    queue.ends()

    assert queue.most == 1
    assert queue.went[: len(early)] == early
    assert set(queue.went[len(early) :]) == {"late 0", "late 1", "late 2"}


def test_whoever_went_past_lets_nobody_in_twice() -> None:
    gate, first, second, third = Gate(stuck_seconds=0.05), Slow(), Slow(), Slow()
    threads = [asks(gate, first)]
    assert first.came.acquire(timeout=SOON)
    threads.append(asks(gate, second))
    assert second.came.acquire(timeout=SOON)
    second.go.set()
    threads[1].join(SOON)

    gate.enter()  # the first is still inside
    gate.leave()
    first.go.set()
    threads[0].join(SOON)

    threads.append(asks(gate, third))
    assert third.came.acquire(timeout=SOON)
    third.go.set()
    threads[2].join(SOON)


def test_an_application_that_fails_lets_the_next_one_in() -> None:
    gate = Gate(stuck_seconds=NEVER, patience_seconds=NEVER)

    def fails(*_: object) -> Iterable[bytes]:
        raise RuntimeError

    gate.enter()
    with pytest.raises(RuntimeError):
        Gated(fails, gate)({}, lambda *_: lambda _: None)

    app = Slow()
    app.go.set()
    asks(gate, app).join(SOON)
    assert app.inside == 1
