"""A class's weekly hours: taking some away never waits, adding some never overtakes anybody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from access.acts import Actor, replay
from access.acts_calendar import make_up_day
from access.acts_hours import set_hours
from access.database import reading
from access.due import due_cameras
from access.enrolment import ClassGroup
from access.errors import RecordsUnavailable, Refused
from access.places import ViewingWindow
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from access.week import WeekWindow, checked_windows, less, same_hours
from access.weekly_hours import load_hours
from tests.access.one_room import NOW, OneRoom
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.watching_guardian import is_over, opened

#: Tuesday; it is 10:00, and the hours of the room are 09:30 to 11:30.
BEGUN: list[WeekWindow] = [(1, 570, 690)]
BY: dict[str, Any] = {"actor": Actor(None, "cli:test"), "reason": "the test says so"}
MARK = Mark(Scope.HOURS, 1)
AFTERNOON = (1, 840, 960)


def sets(room: OneRoom, *windows: WeekWindow, shown: list[WeekWindow] | None = None) -> bool:
    """Set the hours of the one class."""
    return set_hours(room.world, **BY, class_group_id=1, windows=windows, shown=shown)


def stands(room: OneRoom, class_group: int = 1) -> list[WeekWindow]:
    """Return the hours that stand."""
    with reading(room.world.database) as connection:
        return load_hours(connection, 1, class_group)


def is_due(room: OneRoom) -> bool:
    """Say whether the camera is to be connected now."""
    with reading(room.world.database) as connection:
        return bool(due_cameras(connection, room.world.vault, room.clock.now(), room.world.stops))


def kinds(room: OneRoom) -> list[str]:
    """Return the kinds of the entries about hours."""
    return [entry.kind for entry in room.entries() if entry.kind.startswith("hours:")]


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


# -- two who set the same hours ----------------------------------------------------------------


def test_hours_that_somebody_else_has_set_meanwhile_are_not_written_over(room: OneRoom) -> None:
    seen = stands(room)
    sets(room, *BEGUN, AFTERNOON, shown=seen)

    with pytest.raises(Refused, match="act:overtaken"):
        sets(room, (1, 540, 690), shown=seen)

    assert stands(room) == [*BEGUN, AFTERNOON]
    assert room.world.stops.in_force() == frozenset()
    assert sets(room, (1, 540, 690), AFTERNOON, shown=[*BEGUN, AFTERNOON])  # on purpose, it is done
    assert stands(room) == [(1, 540, 690), AFTERNOON]


def test_who_only_takes_away_is_never_overtaken_and_what_others_added_stays(
    room: OneRoom, viewings: Viewings
) -> None:
    leave, seen = opened(viewings), stands(room)
    sets(room, *BEGUN, AFTERNOON, shown=seen)

    assert sets(room, shown=seen)

    assert stands(room) == [AFTERNOON]
    assert is_over(viewings, leave)


def test_what_replaces_hours_of_now_is_not_begun_where_others_stand(
    room: OneRoom, viewings: Viewings
) -> None:
    leave, seen = opened(viewings), stands(room)
    sets(room, *BEGUN, AFTERNOON, shown=seen)
    marked = room.world.stops.count()

    with pytest.raises(Refused, match="act:overtaken"):
        sets(room, (1, 660, 720), shown=seen)

    assert room.world.stops.count() == marked  # so nobody who watches was stopped for it
    assert not viewings.stopped(leave, room.clock.now())


def test_the_same_hours_in_other_words_are_no_conflict(room: OneRoom) -> None:
    sets(room, (1, 570, 600), (1, 600, 690))

    assert sets(room, *BEGUN, AFTERNOON, shown=BEGUN)

    assert stands(room) == [*BEGUN, AFTERNOON]


@pytest.mark.sqlite
def test_what_replaces_hours_and_waits_is_not_lost_to_another_that_waited_before(
    room: OneRoom, viewings: Viewings
) -> None:
    sets(room, *BEGUN, AFTERNOON)
    leave, seen = opened(viewings), stands(room)

    with database_held(room.address):
        assert not sets(room, *BEGUN, shown=seen)
        assert not sets(room, (1, 1000, 1020), AFTERNOON, shown=seen)
        stopped = viewings.stopped(leave, room.clock.now())

    assert stopped
    assert replay(room.world) == 2
    assert stands(room) == []
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert kinds(room)[1:] == ["hours:narrowed", "hours:narrowed"]
    assert room.world.stops.in_force() == frozenset()


def test_what_replaced_hours_and_could_not_be_told_is_told_also_after_others_were_taken_away(
    room: OneRoom,
) -> None:
    sets(room, *BEGUN, AFTERNOON)

    with log_refusing(room.address):
        assert not sets(room, (1, 1000, 1020), AFTERNOON, shown=stands(room))
        assert not sets(room)

    assert replay(room.world) == 2
    assert stands(room) == []
    assert kinds(room)[1:] == ["hours:narrowed", "hours:narrowed"]


@pytest.mark.parametrize("two", [((1, 630, 700), (1, 640, 710)), ((1, 560, 600), (1, 640, 710))])
def test_of_two_who_replace_at_once_never_both_add_and_what_is_taken_away_stays_away(
    room: OneRoom, two: tuple[WeekWindow, WeekWindow]
) -> None:
    answers = replaced_at_once(room, two)

    assert set(answers) <= {"act:overtaken", "done"}
    assert kinds(room).count("hours:set") == answers.count("done") <= 1
    assert room.world.stops.in_force() == frozenset()
    for entry in room.entries():
        if entry.kind == "hours:narrowed":
            taken = checked_windows(tuple(one) for one in entry.body["subject"]["taken"])
            assert same_hours(less(stands(room), taken), stands(room))
    if "done" in answers:
        assert less(stands(room), [two[answers.index("done")]]) == []


def test_of_two_who_add_at_once_exactly_one_does(room: OneRoom) -> None:
    two = (1, 540, 690), (1, 570, 720)

    answers = replaced_at_once(room, two)

    assert sorted(answers) == ["act:overtaken", "done"]
    assert stands(room) == [two[answers.index("done")]]
    assert room.world.stops.in_force() == frozenset()
    assert kinds(room) == ["hours:set"]


def replaced_at_once(room: OneRoom, two: tuple[WeekWindow, WeekWindow]) -> list[str]:
    """Let two set one window each upon the hours both have seen; return what each was told."""
    seen, ready = stands(room), Barrier(2)

    def tries(window: WeekWindow) -> str:
        ready.wait()
        try:
            sets(room, window, shown=seen)
        except Refused as refusal:
            return refusal.reason
        return "done"

    with ThreadPoolExecutor(2) as hands:
        return list(hands.map(tries, two))


def test_of_two_who_take_away_at_once_both_do(room: OneRoom) -> None:
    seen, ready = stands(room), Barrier(2)

    def takes(window: WeekWindow) -> bool:
        ready.wait()
        return sets(room, window, shown=seen)

    with ThreadPoolExecutor(2) as hands:
        assert list(hands.map(takes, [(1, 570, 660), (1, 630, 690)])) == [True, True]

    assert stands(room) == [(1, 630, 660)]


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
