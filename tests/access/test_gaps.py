"""Stretches of which the logs do not know all are told when they are over."""

from datetime import datetime, timedelta

import pytest

from access.clock import FrozenClock
from access.database import now_utc_text, reading
from access.errors import LogUnavailable
from access.gaps import LASTING, Gaps
from access.log.entry import INSTALLATION, read_entries
from access.world import World
from tests.access.trouble import log_refusing
from tests.conftest import MORNING

A_TURN = timedelta(seconds=2)


@pytest.fixture
def gaps(world: World) -> Gaps:
    """The gaps of one process, which has turned once and found nothing."""
    found = Gaps(world)
    found.note(MORNING, answered=True)
    return found


def told(world: World) -> list[tuple[str, datetime, str | None]]:
    with reading(world.database) as connection:
        entries = read_entries(connection, INSTALLATION)[::-1]
    return [(entry.kind, entry.at, entry.body.get("since")) for entry in entries]


def test_records_that_answer_again_say_since_when_they_did_not(
    world: World, gaps: Gaps, clock: FrozenClock
) -> None:
    for _ in range(3):
        gaps.note(clock.now(), answered=False)
        clock.advance(A_TURN)
    gaps.note(clock.now(), answered=True)
    gaps.note(clock.now(), answered=True)

    assert told(world) == [("records:back", MORNING + 3 * A_TURN, now_utc_text(MORNING))]


def test_records_that_were_busy_for_a_moment_are_no_gap(world: World, gaps: Gaps, clock: FrozenClock) -> None:
    gaps.note(clock.now(), answered=False)
    clock.advance(LASTING - timedelta.resolution)
    gaps.note(clock.now(), answered=True)

    assert told(world) == []


def test_a_clock_that_is_set_is_told_and_so_is_its_being_right_again(
    world: World, gaps: Gaps, clock: FrozenClock
) -> None:
    clock.is_believable = False
    gaps.note(clock.now(), answered=True)
    clock.advance(A_TURN)
    gaps.note(clock.now(), answered=True)
    clock.is_believable = True
    gaps.note(clock.now(), answered=True)

    assert told(world) == [
        ("clock:doubted", MORNING, None),
        ("clock:believed", MORNING + A_TURN, now_utc_text(MORNING)),
    ]


def test_what_a_start_doubts_is_not_told_twice(world: World, clock: FrozenClock) -> None:
    starting = Gaps(world)
    clock.is_believable = False
    starting.note(clock.now(), answered=True)
    clock.is_believable = True
    starting.note(clock.now(), answered=True)

    assert told(world) == []


def test_what_cannot_be_written_is_owed(world: World, gaps: Gaps, clock: FrozenClock, database: str) -> None:
    clock.is_believable = False
    with log_refusing(database), pytest.raises(LogUnavailable):
        gaps.note(clock.now(), answered=True)
    clock.advance(A_TURN)

    gaps.note(clock.now(), answered=True)

    assert told(world) == [("clock:doubted", MORNING, None)]
