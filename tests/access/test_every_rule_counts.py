"""Each rule of a decision, taken out or turned round by hand, is noticed by the slow model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from access import policy
from access.policy import Allowed, ViewingFacts, decide
from access.policy import Path as Way
from access.reasons import Reason
from access.spans import ALWAYS, Span, less
from tests.access.histories.history import DAY, Act, Compared, run
from tests.access.histories.of_families import STEP
from tests.access.histories.school import FATHER, WholeSchool
from tests.access.two_rooms import ELM, OAK

#: After each of these, one rule alone keeps somebody out.
EACH_RULE: list[Act] = [
    ("revoke", "elsa"),
    ("grant", "elsa", 0, 24),
    ("refuse", "elsa"),
    ("agree", "elsa"),
    ("guest", OAK),
    ("guests_leave", OAK),
    ("custody", "mother", "none", 0, 1),
    ("end_custody", 0),
    ("attendance", "required"),
    ("came", "oak child"),
    ("attendance", "off"),
    ("swap", 0, 1),
    ("change_back", 0),
    ("lend", OAK, 0, 1),
    ("take_back", 0),
    ("draw", OAK),
    ("open", OAK),
    ("dim", OAK),
    ("open", OAK),
    ("clear", OAK),
    ("unconfirm", OAK, "sign"),
    ("open", OAK),
    ("confirm", OAK, "sign"),
    ("deactivate", OAK),
    ("open", OAK),
    ("activate", OAK),
    ("close_school",),
    ("open_school",),
    ("budgets", 60, None),
    ("watched", "elsa", 1, 7),
    ("budgets", None, 1),
    ("begins", FATHER, 0, 1),
    ("budgets", None, None),
    ("hours", ELM, 3),
    ("hours", ELM, 0),
    ("wait", 3 * DAY),
    ("verify", "mother"),
    ("undelegate",),
    ("sign_out", FATHER),
    ("sign_in", FATHER),
    ("untie", "mother"),
    ("wait", STEP),
    ("move", "oak child", ELM, 0),
    ("close_person", FATHER),
]
RULES = [reason for reason, _ in policy.rules(Way(0, 0, 0), ViewingFacts())]


@pytest.fixture(scope="module")
def compared(first_whole_school: WholeSchool, empty_database: Path) -> list[Compared]:
    """Every decision of one history, and what the model says of each."""
    return run(EACH_RULE, first_whole_school, empty_database).compared


def disagree(compared: list[Compared]) -> int:
    """Return how many decisions are not what the model says."""
    return sum(isinstance(decide(one.facts, one.at), Allowed) != one.may for one in compared)


@contextmanager
def changed(rule: Reason, into: Callable[[tuple[Span, ...]], tuple[Span, ...]]) -> Iterator[None]:
    """Decide with one rule changed."""
    as_they_are = policy.rules

    def rules(path: Way, facts: ViewingFacts) -> tuple[tuple[Reason, tuple[Span, ...]], ...]:
        return tuple(
            (reason, into(spans) if reason is rule else spans) for reason, spans in as_they_are(path, facts)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "rules", rules)
        yield


def test_as_they_are_the_rules_agree_with_the_model(compared: list[Compared]) -> None:
    assert disagree(compared) == 0
    assert {one.may for one in compared} == {True, False}


#: Where no camera is activated none is confirmed either: that rule only says so in other words.
SAID_TWICE = Reason.CAMERA_NOT_ACTIVATED


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule is not SAID_TWICE])
def test_a_rule_that_is_missing_is_noticed(compared: list[Compared], rule: Reason) -> None:
    with changed(rule, lambda _: (ALWAYS,)):
        assert disagree(compared) > 0


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_turned_round_is_noticed(compared: list[Compared], rule: Reason) -> None:
    with changed(rule, lambda spans: tuple(less([ALWAYS], spans))):
        assert disagree(compared) > 0


#: Whose account is closed is signed out too: only tests/access/test_policy.py can tell that rule from none.
@pytest.mark.parametrize(("field", "held"), [("signed_in", (ALWAYS,)), ("signed_in", ()), ("person", ())])
def test_a_rule_about_who_asks_that_is_missing_or_turned_round_is_noticed(
    compared: list[Compared], field: str, held: tuple[Span, ...]
) -> None:
    fields: dict[str, Any] = {field: held}

    assert disagree([one._replace(facts=replace(one.facts, **fields)) for one in compared]) > 0
