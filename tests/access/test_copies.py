"""The copy that is made before the database changes its shape: whole, private, and few."""

import shutil
import sqlite3
import stat
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from access.copies import KEPT, make_copy
from access.database import connect
from access.errors import RecordsUnavailable, Refused
from tests.access.test_schema import everything
from tests.access.writing_school import WritingSchool
from tests.postgres import Postgres

NOW = datetime(2026, 11, 25, 12, 30, 5, tzinfo=UTC)
Usage = namedtuple("Usage", "total used free")


@pytest.mark.sqlite
def test_a_copy_holds_everything_and_is_for_its_owner_only(written: WritingSchool, tmp_path: Path) -> None:
    made = make_copy(written.world.database, tmp_path / "copies", revision="0002", now=NOW)

    copy = connect(f"sqlite:///{made}")
    assert made.name == "20261125T123005Z-0002.db"
    assert everything(copy) == everything(written.world.database)
    copy.dispose()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


@pytest.mark.sqlite
def test_only_the_newest_few_are_kept_and_nothing_half_made(written: WritingSchool, tmp_path: Path) -> None:
    made = [
        make_copy(written.world.database, tmp_path / "copies", revision="0002", now=NOW + timedelta(days=day))
        for day in range(KEPT + 2)
    ]

    assert sorted((tmp_path / "copies").iterdir()) == made[-KEPT:]


@pytest.mark.sqlite
def test_without_room_on_the_disk_nothing_is_begun(
    written: WritingSchool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**7, 10**7))

    with pytest.raises(Refused, match="copy:no_room"):
        make_copy(written.world.database, tmp_path / "copies", revision="0002", now=NOW)

    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.sqlite
def test_a_damaged_database_is_not_taken_for_a_copy(written: WritingSchool, tmp_path: Path) -> None:
    path = Path(str(written.world.database.url.database))
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'log_entry'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)

    with pytest.raises(RecordsUnavailable):
        make_copy(written.world.database, tmp_path / "copies", revision="0002", now=NOW)

    assert list((tmp_path / "copies").iterdir()) == []


@pytest.mark.sqlite
@pytest.mark.e2e
def test_a_dump_of_postgresql_can_be_read_again(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = postgres_server.programs
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    with postgres_server.copy("empty") as address:
        engine = connect(address)
        made = make_copy(engine, tmp_path / "copies", revision="0002", now=NOW)
        engine.dispose()

    listed = postgres_server.lists(made)

    assert made.suffix == ".dump"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert "TABLE DATA public log_entry" in listed


@pytest.mark.sqlite
@pytest.mark.e2e
def test_without_its_program_postgresql_is_not_copied(
    postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with postgres_server.copy("empty") as address:
        engine = connect(address)
        with pytest.raises(Refused, match="copy:no_program"):
            make_copy(engine, tmp_path / "copies", revision="0002", now=NOW)
        engine.dispose()
