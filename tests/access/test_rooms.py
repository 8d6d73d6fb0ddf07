"""Classes swap rooms, one joins another, a room is lent: who sees what before, meanwhile and after."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from access import acts_people, acts_places, acts_rooms
from access.acts import replay
from access.acts_loans import end_loan, lend_room
from access.clock import FrozenClock
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.places import Room, RoomChange, RoomLoan
from access.stops import Mark, Scope
from access.viewing import Leave, Viewings
from tests.access.in_between import just_before
from tests.access.one_room import SignedInHere
from tests.access.trouble import database_held, log_refusing
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, SECOND, TwoRooms
from tests.access.watching_guardian import is_over
from tests.access.writing_school import WHY


def swaps(two: TwoRooms, *, starts_in: timedelta | None = None, lasts: timedelta = HOUR) -> tuple[int, ...]:
    starts_at = two.world.clock.now() + (starts_in or timedelta(0))
    groups = (two.groups[OAK], two.groups[ELM])
    return acts_rooms.swap_rooms(
        two.world, **two.act, class_group_ids=groups, starts_at=starts_at, ends_at=starts_at + lasts
    )


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


def lends(two: TwoRooms, room: str = OAK, *, starts_in: timedelta | None = None) -> bool:
    starts_at = two.world.clock.now() + (starts_in or timedelta(0))
    return lend_room(
        two.world, **two.act, room_id=two.rooms[room], starts_at=starts_at, ends_at=starts_at + HOUR
    )


def seen(two: TwoRooms) -> list[list[str]]:
    """Return what the family of Oak and that of Elm see."""
    return [two.sees(OAK), two.sees(ELM)]


def marks_left(two: TwoRooms) -> set[Mark]:
    """Return the marks that would keep somebody out although the records say otherwise."""
    return {mark for mark in two.world.stops.in_force() if mark.scope in {Scope.CLASS_GROUP, Scope.ROOM_LOAN}}


APART, CROSSED, TOGETHER = [[OAK], [ELM]], [[ELM], [OAK]], [[OAK], [OAK]]


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


# -- trouble ---------------------------------------------------------------------------


def test_with_a_locked_database_a_swap_ends_both_rights_at_once(
    two: TwoRooms, clock: FrozenClock, database: str
) -> None:
    with database_held(database):
        assert swaps(two) == ()
        assert seen(two) == [[], []]
        clock.advance(MINUTE)
        assert seen(two) == [[], []]

    assert replay(two.world) == 1
    assert seen(two) == [[], []], "where they went is not known"
    assert marks_left(two) == set()

    assert len(swaps(two)) == 2
    assert seen(two) == CROSSED
    assert two.since(OAK, ELM) == clock.now()


def test_what_could_not_be_said_does_not_keep_the_classes_out_for_ever(
    two: TwoRooms, clock: FrozenClock, database: str
) -> None:
    with database_held(database):
        swaps(two)
    clock.advance(2 * HOUR)

    replay(two.world)

    assert seen(two) == APART
    assert two.since(OAK, OAK) == clock.now() - HOUR


def test_a_swap_whose_second_half_fails_leaves_both_out_and_is_said_again(
    two: TwoRooms, database: str
) -> None:
    with log_refusing(database):
        assert swaps(two) == ()

    assert seen(two) == [[], []]
    assert len(swaps(two)) == 2
    assert seen(two) == CROSSED


def test_what_neither_journal_nor_records_take_closes_and_is_said_again(
    two: TwoRooms, tmp_path: Path, database: str
) -> None:
    (tmp_path / "journal").rename(tmp_path / "away")
    with database_held(database):
        for act in (swaps, lends):
            with pytest.raises(RecordsUnavailable):
                act(two)
    (tmp_path / "away").rename(tmp_path / "journal")
    assert seen(two) == [[], []]

    swaps(two)
    lends(two, ELM)

    assert seen(two) == [[], []]
    assert marks_left(two) == {Mark(Scope.ROOM_LOAN, two.rooms[OAK])}
    lends(two)
    end_loan(two.world, **two.act, room_loan_id=newest_loan(two))
    assert seen(two) == [[], [OAK]]


def test_a_swap_that_begins_later_is_recorded_or_does_not_happen(two: TwoRooms, database: str) -> None:
    with database_held(database), pytest.raises((RecordsUnavailable, LogUnavailable)):
        swaps(two, starts_in=HOUR)

    assert seen(two) == APART
    assert two.world.stops.journal.pending() == []


def test_with_a_locked_database_a_lent_room_is_dark_at_once(
    two: TwoRooms, clock: FrozenClock, database: str
) -> None:
    with database_held(database):
        assert lends(two) is False
        assert two.told(OAK, OAK) == "room:lent"

    clock.advance(2 * HOUR)
    replay(two.world)
    assert two.sees(OAK) == [OAK]
    assert two.since(OAK, OAK) == clock.now() - HOUR
    assert marks_left(two) == set()


def test_a_loan_that_the_log_refuses_holds_all_the_same(two: TwoRooms, database: str) -> None:
    with log_refusing(database):
        assert lends(two) is False

    assert two.told(OAK, OAK) == "room:lent"
    assert marks_left(two) == {Mark(Scope.ROOM_LOAN, two.rooms[OAK])}, "until its entry is written"
    replay(two.world)
    assert marks_left(two) == set()


def test_a_curtain_drawn_meanwhile_stays_drawn_through_loans_and_swaps(two: TwoRooms) -> None:
    acts_places.draw_curtain(two.world, **two.act, room_id=two.rooms[OAK])

    lends(two)
    end_loan(two.world, **two.act, room_loan_id=newest_loan(two))
    swaps(two)

    assert two.told(ELM, OAK) == "room:curtain"


def room_key(two: TwoRooms, room: str) -> str:
    with reading(two.world.database) as connection:
        return str(connection.execute(select(Room.key).where(Room.id == two.rooms[room])).scalar_one())


def newest_loan(two: TwoRooms) -> int:
    with reading(two.world.database) as connection:
        return int(connection.execute(select(RoomLoan.id).order_by(RoomLoan.id.desc()).limit(1)).scalar_one())
