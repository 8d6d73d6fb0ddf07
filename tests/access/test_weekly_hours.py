"""A class's weekly hours: taking some away never waits."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from access.acts import replay
from access.acts_calendar import make_up_day
from access.database import reading
from access.due import due_cameras
from access.enrolment import ClassGroup
from access.errors import RecordsUnavailable
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from access.week import WeekWindow, checked_windows, less, same_hours
from tests.access.one_room import NOW, OneRoom
from tests.access.setting_hours import AFTERNOON, BEGUN, BY, kinds, sets, stands
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.watching_guardian import is_over, opened

MARK = Mark(Scope.HOURS, 1)


def is_due(room: OneRoom) -> bool:
    """Say whether the camera is to be connected now."""
    with reading(room.world.database) as connection:
        return bool(due_cameras(connection, room.world.vault, room.clock.now(), room.world.stops))


# -- what closes now never waits -------------------------------------------------------------


@pytest.mark.parametrize(
    "windows",
    [
        pytest.param([], id="none at all"),
        pytest.param([(1, 600 + 30, 690)], id="later"),
        pytest.param([(1, 570, 600)], id="until now"),
        pytest.param([AFTERNOON], id="others instead"),
    ],
)
def test_hours_that_close_now_end_what_is_watched_at_once(
    room: OneRoom, viewings: Viewings, windows: list[WeekWindow]
) -> None:
    leave = opened(viewings)

    assert sets(room, *windows)

    assert is_over(viewings, leave)
    assert not is_due(room)
    assert room.world.stops.in_force() == frozenset()
    assert stands(room) == windows
    assert f"viewing:closed {Reason.OUTSIDE_HOURS.value}" in room.told()


@pytest.mark.sqlite
@pytest.mark.parametrize("windows", [[], [AFTERNOON]], ids=["only taken away", "others instead"])
def test_hours_are_taken_away_while_the_database_is_locked(
    room: OneRoom, viewings: Viewings, windows: list[WeekWindow]
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = sets(room, *windows)
        stopped, due = viewings.stopped(leave, room.clock.now()), is_due(room)

    assert (recorded, stopped, due) == (False, True, False)
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert replay(room.world) == 1
    assert stands(room) == []  # what was to be added has to be said again
    assert room.world.stops.in_force() == frozenset()
    assert kinds(room) == ["hours:narrowed"]


def test_hours_are_taken_away_while_the_log_refuses(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    with log_refusing(room.address):
        recorded = sets(room)
        stopped = viewings.stopped(leave, room.clock.now())

    assert (recorded, stopped) == (False, True)
    assert stands(room) == []
    assert replay(room.world) == 1
    assert kinds(room) == ["hours:narrowed"]


def test_what_could_not_be_told_at_once_is_told_once_also_where_the_hours_were_seen(
    room: OneRoom,
) -> None:
    with log_refusing(room.address):
        assert not sets(room, AFTERNOON, shown=BEGUN)

    assert replay(room.world) == 1
    assert kinds(room) == ["hours:narrowed"]
    assert sets(room, AFTERNOON, shown=[])
    assert stands(room) == [AFTERNOON]


@pytest.mark.sqlite
@pytest.mark.parametrize("windows", [[], [AFTERNOON]], ids=["only taken away", "others instead"])
def test_what_neither_journal_nor_records_take_closes_the_school(
    room: OneRoom, windows: list[WeekWindow]
) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        sets(room, *windows)

    sets(room, *BEGUN, AFTERNOON)  # and clears the mark of these hours

    assert MARK not in room.world.stops.in_force()
    assert room.decides() == Denied(Reason.SCHOOL_CLOSED)
    assert not is_due(room)


def test_hours_of_another_time_are_taken_away_and_nobody_who_watches_is_stopped(
    room: OneRoom, viewings: Viewings
) -> None:
    sets(room, *BEGUN, AFTERNOON)
    leave = opened(viewings)
    marked = room.world.stops.count()

    assert sets(room, (1, 570, 660))

    assert room.world.stops.count() == marked
    assert viewings.decide_again(leave) is not None
    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.until - NOW == timedelta(hours=1)
    assert decision.since < NOW  # without a break
    assert kinds(room) == ["hours:set", "hours:narrowed"]


def test_on_a_make_up_workday_the_hours_of_the_other_weekday_close_at_once(
    room: OneRoom, viewings: Viewings
) -> None:
    day = timedelta(days=1)
    make_up_day(room.world, **BY, school_id=1, day=(NOW + day).date(), weekday=1)
    room.clock.advance(day)
    leave = opened(viewings)

    assert sets(room)

    assert viewings.stopped(leave, room.clock.now()) or is_over(viewings, leave)


def test_a_mark_on_the_hours_of_another_class_stops_nobody_here(room: OneRoom) -> None:
    room.add(ClassGroup, id=2, school_id=1, key="g2", name="Elm", recorded_at=NOW)

    room.mark(Scope.HOURS, 2)

    assert isinstance(room.decides(), Allowed)
    assert is_due(room)


def test_a_mark_that_a_broken_off_act_left_goes_with_the_next_that_sets_hours(room: OneRoom) -> None:
    room.mark(Scope.HOURS)
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert not is_due(room)

    sets(room, *BEGUN, AFTERNOON)

    assert isinstance(room.decides(), Allowed)
    assert is_due(room)


def test_what_is_left_of_a_window_follows_it_without_a_break(room: OneRoom) -> None:
    sets(room, *BEGUN, AFTERNOON)

    sets(room, (1, 570, 660), AFTERNOON)

    assert stands(room) == [(1, 570, 660), AFTERNOON]
    with reading(room.world.database) as connection:
        asked = select(ViewingWindow.recorded_at, ViewingWindow.ended_at).order_by(ViewingWindow.id)
        first, _, left = connection.execute(asked.where(ViewingWindow.school_id == 1)).all()
    assert first.ended_at == left.recorded_at


# -- weeks -------------------------------------------------------------------------------------


WINDOWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 30), st.integers(1, 30)).map(
        lambda drawn: (drawn[0], drawn[1], drawn[1] + drawn[2])
    ),
    max_size=5,
)


@given(WINDOWS, WINDOWS)
def test_what_is_left_of_hours_is_theirs_and_none_of_the_others(
    some: list[WeekWindow], others: list[WeekWindow]
) -> None:
    left = less(some, others)

    assert checked_windows(left) == left
    assert less(left, some) == []
    assert same_hours(less(left, others), left)
    assert same_hours(less(some, left), less(some, less(some, others)))
