"""Every order in which the steps of an act that ends a right and of a request can be taken.

The act: it sets its mark, records, commits, and where a record carries the mark, clears it. The
request: it is asked, counts the marks, reads the facts, looks at the marks, counts again; so far
its decision. Then the body looks at the marks and a piece leaves, or none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from access import database, viewing
from access.database import reading
from access.errors import RightEnded
from access.facts import load_facts
from access.marked import marks_about, without
from access.policy import ViewingFacts
from access.stops import Mark, Scope
from access.viewing import Leave, Viewings
from access.world import World
from tests.access.ended_rights import ACTS, CARRIED, Tied
from tests.access.one_room import NOW, OneRoom
from tests.access.racing import TickingClock
from tests.access.stage import ACT, REQUEST, Stage, SteppedMarks, orders
from tests.access.watching_guardian import is_over, opened

#: A closing that finds the act in the middle of its transaction is owed; it need not wait for a second.
SHORT_TURN_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one order."""

    trace: tuple[tuple[str, str], ...]
    #: Under a right that has not run out by then.
    allowed: bool
    leaves: bool
    #: What the cutter is told when it asks next, if there was a leave.
    goes_on: bool

    def at(self, who: str, step: str) -> int:
        """Return the place of the last such step."""
        return max(place for place, taken in enumerate(self.trace) if taken == (who, step))

    def expected(self, name: str) -> tuple[bool, bool]:
        """Return whether a decision should allow and whether a piece should leave."""
        places = [place for place, (who, _) in enumerate(self.trace) if who == REQUEST]
        marked = self.at(ACT, "marks")
        if len(places) < 6 or places[4] > marked:  # decided with the second count
            return False, False
        uncovered = name in CARRIED and places[5] > self.at(ACT, "clears")
        return True, places[5] < marked or uncovered

    def breaks_the_promise(self) -> bool:
        """Say whether it was allowed by a decision that looked for the last time after the mark was set."""
        places = [place for place, (who, _) in enumerate(self.trace) if who == REQUEST]
        return self.allowed and places[-2] > self.at(ACT, "marks")


class Theatre:
    """A room on a stage."""

    def __init__(self, room: OneRoom, home: Path) -> None:
        self.stage = Stage()
        self.marks = SteppedMarks(home, self.stage)
        self.stage.watch(room.world.database)
        self.clock = TickingClock(NOW)
        self.world = replace(room.world, clock=self.clock, stops=self.marks)
        self.tied = Tied(self.world)
        self.tied.prepare()

    def plays(self, name: str, order: tuple[str, ...]) -> Played:
        """Play an act and a request in this order, and put everything back."""
        viewings = Viewings(self.world)
        leave, given = opened(viewings), list[tuple[Leave, bool, bool]]()

        def request() -> None:
            try:
                now = viewings.leave(leave.sign_in_id, leave.viewing_key)
            except RightEnded:
                return
            at = self.world.clock.now()
            given.append((now, at < now.allowed.until, not viewings.stopped(now, at)))

        self.stage.play(order, act=lambda: ACTS[name](self.tied), request=request)
        goes_on = bool(given) and viewings.decide_again(given[0][0]) is not None
        assert is_over(viewings, leave), "the next request is served"
        self.tied.restore()
        allowed, leaves = given[0][1:] if given else (False, False)
        return Played(tuple(self.stage.trace), allowed, leaves, goes_on)


@pytest.fixture
def theatre(room: OneRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A room on a stage, all in order."""
    monkeypatch.setattr(database, "TURN_SECONDS", SHORT_TURN_SECONDS)
    theatre = Theatre(room, tmp_path)
    yield theatre
    theatre.marks.close()


def plays_every_order(theatre: Theatre, name: str) -> None:
    """Play every order and compare what came of it with what should."""
    for order in orders(4 if name in CARRIED else 3, 6):
        played = theatre.plays(name, order)

        assert (played.allowed, played.leaves) == played.expected(name), played
        assert not played.goes_on, played
        assert not played.breaks_the_promise(), played


BOTH = ("grant", "custody")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [BOTH[0], pytest.param(BOTH[1], marks=pytest.mark.e2e)])
def test_in_every_order_a_piece_leaves_only_if_it_was_decided_before_the_mark(
    theatre: Theatre, name: str
) -> None:
    plays_every_order(theatre, name)


@pytest.mark.e2e
@pytest.mark.sqlite
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", [name for name in ACTS if name not in BOTH])
def test_in_every_order_it_is_so_whatever_ends_the_right(theatre: Theatre, name: str) -> None:
    plays_every_order(theatre, name)


def facts_then_marks(world: World, *, sign_in_id: int, now: datetime, room_id: int) -> ViewingFacts:
    """Read the facts, then look at the marks, and count nothing: what a decision must not do."""
    with reading(world.database) as connection:
        facts = load_facts(connection, sign_in_id=sign_in_id, now=now, room_id=room_id)
    return without(facts, world.stops.stopped(marks_about(facts)))


def marks_then_facts(world: World, *, sign_in_id: int, now: datetime, room_id: int) -> ViewingFacts:
    """Look at the marks, then read the facts, and do not look again: nor this."""
    stopped = world.stops.stopped([Mark(Scope.ATTENDANCE, 1)])
    with reading(world.database) as connection:
        return without(load_facts(connection, sign_in_id=sign_in_id, now=now, room_id=room_id), stopped)


@pytest.mark.parametrize(
    ("careless", "order"),
    [
        (facts_then_marks, "request request act act act act request request"),
        (marks_then_facts, "request request act act request act act request"),
    ],
)
def test_a_decision_that_counts_no_marks_is_found_out(
    theatre: Theatre,
    monkeypatch: pytest.MonkeyPatch,
    careless: Callable[..., ViewingFacts],
    order: str,
) -> None:
    monkeypatch.setattr(viewing, "load_unmarked", careless)

    played = theatre.plays("attendance", tuple(order.split()))

    assert played.breaks_the_promise(), played
    assert played.leaves


def test_every_request_is_decided_by_all_that_the_records_say(room: OneRoom) -> None:
    viewings = Viewings(room.world)
    leave = opened(viewings)

    def questions() -> int:
        with room.queries() as asked:
            viewings.leave(leave.sign_in_id, leave.viewing_key)
        return len(asked)

    assert (questions(), questions()) == (6, 6)
