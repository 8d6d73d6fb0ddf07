"""The access policy as a table: one rule broken at a time, everything else in order."""

from dataclasses import replace

import pytest

from access.policy import Allowed, Dated, Denied, ViewingFacts, Way, decide, while_answered
from access.reasons import MENDED_BY_TIME, Reason
from access.spans import Span
from tests.access.in_order import (
    AFTER,
    ALONG_THE_PATH,
    AROUND,
    AROUND_THE_PATH,
    BEFORE,
    EVERYTHING,
    IN_ORDER,
    JUST_NOW,
    NARROW,
    NOW,
    SOON,
    STREAM,
    TERM,
    changed,
    with_rule,
)


def test_everything_in_order_is_allowed_with_the_way_and_the_stream() -> None:
    assert decide(EVERYTHING, NOW) == Allowed(
        since=AROUND.start,
        until=AROUND.end,
        level="clear",
        way=Way(1, 2, 3, enrolment_ids=(5,), grant_ids=(7,)),
        stream=STREAM,
    )


@pytest.mark.parametrize(
    ("rule", "spans", "reason"),
    [
        pytest.param("signed_in", (BEFORE,), Reason.SIGNED_OUT, id="signed out"),
        pytest.param("signed_in", (), Reason.SIGNED_OUT, id="never signed in"),
        pytest.param("person", (BEFORE,), Reason.PERSON_CLOSED, id="account closed"),
        pytest.param("guardian", (BEFORE,), Reason.NOT_GUARDIAN, id="guardianship just ended"),
        pytest.param("guardian", (AFTER,), Reason.NOT_GUARDIAN, id="guardian from next week"),
        pytest.param("delegated", (), Reason.NOT_DELEGATE, id="not approved"),
        pytest.param("delegated", (BEFORE,), Reason.NOT_DELEGATE, id="no delegate any more"),
        pytest.param("verified", (), Reason.NOT_VERIFIED, id="never verified"),
        pytest.param("verified", (BEFORE,), Reason.NOT_VERIFIED, id="verification just ended"),
        pytest.param("custody", (), Reason.CUSTODY, id="no contact"),
        pytest.param("custody", (AFTER,), Reason.CUSTODY, id="the other parent's week"),
        pytest.param("enrolled", (BEFORE,), Reason.NOT_ENROLLED, id="child has just left"),
        pytest.param("child_in", (BEFORE,), Reason.NOT_IN, id="child has just gone home"),
        pytest.param("used", (AFTER,), Reason.ROOM_NOT_USED, id="the class comes later"),
        pytest.param("not_lent", (BEFORE,), Reason.ROOM_LENT, id="outsiders have just come"),
        pytest.param("activated", (), Reason.CAMERA_NOT_ACTIVATED, id="camera not activated"),
        pytest.param("gated", (BEFORE,), Reason.CAMERA_GATE, id="a gate has just lapsed"),
        pytest.param("school_open", (BEFORE,), Reason.SCHOOL_CLOSED, id="school just closed"),
        pytest.param("school_open", (), Reason.SCHOOL_CLOSED, id="school closed"),
        pytest.param("hours", (BEFORE,), Reason.OUTSIDE_HOURS, id="after hours, for good"),
        pytest.param("granted", (AFTER,), Reason.NO_GRANT, id="not yet granted"),
        pytest.param("in_budget", (BEFORE,), Reason.BUDGET_SPENT, id="minutes just used up"),
        pytest.param("in_budget", (AFTER,), Reason.BUDGET_SPENT, id="minutes again tomorrow"),
        pytest.param("on_devices", (), Reason.BUDGET_DEVICES, id="on as many devices as may be"),
        pytest.param("covered", (BEFORE,), Reason.NOT_COVERED, id="somebody has just taken it back"),
        pytest.param("covered", (), Reason.NOT_COVERED, id="nobody ever agreed"),
        pytest.param("curtain_open", (BEFORE,), Reason.CURTAIN_DRAWN, id="curtain just drawn"),
        pytest.param("curtain_open", (), Reason.CURTAIN_DRAWN, id="curtain never opened"),
    ],
)
def test_one_broken_rule_is_enough_to_refuse(rule: str, spans: tuple[Span, ...], reason: Reason) -> None:
    opens_at = SOON if spans == (AFTER,) and reason in MENDED_BY_TIME else None

    assert decide(with_rule(EVERYTHING, rule, spans), NOW) == Denied(reason, opens_at)


