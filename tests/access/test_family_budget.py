"""Whose viewings count together: a family's, its delegates' and its siblings', and nobody else's."""

from datetime import datetime, timedelta

import pytest

from access.custody_rules import CustodyRule
from access.database import reading
from access.enrolment import Child, Guardianship
from access.home import load_home
from access.people import Person, School, SignIn
from access.places import ViewingWindow
from access.policy import Allowed, Decision, Denied
from access.reasons import Reason
from access.viewing import Viewings
from access.viewing_records import Viewing
from tests.access.one_room import AFTER, BEFORE, NOW, ROOM_KEY, SINCE, UNTIL, OneRoom, SignedInHere

MINUTE = timedelta(minutes=1)
#: 00:00 of the next day at the school is 16:00 UTC.
TOMORROW_AT_HALF_PAST_NINE = SINCE + timedelta(days=7)
FATHER, AUNT = 2, 3
#: A child of the guardian; one of others.
SIBLING, STRANGER = 2, 3


@pytest.fixture
def family(room: OneRoom) -> OneRoom:
    """The one room's guardian with 60 minutes a day; a father, a sibling, and a child of somebody else."""
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    for person in (FATHER, AUNT):
        room.add(Person, name="N", sign_in_name=f"n{person}", key=f"p{person}", recorded_at=BEFORE)
        sign_in(room, person, person)
    sign_in(room, 4, 1)  # the guardian's tablet
    for child in (SIBLING, STRANGER):
        room.add(Child, key=f"h{child}", school_id=1, name="C", recorded_at=BEFORE)
    for key, person, child in (("u2", FATHER, 1), ("u3", 1, SIBLING), ("u4", AUNT, STRANGER)):
        room.add(Guardianship, **tie, key=key, person_id=person, child_id=child)
    room.agrees(2, FATHER)
    room.change(School, day_minutes=60)
    return room


def sign_in(room: OneRoom, number: int, person: int) -> None:
    seen = {"started_at": BEFORE, "seen_at": BEFORE, "proven_at": BEFORE, "expires_at": AFTER}
    room.add(SignIn, key=f"d{number}", person_id=person, token_hash=bytes([number] * 32), device="P", **seen)


def watched(
    room: OneRoom,
    *,
    device: int = 1,
    person: int = 1,
    guardianship: int = 1,
    child: int = 1,
    opened: datetime,
    closed: datetime | None = None,
) -> None:
    """Write a viewing: closed at an instant, or going on."""
    room.add(
        Viewing,
        school_id=1,
        key=f"v{device}{opened.isoformat()}"[:22],
        sign_in_id=device,
        person_id=person,
        guardianship_id=guardianship,
        child_id=child,
        class_group_id=1,
        room_id=1,
        opened_at=opened,
        lease_until=closed or NOW + timedelta(seconds=10),
        closed_at=closed,
    )


def until(room: OneRoom) -> datetime | Reason:
    """Return the guardian's horizon, or why they may not watch."""
    decision = room.decides()
    return decision.until if isinstance(decision, Allowed) else decision.reason


def test_what_the_family_watched_on_the_day_is_taken_from_the_budget(family: OneRoom) -> None:
    watched(family, opened=NOW - 40 * MINUTE, closed=NOW - 10 * MINUTE)
    watched(family, opened=NOW - 5 * MINUTE)

    assert until(family) == NOW + 25 * MINUTE
    assert family.facts().paths[0].left_of_day == 25 * MINUTE


def test_what_is_used_up_is_refused_with_when_it_opens_next(family: OneRoom) -> None:
    watched(family, opened=NOW - 90 * MINUTE, closed=NOW - 20 * MINUTE)

    assert family.decides() == Denied(Reason.BUDGET_SPENT, TOMORROW_AT_HALF_PAST_NINE)


@pytest.mark.parametrize(
    ("person", "guardianship", "child", "device"),
    [
        pytest.param(FATHER, 2, 1, 2, id="by the other guardian"),
        pytest.param(AUNT, 1, 1, 3, id="by a delegate"),
        pytest.param(1, 3, SIBLING, 4, id="of a sibling"),
        pytest.param(AUNT, 3, SIBLING, 3, id="of a sibling, by a delegate"),
    ],
)
def test_the_budget_is_shared(
    family: OneRoom, person: int, guardianship: int, child: int, device: int
) -> None:
    ids = {"person": person, "guardianship": guardianship, "child": child, "device": device}
    watched(family, **ids, opened=NOW - 90 * MINUTE, closed=NOW - 20 * MINUTE)

    assert until(family) == Reason.BUDGET_SPENT


def test_what_others_watched_of_their_child_is_theirs(family: OneRoom) -> None:
    watched(
        family,
        person=AUNT,
        guardianship=4,
        child=STRANGER,
        device=3,
        opened=NOW - 90 * MINUTE,
        closed=NOW,
    )

    assert until(family) == UNTIL


