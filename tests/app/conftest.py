"""Fixtures of the pages' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.clock import FrozenClock
from tests.app.witnessing import WitnessOutside, listening
from tests.conftest import MORNING, lasting_world
from tests.school import Guardian, School


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, first_school: School
) -> Iterator[School]:
    """A school for tests that only ask: made once for all of a module."""
    home, clock = tmp_path_factory.mktemp("standing"), FrozenClock(MORNING)
    with lasting_world(home, clock, empty_database) as world:
        yield first_school.copied(world, clock, home)


@pytest.fixture
def witness() -> Iterator[WitnessOutside]:
    with listening(WitnessOutside()) as outside:
        yield outside


@pytest.fixture
def receivers(tmp_path: Path) -> Path:
    """Return the file of receivers; it is not there yet."""
    return tmp_path / "receivers"


@pytest.fixture
def mother(school: School) -> Guardian:
    """Return the mother of a child in Oak."""
    return school.guardian(of="Oak")


@pytest.fixture
def father(school: School, mother: Guardian) -> Guardian:
    """Return the child's father."""
    return school.guardian(of="Oak", beside=mother)
