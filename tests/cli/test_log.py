"""Reading a log from the command line, a school's or the installation's: recorded where it is read."""

import csv
import getpass
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.csv_text import BYTE_ORDER_MARK
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


def register(desk: Desk, *words: str) -> str:
    day = f"{datetime.now(UTC).astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d}"
    return desk.does("log", "register", "--from", day, "--to", day, *words).output


def test_the_register_has_every_reading_and_its_own(desk: Desk) -> None:
    desk.does("log", "show", by="office")

    lines = json.loads(register(desk, "--json"))

    assert [(line["name"], line["reason"]) for line in lines] == [
        ("Li Jing", "set-up"),
        (f"命令行（{getpass.getuser()}）", "set-up"),
    ]
    assert lines[0]["content"] == "幼儿园的访问日志"
    assert kinds(desk)[1] == "register:read"


def test_the_register_as_csv_has_no_formula(desk: Desk) -> None:
    evil = '=HYPERLINK("https://evil.example","look")'
    assert desk.types("log", "show", "--reason", evil).exit_code == 0

    rows = list(csv.reader(io.StringIO(register(desk, "--format", "csv").removeprefix(BYTE_ORDER_MARK))))

    assert rows[0] == ["时间", "姓名", "单位", "事由", "内容"]
    assert rows[1][3] == f"'{evil}"


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (("2026-03-10", "2026-03-09"), "span:backwards"),
        (("yesterday", "2026-03-09"), "time:words"),
    ],
)
def test_a_register_of_no_days_is_refused_and_nothing_is_read(
    desk: Desk, days: tuple[str, str], reason: str
) -> None:
    first, last = days
    words = ("--from", first, "--to", last, "--reason", "look", "--json")

    refused = desk.types("log", "register", *words)

    assert (refused.exit_code, json.loads(refused.output)["refused"]) == (3, reason)
    assert "register:read" not in kinds(desk)
