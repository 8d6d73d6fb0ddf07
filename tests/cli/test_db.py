"""``./portal db``: a copy first, nothing while the portal runs, and a way back that loses nothing unsaid."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import Result

from access import schema
from app.alone import be_alone
from tests.access.test_first_issue import WRITTEN
from tests.cli.desk import Desk

OLDER = "0001"
REFUSED = 3


@pytest.fixture
def older(first_desk: Desk) -> Desk:
    """An installation whose database the first version wrote."""
    first_desk.database.unlink()
    with closing(sqlite3.connect(first_desk.database)) as database:
        database.executescript(WRITTEN.read_text("utf-8"))
    assert first_desk.types("db", "downgrade", OLDER, "--lose", "--no-copy").exit_code == 0
    return first_desk


def copies(desk: Desk) -> list[Path]:
    directory = desk.home / "copies"
    return sorted(directory.iterdir()) if directory.exists() else []


def refusal(result: Result) -> str:
    assert result.exit_code == REFUSED, result.output
    return str(json.loads(result.output)["refused"])


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(found)


@contextmanager
def held(desk: Desk) -> Iterator[None]:
    """Hold what a running portal holds."""
    descriptor = be_alone(desk.home)
    try:
        yield
    finally:
        os.close(descriptor)


def test_an_upgrade_makes_a_copy_first_and_says_where(older: Desk) -> None:
    said = json.loads(older.types("db", "upgrade", "--json").output)

    (copy,) = copies(older)
    assert said == {"current": True, "copy": str(copy)}
    assert revision(copy) == OLDER
    assert revision(older.database) == schema.revisions()[0]


def test_what_is_current_is_not_copied_again(first_desk: Desk) -> None:
    said = json.loads(first_desk.types("db", "upgrade", "--json").output)

    assert said == {"current": True, "copy": None}
    assert copies(first_desk) == []


@pytest.mark.parametrize("words", [("upgrade",), ("downgrade", OLDER)], ids=lambda words: str(words[0]))
def test_neither_up_nor_down_while_the_portal_runs(first_desk: Desk, words: tuple[str, ...]) -> None:
    with held(first_desk):
        assert refusal(first_desk.types("db", *words, "--json")) == "portal:running"

    assert revision(first_desk.database) == schema.revisions()[0]


def test_an_upgrade_that_fails_leaves_everything_as_it_was(older: Desk) -> None:
    with closing(sqlite3.connect(older.database)) as database:
        database.execute("DELETE FROM child")  # a key without its record
        database.commit()
        before = list(database.iterdump())

    assert older.types("db", "upgrade").exit_code == 75

    with closing(sqlite3.connect(older.database)) as database:
        assert list(database.iterdump()) == before
    assert len(copies(older)) == 1


def test_a_downgrade_says_what_it_would_lose_and_loses_it_only_when_told(family_desk: Desk) -> None:
    said = family_desk.types("db", "downgrade", OLDER)
    kept = revision(family_desk.database)
    done = family_desk.types("db", "downgrade", OLDER, "--lose")

    assert said.exit_code == REFUSED
    assert "schema:would_lose" in said.output
    assert "person.created_by (" in said.output
    assert kept == schema.revisions()[0]
    assert done.exit_code == 0, done.output
    assert revision(family_desk.database) == OLDER
    assert len(copies(family_desk)) >= 1


@pytest.mark.parametrize("word", ["base", "9999", "0099"])
def test_a_downgrade_goes_to_an_older_shape_and_nowhere_else(first_desk: Desk, word: str) -> None:
    assert refusal(first_desk.types("db", "downgrade", word, "--json")) == "schema:revision"
    assert refusal(first_desk.types("db", "downgrade", schema.revisions()[0], "--json")) == "schema:revision"


def test_a_database_of_a_newer_version_is_left_alone(first_desk: Desk) -> None:
    with closing(sqlite3.connect(first_desk.database)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()

    assert refusal(first_desk.types("db", "upgrade", "--json")) == "schema:newer"
    assert copies(first_desk) == []


def test_what_is_left_behind_is_one_whole_file(first_desk: Desk) -> None:
    first_desk.does("school", "add", "Moon", "--zone", "Asia/Shanghai")

    assert list(first_desk.home.glob("portal.db-*")) == []
