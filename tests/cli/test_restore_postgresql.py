"""A backup put back into PostgreSQL by the command: of SQLite, of PostgreSQL, and broken off."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from access.database import connect, reading
from access.log.store import LogEntry
from access.seen import Seen
from tests.cli.desk import Desk
from tests.cli.restoring import back_up, explained, opened, restore
from tests.postgres import Postgres

pytestmark = pytest.mark.e2e


@pytest.fixture
def empty(school: Desk, postgres_server: Postgres) -> Iterator[str]:
    """The address of a database without anything, which the desk uses from when it is set."""
    name = f"empty{abs(hash(school.home))}"
    postgres_server.run(f"CREATE DATABASE {name}")
    yield postgres_server.address(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


def entries(address: str) -> int:
    engine = connect(address)
    with reading(engine) as connection:
        count = connection.execute(select(func.count()).select_from(LogEntry)).scalar_one()
    engine.dispose()
    return count


def test_a_backup_of_sqlite_is_put_back_into_postgresql(school: Desk, stick: Path, empty: str) -> None:
    backup = back_up(school)
    school.types("grant", "revoke", "1", "--as", "director", "--reason", "since")
    school.sets("PORTAL_DATABASE_URL", empty)

    said = restore(school, backup, stick)

    assert (said["complete"], said["exactly"]) == (True, 1)
    assert explained(school).startswith("refused: school:closed")
    assert "open again" in opened(school, by="director")
    assert explained(school).startswith("refused: grant:")
    assert school.types("log", "verify").exit_code == 0
    assert restore(school, backup, stick)["refused"] == "restore:not_empty"

    again = back_up(school)  # of PostgreSQL now
    school.sets("PORTAL_DATABASE_URL", "")
    assert restore(school, again, stick)["complete"] is True
    assert school.types("log", "verify").exit_code == 0


@pytest.mark.parametrize("place", ["into_postgresql", "finish"])
def test_a_killed_restore_is_finished_by_the_same_command(
    school: Desk, stick: Path, empty: str, place: str
) -> None:
    backup = back_up(school)
    school.types("grant", "revoke", "1", "--as", "director", "--reason", "since")
    school.sets("PORTAL_DATABASE_URL", empty)
    killed = (
        "import os, signal, sys\n"
        "from app.cli import main, putting_back as module\n"
        f"module.{place} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"main(['restore', {str(backup)!r}, '--identity', {str(stick)!r}])\n"
    )
    left = subprocess.run([sys.executable, "-c", killed], env=os.environ | school.settings(), check=False)
    assert left.returncode == -signal.SIGKILL
    was_filled = entries(empty)
    assert bool(was_filled) is (place == "finish")

    said = restore(school, backup, stick)

    assert (said["complete"], said["exactly"]) == (True, 1)
    assert was_filled in {0, entries(empty)}
    assert "open again" in opened(school, by="director")
    assert explained(school).startswith("refused: grant:")
    assert school.types("log", "verify").exit_code == 0
    assert Seen(school.home / "seen").heads()
    assert not (school.home / "restore.unfinished").exists()
