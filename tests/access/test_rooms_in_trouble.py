"""Rooms are swapped and lent though records, log or journal take nothing."""

from pathlib import Path

import pytest

from access import acts_places
from access.acts import replay
from access.acts_loans import end_loan
from access.clock import FrozenClock
from access.errors import LogUnavailable, RecordsUnavailable
from access.stops import Mark, Scope
from tests.access.moving import APART, CROSSED, lends, marks_left, newest_loan, swaps
from tests.access.trouble import database_held, log_refusing
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, TwoRooms, seen


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
