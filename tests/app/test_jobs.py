"""The periodic jobs: what waits is written, and the table of stop marks never fills up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from access.clock import FrozenClock
from access.database import now_utc_text
from access.gaps import LASTING
from access.journal import Journal
from access.sign_ins import SIGN_IN_LASTS, begin_sign_in, end_sign_in, recognise
from access.stops import StopMarks
from access.world import World
from app.jobs import MARKS_ROOM, Jobs
from tests.access.trouble import database_held
from tests.school import School

SLOTS = 16


@pytest.fixture
def small(world: World, tmp_path: Path) -> Iterator[World]:
    """The world with a table of stop marks that is soon full."""
    stops = StopMarks(tmp_path / "few", Journal(tmp_path / "journal"), slots=SLOTS)
    yield replace(world, stops=stops)
    stops.close()


@pytest.mark.parametrize(
    "pause",
    [SIGN_IN_LASTS + timedelta(days=2), timedelta(minutes=2)],
    ids=["for years", "again and again in an hour"],
)
def test_signing_out_does_not_fill_the_table_of_marks(
    school: School, small: World, clock: FrozenClock, pause: timedelta
) -> None:
    person, jobs = school.person(), Jobs(small)

    for _ in range(3 * SLOTS):
        found = recognise(small, begin_sign_in(small, person, "Chrome, Android"))
        assert found is not None
        end_sign_in(small, found.sign_in_id)
        clock.advance(pause)
        jobs.once()

    assert small.stops.room() >= MARKS_ROOM


def test_a_camera_state_waits_for_a_database_that_does_not_answer(school: School, database: str) -> None:
    jobs = Jobs(school.world)
    jobs.camera_state(school.camera("Oak").key, "camera:stalled", school.clock.now())

    with database_held(database):
        jobs.once()
    assert school.log("camera:") == ["camera:added", "camera:activated"] * 2
    jobs.once()

    assert school.log("camera:")[-1] == "camera:lost"


def test_that_nothing_could_be_written_for_a_while_is_in_the_log(
    school: School, database: str, clock: FrozenClock
) -> None:
    jobs, began = Jobs(school.world), clock.now()

    with database_held(database):
        jobs.once()
    clock.advance(LASTING)
    jobs.once()

    assert school.last_entry("records:back")["since"] == now_utc_text(began)
