"""Reading a log from the command line, a school's or the installation's: recorded where it is read."""

import json
from typing import Any

import pytest

from tests.cli.desk import Desk


@pytest.fixture
def desk(tmp_path: Any) -> Desk:
    """A school with an office, whose person has a passphrase."""
    (tmp_path / "ram").mkdir(mode=0o700)
    desk = Desk(tmp_path)
    for step in (("key", "make"), ("db", "upgrade")):
        assert desk.types(*step).exit_code == 0
    desk.does("school", "add", "向日葵", "--zone", "Asia/Shanghai")
    desk.does("person", "add", "Li Jing", "office")
    desk.does("staff", "appoint", "office", "office")
    desk.does("person", "passphrase", "office", typed="willow lantern drum 42\n")
    desk.does("class", "add", "橡树", by="office")
    return desk


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
    assert kinds(desk, "--installation", "--day", "2020-01-01") == []


def test_the_installation_log_knows_no_rooms(desk: Desk) -> None:
    refused = desk.types("log", "show", "--installation", "--room", "Oak", "--reason", "look")

    assert refused.exit_code == 2
