"""Races: an act that ends a right, and decisions asked for just before, during and just after it.

With the requests of :mod:`tests.app.live.test_races` these are more than 10,000 interleavings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from access.database import reading
from access.facts import load_facts
from access.marked import load_unmarked
from access.policy import Allowed, ViewingFacts, decide
from access.world import World
from tests.access.ended_rights import ACTS, Tied
from tests.access.one_room import NOW, OneRoom
from tests.access.racing import NotedMarks, Notes, Request, Tally, TickingClock
from tests.access.rounds import READERS, Race

#: Interleavings of each act, by kind of database.
WANTED = {"sqlite": 1_000, "postgresql": 60}
#: At least this share of them is seen of everything that can happen, or the race shows nothing.
SHARE = 0.05

Load = Callable[..., ViewingFacts]


@dataclass(frozen=True, slots=True)
class Racing:
    """One room whose marks and readings are noted."""

    world: World
    notes: Notes

    def decides(self, load: Load = load_unmarked) -> Request:
        """Decide about a picture as a request for one does; what has a horizon behind it does not leave."""
        world, notes = self.world, self.notes
        began, now = notes.now(), world.clock.now()
        facts = load(world, sign_in_id=1, room_id=1, now=now)
        decided, decision = notes.looked(), decide(facts, now)
        leaves = isinstance(decision, Allowed) and world.clock.now() < decision.until
        return Request(began, decided, (decided,) if leaves else (), notes.now())

    def race(self, name: str) -> Race:
        """Return a race that has not begun."""
        return Race(Tied(self.world), self.notes, name)


@pytest.fixture
def racing(room: OneRoom, tmp_path: Path) -> Iterator[Racing]:
    """One room, all in order, with a clock that ticks."""
    notes = Notes()
    marks = NotedMarks(tmp_path, notes)
    notes.watch(room.world.database)
    yield Racing(replace(room.world, clock=TickingClock(NOW), stops=marks), notes)
    marks.close()


def facts_alone(world: World, *, sign_in_id: int, now: datetime, room_id: int) -> ViewingFacts:
    """Load facts and look at no mark: what a decision must not do."""
    with reading(world.database) as connection:
        return load_facts(connection, sign_in_id=sign_in_id, room_id=room_id, now=now)


@pytest.mark.e2e
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ACTS)
def test_nothing_decided_after_a_right_has_ended_is_served(racing: Racing, name: str) -> None:
    wanted = WANTED[racing.world.database.dialect.name]
    of_each = int(wanted * SHARE)

    seen = racing.race(name).run(
        lambda: [racing.decides] * READERS, until=lambda tally: tally.is_over(wanted, of_each)
    )

    assert seen.wrong == []
    assert seen.shows(of_each), seen


@pytest.mark.e2e
@pytest.mark.sqlite
@pytest.mark.parametrize("name", ACTS)
def test_a_race_finds_a_decision_that_looks_at_no_mark(racing: Racing, name: str) -> None:
    careless = partial(racing.decides, facts_alone)

    def found(tally: Tally) -> bool:
        return bool(tally.wrong) or tally.interleaved >= WANTED["sqlite"]

    seen = racing.race(name).run(lambda: [careless] * READERS, until=found)

    assert "decided after the mark was set, and served" in seen.wrong
