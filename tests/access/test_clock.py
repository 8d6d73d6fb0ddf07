"""A wall clock that somebody sets moves no instant, and is not believed until it is right again."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from access.clock import DRIFT_LIMIT_SECONDS, SystemClock


class WallClock:
    """The machine's wall clock, and a hand that sets it."""

    def __init__(self) -> None:
        self.set_by = 0.0

    def __call__(self) -> float:
        return time.time() + self.set_by


STEPS = [
    pytest.param(DRIFT_LIMIT_SECONDS + 0.5, id="a little forward"),
    pytest.param(-DRIFT_LIMIT_SECONDS - 0.5, id="a little back"),
    pytest.param(3600.0, id="an hour forward"),
    pytest.param(-30 * 365 * 86_400.0, id="to when the battery was empty"),
]


def test_a_clock_that_nobody_sets_is_believed() -> None:
    clock = SystemClock()

    assert clock.believable()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


@pytest.mark.parametrize("seconds", STEPS)
def test_a_stepped_wall_clock_moves_no_instant_and_is_not_believed(seconds: float) -> None:
    wall = WallClock()
    clock = SystemClock(wall)
    before = clock.now()

    wall.set_by = seconds

    assert not clock.believable()
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=1)


@pytest.mark.parametrize("seconds", STEPS)
def test_time_is_believed_again_when_the_clock_is_set_back(seconds: float) -> None:
    wall = WallClock()
    clock = SystemClock(wall)
    wall.set_by = seconds
    assert not clock.believable()

    wall.set_by = 0.0

    assert clock.believable()


@pytest.mark.parametrize("seconds", [1.5, -1.5], ids=["forward", "back"])
def test_what_a_time_server_corrects_is_no_step(seconds: float) -> None:
    wall = WallClock()
    clock = SystemClock(wall)

    wall.set_by = seconds

    assert clock.believable()
