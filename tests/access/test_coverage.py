"""A room's coverage as a table: everybody who is expected in it, and what they agreed to."""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.consent_records import LEVELS
from access.coverage import CLOSED, POLICIES, Expected, Tie, best_level, cover
from access.spans import ALWAYS, FAR, LONG_AGO, Span

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
MORNING = Span(NOW, NOW + 4 * HOUR)
GRID = [NOW + step * HOUR for step in range(-1, 6)]


Answers: TypeAlias = tuple[tuple[str, Span], ...]

YES: Answers = (("clear", ALWAYS),)
NOTHING: Answers = ()
UNTIL_NOW: Answers = (("clear", Span(NOW - HOUR, NOW)),)
SINCE_NOW: Answers = (("clear", Span(NOW, FAR)),)


def child(*agreed: Answers, when: tuple[Span, ...] = (MORNING,), was: Answers | None = None) -> Expected:
    """Return a child with a guardian for each of *agreed*, and one of *was*, who is none any more."""
    ties = [Tie((ALWAYS,), answers) for answers in agreed]
    over = [] if was is None else [Tie((Span(LONG_AGO, NOW),), was, (Span(NOW, FAR),), NOW)]
    return Expected(when, (*ties, *over))


def covered(*people: Expected, level: str = "clear") -> bool:
    """Say whether a room with these people is covered in the morning."""
    return any(NOW in span for span in cover(people).at(level))


@pytest.mark.parametrize(
    ("people", "is_covered"),
    [
        pytest.param((), True, id="nobody is expected"),
        pytest.param((child(YES),), True, id="the only guardian agreed"),
        pytest.param((child(YES, YES),), True, id="both guardians agreed"),
        pytest.param((child(YES, NOTHING),), False, id="one of two guardians agreed"),
        pytest.param((child(NOTHING),), False, id="nobody answered"),
        pytest.param((child(),), False, id="a child has no guardian who could agree"),
        pytest.param((child(YES), child(NOTHING)), False, id="one child of two is not covered"),
        pytest.param((child((("faces", ALWAYS),)),), False, id="only to hidden faces"),
        pytest.param((child(YES), Expected((MORNING,))), False, id="a guest is there"),
        pytest.param(
            (child(NOTHING, when=(Span(NOW + HOUR, NOW + 2 * HOUR),)),),
            True,
            id="who did not comes later",
        ),
        pytest.param(
            (Expected((MORNING,), (Tie(()), Tie((ALWAYS,), YES))),), True, id="one of two is exempt"
        ),
        pytest.param((Expected((MORNING,), (Tie(()),)),), False, id="the only guardian is exempt"),
        pytest.param((child(YES, was=NOTHING),), False, id="one who was a guardian had not agreed"),
        pytest.param((child(YES, was=UNTIL_NOW),), True, id="one who was a guardian had agreed"),
        pytest.param((child(was=UNTIL_NOW),), False, id="nobody is a guardian any more"),
        pytest.param((child(YES, was=SINCE_NOW),), False, id="one who was a guardian agreed too late"),
    ],
)
def test_a_room_is_covered_when_everybody_expected_in_it_agreed(
    people: tuple[Expected, ...], is_covered: bool
) -> None:
    assert covered(*people) is is_covered


def test_agreeing_to_one_level_is_agreeing_to_all_that_hide_more() -> None:
    to_faces = child((("faces", ALWAYS),))

    assert [covered(to_faces, level=level) for level in LEVELS] == [False, True, True]
    assert not covered(child(YES), level="closed")


def test_coverage_ends_and_begins_with_the_instants_of_the_answers() -> None:
    taken_back = Span(NOW, NOW + HOUR), Span(NOW + 2 * HOUR, NOW + 4 * HOUR)
    coverage = cover([child(tuple(("clear", span) for span in taken_back))])

    gap = Span(NOW + HOUR, NOW + 2 * HOUR)
    inside = [at for at in GRID if not any(at in span for span in coverage.at("clear"))]
    assert inside == [gap.start]


SPANS = st.lists(
    st.tuples(st.sampled_from(GRID), st.integers(1, 4)).map(lambda p: Span(p[0], p[0] + p[1] * HOUR)),
    max_size=3,
).map(tuple)
TIES = st.builds(
    Tie,
    SPANS,
    st.lists(st.tuples(st.sampled_from(LEVELS), SPANS), max_size=2).map(
        lambda answers: tuple((level, span) for level, spans in answers for span in spans)
    ),
    SPANS,
    st.sampled_from([*GRID, FAR]),
)
PEOPLE = st.lists(st.builds(Expected, SPANS, st.lists(TIES, max_size=3).map(tuple)), max_size=3)


@settings(deadline=None)
@given(PEOPLE)
def test_coverage_is_what_a_slow_reading_instant_by_instant_is(people: list[Expected]) -> None:
    coverage = cover(people)

    for level in LEVELS:
        enough = LEVELS[: LEVELS.index(level) + 1]
        for policy in POLICIES:
            best = [best_level(coverage, level, at, uncovered=policy) for at in GRID]
            assert best == [_best(people, level, at, policy) for at in GRID]
        for at in GRID:
            expected = [person for person in people if any(at in span for span in person.when)]
            assert any(at in span for span in coverage.at(level)) == all(
                _agreed(person, enough, at) for person in expected
            )


def _best(people: list[Expected], asked: str, at: datetime, policy: str) -> str:
    """Return what is left when each person in turn lowers the level to what they bear, or to the policy."""
    level = LEVELS.index(asked)
    for person in people:
        if any(at in span for span in person.when):
            least = LEVELS.index("figures") if policy == "figures" else len(LEVELS)
            while level < least and not _agreed(person, LEVELS[: level + 1], at):
                level += 1
    return [*LEVELS, CLOSED][level]


@pytest.mark.parametrize("asked", [CLOSED, "", "bright"])
def test_a_room_that_is_asked_to_show_nothing_has_no_level(asked: str) -> None:
    assert best_level(cover([]), asked, NOW, uncovered="figures") == CLOSED
    assert best_level(cover([]), "figures", NOW, uncovered="figures") == "figures"


@pytest.mark.parametrize("policy", ["faces", "clear", "", "bright"])
def test_a_policy_that_nobody_knows_is_read_as_the_strictest(policy: str) -> None:
    assert best_level(cover([child()]), "figures", NOW, uncovered=policy) == CLOSED


def _agreed(person: Expected, enough: tuple[str, ...], at: datetime) -> bool:
    asked = [tie for tie in person.ties if any(at in span for span in tie.required)]
    were = [tie for tie in person.ties if any(at in span for span in tie.afterwards)]
    return bool(asked) and all(
        any(level in enough and when in span for level, span in tie.agreed)
        for tie, when in (
            *((tie, at) for tie in asked),
            *((tie, tie.over_from - timedelta.resolution) for tie in were),
        )
    )
