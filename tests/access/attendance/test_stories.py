"""Who is in: what opens and closes with it, for whom, and what a school chooses."""

from datetime import timedelta
from pathlib import Path

import pytest

from access.acts import replay
from access.acts_attendance import set_attendance
from access.attendance import OFF, OPTIONAL, REQUIRED
from access.clock import FrozenClock
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.home import load_home
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.roll import attendance_of
from access.stops import Mark, Scope
from access.viewing import Leave, Viewings
from tests.access.attendance.coming import chooses, comes, goes
from tests.access.one_room import SignedInHere
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.two_rooms import ELM, MINUTE, OAK, SECOND, TwoRooms, room_key, seen
from tests.access.watching_guardian import is_over

# -- stories 9 and 10 ------------------------------------------------------------------


def test_twins_in_two_classes_have_two_tiles_and_only_that_of_the_absent_one_closes(noted: TwoRooms) -> None:
    twin = noted.family("twin", ELM, person=noted.guardian)
    comes(noted, OAK)
    comes(noted, twin)
    goes(noted, OAK)

    with reading(noted.world.database) as connection:
        tiles = load_home(connection, noted.guardian, noted.world.clock.now())

    shown = {tile.child_name: isinstance(tile.decision, Allowed) for tile in tiles}
    assert shown == {"小豆": False, "Twin": True}
    (closed,) = [tile.decision for tile in tiles if isinstance(tile.decision, Denied)]
    assert closed.reason is Reason.NOT_IN


def test_a_child_that_is_picked_up_while_its_family_watches_is_told_so_and_nobody_elses_picture_ends(
    noted: TwoRooms, clock: FrozenClock
) -> None:
    classmate = noted.family("classmate", OAK)
    comes(noted, OAK)
    comes(noted, classmate)
    clock.advance(SECOND)
    viewings = Viewings(noted.world)
    theirs, others = (
        viewings.open(SignedInHere(family.sign_in), room_key(noted, OAK), "Phone")
        for family in (noted.families[OAK], classmate)
    )
    assert isinstance(theirs, Leave)
    assert isinstance(others, Leave)
    clock.advance(SECOND)

    goes(noted, OAK)

    assert is_over(viewings, theirs)
    assert not is_over(viewings, others)
    ended = viewings.status(theirs.sign_in_id, theirs.viewing_key)
    assert getattr(ended, "reason", None) == "attendance:not_in"


def test_with_a_locked_database_a_child_that_goes_is_out_at_once(
    noted: TwoRooms, clock: FrozenClock, database: str
) -> None:
    comes(noted, OAK)
    comes(noted, ELM)
    clock.advance(MINUTE)

    with database_held(database):
        assert goes(noted, OAK) is False
        assert noted.told(OAK, OAK) == "attendance:not_in"
        assert noted.sees(ELM) == [ELM]
        with pytest.raises((RecordsUnavailable, LogUnavailable)):
            comes(noted, OAK)

    clock.advance(MINUTE)
    assert replay(noted.world) == 1
    assert noted.told(OAK, OAK) == "attendance:not_in"
    assert noted.world.stops.in_force() == frozenset()
    comes(noted, OAK)
    assert noted.since(OAK, OAK) == clock.now()


def test_an_out_that_neither_journal_nor_records_take_holds_until_the_child_comes_in(
    noted: TwoRooms, tmp_path: Path, database: str
) -> None:
    comes(noted)
    (tmp_path / "journal").rename(tmp_path / "away")
    with database_held(database), pytest.raises(RecordsUnavailable):
        goes(noted)
    (tmp_path / "away").rename(tmp_path / "journal")
    replay(noted.world)  # as the runner does every two seconds
    assert noted.told(OAK, OAK) == "attendance:not_in"

    comes(noted)

    assert noted.sees(OAK) == [OAK]


def test_an_out_that_the_log_refuses_holds_all_the_same(noted: TwoRooms, database: str) -> None:
    comes(noted)

    with log_refusing(database):
        assert goes(noted) is False

    assert noted.told(OAK, OAK) == "attendance:not_in"
    assert replay(noted.world) == 1
    assert noted.kinds()[-1] == "attendance:out"


# -- what a school chooses -------------------------------------------------------------


