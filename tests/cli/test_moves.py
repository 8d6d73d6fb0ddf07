"""Swaps, merges, loans, moves, leavers and attendance as people type them."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.desk import Desk

REFUSED = 3
LATER = ("--until", "2199-07-31")
OFFICE = ("--as", "office", "--reason", "stage")


@pytest.fixture
def two(family_desk: Desk) -> Desk:
    """A school with two classes, each in its own room; the family's child is in the first."""
    family_desk.does("class", "add", "榆树", by="office")
    family_desk.does("room", "add", "Elm room", by="office")
    family_desk.does("room", "use", "Elm room", "榆树", by="office")
    return family_desk


def rows(desk: Desk, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.types(*words, "--json").output)
    return found


def why(desk: Desk, room: str = "Oak room") -> str | None:
    """Return why the family may not watch a room now, or None where it may."""
    found = json.loads(desk.types("explain", "noor", room, "--json").output)
    reason: str | None = found["reason"]
    return reason


def rule(desk: Desk, name: str, room: str = "Oak room") -> bool:
    """Say whether one rule holds along the family's way to a room."""
    found = json.loads(desk.types("explain", "noor", room, "--json").output)
    (way,) = found["ways"]
    return next(bool(one["holds"]) for one in way["rules"] if one["reason"] == name)


def test_a_swap_is_typed_listed_and_taken_back(two: Desk) -> None:
    done = two.types("room", "swap", "橡树", "榆树", *LATER, *OFFICE, "--json")

    assert json.loads(done.output) == {"ids": [3, 4]}, "the first two say that both have left"
    assert why(two) == "room:not_used"
    assert rule(two, "room:not_used", "Elm room")
    (one, other) = rows(two, "room", "changes")
    assert (one["class"], one["room"], one["ends_at"]) == ("橡树", "Elm room", "2199-07-31 00:00")
    assert one["act"] == other["act"]

    assert "ended" in two.does("room", "return", str(one["id"]), by="office").output
    assert rows(two, "room", "changes") == []
    assert why(two) is None


def test_a_merge_is_typed(two: Desk) -> None:
    two.does("room", "merge", "橡树", "榆树", *LATER, by="office")

    assert [(row["class"], row["room"]) for row in rows(two, "room", "changes")] == [("橡树", "Elm room")]
    again = two.types("room", "merge", "橡树", "榆树", *LATER, *OFFICE)
    assert (again.exit_code, "room_change:same" in again.output) == (REFUSED, True)


def test_a_loan_is_typed_listed_and_taken_back(two: Desk) -> None:
    two.does("room", "lend", "Oak room", *LATER, by="office")

    assert why(two) == "room:lent"
    (loan,) = rows(two, "room", "loans")
    assert loan["room"] == "Oak room"
    two.does("room", "take", str(loan["id"]), by="office")
    assert why(two) is None


def test_a_room_is_used_at_one_time_of_the_week(two: Desk) -> None:
    two.does("room", "use", "Elm room", "橡树", "--weekly", "tue 10:00-11:00", by="office")

    at = two.types("explain", "noor", "Elm room", "--at", "2199-03-12 10:30", "--json")
    assert rule_of(at.output, "room:not_used") is True, "a Tuesday"
    at = two.types("explain", "noor", "Elm room", "--at", "2199-03-12 11:30", "--json")
    assert rule_of(at.output, "room:not_used") is False
    several = two.types("room", "use", "Elm room", "橡树", "--weekly", "tue-wed 10:00-11:00", *OFFICE)
    assert (several.exit_code, "hours:words" in several.output) == (REFUSED, True)


def rule_of(output: str, name: str) -> bool:
    (way,) = json.loads(output)["ways"]
    return next(bool(one["holds"]) for one in way["rules"] if one["reason"] == name)


def test_a_child_moves_and_leaves(two: Desk) -> None:
    moved = two.types("child", "move", "Ilyas Haddad", "榆树", *OFFICE, "--json")

    assert json.loads(moved.output) == {"id": 2}
    assert why(two) == "enrolment:none"
    assert rule(two, "enrolment:none", "Elm room")

    two.does("child", "leave", "Ilyas Haddad", by="office")

    assert why(two, "Elm room") == "guardianship:none"
    assert [row["ended"] for row in rows(two, "child", "list")] == [True, True]


def test_attendance_is_chosen_noted_and_shown(two: Desk) -> None:
    two.does("attendance", "set", "required", by="director")
    assert why(two) == "attendance:not_in"

    two.does("attendance", "in", "Ilyas Haddad", by="office")
    assert why(two) is None
    two.does("attendance", "out", "Ilyas Haddad", by="office")
    assert why(two) == "attendance:not_in"

    noted = rows(two, "attendance", "show")
    assert [(row["child"], row["what"]) for row in noted] == [
        ("Ilyas Haddad", "in"),
        ("Ilyas Haddad", "out"),
    ]
    assert rows(two, "attendance", "show", "--day", "2026-01-01") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_is_noted_line_by_line(two: Desk, tmp_path: Path, encoding: str) -> None:
    two.does("attendance", "set", "required", by="director")
    two.does("child", "add", "小豆", by="office")
    two.does("class", "add", "杉树", by="office")
    two.does("child", "enrol", "小豆", "杉树", by="office")
    midnight = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0)
    first = midnight.strftime("%Y-%m-%d %H:%M")
    sheet = tmp_path / "gate.csv"
    sheet.write_bytes(f"小豆, 离园, {first}\n\nIlyas Haddad,in,{first}\n小豆,入园,{first}\n".encode(encoding))

    done = two.types("attendance", "import", str(sheet), *OFFICE, "--json")

    assert json.loads(done.output) == {"noted": 3}
    assert why(two) is None
    assert len(rows(two, "attendance", "show")) == 3


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Nobody,in,2026-03-10 08:00", id="nobody"),
        pytest.param("Ilyas Haddad,here,2026-03-10 08:00", id="neither in nor out"),
        pytest.param("Ilyas Haddad,in,eight", id="no time"),
        pytest.param("Ilyas Haddad,in,2199-03-10 08:00", id="not yet"),
        pytest.param("Ilyas Haddad,in", id="too short"),
        pytest.param("Ilyas Haddad,in,", id="nothing"),
    ],
)
def test_of_a_sheet_with_a_line_that_makes_no_sense_nothing_is_noted(
    two: Desk, tmp_path: Path, line: str
) -> None:
    two.does("attendance", "set", "required", by="director")
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)
    sheet = tmp_path / "gate.csv"
    sheet.write_text(f"Ilyas Haddad,in,{yesterday:%Y-%m-%d} 08:00\n{line}\n")

    done = two.types("attendance", "import", str(sheet), *OFFICE)

    assert done.exit_code == REFUSED
    assert "attendance:sheet  line 2" in done.output
    assert "Haddad" not in done.output
    assert rows(two, "attendance", "show", "--day", f"{yesterday:%Y-%m-%d}") == []


def test_a_sheet_that_is_no_text_is_refused(two: Desk, tmp_path: Path) -> None:
    (tmp_path / "gate.csv").write_bytes(b"\xff\xff\xff")

    done = two.types("attendance", "import", str(tmp_path / "gate.csv"), *OFFICE)

    assert (done.exit_code, "attendance:sheet" in done.output) == (REFUSED, True)
