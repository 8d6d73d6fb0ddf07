"""At the start a clock is believed only where log, kernel or staff say so; until then all is closed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from access.clock import ASK_SECONDS, SystemClock
from access.clock_trust import GOES_ON, ClockDoubt, ClockTrust, doubt_about, kernel_is_synchronised
from access.database import connect, writing
from access.log import entry
from access.world import World
from tests.access.test_clock import WallClock

LAST = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "is_synchronised", "believed", "doubt"),
    [
        pytest.param(LAST + SECOND, LAST, False, None, None, id="it goes on from the log"),
        pytest.param(LAST + GOES_ON, LAST, False, None, None, id="after a night"),
        pytest.param(
            LAST + GOES_ON + SECOND, LAST, False, None, ClockDoubt.UNSURE, id="after more than a night"
        ),
        pytest.param(LAST + DAY, LAST, False, None, ClockDoubt.UNSURE, id="a day ahead"),
        pytest.param(LAST + DAY, LAST, True, None, None, id="a day later, synchronised"),
        pytest.param(EPOCH, LAST, False, None, ClockDoubt.BEHIND, id="in 1970"),
        pytest.param(EPOCH, LAST, True, None, ClockDoubt.BEHIND, id="in 1970, and the kernel content"),
        pytest.param(LAST - 3 * SECOND, LAST, True, None, ClockDoubt.BEHIND, id="three seconds behind"),
        pytest.param(LAST - SECOND, LAST, True, None, None, id="a second behind"),
        pytest.param(EPOCH, None, False, None, None, id="nobody ever watched"),
        pytest.param(EPOCH, LAST, False, 101.0, None, id="confirmed, whatever the log says"),
        pytest.param(LAST + SECOND, LAST, False, 97.0, ClockDoubt.SET, id="set since it was believed"),
        pytest.param(LAST + SECOND, LAST, True, 97.0, None, id="set since by a time server"),
        pytest.param(LAST - DAY, LAST, True, 97.0, ClockDoubt.BEHIND, id="set back behind the log"),
    ],
)
def test_a_clock_is_believed_by_the_first_rule_that_applies(
    now: datetime,
    last: datetime | None,
    *,
    is_synchronised: bool,
    believed: float | None,
    doubt: ClockDoubt | None,
) -> None:
    assert doubt_about(now, last, is_synchronised=is_synchronised, offset=100.0, believed=believed) is doubt


def watched(world: World, at: datetime, kind: str = "viewing:opened") -> None:
    """Let the log hold such an entry."""
    with writing(world.database) as connection:
        entry.append(connection, log=entry.INSTALLATION, kind=kind, at=at, body={"subject": {}})


Make = Callable[..., ClockTrust]


@pytest.fixture
def trusting(world: World, tmp_path: Path) -> Make:
    """Return what asks the real log and a directory, and a kernel that says what the test wants."""

    def make(wall: WallClock | None = None, *, synchronised: bool | None = False) -> ClockTrust:
        return ClockTrust(
            world.database, tmp_path / "clock", wall=wall or WallClock(), synchronised=lambda: synchronised
        )

    return make


def test_the_last_entry_written_under_a_believed_clock_counts(world: World, trusting: Make) -> None:
    now = datetime.now(UTC)

    assert trusting().doubt() is None
    watched(world, now + DAY)
    assert trusting().doubt() is ClockDoubt.BEHIND
    watched(world, now - 2 * DAY, "clock:confirmed")
    assert trusting().doubt() is ClockDoubt.UNSURE
    watched(world, now - SECOND)
    assert trusting().doubt() is None


def test_an_entry_that_any_clock_may_write_proves_nothing(world: World, trusting: Make) -> None:
    watched(world, datetime.now(UTC))
    wall = WallClock()
    wall.set_by = DAY.total_seconds()

    watched(world, datetime.now(UTC) + DAY, "sign_in:began")

    assert trusting(wall).doubt() is ClockDoubt.UNSURE


def test_a_kernel_that_says_nothing_is_not_taken_for_synchronised(world: World, trusting: Make) -> None:
    watched(world, datetime.now(UTC) - DAY)

    assert trusting(synchronised=None).doubt() is ClockDoubt.UNSURE
    assert trusting(synchronised=True).doubt() is None


def test_what_was_believed_is_remembered_until_the_clock_is_set(world: World, trusting: Make) -> None:
    watched(world, datetime.now(UTC) + DAY)
    wall = WallClock()
    trust = trusting(wall)
    assert trust.doubt() is ClockDoubt.BEHIND

    trust.keep()

    assert trusting(wall).doubt() is None
    wall.set_by = -3.0
    assert trusting(wall).doubt() is ClockDoubt.BEHIND


@pytest.mark.parametrize(
    "kept", ["", "{}", "[]", '{"boot": "another start", "offset": 0}', '{"boot": null, "offset": "x"}']
)
def test_what_another_start_of_the_machine_believed_counts_no_more(
    world: World, trusting: Make, tmp_path: Path, kept: str
) -> None:
    watched(world, datetime.now(UTC) - DAY)
    (tmp_path / "clock").write_text(kept)

    assert trusting().doubt() is ClockDoubt.UNSURE


def test_a_log_that_does_not_answer_leaves_the_doubt(tmp_path: Path) -> None:
    bare = connect(f"sqlite:///{tmp_path / 'nothing.db'}")

    assert ClockTrust(bare, tmp_path / "clock").doubt() is ClockDoubt.UNASKED
    bare.dispose()


def test_a_day_ahead_is_closed_and_named_until_the_clock_is_set_right(
    world: World, trusting: Make, caplog: pytest.LogCaptureFixture
) -> None:
    watched(world, datetime.now(UTC))
    wall = WallClock()
    wall.set_by = DAY.total_seconds()
    clock = SystemClock(wall, trust=trusting(wall))

    assert not clock.believable()
    assert "clock:not_synchronised" in caplog.text

    wall.set_by = 0.0
    seen = [clock.believable()]
    deadline = time.monotonic() + 5 * ASK_SECONDS
    while not seen[-1] and time.monotonic() < deadline:
        time.sleep(0.02)
        seen.append(clock.believable())

    assert seen[-1]
    assert abs(clock.now() - datetime.now(UTC)) < SECOND
    assert "it is believed" in caplog.text


def test_an_instant_from_before_the_clock_was_set_right_is_never_believed(
    world: World, trusting: Make
) -> None:
    watched(world, datetime.now(UTC))
    wall = WallClock()
    wall.set_by = DAY.total_seconds()
    clock = SystemClock(wall, trust=trusting(wall))

    before = clock.now()
    wall.set_by = 0.0

    assert before > datetime.now(UTC) + timedelta(hours=23)
    assert not clock.believable()  # what was decided with it is not done
    assert clock.believable()


def test_a_believed_clock_is_believed_at_once_and_without_the_log_from_then_on(
    world: World, trusting: Make, tmp_path: Path
) -> None:
    clock = SystemClock(trust=trusting())

    assert clock.believable()
    assert (tmp_path / "clock").exists()
    watched(world, datetime.now(UTC) + DAY)
    assert clock.believable()


def test_a_ram_directory_without_room_costs_only_the_memory_of_it(world: World, tmp_path: Path) -> None:
    trust = ClockTrust(world.database, tmp_path / "not there" / "clock", synchronised=lambda: True)

    assert SystemClock(trust=trust).believable()


def test_this_kernel_says_something() -> None:
    assert kernel_is_synchronised() in {True, False}
