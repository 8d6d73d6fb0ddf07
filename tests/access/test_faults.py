"""Viewings when the database does not answer, and after a crash."""

import time
from datetime import timedelta

import pytest

from access.errors import LogUnavailable
from access.grants import Grant
from access.reasons import Reason
from access.stops import Scope
from access.viewing import Ended, Viewings, sweep
from tests.access.one_room import NOW, SECOND, OneRoom
from tests.access.trouble import database_held
from tests.access.watching_guardian import (
    asked,
    asks_while_renewed,
    is_over,
    opened,
)

# When the database does not answer


def test_a_right_ends_while_the_database_is_locked_and_is_recorded_later(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    with database_held(room.address):
        room.mark(Scope.GRANT)

        assert viewings.stopped(leave, NOW)
        assert is_over(viewings, leave)
        assert viewings.status(1, leave.viewing_key) == Ended(Reason.NO_GRANT, NOW)

    assert room.viewing().closed_at is None
    room.clock.advance(timedelta(seconds=30))
    viewings.renew_all()
    assert (room.viewing().why, room.viewing().closed_at) == (Reason.NO_GRANT, NOW)
    last = room.entries()[-1]
    assert (last.at, last.body["ended_at"]) == (NOW + timedelta(seconds=30), "2026-03-10T02:00:00.000000Z")


def test_the_cutters_second_look_never_writes(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.act(Grant, revoked_at=NOW)

    with database_held(room.address):
        began = time.monotonic()
        assert viewings.decide_again(leave) is None
        assert time.monotonic() - began < 0.2

    viewings.renew_all()
    assert room.told() == ["viewing:opened", "viewing:closed grant:none"]


def test_a_lease_that_cannot_be_renewed_runs_out(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    room.clock.advance(timedelta(seconds=9))

    with database_held(room.address):
        viewings.renew_all()
        with pytest.raises(LogUnavailable):
            asked(viewings, leave)

    room.clock.advance(SECOND)
    assert viewings.stopped(leave, room.clock.now())
    assert asks_while_renewed(viewings, leave).lease_until == NOW + timedelta(seconds=20)


# After a crash


def test_the_sweeper_closes_what_a_crash_left_at_the_end_of_its_lease(
    room: OneRoom, viewings: Viewings
) -> None:
    opened(viewings)
    assert sweep(room.world, starting=True) == 0
    room.clock.advance(timedelta(seconds=11))
    assert sweep(room.world) == 0

    assert sweep(room.world, starting=True) == 1

    row, entry = room.viewing(), room.entries()[-1]
    assert (row.why, row.closed_at) == ("viewing:lease_lapsed", NOW + timedelta(seconds=10))
    assert (entry.kind, entry.body["actor"]) == ("viewing:closed", {"person": 1, "via": "portal"})
    assert sweep(room.world, starting=True) == 0


def test_the_jobs_sweep_waits_until_no_process_would_go_on(room: OneRoom, viewings: Viewings) -> None:
    opened(viewings)

    room.clock.advance(timedelta(seconds=80))

    assert sweep(room.world) == 1


def test_the_sweeper_and_the_process_never_both_tell_the_end(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=80))
    sweep(room.world)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert room.told() == ["viewing:opened", "viewing:closed viewing:lease_lapsed"]


def test_a_new_process_knows_nothing_of_the_old_ones_viewings(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    assert is_over(Viewings(room.world), leave)
