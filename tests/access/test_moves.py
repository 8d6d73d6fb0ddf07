"""A child moves to another class from a date, or leaves: what closes, when, and for whom."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from access import acts_people
from access.acts import replay
from access.acts_moves import child_leaves, move_child
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Enrolment, Guardianship
from access.errors import RecordsUnavailable, Refused
from access.home import load_home
from access.people import Person
from access.viewing import Leave, Viewings
from tests.access.in_between import just_before
from tests.access.one_room import SignedInHere
from tests.access.trouble import database_held
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, SECOND, TwoRooms, room_key
from tests.access.watching_guardian import is_over

ZONE = ZoneInfo("Asia/Shanghai")
#: The clock of the tests stands on a Tuesday.
FRIDAY_AFTERNOON = datetime(2026, 3, 13, 17, 0, tzinfo=ZONE)
MONDAY = datetime(2026, 3, 16, 0, 0, tzinfo=ZONE)


def moves(two: TwoRooms, starts_at: datetime | None = None) -> int | None:
    """Move the child of Oak to Elm."""
    return move_child(
        two.world, **two.act, child_id=two.child, class_group_id=two.groups[ELM], starts_at=starts_at
    )


def places(two: TwoRooms) -> list[tuple[int, bool]]:
    """Return the places of Oak's child: in which class, and whether it was ended before its time."""
    with reading(two.world.database) as connection:
        asked = select(Enrolment.class_group_id, Enrolment.ended_at).where(Enrolment.child_id == two.child)
        return [(row.class_group_id, row.ended_at is not None) for row in connection.execute(asked)]


def watches(two: TwoRooms, viewings: Viewings, family: str, room: str) -> Leave:
    leave = viewings.open(SignedInHere(two.families[family].sign_in), room_key(two, room), "Phone")
    assert isinstance(leave, Leave)
    return leave


# -- story 2 ---------------------------------------------------------------------------


def test_a_move_from_monday_leaves_friday_as_it_is_and_carries_no_tab_over(
    two: TwoRooms, clock: FrozenClock
) -> None:
    moves(two, MONDAY)
    clock.advance(FRIDAY_AFTERNOON - clock.now())
    viewings = Viewings(two.world)
    leave = watches(two, viewings, OAK, OAK)
    assert two.sees(OAK) == [OAK]

    clock.advance(MONDAY - clock.now() - SECOND)
    assert two.told(OAK, OAK) == "hours:closed"
    assert two.told(OAK, ELM) == "enrolment:none"
    clock.advance(SECOND)

    assert two.told(OAK, OAK) == "enrolment:none"
    assert two.told(OAK, ELM) == "hours:closed"
    assert is_over(viewings, leave)
    clock.advance(9 * HOUR)
    assert two.sees(OAK) == [ELM]


def test_what_is_dated_back_opens_nothing_in_the_past(two: TwoRooms, clock: FrozenClock) -> None:
    clock.advance(MINUTE)

    moves(two, clock.now() - timedelta(days=7))

    assert two.sees(OAK) == [ELM]
    assert two.since(OAK, ELM) == clock.now()


def test_a_move_now_ends_a_running_viewing(two: TwoRooms, clock: FrozenClock) -> None:
    viewings = Viewings(two.world)
    leave = watches(two, viewings, OAK, OAK)
    clock.advance(SECOND)

    moves(two)

    assert is_over(viewings, leave)
    assert two.kinds()[-3:] == ["enrolment:ended", "child:moved", "viewing:closed"]


def test_a_place_that_would_have_begun_later_does_not_come_back(two: TwoRooms, clock: FrozenClock) -> None:
    moves(two, MONDAY)

    move_child(
        two.world, **two.act, child_id=two.child, class_group_id=_third(two), starts_at=FRIDAY_AFTERNOON
    )

    assert places(two) == [(two.groups[OAK], False), (two.groups[ELM], True), (_third(two), False)]
    clock.advance(MONDAY + 9 * HOUR - clock.now())
    assert two.sees(OAK) == []


def test_the_new_place_lasts_as_long_as_the_former_would_have(two: TwoRooms, clock: FrozenClock) -> None:
    other = two.family("oak", OAK)
    acts_people.end_enrolment(two.world, **two.act, enrolment_id=other.enrolment)
    acts_people.enrol(
        two.world,
        **two.act,
        child_id=other.child,
        class_group_id=two.groups[OAK],
        starts_at=clock.now(),
        ends_at=clock.now() + 5 * HOUR,
    )

    move_child(two.world, **two.act, child_id=other.child, class_group_id=two.groups[ELM])

    clock.advance(5 * HOUR - SECOND)
    assert two.sees(other) == [ELM]
    clock.advance(SECOND)
    assert two.sees(other) == []


def test_a_child_without_a_place_and_one_that_is_there_already_are_not_moved(two: TwoRooms) -> None:
    with pytest.raises(Refused, match="enrolment:same_class"):
        move_child(two.world, **two.act, child_id=two.child, class_group_id=two.groups[OAK])
    acts_people.end_enrolment(two.world, **two.act, enrolment_id=two.enrolment)

    with pytest.raises(Refused, match="enrolment:none"):
        moves(two)


