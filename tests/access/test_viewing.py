"""Every request for a viewing is decided afresh, and its end is told."""

from datetime import timedelta
from typing import Any

import pytest

from access.closings import record_closings
from access.database import reading, writing
from access.enrolment import Enrolment, Guardianship
from access.errors import LogUnavailable, RightEnded
from access.grants import Grant
from access.people import School, SignIn
from access.places import CurtainOpening, Epoch
from access.policy import Denied
from access.reasons import Reason
from access.stops import Scope
from access.viewing import MOST_OPEN, REPLACED, Ended, Leave, Viewings, watching
from tests.access.one_room import AFTER, BEFORE, NOW, ROOM_KEY, SECOND, UNTIL, OneRoom, SignedInHere
from tests.access.watching_guardian import (
    PHONE,
    STRANGER,
    asked,
    asks_while_renewed,
    held_open,
    is_over,
    opened,
)

# Every request is decided afresh


ENDINGS: list[tuple[type[Any], dict[str, Any], Reason]] = [
    (Grant, {"revoked_at": NOW}, Reason.NO_GRANT),
    (Guardianship, {"ended_at": NOW}, Reason.NOT_GUARDIAN),
    (Enrolment, {"ended_at": NOW}, Reason.NOT_ENROLLED),
    (CurtainOpening, {"drawn_at": NOW}, Reason.CURTAIN_DRAWN),
    (SignIn, {"ended_at": NOW}, Reason.SIGNED_OUT),
]


@pytest.mark.parametrize(("record", "values", "reason"), ENDINGS, ids=[r for *_, r in ENDINGS])
def test_what_ends_stops_the_very_next_request_and_is_recorded(
    room: OneRoom, viewings: Viewings, record: type[Any], values: dict[str, Any], reason: Reason
) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    room.act(record, **values)

    assert is_over(viewings, leave)

    assert (room.viewing().why, room.viewing().closed_at) == (reason, NOW)
    assert room.told() == ["viewing:opened", f"viewing:closed {reason}"]
    assert viewings.status(1, leave.viewing_key) == Ended(reason, NOW)


def test_one_more_than_a_device_may_have_open_closes_the_oldest(room: OneRoom, viewings: Viewings) -> None:
    first, *others = [opened(viewings) for _ in range(MOST_OPEN + 1)]

    assert is_over(viewings, first)
    assert viewings.status(1, first.viewing_key) == Ended(REPLACED, NOW)
    assert not any(is_over(viewings, other) for other in others)
    viewings.renew_all()
    assert room.told()[-1] == f"viewing:closed {REPLACED}"


