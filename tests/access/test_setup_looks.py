"""The decision upon a setup look: what it asks for, and that nothing less opens a picture."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.policy import Dated, Stream
from access.setup_looks import LookAllowed, LookDenied, LookFacts, LookReason, decide_look, rules
from access.spans import FAR, LONG_AGO, Span
from tests.access.one_room import NOW

MINUTE = timedelta(minutes=1)
LONG = (Span(NOW - timedelta(days=90), FAR),)
AGREED = NOW - 2 * MINUTE
STREAM = Stream(room_id=1, camera_key="c" * 22, epoch=1, level="setup", ordinal=0)
ALLOWED = LookFacts(
    look_id=1,
    school_id=1,
    camera_id=1,
    room_id=1,
    person_id=1,
    sign_in_id=1,
    second_id=2,
    signed_in=LONG,
    person=LONG,
    asked=(Span(NOW - 5 * MINUTE, FAR),),
    staff=(Dated(1, LONG[0]),),
    second_factor=(Span(NOW - 9 * MINUTE, NOW + timedelta(hours=11)),),
    purpose=(Span(NOW - 5 * MINUTE, FAR),),
    agreed=(Span(AGREED, FAR),),
    second=LONG,
    second_staff=(Dated(2, LONG[0]),),
    minutes=(Span(AGREED, AGREED + 10 * MINUTE),),
    not_ended=(Span(NOW - 5 * MINUTE, FAR),),
    this_device=(Span(LONG_AGO, FAR),),
    camera=LONG,
    room_kind=LONG,
    level=LONG,
    not_lent=LONG,
    not_stopped=LONG,
    school_open=LONG,
    door=(Span(AGREED - 5 * MINUTE, NOW + timedelta(seconds=2)),),
    stream=STREAM,
)
#: Field → the reason for which a look without it is refused.
WHY = {
    "signed_in": LookReason.SIGNED_OUT,
    "person": LookReason.PERSON_CLOSED,
    "asked": LookReason.NOT_YOURS,
    "staff": LookReason.NOT_STAFF,
    "second_factor": LookReason.NO_SECOND_FACTOR,
    "purpose": LookReason.NO_PURPOSE,
    "agreed": LookReason.NOT_AGREED,
    "second": LookReason.AGREED_BY_NOBODY,
    "second_staff": LookReason.AGREED_BY_NOBODY,
    "not_ended": LookReason.ENDED,
    "minutes": LookReason.OVER,
    "this_device": LookReason.OTHER_DEVICE,
    "camera": LookReason.CAMERA_ENDED,
    "room_kind": LookReason.ROOM_NEVER,
    "level": LookReason.ROOM_LEVEL,
    "not_lent": LookReason.ROOM_LENT,
    "not_stopped": LookReason.ROOM_STOPPED,
    "school_open": LookReason.SCHOOL_CLOSED,
    "door": LookReason.DOOR_DARK,
}
SPANS = sorted(WHY)


def without(facts: LookFacts, name: str) -> LookFacts:
    gone: dict[str, Any] = {name: ()}
    return replace(facts, **gone)


def test_two_people_a_purpose_ten_minutes_and_a_display_let_one_look() -> None:
    assert decide_look(ALLOWED, NOW) == LookAllowed(AGREED, NOW + timedelta(seconds=2), STREAM)


@pytest.mark.parametrize(("name", "reason"), WHY.items())
def test_nobody_looks_without(name: str, reason: LookReason) -> None:
    assert decide_look(without(ALLOWED, name), NOW) == LookDenied(reason)


@pytest.mark.parametrize("name", SPANS)
def test_nobody_looks_once_it_is_over(name: str) -> None:
    before = Span(NOW - timedelta(hours=1), NOW)
    over: dict[str, Any] = {name: (Dated(1, before),) if name.endswith("staff") else (before,)}

    assert decide_look(replace(ALLOWED, **over), NOW) == LookDenied(WHY[name])


def test_a_mark_on_everything_stops_a_look() -> None:
    assert decide_look(replace(ALLOWED, stopped=True), NOW) == LookDenied(LookReason.STOPPED)


def test_nothing_known_shows_nothing() -> None:
    assert decide_look(LookFacts(), NOW) == LookDenied(LookReason.SIGNED_OUT)


def test_every_span_of_the_facts_is_a_rule() -> None:
    """A fact that no rule asks for would open nothing and close nothing."""
    spans = {field.name for field in fields(LookFacts) if field.default == ()}

    assert spans == set(WHY)
    assert len(rules(ALLOWED)) == len(WHY)


@given(st.sets(st.sampled_from(SPANS)), st.booleans())
def test_whatever_is_missing_closes(missing: set[str], stopped: bool) -> None:
    facts = replace(ALLOWED, stopped=stopped)
    for name in missing:
        facts = without(facts, name)

    assert isinstance(decide_look(facts, NOW), LookAllowed) == (not missing and not stopped)


moments = st.integers(-20 * 60, 20 * 60).map(lambda seconds: NOW + timedelta(seconds=seconds))
spans = st.lists(
    st.tuples(moments, moments).filter(lambda two: two[0] < two[1]).map(lambda two: Span(*two)), max_size=2
).map(tuple)


@given(st.dictionaries(st.sampled_from(SPANS), spans), moments, st.sampled_from(SPANS))
def test_taking_a_fact_away_opens_nothing(given_facts: dict[str, Any], now: Any, gone: str) -> None:
    said: dict[str, Any] = {
        name: tuple(Dated(1, span) for span in some) if name.endswith("staff") else some
        for name, some in given_facts.items()
    }
    facts = replace(ALLOWED, **said)

    decision = decide_look(facts, now)

    assert isinstance(decide_look(without(facts, gone), now), LookDenied)
    if isinstance(decision, LookAllowed):
        assert decision.since <= now < decision.until
        for _, held in rules(facts):
            assert any(s.start <= decision.since and decision.until <= s.end for s in held) or len(held) > 1
