"""Random histories of everything that is done at a school, against a slow model of all the rules."""

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.access.histories.doing import Doing
from tests.access.histories.history import ACTS, Act, run
from tests.access.histories.school import FATHER, TEACHER, TRAINEE, WholeSchool
from tests.access.histories.shrinking import RESTRICTING, SOMETIMES
from tests.access.two_rooms import ELM, OAK

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


#: After each of these that only takes away somebody sees less.
EACH_LOSS: list[Act] = [
    *(("draw", OAK), ("open", OAK), ("dim", OAK), ("clear", OAK), ("open", OAK)),
    *(("unconfirm", OAK, "sign"), ("confirm", OAK, "sign"), ("open", OAK)),
    *(("nap", OAK), ("play", OAK), ("open", OAK)),
    *(("deactivate", OAK), ("activate", OAK), ("open", OAK)),
    *(("lend", OAK, 0, 1), ("take_back", 0), ("guest", OAK), ("guests_leave", OAK)),
    *(("close_day", 0), ("remove_day", 0), ("close_school",), ("open_school",)),
    *(("refuse", "elsa"), ("agree", "elsa"), ("duty", TRAINEE, ELM, 0, 6), ("off_duty", 0)),
    *(("duty", TEACHER, OAK, 0, 144), ("staff_refuses", TEACHER), ("staff_agrees", TEACHER)),
    *(("duty", TEACHER, ELM, 0, 144), ("asks_anew", "staff", 0), ("staff_agrees", TEACHER)),
    *(("narrow", OAK, 290), ("hours", OAK, 0), ("hours", ELM, 3), ("hours", ELM, 0)),
    *(("attendance", "required"), ("came", "oak child"), ("out", "oak child"), ("attendance", "off")),
    *(("budgets", 90, None), ("watched", "elsa", 1, 9), ("budgets", None, None)),
    *(("budgets", 10, None), ("budgets", None, 1), ("begins", FATHER, 0, 1), ("budgets", None, None)),
    *(("revoke", "elsa"), ("grant", "elsa", 0, 24), ("sign_out", FATHER), ("sign_in", FATHER)),
    *(("custody", "mother", "none", 0, 0), ("end_custody", 0), ("untie", "mother"), ("undelegate",)),
    *(("unenrol", "oak child"), ("enrol", "oak child", OAK, 0), ("leaves", "oak child")),
    *(("renamed", "elsa"), ("verify", "elsa"), ("close_person", "elsa")),
]


def test_each_act_that_only_takes_away_takes_something_away(
    first_whole_school: WholeSchool, empty_database: Path
) -> None:
    history = run(EACH_LOSS, first_whole_school, empty_database)

    assert not history.refused
    assert {what for what, pairs in history.lost.items() if pairs} == RESTRICTING | SOMETIMES
    assert all(callable(getattr(Doing, what)) for what in RESTRICTING | SOMETIMES)


@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_in_100000_decisions_nothing_is_allowed_that_the_slow_model_denies(
    first_whole_school: WholeSchool, empty_database: Path
) -> None:
    decisions = 0

    @settings(LIKE_THIS, max_examples=20)
    @given(HISTORIES)
    def many(acts: list[Act]) -> None:
        nonlocal decisions
        decisions += run(acts, first_whole_school, empty_database).decisions

    while decisions < MANY:
        many()
