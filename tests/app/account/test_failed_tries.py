"""What the log says of tries at the front door, and what the front door does not tell of it."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from access.database import reading
from access.log.entry import INSTALLATION, read_entries
from access.log.store import LogEntry
from access.presence import AWAY
from access.refusals import SAME
from access.second_factors import FRESH
from access.tries_told import tell_tries
from access.try_records import TryCount
from tests.app.account.trying import WRONG, tries
from tests.app.factors.steps import sign_in_of
from tests.app.oversight_page import ACCOUNTS, ENGLISH, sentences_on
from tests.school import School

TYPED = "not the passphrase, canary"


def statements_of(school: School, act: Callable[[], object]) -> list[str]:
    """Return what was asked of the database meanwhile."""
    asked: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(school.world.database, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(school.world.database, "before_cursor_execute", hear)
    return asked


def test_a_failed_try_is_told_with_its_device_and_network_and_nothing_typed(
    school: School, known: str
) -> None:
    visitor = school.visitor()
    visitor.address = "203.0.113.9"

    for _ in range(3):
        tries(visitor, known, TYPED)
    tries(visitor, "nobody2", TYPED)
    school.clock.advance(SAME)
    tell_tries(school.world)

    page = school.administrator().get(ACCOUNTS, **ENGLISH).body
    assert [line for line in sentences_on(page) if "tried" in line] == [
        "Somebody tried to sign in as 林小明 2 2 more times and failed.",
        "Somebody tried to sign in as 林小明 2 and failed.",
    ]
    assert b"203.0.113.0/24" in page
    assert b"canary" not in page
    assert "canary" not in str(school.last_entry("sign_in:failed"))


def test_a_known_and_an_unknown_name_ask_the_database_the_same(school: School, known: str) -> None:
    visitor = school.visitor()
    tries(visitor, "nobody", WRONG)  # what is asked once for all

    of_known = statements_of(school, lambda: tries(visitor, known, WRONG))
    of_unknown = statements_of(school, lambda: tries(visitor, "nobody2", WRONG))

    assert of_known == of_unknown
    assert sum(TryCount.__tablename__ in statement for statement in of_known) == 1
    assert not any(LogEntry.__tablename__ in statement for statement in of_known)


@pytest.mark.parametrize("at", ["/unlock/passphrase", "/prove"])
def test_a_wrong_passphrase_on_a_signed_in_device_is_told(school: School, at: str) -> None:
    guardian = school.guardian(of="Oak")
    asks_first(school, at)

    assert guardian.post(at, {"passphrase": WRONG, "proof": WRONG, "to": "/"}).status == 400
    tell_tries(school.world)

    wrong = school.last_entry("passphrase:wrong")
    assert wrong["subject"] == {
        "person": guardian.person,
        "by": "passphrase",
        "sign_in": sign_in_of(school, guardian),
    }
    page = school.administrator().get(ACCOUNTS, **ENGLISH).body
    assert f"Somebody gave a wrong passphrase on a device of 林小明 {guardian.person}." in sentences_on(page)


def asks_first(school: School, at: str) -> None:
    """Let so much time pass that the device asks."""
    school.clock.advance(AWAY if at.startswith("/unlock") else FRESH)


def test_a_failed_try_is_in_the_database_before_its_answer(school: School, known: str) -> None:
    tries(school.visitor(), known, WRONG)

    with reading(school.world.database) as connection:
        (row,) = connection.execute(select(TryCount.kind, TryCount.by)).all()
    assert tuple(row) == ("sign_in:failed", "passphrase")


HELD = "sign_in:held_back"


def held(school: School) -> list[dict[str, Any]]:
    """Return what the log says of tries that were held back, oldest first."""
    school.tries.write()  # the thread, which comes by each second
    for _ in range(2):
        school.clock.advance(SAME)
        tell_tries(school.world)
    with reading(school.world.database) as connection:
        entries = read_entries(connection, INSTALLATION)
    return [dict(one.body) for one in reversed(entries) if one.kind == HELD]


def test_tries_that_a_limit_held_back_are_one_entry_with_network_limit_and_number(
    school: School, known: str
) -> None:
    visitor = school.visitor()
    visitor.address = "203.0.113.9"

    statuses = [tries(visitor, known, TYPED).status for _ in range(9)]

    (entry,) = held(school)
    assert statuses == [400] * 5 + [429] * 4
    assert (entry["limit"], entry["times"]) == ("name_and_address", 4)
    assert entry["actor"] == {"person": None, "via": "portal", "from": "203.0.113.0/24"}
    assert not any(word in str(entry) for word in ("canary", known, "203.0.113.9"))


@pytest.mark.parametrize(
    ("limit", "at", "form"),
    [
        ("address", "/sign-in", {"passphrase": WRONG}),
        ("letter", "/i", {"token": "x", "secret": "x", "sign_in_name": "x", "passphrase": "x"}),
        ("passkey", "/passkey/sign-in", {"answer": "x"}),
        ("passkey_asked", "/passkey/ask", {}),
    ],
)
def test_every_limit_of_an_address_says_that_it_held_back(
    school: School, limit: str, at: str, form: dict[str, str]
) -> None:
    visitor = school.visitor()
    names = itertools.count()

    def asks() -> int:
        return visitor.post(at, {"sign_in_name": f"nobody{next(names)}", **form}).status

    answered = 1
    while asks() != 429:
        answered += 1
        assert answered < 200
    asks()

    (entry,) = held(school)
    assert (entry["limit"], entry["times"]) == (limit, 2)


@pytest.mark.parametrize("at", ["/unlock/passphrase", "/unlock/pin", "/prove"])
def test_a_device_that_is_signed_in_and_held_back_is_told_too(school: School, at: str) -> None:
    guardian = school.guardian(of="Oak")
    asks_first(school, at)

    form = {"passphrase": WRONG, "proof": WRONG, "pin": "000000", "to": "/"}
    statuses = [guardian.post(at, form).status for _ in range(7)]

    (entry,) = held(school)
    assert statuses[-2:] == [429, 429]
    assert (entry["limit"], entry["times"]) == ("sign_in", 2)
