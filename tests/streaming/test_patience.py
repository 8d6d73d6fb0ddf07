"""When a camera is tried again: soon, then less often, and seldom after a wrong password."""

import pytest

from streaming.patience import Patience
from streaming.states import CameraState


def pauses(state: CameraState, number: int) -> list[float]:
    """Return how long a camera waits after each of *number* losses with *state*, never live between."""
    patience, now, waited = Patience(), 0.0, []
    for _ in range(number):
        patience.lost(state, live_since=None, now=now)
        lost = now
        while not patience.may_try(now):
            now += 0.125
        waited.append(now - lost)
    return waited


def test_a_lost_camera_is_tried_again_within_seven_seconds_however_long_it_was_dead() -> None:
    assert pauses(CameraState.NO_ROUTE, 6) == [0.5, 1.0, 2.0, 4.0, 7.0, 7.0]


def test_a_wrong_password_is_tried_less_and_less_often() -> None:
    assert pauses(CameraState.WRONG_PASSWORD, 9) == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


def test_after_the_right_password_the_pauses_are_those_of_any_camera() -> None:
    patience = Patience()
    for _ in range(9):
        patience.lost(CameraState.WRONG_PASSWORD, live_since=None, now=0.0)

    patience.lost(CameraState.ENDED, live_since=990.0, now=1000.0)

    assert patience.may_try(1007.0)


@pytest.mark.parametrize(
    ("live_for", "pause"),
    [pytest.param(29.0, 4.0, id="not proven yet"), pytest.param(30.0, 0.5, id="proven")],
)
def test_a_camera_that_was_live_for_long_starts_with_the_shortest_pause(
    live_for: float, pause: float
) -> None:
    patience = Patience()
    for _ in range(3):
        patience.lost(CameraState.ENDED, live_since=None, now=0.0)

    patience.lost(CameraState.ENDED, live_since=100.0 - live_for, now=100.0)

    assert not patience.may_try(100.0 + pause - 0.01)
    assert patience.may_try(100.0 + pause)


def test_a_camera_has_its_turn_for_a_minute_without_a_picture() -> None:
    patience = Patience()
    patience.lost(CameraState.ENDED, live_since=None, now=10.0)
    early = patience.had_its_turn(69.0)
    patience.lost(CameraState.ENDED, live_since=None, now=70.0)

    assert (early, patience.had_its_turn(70.0), patience.had_its_turn(71.0)) == (False, True, False)


def test_a_picture_begins_a_new_turn() -> None:
    patience = Patience()
    patience.lost(CameraState.ENDED, live_since=None, now=0.0)

    patience.lost(CameraState.ENDED, live_since=58.0, now=61.0)

    assert not patience.had_its_turn(61.0)
