"""docs/operations/access-now.md while the database is in trouble: what holds, and what is typed again."""

import json
from pathlib import Path

import pytest

from access.journal import Journal
from tests.access.trouble import database_held
from tests.cli.desk import Desk

NOT_NOW = 75
NOT_YET = "It could not be written down yet"

ENDINGS = pytest.mark.parametrize(
    "words",
    [
        pytest.param(("curtain", "draw", "Oak room"), id="curtain"),
        pytest.param(("grant", "revoke", "1"), id="grant"),
        pytest.param(("guardianship", "end", "1"), id="guardianship"),
        pytest.param(("enrolment", "end", "1"), id="enrolment"),
        pytest.param(("camera", "deactivate", "1"), id="camera"),
        pytest.param(("person", "close", "noor"), id="account"),
    ],
)


def is_allowed(desk: Desk) -> bool:
    return bool(json.loads(desk.types("explain", "noor", "Oak room", "--json").output)["allowed"])


def waiting(home: Path) -> int:
    """Return how many endings the journal keeps for later."""
    return len(Journal(home / "journal").pending())


@ENDINGS
def test_an_ending_is_taken_while_the_database_is_held(family_desk: Desk, words: tuple[str, ...]) -> None:
    assert is_allowed(family_desk)

    with database_held(f"sqlite:///{family_desk.home / 'portal.db'}"):
        told = family_desk.does(*words, by="director").output

        assert NOT_YET in told
        assert waiting(family_desk.home) == 1
        asked = family_desk.types("explain", "noor", "Oak room")
        assert asked.exit_code == NOT_NOW, "that it is asked cannot be written down, so nothing is told"

    assert not is_allowed(family_desk), "what waited is recorded before anything else"
    assert waiting(family_desk.home) == 0


@ENDINGS
def test_an_ending_that_is_recorded_at_once_says_nothing_more(
    family_desk: Desk, words: tuple[str, ...]
) -> None:
    told = family_desk.does(*words, by="director").output

    assert NOT_YET not in told
    assert waiting(family_desk.home) == 0
    assert not is_allowed(family_desk)


@ENDINGS
def test_where_nobody_can_be_looked_up_nothing_has_ended(family_desk: Desk, words: tuple[str, ...]) -> None:
    (family_desk.home / "portal.db").rename(family_desk.home / "away.db")
    (family_desk.home / "portal.db").write_bytes(b"no database")

    refused = family_desk.types(*words, "--reason", "now", "--as", "director")

    assert refused.exit_code == NOT_NOW
    assert "records:unavailable" in refused.output
    assert waiting(family_desk.home) == 0
