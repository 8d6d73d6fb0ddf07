"""Who could not watch once in a month, and what stopped them most."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.database import Base, reading
from access.enrolment import Guardianship
from access.grants import Grant
from access.people import Person, SignIn
from access.unwatched import Stopped, Unwatched, month_of, unwatched
from access.viewing_records import RefusalCount, Viewing
from tests.access.one_room import BEFORE, NOW, OneRoom

DAY = timedelta(days=1)
LAST_MONTH = NOW - 11 * DAY


def listed(room: OneRoom) -> list[Unwatched]:
    with reading(room.world.database) as connection:
        return unwatched(connection, 1, "Asia/Shanghai", NOW)


def why(room: OneRoom) -> str:
    (one,) = listed(room)
    assert (one.person, one.children) == ("Noor", ("Ilyas",))
    return one.reason


@pytest.fixture
def noor(room: OneRoom) -> OneRoom:
    """A guardian who has everything and was seen this month, and did not look."""
    room.change(Person, passphrase_hash="argon2id")
    room.change(SignIn, seen_at=NOW - DAY)
    return room


def watched(room: OneRoom, at: datetime, delivered: dict[str, Any]) -> None:
    ids = {"sign_in_id": 1, "person_id": 1, "guardianship_id": 1, "child_id": 1, "room_id": 1}
    span = {"opened_at": at, "lease_until": at, "closed_at": at}
    room.add(Viewing, school_id=1, key=f"{at:%d%H}", class_group_id=1, **ids, **span, delivered=delivered)


def refused(room: OneRoom, reason: str, more: int, at: datetime = NOW - DAY) -> None:
    ids = {"school_id": 1, "sign_in_id": 1, "room_id": 1}
    room.add(RefusalCount, **ids, reason=reason, more=more, started_at=at)


def test_whoever_had_a_second_of_picture_is_not_listed(noor: OneRoom) -> None:
    watched(noor, NOW - DAY, {"main": {"milliseconds": 1000, "epochs": {}}})

    assert listed(noor) == []


def test_a_picture_of_last_month_does_not_count(noor: OneRoom) -> None:
    watched(noor, LAST_MONTH, {"main": {"milliseconds": 1000, "epochs": {}}})

    assert why(noor) == Stopped.NEVER_TRIED


def test_a_viewing_without_a_picture_is_told(noor: OneRoom) -> None:
    watched(noor, NOW - DAY, {})

    assert why(noor) == Stopped.NO_PICTURE


@pytest.mark.parametrize(
    ("record", "values", "reason"),
    [
        pytest.param(Person, {"passphrase_hash": ""}, Stopped.NO_LETTER, id="no letter accepted"),
        pytest.param(Guardianship, {"verified_until": NOW}, Stopped.NOT_VERIFIED, id="not verified"),
        pytest.param(Grant, {"revoked_at": BEFORE}, Stopped.NO_GRANT, id="no grant"),
        pytest.param(SignIn, {"seen_at": LAST_MONTH}, Stopped.NO_SIGN_IN, id="not signed in this month"),
    ],
)
def test_the_first_thing_that_is_missing_is_told(
    noor: OneRoom, record: type[Base], values: dict[str, Any], reason: Stopped
) -> None:
    noor.change(record, **values)

    assert why(noor) == reason


def test_what_refused_them_most_says_more_than_what_is_missing(noor: OneRoom) -> None:
    noor.change(Grant, revoked_at=BEFORE)
    refused(noor, "room:curtain", 2)
    refused(noor, "hours:closed", 1)
    refused(noor, "hours:closed", 1, NOW - 2 * DAY)
    refused(noor, "grant:none", 99, LAST_MONTH)

    (one,) = listed(noor)

    assert (one.reason, one.refused) == ("hours:closed", 7)


@pytest.mark.parametrize(
    ("record", "values"),
    [
        pytest.param(Guardianship, {"ended_at": NOW - DAY}, id="no guardian any more"),
        pytest.param(Guardianship, {"starts_at": NOW + DAY}, id="no guardian yet"),
        pytest.param(Person, {"closed_at": NOW - DAY}, id="account closed"),
    ],
)
def test_whoever_is_no_guardian_now_is_not_listed(
    noor: OneRoom, record: type[Base], values: dict[str, Any]
) -> None:
    noor.change(record, **values)

    assert listed(noor) == []


def test_a_month_begins_at_the_schools_midnight() -> None:
    assert month_of(datetime(2026, 2, 28, 17, tzinfo=UTC), "Asia/Shanghai") == datetime(
        2026, 2, 28, 16, tzinfo=UTC
    )
