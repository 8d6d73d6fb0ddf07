"""The database and the journal: locked, behind, damaged, gone; on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from access import schema
from access.database import connect
from access.journal import Journal
from app.health import records
from app.health.finding import State
from app.health.records import database_findings, file_of, journal_findings
from tests.app.health.test_machine import worst

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    made = connect(database)
    yield made
    made.dispose()


@BOTH
def test_a_database_of_this_version_is_well(engine: Engine, database: str) -> None:
    found = list(database_findings(engine, file_of(database), thoroughly=True))

    assert [finding.state for finding in found] == [State.WELL]
    assert ("PostgreSQL" in str(found[0].sentence)) == database.startswith("postgresql")


@BOTH
def test_a_database_of_an_older_version_is_wrong(engine: Engine, database: str) -> None:
    schema.downgrade(engine, "-1")

    found = worst(database_findings(engine, file_of(database), thoroughly=True))

    assert found.state is State.WRONG
    assert "./portal db upgrade" in str(found.remedy)


def test_a_locked_database_is_wrong_and_an_ending_still_works(engine: Engine, database: str) -> None:
    file = file_of(database)
    assert file
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        found = worst(database_findings(engine, file, thoroughly=True))

    assert found.state is State.WRONG
    assert "Ending a right still works" in str(found.sentence)


def test_a_damaged_database_is_wrong(engine: Engine, database: str) -> None:
    file = file_of(database)
    assert file
    engine.dispose()
    with closing(sqlite3.connect(file)) as whole:
        (page,) = whole.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
        (size,) = whole.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as written:
        written.seek((page - 1) * size)
        written.write(b"\xff" * size)

    found = worst(database_findings(connect(database), file, thoroughly=True))

    assert found.state is State.WRONG
    assert "damaged" in str(found.sentence)
    assert worst(database_findings(connect(database), file, thoroughly=False)).state is State.WELL


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "portal.db"
    file.write_bytes(b"no database at all" * 1000)

    found = worst(database_findings(connect(f"sqlite:///{file}"), file, thoroughly=True))

    assert (found.state, found.sentence) == (State.WRONG, records.NO_ANSWER)


def test_a_server_that_is_down_is_wrong(tmp_path: Path) -> None:
    engine = connect(f"postgresql+psycopg://portal@/portal?host={tmp_path}")

    assert worst(database_findings(engine, None, thoroughly=True)).sentence == records.NO_ANSWER


def test_no_database_is_wrong() -> None:
    assert worst(database_findings(None, None, thoroughly=True)).state is State.WRONG


def test_a_log_of_the_database_that_nobody_empties_is_worth_a_look(engine: Engine, database: str) -> None:
    file = file_of(database)
    assert file
    list(database_findings(engine, file, thoroughly=False))
    with file.with_name(f"{file.name}-wal").open("r+b") as log:
        log.truncate(records.WAL_LOOK + 1)

    assert "64 MiB" in str(worst(records._long_wal(file)).sentence)


def test_endings_that_wait_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    assert worst(journal_findings(path)).state is State.WELL
    assert not path.exists()

    journal = Journal(path)
    journal.append({"kind": "test"})
    sequence = journal.append({"kind": "test"})
    found = worst(journal_findings(path))
    assert (found.state, str(found.sentence)[:2]) == (State.LOOK, "2 ")

    journal.done(sequence)
    journal.done(sequence - 1)
    assert worst(journal_findings(path)).state is State.WELL
