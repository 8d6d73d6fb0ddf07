"""``./portal explain``: each rule with the entry it rests on, and an entry of its own."""

import json
import re
from typing import Any

from tests.cli.desk import Desk


def entries(desk: Desk, kind: str) -> list[dict[str, Any]]:
    shown = desk.types("log", "show", "--reason", "test", "--limit", "1000", "--json")
    return [entry for entry in json.loads(shown.output) if entry["kind"] == kind]


def rests_on(desk: Desk, reason: str, *words: str) -> Any:
    """Return what one rule of the family's way to its room rests on."""
    (way,) = json.loads(desk.types("explain", "noor", "Oak room", *words, "--json").output)["ways"]
    return next(rule["rests_on"] for rule in way["rules"] if rule["reason"] == reason)


def test_each_rule_stands_above_the_entry_it_rests_on(family_desk: Desk) -> None:
    told = family_desk.types("explain", "noor", "Oak room").output

    lines = told.splitlines()
    (granted,) = [number for number, line in enumerate(lines) if re.match(r" +\d+ granted ", line)]
    (issued,) = entries(family_desk, "grant:issued")
    assert lines[granted + 1].split()[:2] == [str(issued["n"]), "grant:issued"]
    assert lines[granted + 1].endswith(f": {issued['reason']}")


def test_in_json_it_is_the_entry_of_the_log(family_desk: Desk) -> None:
    (issued,) = entries(family_desk, "grant:issued")

    found = rests_on(family_desk, "grant:none")

    assert (found["n"], found["kind"]) == (issued["n"], "grant:issued")
    assert (found["actor"], found["why"]) == (issued["actor"], issued["reason"])
    assert rests_on(family_desk, "delegation:none") is None


def test_of_a_consent_neither_text_nor_json_say_who_acted(family_desk: Desk) -> None:
    found = rests_on(family_desk, "room:not_covered")
    line = next(
        line
        for line in family_desk.types("explain", "noor", "Oak room").output.splitlines()
        if line.split()[:2] == [str(found["n"]), found["kind"]]
    )

    assert (found["kind"], found["actor"], found["why"]) == ("consent:paper_confirmed", None, None)
    assert " by " not in line


def test_that_it_was_asked_is_written_down_with_who_and_why_where_that_is_said(family_desk: Desk) -> None:
    family_desk.types("explain", "noor", "Oak room")
    family_desk.types("explain", "noor", "Oak room", "--as", "office", "--reason", "a call by the family")

    named, unnamed = entries(family_desk, "explanation:read")

    assert (unnamed["actor"]["person"], unnamed["reason"]) == (None, "asked")
    assert unnamed["actor"]["via"].startswith("cli:")
    assert named["actor"]["person"] is not None
    assert named["reason"] == "a call by the family"
    assert named["subject"]["person"] == unnamed["subject"]["person"]
