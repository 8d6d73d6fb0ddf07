"""What the log says of tries at the front door, and what the front door does not tell of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import event

from access.log.store import LogEntry
from access.presence import AWAY
from access.second_factors import FRESH
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
    school.tries.write(ending=True)

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
    assert not any(LogEntry.__tablename__ in statement for statement in of_known)


@pytest.mark.parametrize("at", ["/unlock/passphrase", "/prove"])
def test_a_wrong_passphrase_on_a_signed_in_device_is_told(school: School, at: str) -> None:
    guardian = school.guardian(of="Oak")
    asks_first(school, at)

    assert guardian.post(at, {"passphrase": WRONG, "proof": WRONG, "to": "/"}).status == 400
    school.tries.write()

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
