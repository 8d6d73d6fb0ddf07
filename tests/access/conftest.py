"""Fixtures of the writing half: a school that the acts brought about."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from access.clock import FrozenClock
from access.viewing import Viewings
from access.world import World
from tests.access.histories.school import WholeSchool
from tests.access.one_room import OneRoom
from tests.access.retaining import with_keepers
from tests.access.two_rooms import TwoRooms
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING, lasting_world, small_world
from tests.postgres import Postgres
from tests.quick_hashing import QUICK, REAL, hashing


@pytest.fixture(scope="module", autouse=True)
def quick_hashing() -> Iterator[None]:
    """Hash quickly on either database: it is the records that matter here."""
    with hashing(QUICK):
        yield


@pytest.fixture
def real_hashing() -> Iterator[None]:
    """Hash as a school does, for a test that measures it."""
    with hashing(REAL):
        yield


@pytest.fixture(scope="session")
def first_written(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[WritingSchool]:
    """A school that the acts brought about, once; tests on SQLite work on copies."""
    with lasting_world(tmp_path_factory.mktemp("written"), FrozenClock(MORNING), empty_database) as world:
        yield WritingSchool(world)


S = TypeVar("S", bound=WritingSchool)


def on_postgres(server: Postgres, home: Path, name: str, school: type[S]) -> S:
    """Have a school brought about on PostgreSQL, once, in a database that is only copied."""
    server.run(f"CREATE DATABASE {name} TEMPLATE empty")
    with small_world(home, FrozenClock(MORNING), server.address(name)) as world:
        return school(world)


@pytest.fixture(scope="session")
def written_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> WritingSchool:
    """The same on PostgreSQL."""
    return on_postgres(postgres_server, tmp_path_factory.mktemp("written"), "written", WritingSchool)


@pytest.fixture(scope="session")
def two_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> TwoRooms:
    """Two classes on PostgreSQL."""
    return on_postgres(postgres_server, tmp_path_factory.mktemp("two"), "two", TwoRooms)


@pytest.fixture(scope="session")
def whole_on_postgres(tmp_path_factory: pytest.TempPathFactory, postgres_server: Postgres) -> WholeSchool:
    """A school with every kind of watcher, on PostgreSQL."""
    return on_postgres(postgres_server, tmp_path_factory.mktemp("whole"), "whole", WholeSchool)


@pytest.fixture
def postgres_template(request: pytest.FixtureRequest) -> str:
    """Where a test begins with a school, its database does."""
    given = getattr(request.node, "callspec", None)
    for school in ("written", "two", "whole"):
        if school in request.fixturenames and not (given and school in given.params):
            request.getfixturevalue(f"{school}_on_postgres")
            return school
    return "empty"


def made_already(request: pytest.FixtureRequest, world: World, first: S, name: str) -> S:
    """Return a copy of *first* in *world*; on PostgreSQL the school that its database begins with."""
    if world.database.dialect.name == "sqlite":
        return first.copied(world)
    there: S = request.getfixturevalue(f"{name}_on_postgres")
    return there.seen_in(world)


@pytest.fixture
def written(request: pytest.FixtureRequest, world: World, first_written: WritingSchool) -> WritingSchool:
    """A school with one family and one room, all in order."""
    return made_already(request, world, first_written, "written")


@pytest.fixture(scope="session")
def first_two_rooms(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[TwoRooms]:
    """Two classes that the acts brought about, once; tests on SQLite work on copies."""
    with lasting_world(tmp_path_factory.mktemp("two"), FrozenClock(MORNING), empty_database) as world:
        yield TwoRooms(world)


@pytest.fixture(scope="session")
def first_whole_school(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[WholeSchool]:
    """A school with every kind of watcher that the acts brought about, once; histories begin with copies."""
    with lasting_world(tmp_path_factory.mktemp("whole"), FrozenClock(MORNING), empty_database) as world:
        yield WholeSchool(world)


@pytest.fixture
def whole(request: pytest.FixtureRequest, world: World, first_whole_school: WholeSchool) -> WholeSchool:
    """A school with every kind of watcher, all in order."""
    return made_already(request, world, first_whole_school, "whole")


@pytest.fixture
def two(request: pytest.FixtureRequest, world: World, first_two_rooms: TwoRooms) -> TwoRooms:
    """A school with two classes, each with a family and a room, all in order."""
    return made_already(request, world, first_two_rooms, "two")


@pytest.fixture
def room(tmp_path: Path, database: str) -> Iterator[OneRoom]:
    """One room, all in order."""
    room = OneRoom(tmp_path, database)
    yield room
    room.close()


@pytest.fixture
def viewings(room: OneRoom) -> Viewings:
    """The viewings of one process, without its thread: tests renew by hand."""
    return Viewings(room.world)


@pytest.fixture
def kept(written: WritingSchool) -> WritingSchool:
    """A school with a director and an administrator."""
    return with_keepers(written)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.e2e)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the records on both kinds of database, unless it is about one of them."""
    if metafunc.definition.get_closest_marker("sqlite"):
        return
    for fixture in {"database", "bare_database"}.intersection(metafunc.fixturenames):
        metafunc.parametrize(fixture, BOTH, indirect=True)
