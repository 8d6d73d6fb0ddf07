"""Whatever happens in one school, the other stands as it stood, and nobody reads of it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from access.clock import FrozenClock
from tests.app.side import SUN
from tests.app.test_every_query import without_a_reason
from tests.app.two_worlds import TwoWorlds
from tests.cli.test_two_schools import OF_COMMANDS
from tests.conftest import MORNING, lasting_world, small_world
from tests.school import School
from tests.schools_asked import schools_asked

#: What may happen. Where somebody signs in, that is of the installation, and news to both revisions.
STEPS = (
    *("family", "family_of_both", "device_of_both", "watches", "curtain", "another_room", "appoints"),
    *("reaches_over", "switches", "hours", "leaves", "ends_a_tie", "dismisses", "ends_a_use"),
)
SIGNS_IN = {"family", "device_of_both"}

#: Step, whether it is the second school's, and which of what there is it is about.
Steps = list[tuple[str, bool, int]]


@pytest.fixture(scope="module")
def sun(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[School]:
    """The first of the two schools; every world begins with a copy of it."""
    home, clock = tmp_path_factory.mktemp("sun"), FrozenClock(MORNING)
    with lasting_world(home, clock, empty_database) as world:
        yield School(world, clock, home, called=SUN)


def days(rounds: int) -> Any:
    """Return a day in which every kind of step is taken *rounds* times, in any order, by either school."""
    whose_and_which = st.tuples(st.booleans(), st.integers(0, 40))
    return st.tuples(
        st.permutations(STEPS * rounds),
        st.lists(whose_and_which, min_size=len(STEPS) * rounds, max_size=len(STEPS) * rounds),
    ).map(lambda drawn: [(step, *more) for step, more in zip(*drawn, strict=True)])


def live_through(sun: School, empty_database: Path, steps: Steps, *, look_often: bool) -> None:
    """Take the steps; after each, look at the other school, and now and then read what both read."""
    with tempfile.TemporaryDirectory() as name:
        home, clock = Path(name), FrozenClock(MORNING)
        shutil.copyfile(empty_database, home / "portal.db")
        with (
            small_world(home, clock, f"sqlite:///{home / 'portal.db'}") as world,
            schools_asked(Engine) as asked,
        ):
            worlds = TwoWorlds(sun.copied(world, clock, home), home)
            for step, is_second, pick in steps:
                note(f"{step} {int(is_second)} {pick}")
                take(worlds, step, is_second=is_second, pick=pick)
                if look_often and pick % 3 == 0:
                    nothing_is_read_of_the_other(worlds, pick)
            nothing_is_read_of_the_other(worlds, 0)
            nothing_is_told_of_the_other(worlds)
        assert without_a_reason(asked, frozenset(OF_COMMANDS)) == []


def take(worlds: TwoWorlds, step: str, *, is_second: bool, pick: int) -> None:
    side, other = reversed(worlds.sides) if is_second else worlds.sides
    worlds.later(1)  # before anybody looks: what hours open and leases end is no act
    stood = worlds.standing(other)

    before = worlds.clock.now()
    getattr(worlds, step)(side, other, pick)

    if step in SIGNS_IN:
        del stood["revision"]
    if step == "reaches_over":
        del stood["refused"]  # whoever asks for their room is in their log, and not by name
    stands = worlds.standing_at(other, before)
    assert {name: stands[name] for name in stood} == stood, step


def nothing_is_read_of_the_other(worlds: TwoWorlds, pick: int) -> None:
    for side, other in (worlds.sides, worlds.sides[::-1]):
        names = worlds.names_of(other, side)
        for where, text in worlds.pages(side, other, pick):
            assert [name for name in names if name in text] == [], where
        own = worlds.ids_of(side)
        assert [(table, one) for table, one in worlds.log_of(side) if one not in own[table]] == []


def nothing_is_told_of_the_other(worlds: TwoWorlds) -> None:
    for side, other in (worlds.sides, worlds.sides[::-1]):
        names = worlds.names_of(other, side)
        own = 0
        for command, told in worlds.commands(side):
            assert [name for name in names if name in told] == [], command
            own += side.canary in told
        assert own, "what is one's own was told"


@settings(max_examples=2, derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(steps=days(1))
def test_two_schools_of_a_day(sun: School, empty_database: Path, steps: Steps) -> None:
    live_through(sun, empty_database, steps, look_often=False)


@pytest.mark.e2e
@pytest.mark.timeout(300)
@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(steps=days(2))
def test_two_schools_of_many_days(sun: School, empty_database: Path, steps: Steps) -> None:
    live_through(sun, empty_database, steps, look_often=True)
