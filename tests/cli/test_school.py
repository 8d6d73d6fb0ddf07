"""The whole school at the command line: closed by one, opened by two who have names."""

from tests.access.trouble import database_held
from tests.cli.desk import Desk

WHY = ("--reason", "drill")


def explained(desk: Desk) -> str:
    """Return the first line of what is said of the guardian and the room."""
    return desk.types("explain", "noor", "Oak room").output.splitlines()[0]


def test_one_closes_it_and_two_open_it(family_desk: Desk) -> None:
    assert explained(family_desk).startswith("allowed")

    assert "closed" in family_desk.does("school", "close", by="director").output
    assert explained(family_desk).startswith("refused: school:closed")

    assert "somebody else" in family_desk.does("school", "open", by="office").output
    assert explained(family_desk).startswith("refused: school:closed")
    assert "open again" in family_desk.does("school", "open", by="director").output
    assert explained(family_desk).startswith("allowed")


def test_one_who_opens_it_twice_has_opened_nothing(family_desk: Desk) -> None:
    family_desk.does("school", "close", by="director")
    family_desk.does("school", "open", by="director")

    family_desk.does("school", "open", by="director")

    assert explained(family_desk).startswith("refused: school:closed")


def test_who_has_no_name_closes_it_and_never_opens_it(family_desk: Desk) -> None:
    family_desk.does("school", "close")
    for step in ("propose", "confirm"):
        refused = family_desk.types("school", "open", *WHY)

        assert refused.exit_code == 3, step
        assert "school:not_staff" in refused.output
        family_desk.does("school", "open", by="office")
    assert explained(family_desk).startswith("refused: school:closed")


def test_it_is_closed_while_the_records_are_held_and_they_follow(family_desk: Desk) -> None:
    with database_held(f"sqlite:///{family_desk.database}"):
        told = family_desk.does("school", "close", by="director").output

    assert "could not be written down yet" in told
    family_desk.does("school", "open", by="office")
    assert explained(family_desk).startswith("refused: school:closed")


def test_an_open_school_cannot_be_opened(family_desk: Desk) -> None:
    refused = family_desk.types("school", "open", "--as", "office", *WHY)

    assert refused.exit_code == 3
    assert "school:not_closed" in refused.output
