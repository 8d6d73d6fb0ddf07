"""Reading a log from the command line, a school's or the installation's: recorded where it is read."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cli.desk import PASSPHRASE, Desk


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A school with an office, whose person has a passphrase, and a class: few enough to list them all."""
    first_desk.does("person", "add", "Li Jing", "office")
    first_desk.does("staff", "appoint", "office", "office")
    first_desk.does("person", "passphrase", "office", typed=PASSPHRASE + "\n")
    first_desk.does("class", "add", "橡树", by="office")
    return first_desk


def kinds(desk: Desk, *words: str) -> list[str]:
    return [entry["kind"] for entry in json.loads(desk.does("log", "show", *words, "--json").output)]


def test_a_school_log_has_what_concerns_the_school(desk: Desk) -> None:
    assert kinds(desk) == ["log:read", "class_group:added", "membership:begun", "person:added"]


def test_the_installation_log_has_the_accounts(desk: Desk) -> None:
    assert kinds(desk, "--installation") == ["log:read", "passphrase:set", "school:added"]


@pytest.mark.parametrize("which", ["school", "installation"])
def test_a_reading_names_its_log_and_stands_in_it(desk: Desk, which: str) -> None:
    words = ["--installation"] if which == "installation" else []

    newest = json.loads(desk.does("log", "show", *words, "--json").output)[0]

    assert newest["kind"] == "log:read"
    assert newest["subject"]["log"] == which


def test_a_person_narrows_the_installation_log(desk: Desk) -> None:
    assert kinds(desk, "--installation", "--person", "office") == ["log:read", "passphrase:set"]


def test_a_day_narrows_the_installation_log_in_school_time(desk: Desk) -> None:
    now = datetime.now(UTC)
    zone = "Etc/GMT+12" if now.hour < 12 else "Pacific/Kiritimati"  # there it is another day now
    desk.does("school", "add", "Far", "--zone", zone)
    in_school_time = ("--installation", "--school", "Far", "--day")

    told = kinds(desk, *in_school_time, f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d}")

    assert told == ["log:read", "school:added", "passphrase:set", "school:added"]
    assert kinds(desk, *in_school_time, f"{now:%Y-%m-%d}") == []


def test_the_installation_log_knows_no_rooms(desk: Desk) -> None:
    refused = desk.types("log", "show", "--installation", "--room", "Oak", "--reason", "look")

    assert refused.exit_code == 2
