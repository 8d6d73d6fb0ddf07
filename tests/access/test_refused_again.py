"""Refusals that come again: counted together with others, and each on the disk before it is answered."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from access.database import reading
from access.errors import LogUnavailable
from access.grants import Grant
from access.policy import Denied
from access.reasons import Reason
from access.refusals import close_refusal_counts
from access.viewing import Viewings
from access.viewing_records import RefusalCount
from tests.access.one_room import NOW, ROOM_KEY, OneRoom, SignedInHere
from tests.access.trouble import database_held
from tests.access.watching_guardian import PHONE

REFUSED = Denied(Reason.NO_GRANT)
AT_ONCE = 16


def counted(room: OneRoom) -> list[int]:
    with reading(room.world.database) as connection:
        return list(connection.execute(select(RefusalCount.more).order_by(RefusalCount.id)).scalars())


def writes(room: OneRoom) -> list[None]:
    """Return a list that grows by one with every commit that wrote a count."""
    seen: list[None] = []

    @event.listens_for(room.world.database, "after_cursor_execute")
    def note(*call: object) -> None:
        if str(call[2]).startswith("UPDATE refusal_count"):
            seen.append(None)

    return seen


def test_of_many_at_once_each_is_counted_and_few_writes_are_made(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    written, ready = writes(room), threading.Barrier(AT_ONCE + 1)

    def press(_: int) -> object:
        ready.wait(10)
        return viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        pressed = [pool.submit(press, number) for number in range(AT_ONCE)]
        with viewings._again._turn:  # all of them wait together
            ready.wait(10)
            everybody_waits(viewings)
        assert [one.result(10) for one in pressed] == [REFUSED] * AT_ONCE

    assert counted(room) == [AT_ONCE]
    assert len(written) == 1


def everybody_waits(viewings: Viewings) -> None:
    waited = threading.Event()
    for _ in range(1000):
        if viewings._again._waiting.times.total() == AT_ONCE:
            return
        waited.wait(0.01)
    raise AssertionError("somebody did not come to wait")


def test_whoever_may_watch_again_is_let_in_at_once(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.change(Grant, revoked_at=None)

    assert not isinstance(viewings.open(SignedInHere(), ROOM_KEY, PHONE), Denied)

    assert room.told() == ["viewing:refused grant:none", "viewing:opened"]


def test_a_minute_later_it_is_an_entry_again(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    for _ in range(2):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.clock.advance(timedelta(seconds=60))
    close_refusal_counts(room.world)

    viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.told() == ["viewing:refused grant:none"] * 3
    assert counted(room) == [1, 0]


def test_what_cannot_be_counted_is_an_error_and_the_next_is_counted(
    room: OneRoom, viewings: Viewings
) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    with database_held(room.address), pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert viewings.open(SignedInHere(), ROOM_KEY, PHONE) == REFUSED

    assert counted(room) == [1]


def test_nobody_waits_for_ever_behind_a_write_that_hangs(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    with viewings._again._turn, pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)
