"""At the command line: who agreed, on paper or not at all, who is asked, and who else is in a room."""

import json
from pathlib import Path
from typing import Any

from tests.cli.desk import Desk


def rows(desk: Desk, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.types(*words, "--json").output)
    return found


def missing(desk: Desk) -> list[str]:
    """Return who has not agreed."""
    return [one["name"] for one in rows(desk, "consent", "missing")]


def why(desk: Desk) -> str | None:
    """Return why the family may not watch now, or None where it may."""
    reason: str | None = json.loads(desk.types("explain", "noor", "Oak room", "--json").output)["reason"]
    return reason


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


def test_a_guest_closes_the_room_until_they_have_left(family_desk: Desk) -> None:
    family_desk.does("guest", "comes", "Oak room", by="office")
    (guest,) = rows(family_desk, "guest", "list")
    assert (guest["room"], guest["left_at"], why(family_desk)) == ("Oak room", None, "room:not_covered")

    family_desk.does("guest", "leaves", str(guest["id"]), by="office")

    (gone,) = rows(family_desk, "guest", "list")
    assert gone["left_at"] is not None
    assert why(family_desk) is None
    again = family_desk.types("guest", "leaves", str(guest["id"]), "--reason", "x", "--as", "office")
    assert "guest:gone" in again.output


def test_whoever_works_with_the_class_no_longer_is_not_asked(family_desk: Desk) -> None:
    family_desk.does("duty", "add", "office", "橡树", by="director")
    (duty,) = rows(family_desk, "duty", "list")
    assert (missing(family_desk), why(family_desk)) == (["The office"], "room:not_covered")

    family_desk.does("duty", "end", str(duty["id"]), by="director")

    (over,) = rows(family_desk, "duty", "list")
    assert (duty["ended_at"], over["ended_at"] is not None) == (None, True)
    assert (missing(family_desk), why(family_desk)) == ([], None)


def test_two_of_the_staff_say_that_a_guardian_is_not_asked_and_one_that_they_are(family_desk: Desk) -> None:
    family_desk.does("person", "add", "Sami Haddad", "sami", by="office")
    family_desk.does("guardianship", "add", "sami", "Ilyas Haddad", by="office")
    assert missing(family_desk) == ["Sami Haddad"]

    proposal = family_desk.does("consent", "exempt", "2", by="office").output.split()[1]
    alone = family_desk.types("consent", "confirm", proposal, "--reason", "x", "--as", "office")
    assert ("consent:same_person" in alone.output, missing(family_desk)) == (True, ["Sami Haddad"])
    family_desk.does("consent", "confirm", proposal, by="director")
    assert (missing(family_desk), why(family_desk)) == ([], None)

    family_desk.does("consent", "ask", proposal, by="office")
    assert (missing(family_desk), why(family_desk)) == (["Sami Haddad"], "room:not_covered")


def test_a_text_is_proposed_published_by_another_and_answered_anew(family_desk: Desk, tmp_path: Path) -> None:
    words = {"--zh": tmp_path / "zh.txt", "--en": tmp_path / "en.txt"}
    for file, text in zip(words.values(), ("您同意吗？", "Do you agree?"), strict=True):
        file.write_text(text, "utf-8")
    files = [str(word) for pair in words.items() for word in pair]

    family_desk.does("consent", "text", "family", *files, by="office")
    alone = family_desk.types("consent", "publish", "family", "2", "--reason", "x", "--as", "office")
    assert ("consent:same_person" in alone.output, missing(family_desk)) == (True, [])
    unknown = family_desk.types("consent", "publish", "family", "3", "--reason", "x", "--as", "director")
    assert "consent:text" in unknown.output
    family_desk.does("consent", "publish", "family", "2", by="director")

    assert (missing(family_desk), why(family_desk)) == (["Noor Haddad"], "room:not_covered")
    waits = family_desk.does("consent", "paper", "1", "yes", by="office").output.split()[1]
    family_desk.does("consent", "look", waits, by="director")
    answers = [(one["person"], one["version"], one["answer"]) for one in rows(family_desk, "consent", "list")]
    assert answers == [("noor", 1, "clear"), ("noor", 2, "clear")]
    assert (missing(family_desk), why(family_desk)) == ([], None)
