"""Typed: how long entries are kept, held and erased; each takes two."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import copied
from tests.cli.desk import Desk


@pytest.fixture
def desk(typed_family: Desk, tmp_path: Path) -> Desk:
    """A family's school with an administrator beside its director."""
    desk = copied(typed_family, tmp_path)
    desk.does("person", "add", "Auditor", "auditor")
    desk.does("staff", "appoint", "auditor", "administrator")
    return desk


def shown(desk: Desk) -> Any:
    return json.loads(desk.types("log", "retention", "--json").output)


def test_months_are_proposed_by_one_and_approved_by_another(desk: Desk) -> None:
    assert "nothing is erased" in desk.types("log", "retention").output

    made = json.loads(desk.does("log", "retain", "--viewings", "24", "--json", by="director").output)
    alone = desk.types("log", "retain", "--approve", "1", "--reason", "x", "--as", "director", "--json")
    assert json.loads(alone.output)["refused"] == "retention:same_person"
    assert (made, shown(desk)["in_force"], shown(desk)["waits"]["viewings"]) == (
        {"id": 1, "approved": False},
        None,
        24,
    )

    desk.does("log", "retain", "--approve", "1", by="auditor")
    desk.does("log", "retain", "--presence", "6", by="auditor")
    said = shown(desk)
    assert (said["in_force"]["viewings"], said["in_force"]["presence"]) == (24, 12)
    assert (said["waits"]["viewings"], said["waits"]["presence"]) == (24, 6)


def test_less_than_six_months_cannot_be_typed(desk: Desk) -> None:
    assert desk.types("log", "retain", "--viewings", "5", "--reason", "x", "--as", "director").exit_code == 2


def test_a_hold_is_placed_by_one_and_ended_by_two(desk: Desk) -> None:
    desk.does("log", "hold", "--child", "Ilyas Haddad", "--from", "2026-01-01", by="director")
    (held,) = shown(desk)["holds"]
    assert (held["about"], held["since"]) == (["Ilyas Haddad"], "2026-01-01 00:00")

    desk.does("log", "hold", "--end", "1", by="director")
    assert shown(desk)["holds"][0]["end_asked_by"]
    desk.does("log", "hold", "--end", "1", by="auditor")
    assert shown(desk)["holds"] == []


def test_an_erasure_is_asked_for_by_one_and_agreed_to_by_another(desk: Desk) -> None:
    ask = ("log", "erase", "--person", "noor", "--before", "2020-01-01")
    desk.does(*ask, by="director")
    assert desk.types("log", "erase", "--reason", "x", "--as", "director").exit_code == 2
    desk.does("log", "erase", "--agree", "1", by="auditor")

    (one,) = shown(desk)["requests"]
    assert (one["person"], one["before"], one["done"]) == ("Noor Haddad", "2020-01-01 00:00", None)
    young = desk.types(*ask[:4], "--before", "2199-01-01", "--reason", "x", "--as", "director", "--json")
    assert json.loads(young.output)["refused"] == "retention:too_young"
