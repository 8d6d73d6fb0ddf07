"""Recovery at the desk, as it is typed: somebody else, with a name, and never both halves."""

import json

from tests.cli.desk import PASSPHRASE, Desk

REFUSED = 3


def resets(desk: Desk, *by: str) -> tuple[int, str]:
    result = desk.types("factors", "reset", "office", "--reason", "lost the phone", *by, "--json")
    answer = json.loads(result.output)
    return result.exit_code, answer.get("refused", "")


def test_whoever_made_the_account_resets_nothing_and_somebody_else_does(desk: Desk) -> None:
    desk.does("person", "add", "The head", "head")
    assert resets(desk, "--as", "head") == (REFUSED, "factor:not_beside")
    desk.does("staff", "appoint", "head", "director")
    desk.does("person", "passphrase", "head", typed=PASSPHRASE + "\n", by="director")

    assert resets(desk, "--as", "director") == (REFUSED, "factor:same_person")
    assert resets(desk, "--as", "office") == (REFUSED, "factor:same_person")
    assert resets(desk) == (REFUSED, "factor:same_person")
    assert resets(desk, "--as", "head") == (0, "")


def test_who_reset_gives_no_passphrase(desk: Desk) -> None:
    desk.does("person", "add", "The head", "head")
    desk.does("staff", "appoint", "head", "director")
    assert resets(desk, "--as", "head") == (0, "")

    words = ("person", "passphrase", "office", "--reason", "forgot it", "--as")
    given = desk.types(*words, "head", "--json", typed=PASSPHRASE + "\n")
    assert (given.exit_code, json.loads(given.output)["refused"]) == (REFUSED, "passphrase:same_person")
    assert desk.types(*words, "director", typed=PASSPHRASE + "\n").exit_code == 0
