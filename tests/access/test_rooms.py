"""Classes swap rooms, one joins another, a room is lent: who sees what, and what is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from access import acts_people, acts_places, acts_rooms
from access.acts_loans import end_loan, lend_room
from access.clock import FrozenClock
from access.errors import Refused
from access.places import RoomChange
from access.viewing import Leave, Viewings
from tests.access.in_between import just_before
from tests.access.moving import APART, CROSSED, TOGETHER, lends, marks_left, newest_loan, swaps
from tests.access.one_room import SignedInHere
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, SECOND, TwoRooms, room_key, seen
from tests.access.watching_guardian import is_over
from tests.access.writing_school import WHY


def joins(two: TwoRooms, *, starts_in: timedelta | None = None) -> tuple[int, ...]:
    """Have Elm come to Oak's room for an hour."""
    starts_at = two.world.clock.now() + (starts_in or timedelta(0))
    return acts_rooms.merge_classes(
        two.world,
        **two.act,
        guest_id=two.groups[ELM],
        host_id=two.groups[OAK],
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
    )


# -- story 3 ---------------------------------------------------------------------------


def test_during_a_swap_each_family_sees_the_room_that_its_child_is_in(
    two: TwoRooms, clock: FrozenClock
) -> None:
    swaps(two, starts_in=HOUR)

    told = [seen(two)]
    for passed in (HOUR - SECOND, SECOND, HOUR - SECOND, SECOND):
        clock.advance(passed)
        told.append(seen(two))

    assert told == [APART, APART, CROSSED, CROSSED, APART]


def test_the_horizon_of_a_viewing_is_the_instant_of_the_swap(two: TwoRooms, clock: FrozenClock) -> None:
    swaps(two, starts_in=HOUR)
    assert two.told(OAK, ELM) == "child:none_here", "of what is still to come nobody is told"
    begins = clock.now() + HOUR

    decision = two.decides(OAK, OAK)

    assert getattr(decision, "until", None) == begins
    clock.advance(HOUR)
    assert two.since(OAK, ELM) == two.since(ELM, OAK) == begins
    clock.advance(HOUR)
    assert two.since(OAK, OAK) == begins + HOUR


def test_a_swap_now_shows_nothing_that_was_filmed_before_it(two: TwoRooms, clock: FrozenClock) -> None:
    clock.advance(MINUTE)

    swaps(two)

    assert seen(two) == CROSSED
    assert two.since(OAK, ELM) == two.since(ELM, OAK) == clock.now()
    assert marks_left(two) == set()


def test_while_two_classes_are_together_both_see_that_room_and_nobody_the_other(
    two: TwoRooms, clock: FrozenClock
) -> None:
    before = two.since(OAK, OAK)
    joins(two, starts_in=HOUR)

    told = [seen(two)]
    for passed in (HOUR, HOUR - SECOND, SECOND):
        clock.advance(passed)
        told.append(seen(two))

    assert told == [APART, TOGETHER, TOGETHER, APART]
    assert two.since(OAK, OAK) == before, "the class that stayed where it was"


def test_two_classes_that_come_together_now_leave_the_hosts_viewing_alone(
    two: TwoRooms, clock: FrozenClock
) -> None:
    viewings = Viewings(two.world)
    host, guest = (
        viewings.open(SignedInHere(two.families[name].sign_in), room_key(two, name), "Phone")
        for name in (OAK, ELM)
    )
    assert isinstance(host, Leave)
    assert isinstance(guest, Leave)
    clock.advance(SECOND)

    joins(two)

    assert not is_over(viewings, host)
    assert is_over(viewings, guest)
    assert two.since(ELM, OAK) == clock.now()


def test_a_room_that_is_lent_is_seen_by_nobody_and_they_are_told_why(
    two: TwoRooms, clock: FrozenClock
) -> None:
    lends(two, starts_in=HOUR)

    told = [two.told(OAK, OAK)]
    for passed in (HOUR, HOUR - SECOND, SECOND):
        clock.advance(passed)
        told.append(two.told(OAK, OAK))

    assert told == [None, "room:lent", "room:lent", None]
    assert two.since(OAK, OAK) == clock.now()
    assert two.sees(ELM) == [ELM]


def test_a_class_that_is_swapped_into_a_lent_room_does_not_see_it_either(two: TwoRooms) -> None:
    swaps(two)

    lends(two, OAK)

    assert two.told(ELM, OAK) == "room:lent"
    assert two.sees(OAK) == [ELM]


# -- other acts ------------------------------------------------------------------------


def test_a_swap_that_is_taken_back_takes_both_classes_home(two: TwoRooms, clock: FrozenClock) -> None:
    (change, _) = swaps(two)
    clock.advance(MINUTE)

    assert acts_rooms.end_room_change(two.world, **two.act, room_change_id=change)

    assert seen(two) == APART
    assert two.since(OAK, OAK) == clock.now()
    assert marks_left(two) == set()


def test_a_swap_that_is_taken_back_before_it_begins_never_was(two: TwoRooms, clock: FrozenClock) -> None:
    since = two.since(OAK, OAK)
    (_, change) = swaps(two, starts_in=HOUR)

    assert acts_rooms.end_room_change(two.world, **two.act, room_change_id=change)

    clock.advance(HOUR + MINUTE)
    assert seen(two) == APART
    assert two.since(OAK, OAK) == since
    assert two.kinds()[-1] == "room_change:ended"