def test_a_school_that_notes_nothing_shows_everybody(two: TwoRooms) -> None:
    assert seen(two) == [[OAK], [ELM]]
    for act in (comes, goes):
        with pytest.raises(Refused, match="attendance:off"):
            act(two)


def test_where_it_is_required_a_child_is_seen_from_when_it_came(noted: TwoRooms, clock: FrozenClock) -> None:
    assert seen(noted) == [[], []]
    assert noted.told(OAK, OAK) == "attendance:not_in"
    clock.advance(MINUTE)

    comes(noted)

    assert seen(noted) == [[OAK], []]
    assert noted.since(OAK, OAK) == clock.now()


def test_where_it_is_optional_only_who_was_noted_as_out_is_not_seen(
    two: TwoRooms, clock: FrozenClock
) -> None:
    chooses(two, OPTIONAL)
    assert seen(two) == [[OAK], [ELM]]

    goes(two)
    assert seen(two) == [[], [ELM]]

    clock.advance(MINUTE)
    comes(two)
    assert seen(two) == [[OAK], [ELM]]
    assert two.since(OAK, OAK) == clock.now()


def test_tomorrow_everybody_begins_anew(two: TwoRooms, clock: FrozenClock) -> None:
    chooses(two, OPTIONAL)
    goes(two)
    clock.advance(timedelta(days=1))
    assert seen(two) == [[OAK], [ELM]]

    chooses(two, REQUIRED)
    comes(two)
    assert seen(two) == [[OAK], []]
    clock.advance(timedelta(days=1))
    assert seen(two) == [[], []]


@pytest.mark.parametrize("mode", [OFF, OPTIONAL])
def test_choosing_less_shows_nothing_that_was_filmed_before(
    noted: TwoRooms, clock: FrozenClock, mode: str
) -> None:
    clock.advance(MINUTE)

    chooses(noted, mode)

    assert noted.since(OAK, OAK) == clock.now()


def test_choosing_the_same_again_changes_nothing(noted: TwoRooms, clock: FrozenClock) -> None:
    comes(noted)
    came = clock.now()
    clock.advance(MINUTE)

    chooses(noted, REQUIRED)

    assert noted.since(OAK, OAK) == came
    with pytest.raises(Refused, match="attendance:mode"):
        chooses(noted, "sometimes")


def test_a_stricter_choice_stops_who_watches_though_nothing_can_be_recorded(
    two: TwoRooms, clock: FrozenClock, database: str
) -> None:
    viewings = Viewings(two.world)
    leave = viewings.open(SignedInHere(two.families[OAK].sign_in), room_key(two, OAK), "Phone")
    assert isinstance(leave, Leave)
    clock.advance(SECOND)

    with database_held(database):
        assert not chooses(two, REQUIRED)
        assert viewings.stopped(leave, clock.now())
    assert seen(two) == [[], []]

    assert replay(two.world) == 1
    assert two.decides(OAK, OAK) == Denied(Reason.NOT_IN)
    comes(two)
    assert isinstance(two.decides(OAK, OAK), Allowed)


@pytest.mark.sqlite
def test_a_stricter_choice_that_nothing_takes_closes_the_school(two: TwoRooms, database: str) -> None:
    with database_held(database), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        chooses(two, REQUIRED)

    chooses(two, OPTIONAL)  # and lets go of its own mark

    assert two.world.stops.in_force() == {Mark(Scope.SCHOOL, two.id)}


@pytest.mark.sqlite
def test_a_stricter_choice_that_waited_takes_nothing_from_one_that_is_stricter_still(
    two: TwoRooms, database: str
) -> None:
    with database_held(database):
        assert not chooses(two, OPTIONAL)
        assert not chooses(two, REQUIRED)

    assert replay(two.world) == 2

    assert attendance(two) == REQUIRED


def test_a_choice_that_stands_already_stops_nobody(two: TwoRooms) -> None:
    chooses(two, OPTIONAL)
    entries = len(two.entries())

    with pytest.raises(Refused, match="act:overtaken"):
        set_attendance(two.world, **two.act, school_id=two.id, mode=OPTIONAL, shown=OFF)

    assert len(two.entries()) == entries
    assert not two.world.stops.in_force()


def attendance(two: TwoRooms) -> str:
    with reading(two.world.database) as connection:
        return attendance_of(connection, two.id)
