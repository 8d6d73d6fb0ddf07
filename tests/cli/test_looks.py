"""A look and a door display, typed at a terminal."""

import json

from tests.cli.desk import Desk


def test_a_look_takes_two_and_any_of_the_staff_ends_it(desk: Desk) -> None:
    desk.does("look", "ask", "Window side", "mask", by="office")
    alone = desk.types("look", "agree", "1", "--as", "office", "--reason", "try", "--json")
    desk.does("look", "agree", "1", by="director")
    listed = json.loads(desk.types("look", "list", "--json").output)
    desk.does("look", "end", "1", by="director")

    assert json.loads(alone.output)["refused"] == "look:same_person"
    assert [(row["purpose"], bool(row["agreed_by"])) for row in listed] == [("mask", True)]
    assert json.loads(desk.types("look", "list", "--json").output) == []


def test_a_display_is_added_with_an_address_that_is_shown_once_and_ended(desk: Desk) -> None:
    made = desk.types("door", "add", "Oak room", "--as", "office", "--reason", "tablet", "--json")
    listed = json.loads(desk.types("door", "list", "--json").output)
    desk.does("door", "end", "1", by="office")

    assert "/i#door-" in json.loads(made.output)["address"]
    assert [(row["room"], row["signed_in"], row["on"]) for row in listed] == [("Oak room", False, False)]
    assert json.loads(desk.types("door", "list", "--json").output) == []
