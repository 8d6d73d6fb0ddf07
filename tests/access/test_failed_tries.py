"""Tries to sign in that failed: told once, then counted, and nothing of a name that nobody has."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from access.clock import FrozenClock
from access.database import TURN_SECONDS
from access.errors import LogUnavailable
from access.failed_tries import FailedTries, Try
from access.log.entry import INSTALLATION
from access.networks import come_from
from access.passphrases import check_passphrase
from access.refusals import SAME
from access.tries_told import tell_tries
from tests.access.trouble import database_held, log_refusing
from tests.access.writing_school import PASSPHRASE, WritingSchool

A_SECOND = timedelta(seconds=1)
MANY = 20


@pytest.fixture
def tries(written: WritingSchool) -> Iterator[FailedTries]:
    """The failed tries of one process, which answers a request."""
    come_from("192.0.2.0/24")
    yield FailedTries(written.world)
    come_from(None)


def told(written: WritingSchool, kind: str = "sign_in:failed") -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in reversed(written.entries(INSTALLATION)) if entry.kind == kind]


def test_a_failed_try_says_whose_account_and_from_where(written: WritingSchool, tries: FailedTries) -> None:
    tries.note(Try(written.guardian, "passphrase"), "Chrome, Android")
    assert tell_tries(written.world) == 1

    (entry,) = told(written)
    assert entry["actor"] == {"person": None, "via": "web", "from": "192.0.2.0/24"}
    assert entry["subject"] == {"person": written.guardian, "by": "passphrase"}
    assert (entry["device"], entry["reason"]) == ("Chrome, Android", "wrong passphrase")


def test_the_same_within_a_minute_is_one_more_entry_with_a_number_and_when(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock
) -> None:
    for _ in range(50):
        tries.note(Try(written.guardian, "passphrase"), "?")
        tell_tries(written.world)
    assert [entry.get("times") for entry in told(written)] == [None]
    (first,) = told(written)

    clock.advance(A_SECOND)
    tries.note(Try(written.guardian, "passphrase"), "?")
    clock.advance(timedelta(hours=1))  # nobody told it when the minute was over
    tell_tries(written.world)

    assert [entry.get("times") for entry in told(written)] == [None, 50]
    assert told(written)[1]["actor"] == {"person": None, "via": "portal"}
    assert (told(written)[1]["since"], first["at"]) == (first["at"], "2026-03-10T01:00:00.000000Z")
    assert told(written)[1]["at"] == "2026-03-10T01:00:01.000000Z"


def test_whoever_goes_on_has_one_entry_a_minute(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock
) -> None:
    for _ in range(3 * 60):
        tries.note(Try(written.guardian, "passphrase"), "?")
        tell_tries(written.world)
        clock.advance(A_SECOND)
    clock.advance(SAME)
    tell_tries(written.world)

    assert [entry.get("times", 1) for entry in told(written)] == [1, 60, 60, 59]


def test_one_try_is_one_entry_and_no_number(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock
) -> None:
    for _ in range(2):
        tries.note(Try(written.guardian, "passphrase"), "?")
        tell_tries(written.world)
        clock.advance(SAME)
        tell_tries(written.world)

    assert [entry.get("times") for entry in told(written)] == [None, None]


def test_of_a_name_that_nobody_has_nothing_is_told(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock
) -> None:
    before = len(written.entries(INSTALLATION))

    for _ in range(3):
        tries.note(Try(None, "passphrase"), "?")
        assert tell_tries(written.world) == 0
    for _ in range(3):
        clock.advance(SAME)
        assert tell_tries(written.world) == 0

    assert len(written.entries(INSTALLATION)) == before


def test_a_wrong_passphrase_on_a_device_is_another_matter(written: WritingSchool, tries: FailedTries) -> None:
    tries.note(Try(written.guardian, "passphrase", 7), "?")
    tries.note(Try(written.guardian, "passphrase"), "?")
    tell_tries(written.world)

    (wrong,) = told(written, "passphrase:wrong")
    assert wrong["actor"]["sign_in"] == wrong["subject"]["sign_in"] == 7
    assert len(told(written)) == 1


def test_a_try_that_the_log_does_not_take_waits_in_its_row(
    written: WritingSchool, tries: FailedTries, database: str
) -> None:
    tries.note(Try(written.guardian, "passphrase"), "?")
    with log_refusing(database), pytest.raises(LogUnavailable):
        tell_tries(written.world)
    assert told(written) == []

    tell_tries(written.world)

    assert len(told(written)) == 1


def test_a_try_that_the_database_does_not_take_waits_and_is_counted_once(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock, database: str
) -> None:
    tries.note(Try(written.guardian, "passphrase"), "?")
    with database_held(database):
        tries.note(Try(written.guardian, "passphrase"), "?")
        clock.advance(A_SECOND)
        tries.note(Try(written.guardian, "passphrase"), "?")
    tries.write()
    tries.write()

    clock.advance(SAME)
    tell_tries(written.world)

    assert [entry.get("times") for entry in told(written)] == [None, 2]


def test_many_tries_do_not_wait_one_by_one_for_a_database_that_is_held(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock, database: str
) -> None:
    with database_held(database), ThreadPoolExecutor(MANY) as others:
        began = time.monotonic()
        for noting in [
            others.submit(tries.note, Try(written.guardian, "passphrase"), "?") for _ in range(MANY)
        ]:
            noting.result()
        took = time.monotonic() - began
    tries.write()
    clock.advance(SAME)
    tell_tries(written.world)

    assert took < 3 * TURN_SECONDS
    assert [entry.get("times") for entry in told(written)] == [None, MANY - 1]


def test_a_clock_that_was_set_back_keeps_no_number_for_ever(
    written: WritingSchool, tries: FailedTries, clock: FrozenClock
) -> None:
    for _ in range(2):
        tries.note(Try(written.guardian, "passphrase"), "?")
    clock.advance(-timedelta(days=300))
    tell_tries(written.world)

    assert [entry.get("times") for entry in told(written)] == [None, 1]


def test_a_wrong_passphrase_is_told_with_whose_account_it_is(written: WritingSchool) -> None:
    whose: list[int | None] = []

    assert check_passphrase(written.world, "guardian", "wrong", failed=whose.append) is None
    assert check_passphrase(written.world, "nobody", "wrong", failed=whose.append) is None
    assert check_passphrase(written.world, "guardian", PASSPHRASE, failed=whose.append)

    assert whose == [written.guardian, None]