def test_a_viewing_in_which_nobody_answers_ends_at_its_instant_and_is_asked_of_nobody_else() -> None:
    allowed = decide(EVERYTHING, NOW)
    assert isinstance(allowed, Allowed)

    assert while_answered(allowed, None, NOW) == allowed
    assert while_answered(allowed, SOON, NOW) == replace(allowed, until=SOON)
    assert while_answered(allowed, AROUND.end + TERM, NOW) == allowed
    assert while_answered(allowed, NOW, NOW) == Denied(Reason.UNANSWERED)
    assert while_answered(Denied(Reason.NO_GRANT), NOW, NOW) == Denied(Reason.NO_GRANT)


@pytest.mark.parametrize("level", ["closed", "faces", "figures", "", "CLEAR"])
def test_any_level_but_clear_is_closed(level: str) -> None:
    assert decide(replace(EVERYTHING, level=level), NOW) == Denied(Reason.LEVEL_CLOSED)


def test_between_hours_it_is_told_when_they_open_next() -> None:
    facts = with_rule(EVERYTHING, "hours", (BEFORE, AFTER))

    assert decide(facts, NOW) == Denied(Reason.OUTSIDE_HOURS, opens_at=SOON)


def test_a_stopped_school_is_closed_to_everybody() -> None:
    assert decide(replace(EVERYTHING, stopped=True), NOW) == Denied(Reason.STOPPED)


def test_nothing_known_is_refused() -> None:
    assert decide(ViewingFacts(), NOW) == Denied(Reason.SIGNED_OUT)


def test_somebody_without_a_path_has_no_child_here() -> None:
    assert decide(replace(EVERYTHING, paths=()), NOW) == Denied(Reason.NO_CHILD_HERE)


@pytest.mark.parametrize("one", ALONG_THE_PATH)
@pytest.mark.parametrize("other", ALONG_THE_PATH)
def test_two_half_rights_do_not_make_one(one: str, other: str) -> None:
    halves = tuple(changed(IN_ORDER, rule, ()) for rule in (one, other))

    assert isinstance(decide(replace(EVERYTHING, paths=halves), NOW), Denied)


def test_the_path_that_got_furthest_gives_the_reason() -> None:
    far, near = replace(IN_ORDER, granted=()), replace(IN_ORDER, verified=())

    assert decide(replace(EVERYTHING, paths=(near, far, near)), NOW) == Denied(Reason.NO_GRANT)


def test_of_two_whole_paths_the_one_that_lasts_longer_is_taken() -> None:
    brief = replace(IN_ORDER, child_id=8, hours=(NARROW,))

    decision = decide(replace(EVERYTHING, paths=(brief, IN_ORDER)), NOW)

    assert isinstance(decision, Allowed)
    assert (decision.until, decision.way.child_id) == (AROUND.end, IN_ORDER.child_id)


@pytest.mark.parametrize("rule", [*ALONG_THE_PATH, *AROUND_THE_PATH])
def test_a_right_holds_only_while_every_rule_holds(rule: str) -> None:
    decision = decide(with_rule(EVERYTHING, rule, (NARROW,)), NOW)

    assert isinstance(decision, Allowed)
    assert (decision.since, decision.until) == (JUST_NOW, SOON)


@pytest.mark.parametrize("rule", [*ALONG_THE_PATH, *AROUND_THE_PATH])
def test_a_right_renewed_without_a_gap_does_not_begin_anew(rule: str) -> None:
    halves = (Span(NOW - TERM, JUST_NOW), Span(JUST_NOW, NOW + TERM))

    decision = decide(with_rule(EVERYTHING, rule, halves), NOW)

    assert isinstance(decision, Allowed)
    assert (decision.since, decision.until) == (AROUND.start, AROUND.end)


def test_every_grant_that_carries_the_stretch_is_named() -> None:
    first, second = Dated(7, Span(NOW - TERM, JUST_NOW)), Dated(8, Span(JUST_NOW, NOW + TERM))
    past = Dated(6, Span(NOW - 3 * TERM, NOW - 2 * TERM))
    path = replace(IN_ORDER, granted=(past, first, second))

    decision = decide(replace(EVERYTHING, paths=(path,)), NOW)

    assert isinstance(decision, Allowed)
    assert decision.way.grant_ids == (7, 8)


def test_a_stream_at_another_level_is_no_stream_of_this_right() -> None:
    decision = decide(replace(EVERYTHING, stream=replace(STREAM, level="faces")), NOW)

    assert isinstance(decision, Allowed)
    assert decision.stream is None
