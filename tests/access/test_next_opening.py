"""When a room opens next: asked of the decision itself, minute by minute, and found at once."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.policy import Allowed, Denied, Path, ViewingFacts, decide, next_opening
from access.reasons import Reason
from access.spans import FAR, LONG_AGO, Span
from tests.access.in_order import EVERYTHING, IN_ORDER, NOW, with_rule

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
ALWAYS = Span(LONG_AGO, FAR)
#: 09:30 is now: the hours of today are over, those of every other day last two hours.
MORNINGS = tuple(Span(NOW + n * DAY, NOW + n * DAY + 2 * HOUR) for n in range(1, 20))
CLOSED_NOW = with_rule(EVERYTHING, "hours", MORNINGS)


def test_the_next_window_opens_where_all_else_holds() -> None:
    assert next_opening(CLOSED_NOW, NOW) == NOW + DAY


def test_a_window_under_no_grant_is_passed_over() -> None:
    grant = Span(NOW + 2 * DAY + HOUR, FAR)

    assert next_opening(with_rule(CLOSED_NOW, "granted", (grant,)), NOW) == grant.start


def test_every_other_week_waits_for_the_week_that_is_ones_own() -> None:
    mine = (Span(NOW - 3 * DAY, NOW - DAY), Span(NOW + 6 * DAY - HOUR, NOW + 13 * DAY))

    assert next_opening(with_rule(CLOSED_NOW, "guardian", mine), NOW) == NOW + 6 * DAY


def test_a_grant_that_ends_before_the_next_window_opens_nothing() -> None:
    facts = with_rule(CLOSED_NOW, "granted", (Span(NOW - DAY, NOW + DAY),))

    assert next_opening(facts, NOW) is None
    assert decide(facts, NOW) == Denied(Reason.OUTSIDE_HOURS)


def test_two_half_rights_open_nothing_together() -> None:
    first = replace(IN_ORDER, hours=(Span(NOW + DAY, NOW + 2 * DAY),), granted=())
    second = replace(IN_ORDER, child_id=9, hours=())

    assert next_opening(replace(EVERYTHING, paths=(first, second)), NOW) is None


def test_the_earliest_of_several_ways_is_told() -> None:
    first = replace(IN_ORDER, hours=(Span(NOW + 2 * DAY, FAR),))
    second = replace(IN_ORDER, child_id=9, hours=(Span(NOW + DAY, FAR),))

    assert next_opening(replace(EVERYTHING, paths=(first, second)), NOW) == NOW + DAY


def test_what_lies_beyond_two_weeks_is_not_told() -> None:
    for ahead, told in ((timedelta(days=14), True), (timedelta(days=14) + MINUTE, False)):
        facts = with_rule(EVERYTHING, "hours", (Span(NOW + ahead, FAR),))

        assert next_opening(facts, NOW) == (NOW + ahead if told else None)


def test_a_closed_school_and_a_camera_out_of_use_promise_nothing() -> None:
    for rule in ("school_open", "activated", "gated"):
        assert next_opening(with_rule(CLOSED_NOW, rule, ()), NOW) is None
    assert next_opening(replace(CLOSED_NOW, level="figures"), NOW) is None


def test_a_curtain_left_drawn_overnight_leaves_the_hours_of_tomorrow() -> None:
    facts = with_rule(CLOSED_NOW, "curtain_open", ())

    assert decide(facts, NOW) == Denied(Reason.OUTSIDE_HOURS, NOW + DAY)


def test_a_drawn_curtain_says_nothing_of_when() -> None:
    facts = with_rule(EVERYTHING, "curtain_open", ())

    assert next_opening(facts, NOW) is None
    assert decide(facts, NOW) == Denied(Reason.CURTAIN_DRAWN)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [("custody", Reason.CUSTODY), ("not_lent", Reason.ROOM_LENT), ("used", Reason.ROOM_NOT_USED)],
)
def test_what_time_alone_mends_is_told_with_when_it_opens(rule: str, reason: Reason) -> None:
    for ahead, told in ((2 * DAY, True), (15 * DAY, False)):
        facts = with_rule(EVERYTHING, rule, (Span(NOW - DAY, NOW), Span(NOW + ahead, FAR)))

        assert decide(facts, NOW) == Denied(reason, NOW + ahead if told else None)
    assert decide(with_rule(EVERYTHING, rule, ()), NOW) == Denied(reason)


def test_a_day_of_ones_own_without_hours_is_passed_over() -> None:
    mine = (Span(NOW + 2 * DAY + 3 * HOUR, NOW + 4 * DAY),)

    assert decide(with_rule(CLOSED_NOW, "custody", mine), NOW) == Denied(Reason.CUSTODY, NOW + 3 * DAY)


def test_in_somebody_elses_week_it_is_not_told_whether_the_child_is_in() -> None:
    theirs = with_rule(EVERYTHING, "custody", (Span(NOW + DAY, FAR),))

    for child_in in ((), (Span(NOW - HOUR, NOW + HOUR),), (ALWAYS,)):
        assert decide(with_rule(theirs, "child_in", child_in), NOW) == Denied(Reason.CUSTODY, NOW + DAY)


def test_a_child_that_is_out_says_nothing_of_when() -> None:
    facts = with_rule(EVERYTHING, "child_in", (Span(NOW + HOUR, FAR),))

    assert next_opening(facts, NOW) is None
    assert decide(facts, NOW) == Denied(Reason.NOT_IN)


def test_of_a_room_that_is_not_theirs_no_opening_is_told() -> None:
    facts = with_rule(EVERYTHING, "guardian", (Span(NOW + DAY, FAR),))

    assert decide(facts, NOW) == Denied(Reason.NOT_GUARDIAN)
    assert next_opening(facts, NOW) == NOW + DAY  # staff may know


def minute(number: int) -> datetime:
    """Return an instant, in minutes from now."""
    return NOW + number * MINUTE


few = st.lists(
    st.tuples(st.integers(-30, 90), st.integers(1, 60)).map(lambda at: Span(minute(at[0]), minute(sum(at)))),
    max_size=3,
).map(tuple)
often = st.one_of(st.just((ALWAYS,)), few)
PATHS = st.lists(
    st.builds(partial(replace, IN_ORDER), guardian=often, verified=often, used=often, hours=few),
    min_size=1,
    max_size=2,
)


@given(PATHS, often, often, st.integers(-30, 160))
def test_it_is_the_first_minute_at_which_the_decision_would_allow(
    paths: list[Path], activated: tuple[Span, ...], school_open: tuple[Span, ...], closed: int
) -> None:
    facts = replace(
        EVERYTHING,
        person=(Span(minute(-40), minute(closed)),),
        paths=tuple(replace(path, enrolled=IN_ORDER.enrolled, granted=IN_ORDER.granted) for path in paths),
        activated=activated,
        gated=activated,
        school_open=school_open,
    )

    slow = (at for at in map(minute, range(160)) if isinstance(decide(facts, at), Allowed))

    first = next(slow, None)
    assert next_opening(facts, NOW) == (None if first == NOW else first)


def test_nothing_known_opens_nothing() -> None:
    assert next_opening(ViewingFacts(), NOW) is None


def test_an_account_that_is_closed_before_then_opens_nothing() -> None:
    assert next_opening(with_rule(CLOSED_NOW, "person", (Span(NOW - DAY, NOW + HOUR),)), NOW) is None
