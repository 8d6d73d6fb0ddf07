"""How much families may watch, and who could not, as people type it."""

import json
from typing import Any

import pytest

from tests.cli.desk import Desk

REFUSED = 3
DIRECTOR = ("--as", "director", "--reason", "parents' council")
SENSIBLE = {"day_minutes": 120, "viewing_minutes": 20, "family_devices": 4}


def answer(desk: Desk, *words: str) -> Any:
    return json.loads(desk.types(*words, "--json").output)


def test_what_is_not_named_stays_as_it_is(family_desk: Desk) -> None:
    assert answer(family_desk, "budgets", "show") == SENSIBLE

    chosen = answer(
        family_desk, "budgets", "set", "--day-minutes", "90", "--family-devices", "off", *DIRECTOR
    )

    assert chosen == {"day_minutes": 90, "viewing_minutes": 20, "family_devices": None}
    assert answer(family_desk, "budgets", "show") == chosen
    assert "family_devices=off" in family_desk.types("budgets", "show").output


@pytest.mark.parametrize("minutes", ["0", "1441", "many"])
def test_what_cannot_be_kept_is_refused(family_desk: Desk, minutes: str) -> None:
    said = family_desk.types("budgets", "set", "--day-minutes", minutes, *DIRECTOR)

    assert said.exit_code == 2
    assert answer(family_desk, "budgets", "show") == SENSIBLE


def test_who_could_not_watch_is_listed_and_the_look_is_an_entry(family_desk: Desk) -> None:
    (guardian,) = answer(family_desk, "unwatched", *DIRECTOR)

    assert set(guardian) == {"key", "guardian", "children", "reason", "refused"}
    assert (guardian["reason"], guardian["refused"]) == ("sign_in:none", 0)
    shown = answer(family_desk, "log", "show", *DIRECTOR)
    assert [entry["reason"] for entry in shown if entry["kind"] == "unwatched:read"] == ["parents' council"]
