"""What is said of the clock: at 1970, a day ahead, behind the log, and while the portal runs."""

from datetime import UTC, datetime, timedelta

import pytest

from access.clock import FrozenClock
from access.clock_trust import ClockDoubt
from app.health.clock import clock_findings, running_clock_finding
from app.health.finding import State
from tests.app.health.test_machine import worst
from tests.conftest import MORNING

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Trust:
    """What the log says of the clock."""

    def __init__(self, doubt: ClockDoubt | None) -> None:
        self._doubt = doubt

    def doubt(self) -> ClockDoubt | None:
        """Return it."""
        return self._doubt


@pytest.mark.parametrize(
    ("now", "doubt", "synchronised", "state", "said"),
    [
        pytest.param(MORNING, None, True, State.WELL, "is kept right", id="kept right"),
        pytest.param(MORNING, None, False, State.LOOK, "nobody keeps it right", id="kept by nobody"),
        pytest.param(MORNING, None, None, State.UNKNOWN, "does not tell", id="not told"),
        pytest.param(EPOCH, None, True, State.WRONG, "1970-01-01", id="in 1970"),
        pytest.param(EPOCH, ClockDoubt.BEHIND, False, State.WRONG, "1970-01-01", id="in 1970, with a log"),
        pytest.param(
            MORNING + timedelta(days=1),
            ClockDoubt.UNSURE,
            False,
            State.WRONG,
            "cannot vouch",
            id="a day ahead",
        ),
        pytest.param(
            MORNING, ClockDoubt.BEHIND, True, State.WRONG, "behind what the log", id="behind the log"
        ),
        pytest.param(MORNING, ClockDoubt.SET, False, State.WRONG, "Somebody set", id="set by somebody"),
        pytest.param(MORNING, ClockDoubt.UNASKED, True, State.WELL, "is kept right", id="no log to ask"),
    ],
)
def test_the_clock_is_told(
    now: datetime, doubt: ClockDoubt | None, synchronised: bool | None, state: State, said: str
) -> None:
    found = worst(clock_findings(FrozenClock(now).now(), Trust(doubt), is_synchronised=synchronised))

    assert found.state is state
    assert said in str(found.sentence)
    assert (found.remedy is None) == (state is State.WELL)


def test_a_clock_that_was_set_while_the_portal_runs_is_wrong() -> None:
    assert worst(running_clock_finding(believable=False)).state is State.WRONG
    assert list(running_clock_finding(believable=True)) == []
