"""A camera that seems to be there and gives nothing gets its name in time."""

from datetime import UTC, datetime, timedelta

import pytest

from streaming.errors import SourceLost
from streaming.watchdog import Watchdog

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def state_at(watchdog: Watchdog, seconds: float) -> str | None:
    try:
        watchdog.check(after(seconds))
    except SourceLost as lost:
        return lost.state
    return None


def test_a_camera_that_gives_no_data_is_not_reached() -> None:
    watchdog = Watchdog(NINE)

    assert [state_at(watchdog, 8), state_at(watchdog, 8.1)] == [None, "camera:no_route"]


def test_a_picture_overdue_by_more_than_a_second_is_a_stall() -> None:
    watchdog = Watchdog(NINE)
    watchdog.saw_data(after(1))
    watchdog.saw_picture(after(1), timedelta(0))

    assert [state_at(watchdog, 2), state_at(watchdog, 2.01)] == [None, "camera:stalled"]


def test_key_frames_ten_seconds_apart_are_waited_for() -> None:
    watchdog = Watchdog(NINE)
    for second in range(17):
        watchdog.saw_data(after(second))

    assert [state_at(watchdog, 15), state_at(watchdog, 15.1)] == [None, "camera:no_frames"]


@pytest.mark.parametrize(
    ("waited", "elapsed"),
    [
        pytest.param(1.1, 1.1, id="it came after a stall"),
        pytest.param(0.1, 1.2, id="the camera's clock jumped forward"),
        pytest.param(0.1, -0.1, id="the camera's clock went back"),
    ],
)
def test_a_picture_is_not_believed(waited: float, elapsed: float) -> None:
    watchdog = Watchdog(NINE)
    watchdog.saw_picture(NINE, timedelta(seconds=50))

    with pytest.raises(SourceLost, match="camera:stalled"):
        watchdog.saw_picture(after(waited), timedelta(seconds=50 + elapsed))
