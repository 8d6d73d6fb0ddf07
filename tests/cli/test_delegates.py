"""Delegates at the command line, from the proposal to the end."""

import json

from tests.cli.desk import PASSPHRASE, Desk


def is_allowed(desk: Desk, person: str) -> bool:
    """Say whether somebody may watch, as ``explain`` tells."""
    told = desk.types("explain", person, "Oak room", "--json")
    return bool(json.loads(told.output)["allowed"])


def test_a_relative_watches_once_proposed_approved_and_verified_and_no_more_once_ended(
    family_desk: Desk,
) -> None:
    desk = family_desk
    desk.does("person", "add", "Hui", "hui", by="office")
    desk.does("staff", "appoint", "hui", "office", by="director")
    desk.does("delegate", "propose", "1", "Amal Haddad", by="noor")
    alone = desk.types("delegate", "approve", "1", "--reason", "x", "--as", "office")
    made = desk.types("delegate", "approve", "1", "--reason", "x", "--as", "director", "--json")
    amal = str(json.loads(made.output)["person"])
    assert not is_allowed(desk, amal)
    desk.does("person", "passphrase", amal, by="director", typed=PASSPHRASE + "\n")
    code = desk.shown_code(1, delegate=True)
    desk.does("delegate", "verify", "1", "--code", code, "--document", "passport", by="hui")
    assert is_allowed(desk, amal)

    desk.does("delegate", "end", "1", by="office")

    assert "delegation:same_person" in alone.output
    assert not is_allowed(desk, amal)
    (listed,) = json.loads(desk.types("delegate", "list", "--json").output)
    assert (listed["name"], listed["guardianship"], listed["child"]) == ("Amal Haddad", 1, "Ilyas Haddad")
    assert listed["ended_at"] is not None


def test_nobody_proposes_for_a_guardian(family_desk: Desk) -> None:
    told = family_desk.types("delegate", "propose", "1", "Amal", "--reason", "x", "--as", "office")

    assert "delegation:not_guardian" in told.output
