"""Fixtures of the pages' tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.clock import FrozenClock
from access.database import connect
from access.journal import Journal
from access.stops import StopMarks
from access.vault import Vault
from access.world import World
from tests.conftest import MORNING
from tests.school import School


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[School]:
    """A school for tests that only ask: made once for all of a module."""
    home = tmp_path_factory.mktemp("standing")
    shutil.copyfile(empty_database, home / "portal.db")
    engine, clock = connect(f"sqlite:///{home / 'portal.db'}"), FrozenClock(MORNING)
    stops = StopMarks(home / "marks", Journal(home / "journal"))
    yield School(World(database=engine, clock=clock, stops=stops, vault=Vault(bytes(32))), clock, home)
    engine.dispose()
    stops.close()
