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
    gate, first, second = Gate(NEVER), Slow(), Slow()
    threads = [asks(gate, first, "GET")]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second, "GET"))
    assert not second.came.acquire(timeout=0.1)
    first.go.set()
    assert second.came.acquire(timeout=SOON)

    second.go.set()
    for thread in threads:
        thread.join(SOON)


@pytest.mark.parametrize(("patience", "method"), [(NEVER, "POST"), (0.05, "GET")], ids=["an act", "a hang"])
def test_what_waits_for_others_keeps_nobody(patience: float, method: str) -> None:
    gate, first, second = Gate(patience), Slow(), Slow()
    threads = [asks(gate, first, method)]
    assert first.came.acquire(timeout=SOON)

    threads.append(asks(gate, second, "GET"))
    assert second.came.acquire(timeout=SOON)

    first.go.set()
    second.go.set()
    for thread in threads:
        thread.join(SOON)


def test_whoever_went_past_lets_nobody_in_twice() -> None:
    gate, first, second, third = Gate(0.05), Slow(), Slow(), Slow()
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
    gate = Gate(NEVER)

    def fails(*_: object) -> Iterable[bytes]:
        raise RuntimeError

    gate.enter()
    with pytest.raises(RuntimeError):
        Gated(fails, gate)({"REQUEST_METHOD": "GET"}, lambda *_: lambda _: None)

    app = Slow()
    app.go.set()
    asks(gate, app, "GET").join(SOON)
    assert app.inside == 1
