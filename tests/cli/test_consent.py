"""Consents at the command line: what staff signed for themselves."""

import json

from tests.cli.desk import Desk


def missing(desk: Desk) -> list[str]:
    """Return who has not agreed."""
    found = json.loads(desk.types("consent", "missing", "--json").output)
    return [one["name"] for one in found]


def test_a_paper_of_the_staff_counts_when_a_second_has_looked_at_it(family_desk: Desk) -> None:
    stranger = family_desk.types("consent", "staff", "noor", "yes", "--reason", "x", "--as", "office")
    family_desk.does("duty", "add", "noor", "橡树", by="director")
    (asked,) = missing(family_desk)

    paper = family_desk.does("consent", "staff", "noor", "yes", by="office").output
    number = paper.split()[1]
    assert missing(family_desk) == [asked]
    family_desk.does("consent", "look", number, by="director")

    assert "consent:not_staff" in stranger.output
    assert missing(family_desk) == []
    family_desk.does("consent", "staff", "noor", "no", by="office")
    assert missing(family_desk) == [asked]
