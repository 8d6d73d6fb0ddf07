"""A history under way, compared with the slow model after every act and whenever time has passed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeAlias

from hypothesis import strategies as st

from access.clock import FrozenClock
from access.marked import load_unmarked
from access.policy import Allowed, Decision, ViewingFacts, decide
from tests.access.histories.doing import WEEKS, Doing
from tests.access.histories.of_families import CUSTODY, STEP
from tests.access.histories.school import CHILDREN, CLASSES, PEOPLE, ROOMS, STAFF, TEACHER, TIES, WholeSchool
from tests.access.histories.shrinking import only_lose
from tests.conftest import lasting_world

HOURS, DAY = timedelta(hours=8), timedelta(days=1)
#: Between two acts: what is done at one instant leaves no stretch of time between.
AN_ACT = timedelta(seconds=1)
#: So far ahead each decision is asked for besides now: the next hours closely, then tomorrow and beyond.
AHEAD = (
    *(STEP * n for n in (1, 2, 3, 4, 5, 6, 7, 9, 12, 18, 24, 30, 36, 42, 48, 54)),
    *(DAY + STEP * n for n in (-12, -6, -1, 0, 3, 6, 30)),
    8 * DAY,
)
#: Many databases are made, and none has to outlive anything.
IN_MEMORY = Path("/dev/shm")
#: A week before Qingming, from when a school whose year nobody confirmed is closed.
LAST_DAY = datetime(2026, 3, 27, 12, tzinfo=UTC)

Act: TypeAlias = tuple[Any, ...]

soon, short, any_of = st.integers(-1, 4), st.integers(1, 6), st.sampled_from
ACTS = st.one_of(
    st.tuples(st.just("wait"), any_of([STEP, STEP, 2 * STEP, 6 * STEP, HOURS, DAY, 7 * DAY])),
    st.tuples(st.just("grant"), any_of(TIES), soon, any_of([1, 4, 24, 24 * 30])),
    st.tuples(any_of(["revoke", "untie", "verify", "refuse", "agree"]), any_of(TIES)),
    st.tuples(any_of(["exempt", "ask_again"]), any_of(TIES)),
    st.tuples(any_of(["guest", "guests_leave"]), any_of(ROOMS)),
    st.tuples(st.just("undelegate")),
    st.tuples(st.just("custody"), any_of(TIES), any_of(sorted(CUSTODY)), soon, any_of([0, 1, 9])),
    st.tuples(
        any_of(["end_custody", "take_back", "change_back", "remove_day", "off_duty"]), st.integers(0, 3)
    ),
    st.tuples(any_of(["move", "move", "enrol"]), any_of(CHILDREN), any_of(CLASSES), soon),
    st.tuples(any_of(["unenrol", "unenrol", "leaves"]), any_of(CHILDREN)),
    st.tuples(st.just("duty"), any_of([TEACHER, *STAFF]), any_of(CLASSES), soon, any_of([1, 6, 24 * 6])),
    st.tuples(any_of(["staff_agrees", "staff_refuses"]), any_of(STAFF)),
    st.tuples(st.just("asks_anew"), any_of(["family", "staff", "staff"]), soon),
    st.tuples(st.just("attendance"), any_of(["off", "optional", "required"])),
    st.tuples(any_of(["came", "out"]), any_of(CHILDREN)),
    st.tuples(any_of(["sign_out", "sign_in", "sign_in", "close_person", "renamed"]), any_of(PEOPLE)),
    st.tuples(any_of(["draw", "open", "dim", "clear", "deactivate", "activate"]), any_of(ROOMS)),
    st.tuples(any_of(["nap", "play", "play"]), any_of(ROOMS)),
    st.tuples(any_of(["confirm", "unconfirm"]), any_of(ROOMS), any_of(["sign", "cloud_off"])),
    st.tuples(st.just("lend"), any_of(ROOMS), soon, short),
    st.tuples(st.just("swap"), soon, short),
    st.tuples(st.just("join"), any_of(CLASSES), soon, short),
    st.tuples(st.just("hours"), any_of(CLASSES), st.integers(0, len(WEEKS) - 1)),
    st.tuples(st.just("narrow"), any_of(CLASSES), any_of([10, 60, 290])),
    st.tuples(st.just("close_day"), st.integers(0, 2)),
    st.tuples(st.just("open_day"), st.integers(0, 2), any_of([6, 9, 18]), any_of(CLASSES)),
    st.tuples(any_of(["close_school", "open_school"])),
    st.tuples(st.just("budgets"), any_of([None, 10, 30]), any_of([None, 1, 2])),
    st.tuples(any_of(["watched", "begins"]), any_of(PEOPLE), st.integers(0, 1), any_of([1, 2, 6])),
)


class Compared(NamedTuple):
    """One decision: what it was made from, and what the model says."""

    facts: ViewingFacts
    at: datetime
    may: bool


class History(Doing):
    """Everything that is asked here is asked of both."""

    def __init__(self, school: WholeSchool, clock: FrozenClock) -> None:
        super().__init__(school, clock)
        self.decisions = 0
        self.compared: list[Compared] = []
        #: How often somebody lost by each act by which they could only lose.
        self.lost: Counter[str] = Counter()
        #: Since when each may see each room without a break.
        self.since: dict[tuple[str, str], datetime] = {}
        self.compares()
        self.next_door = self.neighbours()

    def passes(self, what: str, *how: Any) -> None:
        """Do one act or let time pass, and compare."""
        if what == "wait":
            self.waits(*how)
            self.compares()
            self.next_door = self.neighbours()
            return
        before = self.in_the_model()
        losing = only_lose(self.model, what, how, self.now)
        self.does(what, *how)
        seen = self.compares()
        assert {pair for pair in seen if pair[0] in losing} <= before, f"{what} opened something"
        self.lost[what] += sum(pair[0] in losing for pair in before - seen)
        assert self.neighbours() == self.next_door, f"{what} reached the other school"
        self.waits(AN_ACT)

    def waits(self, time: timedelta) -> None:
        """Let time pass, and note for whom a stretch ends or begins in it; not into the days of a holiday.

        The model knows none; a year that nobody confirmed is closed around each
        (:mod:`access.statutory`, with tests of its own).
        """
        time = max(timedelta(), min(time, LAST_DAY - self.now))
        for at in self.model.edges(self.now, self.now + time):
            self.clock.advance(at - self.now)
            self.notes()

    def in_the_model(self) -> set[tuple[str, str]]:
        """Return who may see what now."""
        return {(who, room) for who in PEOPLE for room in ROOMS if self.model.may(who, room, self.now)}

    def notes(self) -> None:
        """Note who may see what now, in the model."""
        self.since = {pair: self.since.get(pair, self.now) for pair in self.in_the_model()}

    def compares(self) -> set[tuple[str, str]]:
        """Return who may see what, on which portal and model agree, now and later."""
        self.notes()
        seen = set()
        for who in PEOPLE:
            for room in ROOMS:
                facts = load_unmarked(
                    self.world,
                    sign_in_id=self.school.people[who].sign_in,
                    room_id=self.school.rooms[room],
                    now=self.now,
                )
                self.compared.append(Compared(facts, self.now, (who, room) in self.since))
                decision = self.agrees(who, room, self.now, facts)
                if isinstance(decision, Allowed):
                    seen.add((who, room))
                    assert decision.since >= self.since[who, room], (who, room, decision)
                for ahead in AHEAD:
                    self.agrees(who, room, self.now + ahead, facts)
        assert seen == self.since.keys()
        return seen

    def agrees(self, who: str, room: str, at: datetime, facts: ViewingFacts) -> Decision:
        """Hold one decision against the model, at its instant and until it is to be asked again.

        A way that leads into the room only later is not among the facts of now: what they deny of
        later is asked again then.
        """
        self.decisions += 1
        decision = decide(facts, at)
        if isinstance(decision, Allowed):
            last = decision.until - timedelta.resolution
            for instant in (at, *(self.model.edges(at, last) if at == self.now else [last])):
                assert self.model.may(who, room, instant), (who, room, instant, decision)
        return decision

    def neighbours(self) -> list[Decision]:
        """Return what is decided for a family of the other school."""
        return [self.school.next_door.decides(ROOMS[0], room) for room in ROOMS]


def run(acts: list[Act], first: WholeSchool, empty_database: Path) -> History:
    """Run one history from its beginning to its end."""
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as home:
        clock = FrozenClock(first.world.clock.now())
        with lasting_world(Path(home), clock, empty_database) as world:
            history = History(first.copied(world), clock)
            for act in acts:
                history.passes(*act)
            return history
