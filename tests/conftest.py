"""Fixtures are nouns: the clock, the school."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from access import schema
from access.clock import FrozenClock
from access.database import connect
from access.journal import Journal
from access.stops import StopMarks
from access.vault import Vault
from access.world import World
from tests.made_once import make_once
from tests.postgres import Postgres, postgres
from tests.quick_hashing import hash_quickly

if TYPE_CHECKING:
    from tests.school import School

pytest_plugins = ["tests.canaries", "tests.entries"]

# How fast a thing is, is asked in bench/; on a busy machine a deadline would fail what is right.
# Facts are large: where two are drawn, many a draw is longer than is allowed, and counts as filtered out.
TOLERATED = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("portal", deadline=None, suppress_health_check=TOLERATED)
settings.load_profile("portal")

#: A Tuesday, 09:00 in the school's zone: before anything is recorded.
MORNING = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


#: As many objects more than there were before the youngest are looked through for what is unreachable.
GARBAGE = 50_000


def pytest_configure(config: pytest.Config) -> None:
    """Make once what can be; hash quickly where only the quick tests are asked for."""
    make_once()
    if config.option.markexpr == "not e2e":
        hash_quickly()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look through what tests leave only, and seldom; code and collected tests stay anyway.

    A tenth of the time was spent on looking through these again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 100)


@pytest.fixture
def clock() -> FrozenClock:
    """Stand at 09:00 until told to move."""
    return FrozenClock(MORNING)


@pytest.fixture
def disk() -> Iterator[Path]:
    """A directory on a disk, for tests that tell one from memory: ``tmp_path`` may lie in either."""
    with tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/var/tmp") as place:
        yield Path(place)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate once; every test works on its own copy."""
    path = tmp_path_factory.mktemp("records") / "portal.db"
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """Run a real PostgreSQL server with a migrated, empty database."""
    with postgres() as server:
        server.run("CREATE DATABASE empty")
        engine = connect(server.address("empty"))
        schema.upgrade(engine)
        engine.dispose()
        yield server


@pytest.fixture
def postgres_template() -> str:
    """Name the database that a test on PostgreSQL has a copy of."""
    return "empty"


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[str]:
    """Give the address of a migrated, empty database of one's own."""
    if getattr(request, "param", "sqlite") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        with server.copy(request.getfixturevalue("postgres_template")) as address:
            yield address
    else:
        path = tmp_path / "portal.db"
        shutil.copyfile(empty_database, path)
        yield f"sqlite:///{path}"


@pytest.fixture
def bare_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database in which there is nothing yet."""
    if getattr(request, "param", "sqlite") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres_server")
        with server.copy("template0") as address:
            yield address
    else:
        yield f"sqlite:///{tmp_path / 'portal.db'}"


@contextmanager
def small_world(home: Path, clock: FrozenClock, database: str) -> Iterator[World]:
    """Give the real parts, small, with what they keep in *home*."""
    engine = connect(database)
    stops = StopMarks(home / "marks", Journal(home / "journal"))
    yield World(database=engine, clock=clock, stops=stops, vault=Vault(bytes(32)))
    engine.dispose()
    stops.close()


@contextmanager
def lasting_world(home: Path, clock: FrozenClock, empty_database: Path) -> Iterator[World]:
    """Give a small world for more than one test."""
    shutil.copyfile(empty_database, home / "portal.db")
    with small_world(home, clock, f"sqlite:///{home / 'portal.db'}") as world:
        yield world


@pytest.fixture
def world(tmp_path: Path, clock: FrozenClock, database: str) -> Iterator[World]:
    """Give the real parts, small."""
    with small_world(tmp_path, clock, database) as world:
        yield world


@pytest.fixture(scope="session")
def first_school(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> "Iterator[School]":
    """A school that the acts brought about, once; every test works on its own copy."""
    from tests.school import School  # here, so that tests of one package load no other

    home, clock = tmp_path_factory.mktemp("school"), FrozenClock(MORNING)
    with lasting_world(home, clock, empty_database) as world:
        yield School(world, clock, home)


@pytest.fixture
def school(tmp_path: Path, world: World, clock: FrozenClock, first_school: "School") -> "School":
    """A school with two class groups, Oak and Elm, at 09:30 in the morning."""
    return first_school.copied(world, clock, tmp_path)
