"""What holds of the access policy whatever the facts are."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from access.policy import Allowed, Dated, Denied, Path, ViewingFacts, decide
from access.spans import Span
from tests.access.in_order import (
    ALONG_THE_PATH,
    AROUND,
    AROUND_THE_PATH,
    BEFORE,
    IN_ORDER,
    NARROW,
    NOW,
    STREAM,
    changed,
)

instants = st.integers(-300, 300).map(lambda minutes: NOW + timedelta(minutes=minutes))
spans = st.tuples(instants, instants).filter(lambda ends: ends[0] < ends[1]).map(lambda e: Span(*e))
several = st.lists(st.one_of(spans, st.just(AROUND)), max_size=3).map(tuple)
dated = several.map(lambda held: tuple(Dated(n, span) for n, span in enumerate(held)))
paths = st.builds(
    Path,
    guardianship_id=st.integers(1, 3),
    child_id=st.integers(1, 3),
    class_group_id=st.integers(1, 3),
    guardian=several,
    delegated=several,
    verified=several,
    custody=several,
    enrolled=dated,
    used=several,
    hours=several,
    granted=dated,
    in_budget=several,
    on_devices=several,
)
any_facts = st.builds(
    ViewingFacts,
    signed_in=several,
    person=several,
    paths=st.lists(st.one_of(paths, st.just(IN_ORDER)), max_size=3).map(tuple),
    activated=several,
    gated=several,
    level=st.sampled_from(["clear", "clear", "clear", "closed"]),
    level_asked=several,
    school_open=st.sampled_from([(), (BEFORE,), (NARROW,), (AROUND,), (AROUND,)]),
    curtain_open=several,
    stream=st.sampled_from([None, STREAM]),
)


@given(any_facts, instants)
def test_now_lies_inside_every_right(facts: ViewingFacts, now: datetime) -> None:
    decision = decide(facts, now)

    assert isinstance(decision, Denied) or decision.since <= now < decision.until


@given(any_facts, instants, st.data())
def test_taking_a_fact_away_never_opens_and_never_widens(
    facts: ViewingFacts, now: datetime, data: st.DataObject
) -> None:
    before = decide(facts, now)

    after = decide(data.draw(st.sampled_from(list(less_by_one(facts)) or [facts])), now)

    if isinstance(after, Allowed):
        assert isinstance(before, Allowed)
        assert before.until >= after.until


@given(any_facts, instants, instants)
def test_a_right_answers_alike_at_every_instant_it_covers(
    facts: ViewingFacts, now: datetime, then: datetime
) -> None:
    decision = decide(facts, now)

    if isinstance(decision, Allowed) and decision.since <= then < decision.until:
        assert isinstance(decide(facts, then), Allowed)


@given(any_facts, any_facts, instants)
def test_more_paths_never_close(one: ViewingFacts, other: ViewingFacts, now: datetime) -> None:
    together = decide(replace(one, paths=one.paths + other.paths), now)

    assert isinstance(decide(one, now), Denied) or isinstance(together, Allowed)


def less_by_one(facts: ViewingFacts) -> list[ViewingFacts]:
    """Return every value of *facts* with one span, record or path taken away."""
    poorer = []
    for rule in AROUND_THE_PATH:
        held = getattr(facts, rule)
        poorer += [changed(facts, rule, held[:n] + held[n + 1 :]) for n in range(len(held))]
    for at, path in enumerate(facts.paths):
        rest = facts.paths[:at], facts.paths[at + 1 :]
        poorer.append(replace(facts, paths=rest[0] + rest[1]))
        for rule in ALONG_THE_PATH:
            held = getattr(path, rule)
            for n in range(len(held)):
                less = changed(path, rule, held[:n] + held[n + 1 :])
                poorer.append(replace(facts, paths=(*rest[0], less, *rest[1])))
    return poorer
