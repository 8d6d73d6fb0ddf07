"""Custody rules at the command line: one to add, two to end."""

import json
from typing import Any

import pytest

from tests.cli.desk import Desk


def is_allowed(desk: Desk) -> bool:
    """Say whether the guardian may watch, as ``explain`` tells."""
    told = desk.types("explain", "noor", "Oak room", "--json")
    return bool(json.loads(told.output)["allowed"])


def rules(desk: Desk) -> list[dict[str, Any]]:
    """Return what ``list`` tells."""
    found: list[dict[str, Any]] = json.loads(desk.types("custody", "list", "--json").output)
    return found


def test_a_rule_holds_at_once_and_is_ended_by_two(family_desk: Desk) -> None:
    assert is_allowed(family_desk)

    family_desk.does("custody", "add", "1", "no_contact", "--court", "2199-06-30", by="office")
    assert not is_allowed(family_desk)
    first = family_desk.does("custody", "end", "1", by="office").output
    alone = family_desk.types("custody", "end", "1", "--reason", "x", "--as", "office")
    assert not is_allowed(family_desk)
    second = family_desk.does("custody", "end", "1", by="director").output

    assert "until somebody else confirms" in first
    assert "custody:same_person" in alone.output
    assert "rule 1 ended" in second
    assert is_allowed(family_desk)


def test_rules_are_listed_as_they_were_said(family_desk: Desk) -> None:
    words = ("--weekday", "monday", "--weekday", "sunday", "--until", "2199-01-01")
    family_desk.does("custody", "add", "1", "weekdays", *words, by="office")

    (rule,) = rules(family_desk)

    assert (rule["kind"], rule["weekdays"], rule["ends_at"]) == (
        "weekdays",
        ["monday", "sunday"],
        "2199-01-01 00:00",
    )
    assert (rule["guardian"], rule["court_on"], rule["ended_at"]) == ("noor", None, None)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        pytest.param(("1", "weekdays"), "custody:weekdays", id="no weekday"),
        pytest.param(("1", "odd_weeks", "--court", "soon"), "time:words", id="no day"),
        pytest.param(("9", "odd_weeks"), "guardianship:unknown", id="nobody's"),
    ],
)
def test_what_is_no_rule_is_refused(family_desk: Desk, words: tuple[str, ...], reason: str) -> None:
    told = family_desk.types("custody", "add", *words, "--reason", "x", "--as", "office")

    assert reason in told.output
    assert rules(family_desk) == []
