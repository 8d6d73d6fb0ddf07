"""How a school chooses its budgets: what becomes less is so at once, what becomes more shows nothing past."""

from datetime import timedelta
from typing import Any

import pytest

from access.acts import Actor, replay
from access.acts_budgets import set_budgets
from access.budgets import NO_BUDGETS, SENSIBLE, Budgets
from access.database import reading
from access.errors import RecordsUnavailable, Refused
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.school_budgets import budgets_of
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.one_room import NOW, OneRoom
from tests.access.trouble import database_held, no_file_beyond
from tests.access.watching_guardian import is_over, opened

MINUTE = timedelta(minutes=1)
DIRECTOR = Actor(1, "web")


def choose(room: OneRoom, budgets: Budgets, shown: Budgets | None = None) -> bool:
    by: dict[str, Any] = {"actor": DIRECTOR, "reason": "parents' council", "school_id": 1}
    return set_budgets(room.world, **by, budgets=budgets, shown=shown)


def stands(room: OneRoom) -> Budgets:
    with reading(room.world.database) as connection:
        return budgets_of(connection, 1)


def kinds(room: OneRoom) -> list[str]:
    return [entry.kind for entry in room.entries()]


def test_less_is_an_ending_and_holds_from_the_next_request_on(room: OneRoom, viewings: Viewings) -> None:
    opened(viewings)

    assert choose(room, Budgets(day_minutes=30))

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.until == NOW + 30 * MINUTE
    assert kinds(room)[-1] == "budgets:lowered"
    assert not room.world.stops.in_force()


def test_more_is_a_widening_that_shows_nothing_from_before(room: OneRoom) -> None:
    choose(room, Budgets(day_minutes=30, devices=2))

    assert choose(room, Budgets(day_minutes=60, devices=2))

    decision = room.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == NOW
    assert kinds(room) == ["budgets:lowered", "budgets:raised"]


def test_more_of_one_and_less_of_another_are_two_acts(room: OneRoom) -> None:
    choose(room, Budgets(day_minutes=30, devices=4))

    choose(room, Budgets(day_minutes=60, devices=2))

    assert kinds(room)[1:] == ["budgets:lowered", "budgets:raised"]
    assert room.entries()[1].body["subject"] == {
        "school": 1,
        "day_minutes": 30,
        "viewing_minutes": None,
        "family_devices": 2,
    }
    assert stands(room) == Budgets(day_minutes=60, devices=2)


def test_the_same_again_changes_nothing(room: OneRoom) -> None:
    choose(room, SENSIBLE)

    assert choose(room, SENSIBLE)

    assert len(room.entries()) == 1


def test_less_that_cannot_be_recorded_stops_who_watches_until_it_is(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)
    with database_held(room.address):
        assert not choose(room, SENSIBLE)
        assert viewings.stopped(leave, NOW)
    assert room.decides() == Denied(Reason.OUTSIDE_HOURS)
    assert is_over(viewings, leave)

    assert replay(room.world) == 1

    assert stands(room) == SENSIBLE
    assert isinstance(room.decides(), Allowed)


@pytest.mark.sqlite
def test_what_neither_journal_nor_records_take_closes_the_school(room: OneRoom) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        choose(room, SENSIBLE)

    choose(room, Budgets(day_minutes=30))  # and lets go of its own mark

    assert room.world.stops.in_force() == {Mark(Scope.SCHOOL, 1)}
    assert room.decides() == Denied(Reason.SCHOOL_CLOSED)


@pytest.mark.parametrize(
    "budgets",
    [Budgets(day_minutes=0), Budgets(viewing_minutes=1441), Budgets(devices=101), Budgets(devices=-1)],
)
def test_what_cannot_be_kept_is_refused(room: OneRoom, budgets: Budgets) -> None:
    with pytest.raises(Refused, match="budgets:range"):
        choose(room, budgets)

    assert stands(room) == NO_BUDGETS


# -- two who choose -----------------------------------------------------------------------------


def test_what_was_left_as_it_was_shown_leaves_what_a_colleague_chose(room: OneRoom) -> None:
    choose(room, SENSIBLE)
    choose(room, Budgets(30, 20, 4), shown=SENSIBLE)

    assert choose(room, Budgets(120, 20, 3), shown=SENSIBLE)

    assert stands(room) == Budgets(30, 20, 3)
    assert kinds(room) == ["budgets:lowered"] * 3


def test_what_is_more_is_not_done_over_a_colleague_and_what_is_less_is(room: OneRoom) -> None:
    choose(room, SENSIBLE)
    choose(room, Budgets(30, 20, 4), shown=SENSIBLE)

    with pytest.raises(Refused, match="act:overtaken"):
        choose(room, Budgets(120, 60, 3), shown=SENSIBLE)

    assert stands(room) == Budgets(30, 20, 3)
    assert not room.world.stops.in_force()
    assert choose(room, Budgets(120, 60, 3), shown=Budgets(30, 20, 3))  # on purpose, it is done
    assert stands(room) == Budgets(120, 60, 3)


def test_less_is_done_whatever_a_colleague_made_more(room: OneRoom) -> None:
    choose(room, SENSIBLE)
    choose(room, Budgets(None, 20, 4), shown=SENSIBLE)

    choose(room, Budgets(90, 20, 4), shown=SENSIBLE)

    assert stands(room) == Budgets(90, 20, 4)


def test_less_leaves_what_a_colleague_made_less_than_that(room: OneRoom) -> None:
    choose(room, SENSIBLE)
    choose(room, Budgets(30, 20, 4), shown=SENSIBLE)

    assert choose(room, Budgets(90, 20, 4), shown=SENSIBLE)

    assert stands(room) == Budgets(30, 20, 4)


@pytest.mark.sqlite
def test_less_that_waits_never_takes_what_was_only_left_as_shown(room: OneRoom) -> None:
    choose(room, Budgets(120, 20, 4))
    choose(room, Budgets(200, 20, 4))
    with database_held(room.address):
        assert not choose(room, Budgets(120, 20, 3), shown=SENSIBLE)

    assert replay(room.world) == 1

    assert stands(room) == Budgets(200, 20, 3)
