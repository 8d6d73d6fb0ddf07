"""Fixtures of the writing half: a school that the acts brought about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.world import World
from tests.access.one_room import OneRoom
from tests.access.writing_school import WritingSchool


@pytest.fixture
def written(world: World) -> WritingSchool:
    """A school with one family and one room, all in order."""
    return WritingSchool(world)


@pytest.fixture
def room(tmp_path: Path, database: str) -> Iterator[OneRoom]:
    """One room, all in order."""
    room = OneRoom(tmp_path, database)
    yield room
    room.close()


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.e2e)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the records on both kinds of database, unless it is about one of them."""
    if metafunc.definition.get_closest_marker("sqlite"):
        return
    for fixture in {"database", "bare_database"}.intersection(metafunc.fixturenames):
        metafunc.parametrize(fixture, BOTH, indirect=True)