def test_ending_a_tie_gives_nobody_minutes_back(family: OneRoom) -> None:
    watched(
        family, guardianship=3, child=SIBLING, device=4, opened=NOW - 90 * MINUTE, closed=NOW - 9 * MINUTE
    )
    family.change(Guardianship, 3, ended_at=NOW - MINUTE)

    assert until(family) == Reason.BUDGET_SPENT


@pytest.mark.parametrize("limited", [1, 2], ids=["the one who asks", "the other"])
def test_where_custody_rules_are_each_guardian_has_a_budget_alone_and_no_number(
    family: OneRoom, limited: int
) -> None:
    # Of another's nothing counts from the rule on; of what was watched before it all does.
    watched(family, person=FATHER, guardianship=2, device=2, opened=NOW - 16 * MINUTE, closed=NOW)
    watched(family, person=AUNT, guardianship=1, device=3, opened=NOW - 25 * MINUTE, closed=NOW - 5 * MINUTE)
    rule = {"school_id": 1, "kind": "weekdays", "weekdays": 1 << 1, "starts_at": BEFORE}
    family.add(CustodyRule, **rule, key="c1", guardianship_id=limited, recorded_at=NOW - 6 * MINUTE)
    watched(family, device=1, opened=NOW)

    decision = family.decides()

    assert isinstance(decision, Allowed)
    assert decision.until == NOW + 30 * MINUTE
    assert decision.since == SINCE  # entering the rule cut nobody else
    assert family.facts().paths[0].left_of_day is None


def decided_on_home(room: OneRoom) -> Decision:
    """Return what the guardian's home says of the room."""
    with reading(room.world.database) as connection:
        (tile,) = load_home(connection, 1, room.clock.now(), sign_in_id=1)
    return tile.decision


def test_the_others_minutes_shorten_the_right_and_not_what_is_told(family: OneRoom) -> None:
    watched(family, opened=NOW)
    watched(family, person=FATHER, guardianship=2, device=2, opened=NOW)

    assert until(family) == NOW + 30 * MINUTE
    told = decided_on_home(family)
    assert isinstance(told, Allowed)
    assert told.until == UNTIL


def test_between_the_hours_nothing_tells_whether_minutes_are_left_for_the_next(
    family: OneRoom, viewings: Viewings
) -> None:
    family.add(
        ViewingWindow,
        school_id=1,
        class_group_id=1,
        weekday=1,
        starts_minute=14 * 60,
        ends_minute=15 * 60,
        recorded_at=BEFORE,
    )
    watched(family, person=FATHER, guardianship=2, device=2, opened=NOW - 90 * MINUTE, closed=NOW)
    family.clock.advance(UNTIL - NOW)

    refused = Denied(Reason.OUTSIDE_HOURS, UNTIL + timedelta(hours=2, minutes=30))

    assert viewings.open(SignedInHere(), ROOM_KEY, "P") == refused
    assert decided_on_home(family) == refused


def test_a_device_more_than_the_school_lets_a_family_have_is_refused(family: OneRoom) -> None:
    family.change(School, day_minutes=None, family_devices=2)
    watched(family, device=4, opened=NOW - 2 * MINUTE)
    assert until(family) == UNTIL

    watched(family, person=FATHER, guardianship=2, device=2, opened=NOW - MINUTE)

    assert family.decides() == Denied(Reason.BUDGET_DEVICES)


def test_a_larger_budget_does_not_show_what_was_filmed_before(family: OneRoom) -> None:
    watched(family, opened=NOW - 90 * MINUTE, closed=NOW - 20 * MINUTE)
    family.change(School, day_minutes=120, budgets_since=NOW - 3 * MINUTE)

    decision = family.decides()

    assert isinstance(decision, Allowed)
    assert decision.since == NOW - 3 * MINUTE


def test_a_budget_of_another_school_is_its_own(family: OneRoom) -> None:
    family.add(School, key="t", name="T", zone="Asia/Shanghai", language="zh", recorded_at=BEFORE)
    watched(family, opened=NOW - 90 * MINUTE, closed=NOW - 20 * MINUTE)
    family.change(Viewing, 1, school_id=2)

    assert until(family) == UNTIL


def test_what_lies_days_back_is_not_read(family: OneRoom) -> None:
    for days in range(2, 30):
        start = NOW - timedelta(days=days, hours=1)
        watched(family, opened=start, closed=start + timedelta(hours=1))

    assert until(family) == UNTIL


def test_a_rule_that_ended_divides_until_the_day_is_over(family: OneRoom) -> None:
    rule = {"school_id": 1, "kind": "weekdays", "weekdays": 1 << 1, "starts_at": BEFORE}
    family.add(
        CustodyRule, **rule, key="c1", guardianship_id=2, recorded_at=BEFORE, ended_at=NOW - 5 * MINUTE
    )
    watched(family, person=FATHER, guardianship=2, device=2, opened=NOW - 90 * MINUTE, closed=NOW)
    assert until(family) == UNTIL

    family.change(CustodyRule, 1, ended_at=NOW - timedelta(hours=11))

    assert until(family) == Reason.BUDGET_SPENT