def test_the_end_of_the_hours_stops_at_its_instant(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.clock.advance(UNTIL - NOW - SECOND)
    assert asks_while_renewed(viewings, leave).allowed.until == UNTIL

    room.clock.advance(SECOND)

    assert viewings.stopped(leave, room.clock.now())
    assert is_over(viewings, leave)


def test_another_childs_right_does_not_carry_the_viewing_on(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    room.add(Enrolment, **tie, key="e2", child_id=1, class_group_id=1)
    verified = {"verified_at": BEFORE, "verified_until": AFTER}
    room.add(Guardianship, **tie, **verified, id=2, key="u2", person_id=1, child_id=1)
    room.agrees(2, 1)
    room.add(Grant, **tie, key="a2", guardianship_id=2, ends_at=AFTER)

    room.act(Guardianship, ended_at=NOW)

    assert is_over(viewings, leave)
    assert isinstance(viewings.open(SignedInHere(), ROOM_KEY, PHONE), Leave)


def test_a_new_epoch_is_the_stream_of_the_next_request(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.change(Epoch, ended_at=NOW)
    epoch = {"school_id": 1, "room_id": 1, "camera_id": 1, "level": "clear", "first_k": 9}
    room.add(Epoch, id=2, **epoch, ordinal=1, started_at=NOW)

    stream = asked(viewings, leave).stream

    assert stream is not None
    assert (stream.epoch, stream.ordinal) == (2, 1)


def test_somebody_elses_viewing_does_not_exist_and_is_left_alone(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with pytest.raises(RightEnded):
        viewings.leave(STRANGER, leave.viewing_key)
    with pytest.raises(RightEnded):
        viewings.status(STRANGER, leave.viewing_key)
    viewings.close(leave.viewing_key, STRANGER, "viewing:left")

    assert asked(viewings, leave).viewing_id == leave.viewing_id


# Deciding again


def test_while_the_revision_stands_a_second_look_reads_only_it(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with room.queries() as queries:
        assert viewings.decide_again(leave) == leave

    assert len(queries) == 1
    assert viewings.revision([1]) == {1: 1}


def test_a_second_look_sees_what_no_mark_and_no_clock_foretold(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    room.act(Enrolment, ends_at=NOW)
    assert not viewings.stopped(leave, NOW)

    assert viewings.decide_again(leave) is None

    assert viewings.stopped(leave, NOW)


def test_a_second_look_goes_on_when_the_act_was_about_something_else(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    room.change(School, revision=2)

    again = viewings.decide_again(leave)

    assert again is not None
    assert (again.revision, again.allowed) == (2, leave.allowed)


def test_without_records_nobody_can_say(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    with room.world.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE school RENAME TO gone")

    room.mark(Scope.GRANT)
    viewings.renew_all()

    assert viewings.stopped(leave, NOW), "by its mark"
    assert viewings.decide_again(leave) is None
    with pytest.raises(LogUnavailable):
        asked(viewings, leave)
    with pytest.raises(LogUnavailable):
        viewings.revision([1])


# The clock


def test_without_a_believable_clock_nothing_opens_and_everything_ends(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    room.clock.is_believable = False

    assert viewings.open(SignedInHere(), ROOM_KEY, PHONE) == Denied(Reason.CLOCK)
    assert viewings.stopped(leave, NOW)
    assert is_over(viewings, leave)
    assert viewings.status(1, leave.viewing_key) == Ended(Reason.CLOCK, NOW)


def test_without_a_believable_clock_no_lease_is_renewed(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    asked(viewings, leave)
    until_then = room.viewing().lease_until

    room.clock.is_believable = False
    viewings.renew_all()

    assert room.viewing().lease_until == until_then
    assert room.viewing().why == Reason.CLOCK


def test_a_viewing_that_goes_on_is_not_closed_by_mistake(room: OneRoom) -> None:
    held = held_open(room)

    with writing(room.world.database) as connection:
        closed = record_closings(connection, [held], NOW)

    assert closed == 0
    assert room.viewing().closed_at is None


# What went out, and the end


def test_what_was_delivered_stands_in_the_closing_entry(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    for k, epoch in ((7, 1), (8, 1), (1_000_001, 2)):
        viewings.delivered(leave, "main", k, 1.0, epoch)
    asked(viewings, leave)
    viewings.renew_all()
    with_the_lease = room.viewing().delivered
    viewings.delivered(leave, "main", 1_000_002, 0.5, 2)

    viewings.close(leave.viewing_key, 1, "viewing:left")

    assert with_the_lease["main"]["milliseconds"] == 3000
    assert room.entries()[-1].body["delivered"] == {
        "main": {"milliseconds": 3500, "epochs": {"1": [7, 8], "2": [1_000_001, 1_000_002]}}
    }


def test_closing_twice_is_told_once(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    viewings.close(leave.viewing_key, 1, "viewing:left")
    viewings.close(leave.viewing_key, 1, "viewing:left")
    viewings.renew_all()

    assert room.told() == ["viewing:opened", "viewing:closed viewing:left"]


def test_why_it_ended_is_told_for_ten_minutes(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    viewings.close(leave.viewing_key, 1, "viewing:left")
    room.clock.advance(timedelta(minutes=10) - SECOND)
    assert viewings.status(1, leave.viewing_key) == Ended("viewing:left", NOW)
    with pytest.raises(RightEnded):
        viewings.status(STRANGER, leave.viewing_key)

    room.clock.advance(SECOND)

    with pytest.raises(RightEnded):
        viewings.status(1, leave.viewing_key)


# Who watches


def test_the_office_sees_who_watches_until_the_lease_is_over(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with reading(room.world.database) as connection:
        (watcher,) = watching(connection, 1, NOW)
        assert (watcher.person_name, watcher.child_name, watcher.viewing_key) == (
            "Noor",
            "Ilyas",
            leave.viewing_key,
        )
        assert watching(connection, 2, NOW) == ()
        assert watching(connection, 1, NOW + timedelta(seconds=10)) == ()
    viewings.close(leave.viewing_key, 1, "viewing:left")
    with reading(room.world.database) as connection:
        assert watching(connection, 1, NOW) == ()
