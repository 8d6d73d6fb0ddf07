"""Fixtures of the pages' tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.clock import FrozenClock
from tests.conftest import MORNING, lasting_world
from tests.school import School


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path, first_school: School
) -> Iterator[School]:
    """A school for tests that only ask: made once for all of a module."""
    home, clock = tmp_path_factory.mktemp("standing"), FrozenClock(MORNING)
    with lasting_world(home, clock, empty_database) as world:
        yield first_school.copied(world, clock, home)
