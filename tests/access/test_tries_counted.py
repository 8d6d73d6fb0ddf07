"""Tries are counted exactly: by several processes at once, through kills, and through floods."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from access import failed_tries
from access.clock import FrozenClock
from access.database import reading
from access.errors import RecordsUnavailable
from access.failed_tries import MOST_NETWORKS, FailedTries, Try
from access.networks import come_from
from access.refusals import SAME
from access.tries_told import MOST_AT_ONCE, tell_tries
from access.try_records import TryCount
from tests.access.test_failed_tries import told
from tests.access.trying import THREADS
from tests.access.writing_school import WritingSchool
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]
PROCESSES, TIMES = 3, 10
LONGEST_SECONDS = 60


@pytest.fixture
def tries(written: WritingSchool) -> Iterator[FailedTries]:
    """The failed tries of one process."""
    yield FailedTries(written.world)
    come_from(None)


def trying(database: str, person: int, times: int) -> "subprocess.Popen[str]":
    """Start a process that fails so often in each of its threads, half of it at the account of *person*."""
    command = [sys.executable, "-m", "tests.access.trying", database, str(person), str(times)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def tell_all(written: WritingSchool, clock: FrozenClock) -> None:
    for _ in range(3):
        clock.advance(SAME)
        tell_tries(written.world)


def counted(written: WritingSchool, kind: str = "sign_in:failed") -> int:
    return sum(entry.get("times", 1) for entry in told(written, kind))


def rows(written: WritingSchool) -> int:
    with reading(written.world.database) as connection:
        return int(connection.execute(select(func.count()).select_from(TryCount)).scalar_one())


def test_several_processes_that_count_and_tell_at_once_neither_lose_nor_double(
    written: WritingSchool, clock: FrozenClock, database: str
) -> None:
    others = [trying(database, written.guardian, TIMES) for _ in range(PROCESSES)]
    stopping = threading.Event()

    def tell() -> None:
        while not stopping.wait(0.03):
            with suppress(RecordsUnavailable):  # no turn in time; at the next one
                tell_tries(written.world)
            clock.advance(timedelta(seconds=20))

    tellers = [threading.Thread(target=tell) for _ in range(2)]
    for teller in tellers:
        teller.start()
    said = Counter(word for one in others for word in one.communicate(timeout=LONGEST_SECONDS)[0].split())
    stopping.set()
    for teller in tellers:
        teller.join()
    tell_all(written, clock)

    assert said["known"] == said["nobody"] == PROCESSES * THREADS * TIMES / 2
    assert counted(written) == said["known"]
    assert rows(written) == 0


@pytest.mark.parametrize("answered", [1, 7, 40])
def test_kill_9_loses_no_try_that_was_answered(
    written: WritingSchool, clock: FrozenClock, database: str, answered: int
) -> None:
    other = trying(database, written.guardian, 1_000_000)
    assert other.stdout
    said = Counter(other.stdout.readline().strip() for _ in range(answered))
    os.kill(other.pid, signal.SIGKILL)
    said.update(other.stdout.read().split())  # to its end: what was read ahead above is not lost
    other.wait(LONGEST_SECONDS)
    other.stdout.close()

    tell_all(written, clock)  # by whoever starts next

    assert said["known"] + said["nobody"] >= answered
    # Those that were under way may have been written and not been answered.
    assert said["known"] <= counted(written) <= said["known"] + THREADS


def test_what_the_limits_held_back_is_one_entry_a_minute_with_network_limit_and_number(
    written: WritingSchool, clock: FrozenClock, tries: FailedTries
) -> None:
    come_from("198.51.100.0/24")
    for _ in range(30):
        tries.note_held("address")
    assert rows(written) == 1  # the first at once, the rest when the thread comes by
    tries.write()
    tell_tries(written.world)
    assert told(written, "sign_in:held_back") == []
    clock.advance(SAME)
    tell_tries(written.world)
    for _ in range(4):
        tries.note_held("address")
        tries.note_held("name")
    tries.write()
    tell_all(written, clock)

    first, *rest = told(written, "sign_in:held_back")
    assert (first["limit"], first["times"], first["since"]) == ("address", 30, "2026-03-10T01:00:00.000000Z")
    assert first["actor"] == {"person": None, "via": "portal", "from": "198.51.100.0/24"}
    assert first["subject"] == {}
    assert sorted((one["limit"], one["times"]) for one in rest) == [("address", 4), ("name", 4)]
    assert rows(written) == 0


def test_a_flood_of_what_is_held_back_writes_no_more_than_once_until_the_thread_comes_by(
    written: WritingSchool, tries: FailedTries, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_down: list[int] = []
    monkeypatch.setattr(
        "access.failed_tries._count", lambda _connection, _one, these: written_down.append(these.times)
    )
    come_from("198.51.100.0/24")

    for _ in range(1000):
        tries.note_held("address")
    assert written_down == [1]
    tries.write()

    assert written_down == [1, 999]


def test_networks_without_end_fill_neither_the_table_nor_the_log(
    written: WritingSchool, clock: FrozenClock, tries: FailedTries
) -> None:
    for number in range(20 * MOST_NETWORKS):
        come_from(f"2001:db8:{number:x}::/48")
        tries.note_held("address")
    tries.write()
    assert rows(written) == MOST_NETWORKS + 1
    tell_all(written, clock)

    entries = told(written, "sign_in:held_back")
    assert len(entries) == MOST_NETWORKS + 1
    assert counted(written, "sign_in:held_back") == 20 * MOST_NETWORKS
    (others,) = [one for one in entries if "from" not in one["actor"]]
    assert others["times"] == 19 * MOST_NETWORKS


def test_many_at_once_are_told_a_few_at_a_time_so_that_nobody_waits_long(
    written: WritingSchool, clock: FrozenClock, tries: FailedTries
) -> None:
    for device in range(MOST_AT_ONCE + 5):
        tries.note(Try(written.guardian, "passphrase", device), "?")

    assert tell_tries(written.world) == MOST_AT_ONCE
    assert tell_tries(written.world) == 5
    assert tell_tries(written.world) == 0


def test_the_thread_writes_what_waits_and_outlives_a_fault(
    written: WritingSchool, tries: FailedTries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.failed_tries.WRITTEN_EVERY_SECONDS", 0.01)
    counts, faults = failed_tries._count, [RuntimeError("one of ours")]

    def fails_once(*these: Any) -> None:
        if faults:
            raise faults.pop()
        counts(*these)

    for _ in range(3):
        tries.note_held("address")
    monkeypatch.setattr("access.failed_tries._count", fails_once)
    stopping = threading.Event()
    thread = threading.Thread(target=tries.run, args=(stopping,))
    thread.start()
    until("what waited is written", lambda: number_of(written) == 3, 10)
    stopping.set()
    thread.join()

    assert faults == []


def number_of(written: WritingSchool) -> int:
    """Return how many tries the rows count."""
    with reading(written.world.database) as connection:
        return int(connection.execute(select(func.sum(TryCount.more))).scalar_one())
