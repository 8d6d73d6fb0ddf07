"""Two schools in one installation, with classes and rooms called alike; a command is about one."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from access.key_files import make_key_file
from tests.app.test_every_query import without_a_reason
from tests.cli.conftest import copied
from tests.cli.desk import ADDRESS, PASSPHRASE, Desk
from tests.schools_asked import schools_asked

OURS, THEIRS = "向日葵", "月亮花"
#: Function → why; those of the pages and acts are told where they are tried.
OF_COMMANDS = {
    "app.cli.find.one": "the school itself, named by a word",
    "app.cli.find.school": "the only school there is",
    "app.cli.school.list_": "the schools themselves",
    "access.log.signing.signed_newest": "one key signs for the installation: is it still that one",
    "access.log.signing.sign_log": "a checkpoint by the name it is signed under, which is one log's",
}
#: So that nothing of it matters today.
IN_MANY_YEARS = ("--from", "2198-01-01", "--until", "2199-01-01")
#: What lists or shows something of a school.
QUESTIONS = (
    *(("class", "list"), ("child", "list"), ("room", "list"), ("camera", "list"), ("camera", "status")),
    *(("guardianship", "list"), ("grant", "list"), ("person", "list")),
    *(("room", "changes"), ("room", "loans"), ("attendance", "show"), ("camera", "gates")),
    ("hours", "show", "橡树"),
    ("calendar", "show", "--year", "2098"),
    ("explain", "noor", "Oak room"),
)


@pytest.fixture(scope="module")
def asked(typed_family: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """That family's school, and beside it another with a class and a room of the same names.

    For tests that change nothing.
    """
    desk, there = copied(typed_family, tmp_path_factory.mktemp("two")), ("--school", THEIRS)
    desk.does("school", "add", THEIRS, "--zone", "Europe/London")
    for who in ("moon-director", "moon-guardian"):
        desk.does("person", "add", f"月 {who}", who, *there)
    desk.does("person", "passphrase", "moon-guardian", typed=PASSPHRASE + "\n")
    desk.does("staff", "appoint", "moon-director", "director", *there)
    for words in (
        ("class", "add", "橡树"),
        ("room", "add", "Oak room"),
        ("room", "use", "Oak room", "橡树"),
        ("hours", "set", "橡树", "sat 08:00-09:00"),
        ("child", "add", "月 Child"),
        ("child", "enrol", "月 Child", "橡树"),
        ("guardianship", "add", "moon-guardian", "月 Child"),
        ("grant", "issue", "2", "--until", "2199-07-31"),
        ("curtain", "open", "Oak room"),
        ("calendar", "close", "2098-07-07", "--name", "月 holiday"),
    ):
        desk.does(*words, *there, by="moon-director")
    desk.does("camera", "add", "Oak room", "月 camera", *there, by="moon-director", typed=ADDRESS + "\n")
    for child, here in (("Ilyas Haddad", ("--school", OURS)), ("月 Child", there)):
        desk.does("room", "lend", "Oak room", *IN_MANY_YEARS, *here)
        desk.does("class", "add", "柳树", *here)
        desk.does("room", "merge", "柳树", "橡树", *IN_MANY_YEARS, *here)
        desk.does("attendance", "set", "optional", *here)
        desk.does("attendance", "in", child, *here)
    return desk


@pytest.fixture
def two(asked: Desk, tmp_path: Path) -> Desk:
    """The same two schools, for one test alone, and the key that signs their logs."""
    desk = copied(asked, tmp_path)
    make_key_file(desk.home / "log_key")
    return desk


def told(desk: Desk, *words: str) -> Any:
    answer = desk.types(*words, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_a_question_is_answered_of_the_school_that_is_named(asked: Desk, words: tuple[str, ...]) -> None:
    ours, theirs = (told(asked, *words, "--school", name) for name in (OURS, THEIRS))

    unnamed = asked.types(*words, "--json")

    assert (unnamed.exit_code, json.loads(unnamed.output)["refused"]) == (3, "school:unknown")
    assert ours
    assert theirs
    assert ours != theirs
    assert "月" not in json.dumps(ours, ensure_ascii=False)
    assert "addad" not in json.dumps(theirs, ensure_ascii=False)


@pytest.mark.parametrize(
    "words",
    [
        ("curtain", "draw", "{room}"),
        ("curtain", "open", "{room}"),
        ("room", "use", "{room}", "橡树"),
        ("room", "use", "Oak room", "{class}"),
        ("hours", "set", "{class}", "mon 08:00-09:00"),
        ("child", "enrol", "{child}", "橡树"),
        ("guardianship", "add", "noor", "{child}"),
        ("guardianship", "verify", "2", "--code", "K7QM-2X9R", "--until", "2199-01-01"),
        ("guardianship", "end", "2"),
        ("grant", "issue", "2", "--until", "2199-01-01"),
        ("grant", "revoke", "2"),
        ("enrolment", "end", "2"),
        ("camera", "activate", "月 camera"),
        ("camera", "gate", "{camera}", "--sign"),
        ("camera", "withdraw", "{camera}", "sign"),
        ("room", "kind", "{room}", "nap"),
        ("room", "level", "{room}", "closed"),
        ("room", "end", "2"),
        ("calendar", "remove", "1"),
        ("camera", "deactivate", "{camera}"),
        ("camera", "mask", "{camera}"),
        ("camera", "probe", "{camera}"),
        ("staff", "dismiss", "3"),
    ],
    ids=" ".join,
)
def test_an_act_finds_nothing_of_the_other_school(asked: Desk, words: tuple[str, ...]) -> None:
    names = {
        noun: told(asked, noun, "list", "--school", THEIRS)[0]["id"]
        for noun in ("room", "class", "child", "camera")
    }
    before = told(asked, "school", "list")

    answer = asked.types(
        *(word.format(**names) for word in words),
        *("--school", OURS, "--as", "director", "--reason", "try", "--json"),
    )

    assert (answer.exit_code, json.loads(answer.output)["refused"].split(":")[1]) == (3, "unknown")
    assert told(asked, "school", "list") == before, "no revision has moved"


def test_the_register_of_a_school_says_nothing_of_the_other(two: Desk) -> None:
    for school, who in ((OURS, "director"), (THEIRS, "moon-director")):
        two.does(
            "explain", "noor" if school == OURS else "moon-guardian", "Oak room", "--school", school, by=who
        )
    words = ("log", "register", "--from", "2000-01-01", "--to", "2199-01-01")

    ours, theirs = (
        json.dumps(json.loads(two.does(*words, "--json", "--school", name).output), ensure_ascii=False)
        for name in (OURS, THEIRS)
    )

    assert "Noor Haddad能否看到Oak room及原因" in ours
    assert "月" not in ours
    assert "月 moon-director" in theirs
    assert OURS not in theirs


def test_whoever_is_on_the_staff_of_another_school_does_not_act_here(two: Desk) -> None:
    words = ("curtain", "draw", "Oak room", "--reason", "nap", "--json")

    foreign = two.types(*words, "--school", OURS, "--as", "moon-director")

    assert json.loads(foreign.output)["refused"] == "actor:elsewhere"
    for name, who in ((THEIRS, "moon-director"), (OURS, "office"), (OURS, "noor")):
        assert two.types(*words, "--school", name, "--as", who).exit_code == 0
    auditing = two.types("log", "show", "--installation", "--as", "moon-director", "--reason", "look")
    assert auditing.exit_code == 0, "the log of the installation is no school's"


def test_every_command_asks_by_school(two: Desk) -> None:
    with schools_asked(Engine) as found:
        for words in QUESTIONS:
            told(two, *words, "--school", OURS)
        told(two, "log", "show", "--school", OURS, "--reason", "look", "--day", "2026-01-01")
        export = ("log", "export", "--format", "csv", "--out", str(two.home / "log.csv"))
        two.does(*export, "--school", OURS, by="office")
        assert "月" not in (two.home / "log.csv").read_text("utf-8-sig")
        two.does("log", "retain", "--viewings", "24", "--school", OURS, by="director")
        two.does("log", "hold", "--child", "Ilyas Haddad", "--school", OURS, by="director")
        two.does("log", "hold", "--end", "1", "--school", OURS, by="director")
        told(two, "log", "retention", "--school", OURS)
        two.does("subject", "ask", "noor", "--school", OURS, by="office")
        two.does("subject", "make", "1", "--out", str(two.home / "1.zip"), "--school", OURS, by="office")
        digest = hashlib.sha256((two.home / "1.zip").read_bytes()).hexdigest()
        two.does("subject", "release", "1", "--sha256", digest, "--school", OURS, by="director")
        two.does("subject", "hand", "1", "--out", str(two.home / "2.zip"), "--school", OURS, by="office")
        told(two, "subject", "list", "--school", OURS)
        two.does("curtain", "draw", "Oak room", "--school", OURS, by="office")
        two.does("camera", "withdraw", "Window side", "sign", "--school", OURS, by="office")
        two.does("camera", "gate", "Window side", "--sign", "--school", OURS, by="director")
        two.does("room", "level", "Oak room", "closed", "--school", OURS, by="office")
        two.does("room", "level", "Oak room", "clear", "--school", OURS, by="office")
        two.does("school", "uncovered", "closed", "--school", OURS, by="director")
        two.does("room", "end", "1", "--school", OURS, by="office")
        two.does("room", "kind", "Oak room", "nap", "--school", OURS, by="office")
        two.does("camera", "deactivate", "Window side", "--school", OURS, by="office")
        two.does("staff", "dismiss", "1", "--school", OURS, by="office")

    assert without_a_reason(found, frozenset(OF_COMMANDS)) == []
