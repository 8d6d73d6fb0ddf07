"""What an act upon the calendar does to those who watch."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from access import acts_calendar, acts_people, acts_places, acts_years
from access.acts import replay
from access.calendar import DaysKind
from access.enrolment import ClassGroup
from access.errors import RecordsUnavailable
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.calendar.room_days import (
    BY,
    CALENDAR_MARK,
    DAY,
    HERE,
    TODAY,
    WEEK,
    at,
    is_due,
    is_open,
    rows,
    stands_at,
)
from tests.access.one_room import NOW, OneRoom
from tests.access.trouble import database_held, no_file_beyond
from tests.access.watching_guardian import is_over, opened


def test_a_closure_of_today_ends_what_is_watched_at_once(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)
    assert not viewings.stopped(leave, room.clock.now())

    recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)

    assert recorded
    assert is_over(viewings, leave)
    assert viewings.decide_again(leave) is None
    assert not is_due(room)
    assert f"viewing:closed {Reason.OUTSIDE_HOURS.value}" in room.told()


def test_a_closure_of_another_day_ends_nothing_today(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)

    assert not viewings.stopped(leave, room.clock.now())
    assert not is_over(viewings, leave)
    assert is_open(room)
    stands_at(room, TODAY + WEEK, "10:00")
    assert not is_open(room)
    stands_at(room, TODAY + 2 * WEEK, "10:00")
    assert is_open(room)


@pytest.mark.sqlite
def test_a_closure_holds_while_the_database_is_locked_and_for_that_day_only(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)
        stopped, due = viewings.stopped(leave, room.clock.now()), is_due(room)

    assert (recorded, stopped, due) == (False, True, False)
    assert replay(room.world) == 1
    assert is_over(viewings, leave)
    assert room.world.stops.stopped([CALENDAR_MARK]) == frozenset()
    stands_at(room, TODAY + WEEK, "10:00")
    assert is_open(room)


@pytest.mark.sqlite
def test_a_closure_of_another_day_that_waits_to_be_recorded_ends_nothing_today(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)
        stopped = viewings.stopped(leave, room.clock.now())

    assert (recorded, stopped) == (False, False)
    assert replay(room.world) == 1
    stands_at(room, TODAY + WEEK, "10:00")
    assert not is_open(room)


@pytest.mark.sqlite
@pytest.mark.parametrize("act", ["a closure", "an opening taken back"])
def test_what_neither_journal_nor_records_take_closes_the_school(room: OneRoom, act: str) -> None:
    found = acts_calendar.open_once(room.world, **HERE, day=TODAY, starts_minute=570, ends_minute=690)
    closes: dict[str, Callable[[], bool]] = {
        "a closure": lambda: acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY),
        "an opening taken back": lambda: acts_calendar.remove_days(room.world, **BY, days_id=found),
    }

    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        closes[act]()
    acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)  # and clears their mark

    assert room.world.stops.in_force() == {Mark(Scope.SCHOOL, 1)}
    assert not is_open(room)


@pytest.mark.sqlite
def test_a_closure_of_another_day_that_nothing_takes_stops_nothing_today(room: OneRoom) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        acts_calendar.close_days(room.world, **HERE, first=TODAY + DAY, last=TODAY + WEEK)

    assert is_open(room)


@pytest.mark.sqlite
def test_an_opening_is_taken_back_while_the_database_is_locked(room: OneRoom, viewings: Viewings) -> None:
    stands_at(room, TODAY + DAY, "09:40")
    found = acts_calendar.open_once(room.world, **HERE, day=TODAY + DAY, starts_minute=570, ends_minute=690)
    leave = opened(viewings)

    with database_held(room.address):
        recorded = acts_calendar.remove_days(room.world, **BY, days_id=found)
        stopped = viewings.stopped(leave, room.clock.now())

    assert (recorded, stopped) == (False, True)


def test_narrower_hours_end_what_is_watched_with_the_next_look(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    acts_places.set_hours(room.world, **BY, class_group_id=1, windows=[(1, 13 * 60, 14 * 60)])

    assert viewings.revision([1])[1] != leave.revision  # so the cutter's look, every 100 ms, decides again
    assert viewings.decide_again(leave) is None
    assert is_over(viewings, leave)
    assert not is_due(room)


@pytest.mark.parametrize("kind", [DaysKind.OPENING, DaysKind.MAKE_UP])
def test_taking_back_what_opened_today_ends_what_is_watched(
    room: OneRoom, viewings: Viewings, kind: DaysKind
) -> None:
    stands_at(room, TODAY + DAY, "09:40")  # a Wednesday, without hours of its own
    if kind is DaysKind.OPENING:
        found = acts_calendar.open_once(
            room.world, **HERE, day=TODAY + DAY, starts_minute=570, ends_minute=690
        )
    else:
        found = acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)
    leave = opened(viewings)
    assert is_due(room)

    assert acts_calendar.remove_days(room.world, **BY, days_id=found)

    assert is_over(viewings, leave)
    assert not is_due(room)
    assert room.world.stops.stopped([CALENDAR_MARK]) == frozenset()


def test_an_opening_shows_nothing_from_before_it_was_written(room: OneRoom) -> None:
    stands_at(room, TODAY + DAY, "09:40")

    acts_calendar.open_once(room.world, **HERE, day=TODAY + DAY, starts_minute=540, ends_minute=690)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == at(TODAY + DAY, "09:40")
    assert decision.until == at(TODAY + DAY, "11:30")


def test_an_opening_of_another_class_opens_nothing_and_connects_no_camera(room: OneRoom) -> None:
    room.add(ClassGroup, id=2, school_id=1, key="g2", name="Elm", recorded_at=NOW)
    stands_at(room, TODAY + DAY, "09:40")

    acts_calendar.open_once(
        room.world, **HERE, day=TODAY + DAY, starts_minute=540, ends_minute=690, class_group_id=2
    )

    assert not is_open(room)
    assert not is_due(room)


def test_an_opening_needs_no_weekly_hours(room: OneRoom) -> None:
    acts_places.set_hours(room.world, **BY, class_group_id=1, windows=[])
    assert not is_due(room)

    acts_calendar.open_once(room.world, **HERE, day=TODAY, starts_minute=540, ends_minute=690)

    assert is_open(room)
    assert is_due(room)


def test_a_closure_taken_back_opens_again(room: OneRoom) -> None:
    acts_calendar.close_days(room.world, **HERE, first=TODAY, last=TODAY)
    (closure,) = rows(room, DaysKind.CLOSURE)
    room.clock.advance(timedelta(minutes=5))

    assert acts_calendar.remove_days(room.world, **BY, days_id=closure)

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == room.clock.now()


def test_another_school_is_not_touched(room: OneRoom) -> None:
    neighbour = acts_people.add_school(
        room.world, **BY, name="Moon", zone="Asia/Shanghai", language="zh", country=None
    )

    acts_calendar.close_days(room.world, **BY, school_id=neighbour, first=TODAY, last=TODAY)
    acts_years.set_term(room.world, **BY, school_id=neighbour, ends_on=TODAY + WEEK, starts_on=TODAY + DAY)

    assert is_open(room)
    assert is_due(room)


def test_a_mark_that_a_broken_off_closure_left_goes_with_the_next_act_that_opens(room: OneRoom) -> None:
    room.world.stops.set([CALENDAR_MARK])
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert not is_due(room)

    acts_calendar.make_up_day(room.world, **HERE, day=TODAY + DAY, weekday=1)

    assert is_open(room)
