"""``./portal calendar`` and what the school says of its terms and holidays, as they are typed."""

import json
from typing import Any

import pytest

from tests.cli.desk import Desk

#: So far away that nothing is announced of it, whenever this runs.
YEAR = "2098"


@pytest.fixture
def chinese(desk: Desk) -> Desk:
    """The school, which keeps China's holidays from now on."""
    desk.does("school", "country", "cn", by="director")
    return desk


def shown(desk: Desk, year: str = YEAR) -> Any:
    answer = desk.types("calendar", "show", "--year", year, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_a_year_is_prepared_and_confirmed(chinese: Desk) -> None:
    before = shown(chinese)
    prepared = chinese.does("calendar", "prepare", YEAR, by="director").output

    chinese.does("calendar", "confirm", YEAR, by="director")

    after = shown(chinese)
    assert before["closed_in_doubt"][0] == ["2097-12-25", "2098-01-08"]
    assert "7 holidays, 0 make-up workdays, from law" in prepared
    assert "add them before you confirm" in prepared
    assert (after["confirmed"], after["closed_in_doubt"], len(after["days"])) == (True, [], 7)


def test_days_are_closed_opened_and_made_up_for_and_taken_back(desk: Desk) -> None:
    desk.does("calendar", "close", f"{YEAR}-07-07", f"{YEAR}-08-29", "--name", "暑假", by="director")
    desk.does("calendar", "makeup", f"{YEAR}-05-10", "tue", by="director")
    desk.does("calendar", "open", f"{YEAR}-06-01", "14:00-16:00", "--class", "橡树", by="director")

    days = shown(desk)["days"]
    desk.does("calendar", "remove", days[0]["key"], by="director")

    for row in days:
        row.pop("key")
    empty = {"name": ""}
    assert days == [
        {"kind": "make_up", "from": "2098-05-10", "until": "2098-05-10", **empty, "follows": "tue"},
        {
            "kind": "opening",
            "from": "2098-06-01",
            "until": "2098-06-01",
            **empty,
            "hours": "14:00-16:00",
            "class": "橡树",
        },
        {"kind": "closure", "from": "2098-07-07", "until": "2098-08-29", "name": "暑假"},
    ]
    assert [row["kind"] for row in shown(desk)["days"]] == ["opening", "closure"]


def test_without_json_it_is_a_line_each_and_says_what_waits(chinese: Desk) -> None:
    chinese.does("calendar", "close", f"{YEAR}-07-07", by="director")

    lines = chinese.types("calendar", "show", "--year", YEAR).output.splitlines()

    assert lines[0] == "2098  not confirmed"
    assert "2097-12-25 to 2098-01-08  closed until the year is confirmed" in lines
    assert any("kind=closure  from=2098-07-07  until=2098-07-07" in line for line in lines)
    assert lines[-1].startswith("confirm 20")


def test_a_term_has_a_first_and_a_last_day(desk: Desk) -> None:
    desk.does("school", "term", f"{YEAR}-07-04", "--from", f"{YEAR}-02-17", by="director")

    (term,) = shown(desk)["days"]
    assert (term["kind"], term["from"], term["until"]) == ("term", "2098-02-17", "2098-07-04")


def test_a_school_says_whose_holidays_it_keeps(desk: Desk) -> None:
    assert shown(desk)["country"] is None
    desk.does("school", "country", "gb", by="director")
    assert shown(desk)["country"] == "GB"
    assert shown(desk)["closed_in_doubt"] == [["2098-01-01", "2098-12-31"]]
    desk.does("school", "country", "none", by="director")
    assert shown(desk)["country"] is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("calendar", "close", "7 July"), "time:words"),
        (("calendar", "open", f"{YEAR}-06-01", "2 to 4"), "hours:words"),
        (("calendar", "remove", "nothing"), "calendar_days:unknown"),
        (("calendar", "prepare", YEAR), "calendar:no_country"),
        (("school", "term", "soon"), "time:words"),
        (("school", "country", "XX"), "school:country"),
    ],
)
def test_what_cannot_be_done_is_refused(desk: Desk, words: tuple[str, ...], reason: str) -> None:
    answer = desk.types(*words, "--reason", "why", "--json")

    assert (answer.exit_code, json.loads(answer.output)["refused"]) == (3, reason)
