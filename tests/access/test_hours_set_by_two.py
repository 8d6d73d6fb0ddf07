"""Two who set the same weekly hours: adding some never overtakes anybody."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from access.acts import replay
from access.errors import Refused
from access.policy import Denied
from access.reasons import Reason
from access.viewing import Viewings
from access.week import WeekWindow, checked_windows, less, same_hours
from tests.access.one_room import OneRoom
from tests.access.setting_hours import AFTERNOON, BEGUN, kinds, sets, stands
from tests.access.trouble import database_held, log_refusing
from tests.access.watching_guardian import is_over, opened


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


@pytest.mark.parametrize("pair", [((1, 630, 700), (1, 640, 710)), ((1, 560, 600), (1, 640, 710))])
def test_of_two_who_replace_at_once_never_both_add_and_what_is_taken_away_stays_away(
    room: OneRoom, pair: tuple[WeekWindow, WeekWindow]
) -> None:
    answers = replaced_at_once(room, pair)

    assert set(answers) <= {"act:overtaken", "done"}
    assert kinds(room).count("hours:set") == answers.count("done") <= 1
    assert room.world.stops.in_force() == frozenset()
    for entry in room.entries():
        if entry.kind == "hours:narrowed":
            taken = checked_windows(tuple(one) for one in entry.body["subject"]["taken"])
            assert same_hours(less(stands(room), taken), stands(room))
    if "done" in answers:
        assert less(stands(room), [pair[answers.index("done")]]) == []


def test_of_two_who_add_at_once_exactly_one_does(room: OneRoom) -> None:
    pair = (1, 540, 690), (1, 570, 720)

    answers = replaced_at_once(room, pair)

    assert sorted(answers) == ["act:overtaken", "done"]
    assert stands(room) == [pair[answers.index("done")]]
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
