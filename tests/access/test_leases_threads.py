"""Leases under threads: the one that renews, and many that ask at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.journal import Journal
from access.leases import Leases
from access.policy import Way
from access.stops import Scope, StopMarks
from access.viewing import MOST_OPEN, Viewings
from tests.access.one_room import NOW, OneRoom
from tests.access.trouble import no_more_descriptors
from tests.access.watching_guardian import (
    asked,
    held_open,
    is_over,
    opened,
    renewing,
)
from tests.e2e.waiting import until


def test_who_waits_for_a_lease_is_told_when_the_viewing_ends(room: OneRoom) -> None:
    leases, held = Leases[Way](room.clock), held_open(room)
    leases.hold(held)
    room.clock.advance(timedelta(seconds=9))

    with ThreadPoolExecutor(1) as other:
        asking = other.submit(leases.wait, held)
        until("the request waits", lambda: held.asked, 5)
        leases.end(held, "viewing:left", room.clock.now())

        with pytest.raises(RightEnded):
            asking.result()


def test_many_threads_open_ask_and_close_without_losing_an_entry(room: OneRoom, viewings: Viewings) -> None:
    failures: list[BaseException] = []

    def watch() -> None:
        try:
            for _ in range(6):
                leave = opened(viewings)
                for k in range(5):
                    asked(viewings, leave)
                    viewings.delivered(leave, "main", k, 1.0, 1)
                viewings.close(leave.viewing_key, 1, "viewing:left")
        except (AssertionError, LogUnavailable, RecordsUnavailable, RightEnded) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=watch) for _ in range(MOST_OPEN)]
    with renewing(viewings):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failures == []
    closings = [entry for entry in room.entries() if entry.kind == "viewing:closed"]
    assert [entry.body["delivered"]["main"]["milliseconds"] for entry in closings] == [5000] * 24
    assert [entry.number for entry in room.entries()] == list(range(48))


def test_the_thread_renews_by_itself(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=9))
    stopping = threading.Event()
    thread = threading.Thread(target=viewings.run, args=(stopping,), daemon=True)
    thread.start()

    deadline = time.monotonic() + 5
    while room.viewing().lease_until == leave.lease_until and time.monotonic() < deadline:
        try:
            asked(viewings, leave)
        except LogUnavailable:
            continue  # the first batch comes after a second, as our patience ends
    stopping.set()
    thread.join()

    assert room.viewing().lease_until == NOW + timedelta(seconds=19)


def test_what_goes_wrong_in_one_turn_does_not_end_the_renewing(
    room: OneRoom, viewings: Viewings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    leave, stopping = opened(viewings), threading.Event()
    thread = threading.Thread(target=viewings.run, args=(stopping,), daemon=True)
    with closing(StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))) as another:
        another.compact()  # our table has moved, and cannot be opened where it is now

    with no_more_descriptors():
        thread.start()
        until("the turn fails", lambda: "leases: OSError" in caplog.text, 10)
    room.mark(Scope.GRANT)
    until("the next turn sees the mark", lambda: room.told()[-1].startswith("viewing:closed"), 10)
    stopping.set()
    thread.join()

    assert is_over(viewings, leave)
