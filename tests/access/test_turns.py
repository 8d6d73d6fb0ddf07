"""A few work at once, some wait, and whoever comes after them is told at once."""

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import pytest

from access.errors import TooBusy
from access.turns import Turns


def test_no_more_than_so_many_work_and_wait_at_once() -> None:
    turns, door = Turns(at_once=2, waiting=3), threading.Event()
    lock, working, most = threading.Lock(), 0, 0
    arrived = threading.Semaphore(0)

    def work() -> str:
        nonlocal working, most
        try:
            with turns.turn():
                with lock:
                    working += 1
                    most = max(most, working)
                arrived.release()
                door.wait(10)
                with lock:
                    working -= 1
        except TooBusy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(work) for _ in range(8)]
        for _ in range(2):
            assert arrived.acquire(timeout=10)
        told = wait_for(3, asked)
        door.set()

    assert [one.result() for one in told] == ["busy"] * 3  # nobody else went on yet
    assert sorted(one.result() for one in asked) == ["busy"] * 3 + ["done"] * 5
    assert most == 2


def wait_for(number: int, asked: list[Future[str]]) -> list[Future[str]]:
    """Return those that ended once there are so many."""
    ended: set[Future[str]] = set()
    while len(ended) < number:
        ended, _ = wait(asked, timeout=10, return_when=FIRST_COMPLETED)
    return list(ended)


def test_a_turn_is_given_back_whatever_happens() -> None:
    turns = Turns(at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"), turns.turn():
            raise ValueError("broken")

    with turns.turn():
        pass
