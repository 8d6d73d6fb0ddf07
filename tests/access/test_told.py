"""What is told of a right's end and of the next opening: nothing that a budget moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from access.policy import Allowed, Denied, Path, ViewingFacts, decide
from access.reasons import Reason
from access.spans import ALWAYS, FAR, Span
from access.told import as_told
from tests.access.in_order import AFTER, AROUND, EVERYTHING, IN_ORDER, NOW, SOON

A_MINUTE = NOW + timedelta(minutes=1)
OPEN_UNTIL_SOON = replace(IN_ORDER, hours=(Span(AROUND.start, SOON),))
TOMORROW = datetime(2026, 3, 11, tzinfo=UTC)
#: Used up in a minute if it goes on like this, and whole again tomorrow.
LITTLE = (Span(AROUND.start, A_MINUTE), Span(TOMORROW, FAR))
SPENT = (Span(TOMORROW, FAR),)


def along(path: Path) -> ViewingFacts:
    """Return facts with this one path."""
    return replace(EVERYTHING, paths=(path,))


def told(facts: ViewingFacts) -> Allowed | Denied:
    """Return what is told of the decision upon *facts*."""
    return as_told(decide(facts, NOW), facts, NOW)


@pytest.mark.parametrize(
    "limited",
    [
        pytest.param(replace(OPEN_UNTIL_SOON, in_budget=LITTLE), id="minutes"),
        pytest.param(replace(OPEN_UNTIL_SOON, on_devices=LITTLE), id="devices"),
    ],
)
def test_the_end_that_is_told_is_not_that_of_a_budget(limited: Path) -> None:
    decision = decide(along(limited), NOW)

    assert isinstance(decision, Allowed)
    assert decision.until == A_MINUTE
    assert told(along(limited)) == replace(decision, until=SOON)
    assert told(along(limited)) == told(along(OPEN_UNTIL_SOON))


@pytest.mark.parametrize("left", [(ALWAYS,), LITTLE, SPENT], ids=["all", "little", "nothing"])
def test_the_next_opening_is_told_alike_whatever_is_left(left: tuple[Span, ...]) -> None:
    facts = along(replace(IN_ORDER, hours=(AFTER,), in_budget=left))

    assert told(facts) == Denied(Reason.OUTSIDE_HOURS, SOON)


def test_a_spent_budget_is_told_with_the_day_on_which_it_is_whole_again() -> None:
    assert told(along(replace(IN_ORDER, in_budget=SPENT))) == Denied(Reason.BUDGET_SPENT, TOMORROW)


def test_a_device_too_many_is_told_with_no_opening() -> None:
    assert told(along(replace(IN_ORDER, on_devices=()))) == Denied(Reason.BUDGET_DEVICES)


@pytest.mark.parametrize("reason", [Reason.CLOCK, Reason.STOPPED])
def test_no_refusal_is_told_as_leave(reason: Reason) -> None:
    assert as_told(Denied(reason), EVERYTHING, NOW) == Denied(reason)
