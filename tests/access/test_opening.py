"""Opening a viewing: recorded first, or refused with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from access.closings import record_opening
from access.database import reading, writing
from access.errors import LogUnavailable
from access.grants import Grant
from access.places import CurtainOpening
from access.policy import Allowed, Denied, ViewingFacts, decide
from access.reasons import Reason
from access.refusals import SAME, close_refusal_counts, record_refusal
from access.viewing import Viewings
from access.viewing_records import RefusalCount
from tests.access.one_room import NOW, ROOM_KEY, SECOND, SINCE, UNTIL, OneRoom, SignedInHere
from tests.access.trouble import database_held, log_refusing
from tests.access.watching_guardian import PHONE, opened


def test_a_viewing_is_in_the_log_with_its_lease_before_anything_is_served(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    row, entry = room.viewing(), room.entries()[-1]
    assert (row.key, row.lease_until) == (leave.viewing_key, NOW + timedelta(seconds=10))
    assert entry.kind == "viewing:opened"
    assert entry.body["subject"] == {
        "viewing": leave.viewing_key,
        "sign_in": 1,
        "person": 1,
        "guardianship": 1,
        "grants": [1],
        "child": 1,
        "class_group": 1,
        "room": 1,
    }
    assert (entry.body["device"], entry.body["purpose"], entry.body["revision"]) == (PHONE, "live", 1)
    assert (entry.person_id, entry.room_id) == (1, 1)


def test_leave_names_the_stream_and_covers_only_what_was_filmed_under_it(viewings: Viewings) -> None:
    leave = opened(viewings)

    assert leave.stream is not None
    assert leave.stream.epoch == 1
    assert leave.covers(SINCE, SINCE + SECOND)
    assert not leave.covers(SINCE - SECOND, SINCE)
    assert leave.covers(UNTIL - SECOND, UNTIL)
    assert not leave.covers(UNTIL - SECOND / 2, UNTIL + SECOND / 2)


def test_a_refusal_is_in_the_log_with_its_reason(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)

    assert viewings.open(SignedInHere(), ROOM_KEY, PHONE) == Denied(Reason.NO_GRANT)

    assert room.told() == ["viewing:refused grant:none"]
    assert room.viewing() is None


def test_the_same_refusal_within_a_minute_is_one_entry_and_a_number(
    room: OneRoom, viewings: Viewings
) -> None:
    room.change(Grant, revoked_at=NOW)
    for _ in range(4):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    assert room.told() == ["viewing:refused grant:none"]
    assert close_refusal_counts(room.world) == 0

    room.clock.advance(timedelta(seconds=60))

    assert close_refusal_counts(room.world) == 1
    assert room.told() == ["viewing:refused grant:none"] * 2
    assert room.entries()[-1].body["times"] == 3
    assert close_refusal_counts(room.world) == 0


def test_refusals_are_counted_apart_by_reason_and_begin_anew_after_a_minute(
    room: OneRoom, viewings: Viewings
) -> None:
    room.change(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.change(CurtainOpening, drawn_at=NOW)
    room.change(Grant, revoked_at=None)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.clock.advance(timedelta(seconds=60))

    viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.told() == [
        "viewing:refused grant:none",
        "viewing:refused room:curtain",
        "viewing:refused room:curtain",
    ]


def test_refusals_counted_are_kept_when_the_process_dies(room: OneRoom, viewings: Viewings) -> None:
    room.change(Grant, revoked_at=NOW)
    for _ in range(2):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    Viewings(room.world).open(SignedInHere(), ROOM_KEY, PHONE)  # another process

    with reading(room.world.database) as connection:
        assert connection.execute(RefusalCount.__table__.select()).one().more == 2


def test_a_refusal_that_came_once_is_told_once(room: OneRoom, viewings: Viewings) -> None:
    room.act(Grant, revoked_at=NOW)
    viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    room.clock.advance(SAME)

    assert close_refusal_counts(room.world) == 0

    assert room.told() == ["viewing:refused grant:none"]


def test_nobodys_refusal_is_not_logged(room: OneRoom) -> None:
    with writing(room.world.database) as connection:
        record_refusal(connection, ViewingFacts(), Denied(Reason.SIGNED_OUT), device=PHONE, now=NOW)

    assert room.told() == []


@pytest.mark.parametrize("missing", ["person_id", "sign_in_id", "school_id", "room_id"])
def test_a_viewing_without_its_records_is_a_mistake_of_ours(room: OneRoom, missing: str) -> None:
    allowed = decide(room.facts(), NOW)
    assert isinstance(allowed, Allowed)
    without: dict[str, Any] = {missing: None}
    facts = replace(room.facts(), **without)

    with pytest.raises(ValueError, match="a viewing belongs to"), writing(room.world.database) as connection:
        record_opening(connection, facts, allowed, device=PHONE, now=NOW)


def test_a_room_that_does_not_exist_is_refused_like_anothers_and_not_logged(
    room: OneRoom, viewings: Viewings
) -> None:
    assert viewings.open(SignedInHere(), "x" * 22, PHONE) == Denied(Reason.NO_CHILD_HERE)
    assert room.told() == []


def test_while_the_log_cannot_be_written_nothing_opens(room: OneRoom, viewings: Viewings) -> None:
    with database_held(room.address), pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.viewing() is None


def test_an_entry_that_cannot_be_written_takes_the_viewing_with_it(room: OneRoom, viewings: Viewings) -> None:
    with log_refusing(room.address), pytest.raises(LogUnavailable):
        viewings.open(SignedInHere(), ROOM_KEY, PHONE)

    assert room.viewing() is None