@pytest.mark.parametrize("starts_in", [timedelta(0), HOUR], ids=["now", "later"])
def test_a_child_that_somebody_else_moved_meanwhile_is_not_in_two_classes(
    two: TwoRooms, database: str, starts_in: timedelta
) -> None:
    now = two.world.clock.now()
    place = {"child_id": two.child, "class_group_id": _third(two), "school_id": two.id, "key": "x" * 22}
    elsewhere = insert(Enrolment).values(**place, starts_at=now, recorded_at=now)
    # It looks, ends the former place where that is now, and writes the new one.
    last = 2 if starts_in else 3

    with (
        just_before(last, two.world.database, database, elsewhere),
        pytest.raises(Refused, match="act:overtaken"),
    ):
        moves(two, now + starts_in)

    assert two.sees(OAK) in ([], [OAK])


def test_with_a_locked_database_a_child_that_moves_is_out_of_its_class_at_once(
    two: TwoRooms, database: str
) -> None:
    with database_held(database):
        assert moves(two) is None
        assert two.sees(OAK) == []

    assert replay(two.world) == 1
    assert places(two) == [(two.groups[OAK], True)]


# -- story 20 --------------------------------------------------------------------------


def test_when_a_child_leaves_everything_of_it_closes_at_once_and_its_sibling_keeps_its_own(
    two: TwoRooms, clock: FrozenClock
) -> None:
    sibling = two.family("sibling", ELM, person=two.guardian)
    assert two.sees(OAK) == [OAK, ELM]
    viewings = Viewings(two.world)
    in_oak, in_elm = (watches(two, viewings, OAK, room) for room in (OAK, ELM))
    clock.advance(SECOND)

    assert child_leaves(two.world, **two.act, child_id=two.child)

    assert two.sees(OAK) == [ELM]
    assert is_over(viewings, in_oak)
    assert not is_over(viewings, in_elm)
    assert two.sees(sibling) == [ELM]
    assert two.sees(ELM) == [ELM], "nor does it touch anybody else"
    (entry,) = [entry for entry in two.entries() if entry.kind == "child:left"]
    assert entry.body["subject"] == {
        "child": two.child,
        "enrolments": [two.enrolment],
        "guardianships": [two.guardianship],
        "grants": [two.grant],
    }


def test_a_guardian_without_another_child_keeps_the_account_and_sees_nothing(two: TwoRooms) -> None:
    child_leaves(two.world, **two.act, child_id=two.child)

    assert two.told(OAK, OAK) == "guardianship:none"
    with reading(two.world.database) as connection:
        assert load_home(connection, two.guardian, two.world.clock.now()) == ()
        closed = select(Person.closed_at).where(Person.id == two.guardian)
        assert connection.execute(closed).scalar_one() is None


def test_a_child_that_leaves_twice_leaves_once(two: TwoRooms, clock: FrozenClock) -> None:
    child_leaves(two.world, **two.act, child_id=two.child)
    left = clock.now()
    clock.advance(HOUR)

    child_leaves(two.world, **two.act, child_id=two.child)

    with reading(two.world.database) as connection:
        ended = select(Guardianship.ended_at).where(Guardianship.child_id == two.child)
        assert connection.execute(ended).scalar_one() == left


def test_with_a_locked_database_a_child_that_left_is_out_at_once_and_recorded_later(
    two: TwoRooms, clock: FrozenClock, database: str
) -> None:
    left = clock.now()
    with database_held(database):
        assert child_leaves(two.world, **two.act, child_id=two.child) is False
        assert two.sees(OAK) == []
    clock.advance(HOUR)
    assert two.sees(OAK) == []

    assert replay(two.world) == 1

    assert two.sees(OAK) == []
    with reading(two.world.database) as connection:
        ended = select(Enrolment.ended_at).where(Enrolment.child_id == two.child)
        assert connection.execute(ended).scalar_one() == left


def test_nobody_leaves_who_is_unknown(two: TwoRooms) -> None:
    with pytest.raises(Refused, match="child:unknown"):
        child_leaves(two.world, **two.act, child_id=999)
    with pytest.raises(Refused, match="child:unknown"):
        move_child(two.world, **two.act, child_id=999, class_group_id=two.groups[ELM])


def test_a_place_that_cannot_be_written_later_is_not_promised(two: TwoRooms, database: str) -> None:
    with database_held(database), pytest.raises(RecordsUnavailable):
        moves(two, MONDAY)

    assert places(two) == [(two.groups[OAK], False)]


def _third(two: TwoRooms) -> int:
    """Return a third class, which has no room."""
    if "Ash" not in two.groups:
        two.groups["Ash"] = acts_people.add_class_group(two.world, **two.act, school_id=two.id, name="Ash")
    return two.groups["Ash"]
