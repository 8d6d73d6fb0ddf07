"""Stretches of time: half-open, never backwards, and the same instants however they are cut."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.spans import FAR, Span, around, clipped, common, less, merged, next_start, together

START = datetime(2026, 3, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute: int) -> datetime:
    """Return an instant, in minutes from the start of everything."""
    return START + minute * MINUTE


def span(start: int, end: int) -> Span:
    """Return a span in minutes."""
    return Span(at(start), at(end))


SPANS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 20)).map(lambda pair: span(pair[0], pair[0] + pair[1])),
    max_size=8,
)


@pytest.mark.parametrize("end", [0, 5, 10], ids=["long before it starts", "before it starts", "at once"])
def test_a_span_that_ends_before_it_starts_is_a_mistake_of_ours(end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span(10, end)


def test_a_span_has_its_start_and_not_its_end() -> None:
    assert [at(minute) in span(1, 3) for minute in range(5)] == [False, True, True, False, False]


@given(spans=SPANS)
def test_merging_changes_no_instant_and_leaves_gaps_between(spans: list[Span]) -> None:
    stretches = merged(spans)

    for minute in range(75):
        assert any(at(minute) in one for one in spans) == any(at(minute) in one for one in stretches)
    assert all(one.end < other.start for one, other in itertools.pairwise(stretches))


@given(spans=SPANS, minute=st.integers(0, 75))
def test_an_instant_lies_in_the_stretch_around_it_or_before_the_next(spans: list[Span], minute: int) -> None:
    now, stretches = at(minute), merged(spans)

    here, following = around(now, spans), next_start(now, spans)

    assert here == next((one for one in stretches if now in one), None)
    assert following == min((one.start for one in stretches if one.start > now), default=None)


def test_what_is_recorded_late_begins_when_it_was_recorded() -> None:
    assert clipped(at(0), at(9), recorded_at=at(5)) == span(5, 9)
    assert clipped(at(5), None, recorded_at=at(0)) == Span(at(5), FAR)
    assert clipped(at(0), at(5), recorded_at=at(5)) is None


@settings(deadline=None)
@given(SPANS, SPANS)
def test_what_is_less_and_what_is_common_are_the_same_instants_however_they_are_cut(
    spans: list[Span], others: list[Span]
) -> None:
    left, both = less(spans, others), common(spans, others)

    for minute in range(-1, 75):
        in_one = any(at(minute) in one for one in spans)
        in_other = any(at(minute) in one for one in others)
        assert any(at(minute) in one for one in left) == (in_one and not in_other)
        assert any(at(minute) in one for one in both) == (in_one and in_other)
    assert list(left) == merged(left)


@given(st.lists(SPANS, min_size=1, max_size=4))
def test_together_hold_the_instants_that_each_holds(many: list[list[Span]]) -> None:
    shared = together(many)

    for minute in range(-1, 75):
        each = all(any(at(minute) in one for one in spans) for spans in many)
        assert any(at(minute) in stretch for stretch in shared) is each
    assert shared == merged(shared)
