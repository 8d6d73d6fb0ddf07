"""Leases and marks: under what bytes leave, and what stops them without a query."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from access.clock import FrozenClock
from access.grants import Grant
from access.leases import Held, Leases
from access.policy import Way
from access.reasons import Reason
from access.stops import Scope
from access.viewing import MOST_OPEN, Ended, Viewings
from access.viewing_records import Viewing
from tests.access.one_room import NOW, SECOND, UNTIL, OneRoom
from tests.access.trouble import database_held
from tests.access.watching_guardian import (
    asked,
    asks_while_renewed,
    is_over,
    opened,
)

# Leases


def test_a_request_with_a_short_lease_waits_for_the_batch(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=8.5))

    again = asks_while_renewed(viewings, leave)

    assert again.lease_until == NOW + timedelta(seconds=18.5)
    assert room.viewing().lease_until == again.lease_until


def test_a_request_with_a_long_lease_waits_for_nothing(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(timedelta(seconds=8))

    assert asked(viewings, leave).lease_until == NOW + timedelta(seconds=10)


def test_a_batch_renews_all_who_asked_in_one_statement(room: OneRoom, viewings: Viewings) -> None:
    leaves = [opened(viewings) for _ in range(MOST_OPEN)]
    for leave in leaves[:-1]:
        asked(viewings, leave)
    room.clock.advance(SECOND)

    with room.queries() as queries:
        viewings.renew_all()

    assert len(queries) == 1
    assert queries[0].startswith("UPDATE viewing")
    ends = [asked(viewings, leave).lease_until for leave in leaves]
    assert ends == [NOW + timedelta(seconds=11)] * (MOST_OPEN - 1) + [NOW + timedelta(seconds=10)]


def test_the_first_reason_given_stays() -> None:
    leases = Leases[Way](FrozenClock(NOW))
    held = Held(
        viewing_id=1,
        key="v",
        sign_in_id=1,
        person_id=1,
        school_id=1,
        room_id=1,
        way=Way(1, 1, 1, enrolment_ids=(1,), grant_ids=(1,)),
        marks=(),
        until=UNTIL,
        lease_until=UNTIL,
    )
    leases.hold(held)

    first = leases.end(held, Reason.NO_GRANT, NOW)

    assert leases.end(held, Reason.CURTAIN_DRAWN, NOW + SECOND) == first
    assert leases.ended("v", 1) == first


def test_a_renewal_never_revives_a_closed_viewing(room: OneRoom, viewings: Viewings) -> None:
    closed, other = opened(viewings), opened(viewings)
    asked(viewings, closed)
    asked(viewings, other)
    room.change(Viewing, closed.viewing_id, closed_at=NOW, why="viewing:lease_lapsed")
    room.clock.advance(SECOND)

    viewings.renew_all()

    assert is_over(viewings, closed)
    assert viewings.stopped(closed, room.clock.now())
    assert viewings.status(1, closed.viewing_key) == Ended("viewing:lease_lapsed", NOW + SECOND)
    assert asked(viewings, other).lease_until == NOW + timedelta(seconds=11)
    assert room.told() == ["viewing:opened"] * 2


def test_a_renewal_never_shortens_a_lease(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    later = NOW + timedelta(seconds=30)
    room.change(Viewing, lease_until=later)
    asked(viewings, leave)

    viewings.renew_all()

    assert room.viewing().lease_until == later


def test_a_viewing_nobody_asks_for_is_closed_when_its_lease_ran_out(
    room: OneRoom, viewings: Viewings
) -> None:
    opened(viewings)
    room.clock.advance(timedelta(seconds=69))
    viewings.renew_all()
    assert room.viewing().closed_at is None

    room.clock.advance(SECOND)
    viewings.renew_all()

    row = room.viewing()
    assert (row.why, row.closed_at) == ("viewing:lease_lapsed", NOW + timedelta(seconds=10))


def test_a_mark_closes_a_viewing_that_asks_no_more(room: OneRoom, viewings: Viewings) -> None:
    opened(viewings)
    room.mark(Scope.SIGN_IN)

    viewings.renew_all()

    assert room.viewing().why == Reason.SIGNED_OUT


def test_the_horizon_closes_a_viewing_that_asks_no_more(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, ends_at=NOW + timedelta(seconds=5))
    opened(viewings)
    room.clock.advance(timedelta(seconds=5))

    viewings.renew_all()

    assert room.viewing().why == Reason.NO_GRANT


# Marks, and the look without a query


#: These show no family a picture, and this guardian is nobody's delegate.
OF_OTHERS = (Scope.MEMBERSHIP, Scope.DELEGATION, Scope.LOOK, Scope.DOOR)
WATCHING = [scope for scope in Scope if scope not in OF_OTHERS]


@pytest.mark.parametrize("scope", WATCHING)
def test_a_mark_stops_a_viewing_without_a_query(room: OneRoom, viewings: Viewings, scope: Scope) -> None:
    leave = opened(viewings)
    assert not viewings.stopped(leave, NOW)

    room.mark(scope, 0 if scope is Scope.INSTALLATION else 1)

    with room.queries() as queries:
        assert viewings.stopped(leave, NOW)
    assert queries == []


def test_a_mark_on_another_right_stops_nothing(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.mark(Scope.MEMBERSHIP, 1)
    room.mark(Scope.DELEGATION, 1)
    for scope in Scope:
        if scope is not Scope.INSTALLATION:
            room.mark(scope, 2)

    assert not viewings.stopped(leave, NOW)
    assert asked(viewings, leave).marks == leave.marks


def test_looking_takes_microseconds(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    began = time.perf_counter()

    for _ in range(1000):
        viewings.stopped(leave, NOW)

    assert time.perf_counter() - began < 1.0  # 500 sockets ten times a second leave 200 µs each


@pytest.mark.parametrize("at", [NOW + timedelta(seconds=10), UNTIL], ids=["lease over", "hours over"])
def test_bytes_stop_at_the_end_of_lease_and_horizon(viewings: Viewings, at: Any) -> None:
    leave = opened(viewings)

    assert viewings.stopped(leave, at)
    assert not viewings.stopped(leave, NOW + timedelta(seconds=9.9))


def test_a_viewing_that_is_closed_is_stopped(viewings: Viewings) -> None:
    leave = opened(viewings)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert viewings.stopped(leave, NOW)


# What was delivered, and a second look


def test_what_was_delivered_of_an_unknown_viewing_is_nobodys(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    stranger = replace(leave, viewing_key="x" * 22)

    viewings.delivered(stranger, "main", 7, 1.0, 1)
    viewings.renew_all()

    assert room.viewing().delivered == {}


def test_what_was_delivered_while_the_records_did_not_answer_is_written_later(
    room: OneRoom, viewings: Viewings, database: str
) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    viewings.delivered(leave, "main", 7, 1.0, 1)

    with database_held(database):
        viewings.renew_all()
    assert room.viewing().delivered == {}

    viewings.renew_all()
    assert room.viewing().delivered["main"]["milliseconds"] == 1000


@pytest.mark.parametrize("scope", WATCHING)
def test_a_second_look_minds_a_mark_before_the_revision_moves(
    room: OneRoom, viewings: Viewings, scope: Scope
) -> None:
    leave = opened(viewings)

    room.mark(scope, 0 if scope is Scope.INSTALLATION else 1)

    assert viewings.stopped(leave, NOW)
    assert viewings.decide_again(leave) is None
