"""The steps of docs/operations/install.md, as the school's IT person types them."""

import json
from datetime import UTC, datetime

import pytest

from tests.cli.desk import PASSPHRASE, Desk

REFUSED = 3
#: The document's day, in a year that is still to come.
JULY = f"{datetime.now(UTC).year + 1}-07-31"


def test_the_steps_end_with_a_guardian_who_may_watch(desk: Desk) -> None:
    desk.does("person", "add", "Noor Haddad", "noor", by="office")
    desk.does("person", "passphrase", "noor", by="office", typed=PASSPHRASE + "\n")
    desk.does("child", "add", "Ilyas Haddad", by="office")
    desk.does("child", "enrol", "Ilyas Haddad", "橡树", by="office")
    desk.does("guardianship", "add", "noor", "Ilyas Haddad", by="office")
    code = ("--code", desk.shown_code())
    own = desk.types("guardianship", "verify", "1", *code, "--reason", "x", "--as", "office")
    wrong = desk.types(
        *("guardianship", "verify", "1", "--code", "K7QM-2X9R"), *("--reason", "x", "--as", "director")
    )
    desk.does("guardianship", "verify", "1", *code, "--document", "identity_card", by="director")
    unasked = desk.types("explain", "noor", "Oak room")
    desk.does("consent", "paper", "1", "yes", by="office")
    alone = desk.types("consent", "look", "1", "--reason", "x", "--as", "office")
    desk.does("consent", "look", "1", by="director")
    desk.does("grant", "issue", "1", "--until", JULY, by="director")

    allowed = desk.types("explain", "noor", "Oak room", "--json")
    assert "consents" in unasked.output
    assert (alone.exit_code, "consent:same_person" in alone.output) == (REFUSED, True)
    assert own.exit_code == REFUSED
    assert (wrong.exit_code, "guardianship:wrong_code" in wrong.output) == (REFUSED, True)
    assert allowed.exit_code == 0, allowed.output
    assert json.loads(allowed.output)["allowed"] is True

    desk.does("grant", "revoke", "1", by="office")
    assert "grant:none" in desk.types("explain", "noor", "Oak room").output


def test_a_new_passphrase_says_which_guardianship_must_be_verified_again(desk: Desk) -> None:
    desk.does("person", "add", "Noor Haddad", "noor", by="office")
    desk.does("child", "add", "Ilyas Haddad", by="office")
    desk.does("guardianship", "add", "noor", "Ilyas Haddad", by="office")
    too_soon = desk.types(
        *("guardianship", "verify", "1", "--code", "K7QM-2X9R"), *("--reason", "x", "--as", "director")
    )
    assert (too_soon.exit_code, "guardianship:no_account" in too_soon.output) == (REFUSED, True)
    desk.does("person", "passphrase", "noor", by="office", typed=PASSPHRASE + "\n")
    desk.verifies()

    told = desk.does("person", "passphrase", "noor", by="director", typed=PASSPHRASE + "\n")

    assert "guardianship 1" in told.output
    own = desk.types(
        *("guardianship", "verify", "1", "--code", desk.shown_code()), *("--reason", "x", "--as", "director")
    )
    assert own.exit_code == REFUSED
    assert "guardianship:same_person" in own.output


def test_a_camera_address_is_printed_nowhere_and_lies_nowhere_in_clear(desk: Desk) -> None:
    said = "".join(
        desk.types(*words).output
        for words in (("camera", "list"), ("camera", "list", "--json"), ("log", "show", "--reason", "look"))
    )
    kept = b"".join(path.read_bytes() for path in desk.home.glob("portal.db*"))

    assert said.count("Window side") == 2
    assert "camera:added" in said
    assert "canary" not in said
    assert "192.0.2.17" not in said
    assert b"canary" not in kept
    assert b"192.0.2.17" not in kept


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://192.0.2.17/", "rtsp://127.0.0.1/x", "rtsp://169.254.1.1/x"]
)
def test_what_is_no_camera_is_refused_without_being_repeated(desk: Desk, address: str) -> None:
    refused = desk.types(
        "camera", "add", "Oak room", "Door", "--reason", "x", "--as", "office", typed=address + "\n"
    )

    assert refused.exit_code == REFUSED
    assert "camera:address" in refused.output
    assert address not in refused.output


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        ("mon 09:00-08:00", "hours:backwards"),
        ("mon 09:00-10:00,mon 09:30-11:00", "hours:overlap"),
        ("someday 09:00-10:00", "hours:words"),
    ],
)
def test_hours_that_make_no_sense_are_refused(desk: Desk, hours: str, reason: str) -> None:
    before = desk.types("hours", "show", "橡树").output

    refused = desk.types("hours", "set", "橡树", *hours.split(","), "--reason", "x", "--as", "director")

    assert refused.exit_code == REFUSED
    assert f"refused: {reason}" in refused.output
    assert desk.types("hours", "show", "橡树").output == before != ""
