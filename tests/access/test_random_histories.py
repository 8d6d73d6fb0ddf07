"""Random histories of everything that is done at a school, against a slow model of all the rules."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.access.histories.doing import RESTRICTING, Doing
from tests.access.histories.history import ACTS, Act, run
from tests.access.histories.school import WholeSchool

#: A failing one is not made shorter by itself: each is a school of its own, and that takes minutes. Nor are
#: they the same ones every time, as a build server would have them: asked for more, it gave no new one.
LIKE_THIS = settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], derandomize=False)
HISTORIES = st.lists(ACTS, min_size=8, max_size=20)
MANY = 100_000


@settings(LIKE_THIS, max_examples=5)
@given(HISTORIES)
def test_some_histories_decide_as_the_slow_model(
    first_whole_school: WholeSchool, empty_database: Path, acts: list[Act]
) -> None:
    run(acts, first_whole_school, empty_database)


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_in_100000_decisions_nothing_is_allowed_that_the_slow_model_denies(
    first_whole_school: WholeSchool, empty_database: Path
) -> None:
    decisions, done = 0, Counter[str]()

    @settings(LIKE_THIS, max_examples=60)
    @given(HISTORIES)
    def many(acts: list[Act]) -> None:
        nonlocal decisions
        history = run(acts, first_whole_school, empty_database)
        decisions += history.decisions
        done.update(history.done)

    while decisions < MANY or not done.keys() >= RESTRICTING:
        many()


def test_what_only_takes_away_is_an_act_of_the_histories() -> None:
    assert all(callable(getattr(Doing, what)) for what in RESTRICTING)