def test_what_is_over_is_not_taken_back(two: TwoRooms, clock: FrozenClock) -> None:
    (change, _) = swaps(two)
    clock.advance(2 * HOUR)

    with pytest.raises(Refused, match="room_change:over"):
        acts_rooms.end_room_change(two.world, **two.act, room_change_id=change)


def test_a_loan_ends_early_and_the_room_is_seen_from_then_on(two: TwoRooms, clock: FrozenClock) -> None:
    lends(two)
    clock.advance(MINUTE)

    end_loan(two.world, **two.act, room_loan_id=newest_loan(two))

    assert two.since(OAK, OAK) == clock.now()
    with pytest.raises(Refused, match="room_loan:over"):
        end_loan(two.world, **two.act, room_loan_id=newest_loan(two))


def test_swaps_merges_and_loans_leave_their_entries(two: TwoRooms, clock: FrozenClock) -> None:
    swaps(two)
    clock.advance(2 * HOUR)
    joins(two, starts_in=HOUR)
    lends(two, ELM)
    lends(two, ELM, starts_in=HOUR)

    assert two.kinds()[-5:] == [
        *("class_group:left_rooms", "room:swapped"),
        *("class_group:merged", "room:lent", "room:lent"),
    ]
    assert {entry.body["reason"] for entry in two.entries()[:5]} == {WHY}


def test_a_use_may_be_of_one_time_of_the_week(two: TwoRooms, clock: FrozenClock) -> None:
    # It is Tuesday, nine o'clock.
    acts_places.use_room(
        two.world,
        **two.act,
        room_id=two.rooms[ELM],
        class_group_id=two.groups[OAK],
        starts_at=clock.now(),
        weekly=(1, 10 * 60, 11 * 60),
    )

    told = []
    for passed in (timedelta(0), HOUR, HOUR, timedelta(days=6, hours=23), HOUR):
        clock.advance(passed)
        told.append(two.sees(OAK))

    assert told == [[OAK], [OAK, ELM], [OAK], [OAK, ELM], [OAK]]


@pytest.mark.parametrize("weekly", [(1, 660, 600), (7, 600, 660), (1, -1, 660), (1, 600, 1441)])
def test_a_time_of_the_week_that_is_none_is_refused(two: TwoRooms, weekly: tuple[int, int, int]) -> None:
    with pytest.raises(Refused, match="hours:"):
        acts_places.use_room(
            two.world,
            **two.act,
            room_id=two.rooms[ELM],
            class_group_id=two.groups[OAK],
            starts_at=two.world.clock.now(),
            weekly=weekly,
        )


# -- what is refused -------------------------------------------------------------------


def test_nothing_is_swapped_with_itself_or_twice_into_one_room(two: TwoRooms) -> None:
    now, group = two.world.clock.now(), two.groups[OAK]
    with pytest.raises(Refused, match="room_change:same"):
        acts_rooms.swap_rooms(two.world, **two.act, class_group_ids=(group, group), ends_at=now + HOUR)
    joins(two)

    for again in (swaps, joins):
        with pytest.raises(Refused, match="room_change:same"):
            again(two)


def test_a_class_without_one_room_is_not_swapped_and_no_host(two: TwoRooms) -> None:
    acts_places.end_room_use(two.world, **two.act, room_use_id=two.room_use)

    for act in (swaps, joins):
        with pytest.raises(Refused, match="room_change:no_one_room"):
            act(two)


@pytest.mark.parametrize("ends_in", [timedelta(0), -HOUR])
def test_what_would_be_over_already_is_refused(two: TwoRooms, ends_in: timedelta) -> None:
    groups, ends_at = (two.groups[OAK], two.groups[ELM]), two.world.clock.now() + ends_in

    with pytest.raises(Refused, match="span:over"):
        acts_rooms.swap_rooms(two.world, **two.act, class_group_ids=groups, ends_at=ends_at)
    with pytest.raises(Refused, match="span:over"):
        lend_room(two.world, **two.act, room_id=two.rooms[OAK], ends_at=ends_at)


def test_a_class_of_another_school_is_unknown(two: TwoRooms) -> None:
    school = acts_people.add_school(
        two.world, **two.act, name="Moonflower", zone="Asia/Shanghai", language="zh"
    )
    theirs = acts_people.add_class_group(two.world, **two.act, school_id=school, name="Rowan")
    ends_at = two.world.clock.now() + HOUR

    for groups in ((two.groups[OAK], theirs), (theirs, two.groups[OAK])):
        with pytest.raises(Refused, match="class_group:unknown"):
            acts_rooms.swap_rooms(two.world, **two.act, class_group_ids=groups, ends_at=ends_at)


@pytest.mark.parametrize("starts_in", [timedelta(0), HOUR], ids=["now", "later"])
def test_what_somebody_else_moved_meanwhile_is_not_moved_again(
    two: TwoRooms, database: str, starts_in: timedelta
) -> None:
    now = two.world.clock.now()
    to = {"class_group_id": two.groups[ELM], "room_id": two.rooms[OAK]}
    span = {"starts_at": now, "ends_at": now + 3 * HOUR, "recorded_at": now}
    elsewhere = insert(RoomChange).values(school_id=two.id, key="x" * 22, **to, **span)

    # The swap looks first, then writes; in between the other class is put there.
    with (
        just_before(2, two.world.database, database, elsewhere),
        pytest.raises(Refused, match="act:overtaken"),
    ):
        swaps(two, starts_in=starts_in)

    assert seen(two) == TOGETHER
    assert marks_left(two) == set()
