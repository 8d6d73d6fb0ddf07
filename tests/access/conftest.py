"""Fixtures of the writing half: a school that the acts brought about."""

import pytest

from access.world import World
from tests.access.writing_school import WritingSchool


@pytest.fixture
def written(world: World) -> WritingSchool:
    """A school with one family and one room, all in order."""
    return WritingSchool(world)
