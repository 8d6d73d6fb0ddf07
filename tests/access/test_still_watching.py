"""After a while a viewing asks whether somebody watches, and ends where nobody says so."""

from datetime import timedelta

import pytest

from access.budgets import TIME_TO_ANSWER, Question
from access.errors import LogUnavailable, RightEnded
from access.people import School
from access.places import CurtainOpening
from access.reasons import Reason
from access.viewing import Ended, Leave, Viewings
from tests.access.one_room import NOW, SECOND, UNTIL, OneRoom
from tests.access.trouble import database_held
from tests.access.watching_guardian import STRANGER, asked, asks_while_renewed, is_over, opened

TWENTY = timedelta(minutes=20)
ASKED, OVER = NOW + TWENTY, NOW + TWENTY + TIME_TO_ANSWER


@pytest.fixture
def leave(room: OneRoom, viewings: Viewings) -> Leave:
    """A viewing that was just opened, at a school that asks after twenty minutes."""
    room.change(School, viewing_minutes=20)
    return opened(viewings)


def test_it_is_asked_after_a_while_and_the_horizon_leaves_time_to_answer(leave: Leave) -> None:
    assert leave.question == Question(ASKED, OVER)
    assert leave.allowed.until == OVER


def test_without_an_answer_the_viewing_ends_at_that_instant_and_says_why(
    room: OneRoom, viewings: Viewings, leave: Leave
) -> None:
    room.clock.advance(OVER - NOW - SECOND)
    assert asks_while_renewed(viewings, leave)

    room.clock.advance(SECOND)

    assert viewings.stopped(leave, room.clock.now())
    assert is_over(viewings, leave)
    assert room.viewing().why == Reason.UNANSWERED
    assert viewings.status(1, leave.viewing_key) == Ended(Reason.UNANSWERED, OVER)
    assert room.told()[-1] == "viewing:closed viewing:unanswered"


def test_an_answer_is_recorded_and_carries_the_viewing_on(
    room: OneRoom, viewings: Viewings, leave: Leave
) -> None:
    room.clock.advance(TWENTY + SECOND)

    viewings.answer(1, leave.viewing_key)

    assert room.viewing().answered_at == ASKED + SECOND
    goes_on = asks_while_renewed(viewings, leave)
    assert goes_on.question == Question(ASKED + SECOND + TWENTY, OVER + SECOND + TWENTY)


def test_an_answer_that_comes_too_late_opens_nothing(room: OneRoom, viewings: Viewings, leave: Leave) -> None:
    room.clock.advance(OVER - NOW)

    with pytest.raises(RightEnded):
        viewings.answer(1, leave.viewing_key)

    assert room.viewing().answered_at is None
    assert room.viewing().why == Reason.UNANSWERED


def test_an_answer_does_not_carry_on_what_ended_otherwise(
    room: OneRoom, viewings: Viewings, leave: Leave
) -> None:
    room.act(CurtainOpening, drawn_at=NOW)

    with pytest.raises(RightEnded):
        viewings.answer(1, leave.viewing_key)

    assert room.viewing().why == Reason.CURTAIN_DRAWN


def test_nobody_answers_for_another_device(viewings: Viewings, leave: Leave) -> None:
    with pytest.raises(RightEnded):
        viewings.answer(STRANGER, leave.viewing_key)


def test_another_viewing_starts_anew(room: OneRoom, viewings: Viewings, leave: Leave) -> None:
    room.clock.advance(TWENTY)

    again = opened(viewings)

    assert again.question == Question(NOW + 2 * TWENTY, OVER + TWENTY)


def test_where_the_school_does_not_ask_nobody_is_asked(room: OneRoom, viewings: Viewings) -> None:
    leave = opened(viewings)

    assert leave.question is None
    assert leave.allowed.until == UNTIL


def test_a_school_that_asks_no_more_is_heard_at_once(room: OneRoom, viewings: Viewings, leave: Leave) -> None:
    room.act(School, viewing_minutes=None)

    assert asked(viewings, leave).allowed.until == UNTIL


def test_an_answer_that_cannot_be_recorded_carries_nothing_on(
    room: OneRoom, viewings: Viewings, leave: Leave
) -> None:
    with database_held(room.address), pytest.raises(LogUnavailable):
        viewings.answer(1, leave.viewing_key)

    assert asked(viewings, leave).allowed.until == OVER
