"""Random days of swaps, merges, loans and moves, against a slow model that looks at one instant at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access import acts_rooms
from access.acts_loans import end_loan, lend_room
from access.acts_moves import move_child
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.places import RoomLoan
from access.policy import Allowed
from tests.access.two_rooms import ELM, OAK, TwoRooms
from tests.conftest import lasting_world

STEP = timedelta(minutes=10)
NAMES = (OAK, ELM)
#: Many databases are made, and none has to outlive anything.
IN_MEMORY = "/dev/shm"


@dataclass
class Stretch:
    """Something over ``[starts_at, ends_at)``, unless it was taken back before."""

    what: str
    where: str
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    record: int = 0

    def holds(self, at: datetime) -> bool:
        """Say whether it holds at an instant."""
        return self.starts_at <= at < min(self.ends_at, self.ended_at or self.ends_at)


@dataclass
class Slow:
    """What anybody can say of the school by looking at everything there ever was."""

    now: datetime
    changes: list[list[Stretch]] = field(default_factory=list)
    loans: list[Stretch] = field(default_factory=list)
    #: Of Oak's child: in which class, from when.
    places: list[tuple[datetime, str]] = field(default_factory=list)
    #: Since when each family has seen each room without a break.
    since: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def room_of(self, group: str, at: datetime) -> str:
        """Return the room of a class: that of the last change which holds, or its own."""
        all_of_them = [one for act in self.changes for one in act if one.what == group and one.holds(at)]
        return all_of_them[-1].where if all_of_them else group

    def class_of(self, family: str, at: datetime) -> str:
        """Return the class of a family's child."""
        return max(place for place in self.places if place[0] <= at)[1] if family == OAK else family

    def may(self, family: str, room: str, at: datetime) -> bool:
        """Say whether a family sees a room at an instant."""
        lent = any(loan.what == room and loan.holds(at) for loan in self.loans)
        return self.room_of(self.class_of(family, at), at) == room and not lent

    def lasts(self) -> None:
        """Let one step pass, in which nothing is done."""
        for family in NAMES:
            for room in NAMES:
                if self.may(family, room, self.now):
                    self.since.setdefault((family, room), self.now)
                else:
                    self.since.pop((family, room), None)
        self.now += STEP


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 4)),
        st.tuples(st.sampled_from(["swap", "join", "be joined"]), st.integers(-1, 3), st.integers(1, 4)),
        st.tuples(st.just("lend"), st.sampled_from(NAMES), st.integers(-1, 3), st.integers(1, 4)),
        st.tuples(st.sampled_from(["take back", "end loan"]), st.integers(0, 3)),
        st.tuples(st.just("move"), st.sampled_from(NAMES), st.integers(-1, 3)),
    ),
    min_size=3,
    max_size=12,
)


def tried(act: Callable[[], Any]) -> tuple[Any, str | None]:
    """Return what an act answers, and the reason where it was refused."""
    try:
        return act(), None
    except Refused as refusal:
        return None, refusal.reason


class Day:
    """The same acts upon the school and upon the slow model of it."""

    def __init__(self, two: TwoRooms, clock: FrozenClock) -> None:
        self.two, self.clock = two, clock
        self.slow = Slow(clock.now(), places=[(clock.now() - timedelta(days=1), OAK)])

    def does(self, what: str, *how: Any) -> None:
        """Do one act, here and there."""
        if what == "wait":
            for _ in range(how[0]):
                self.slow.lasts()
                self.clock.advance(STEP)
                self.compares()
            return
        acts = {
            "lend": self.lends,
            "take back": self.takes_back,
            "end loan": self.ends_loan,
            "move": self.moves,
        }
        acts.get(what, self.changes(what))(*how)
        self.compares()

    def span(self, start: int, length: int) -> tuple[datetime, datetime]:
        """Return a span in steps from now; what would begin before now begins now."""
        starts_at = self.slow.now + start * STEP
        return max(starts_at, self.slow.now), max(starts_at, self.slow.now) + length * STEP

    def changes(self, what: str) -> Any:
        """Return the act by which classes change rooms."""

        def change(start: int, length: int) -> None:
            starts_at, ends_at = self.span(start, length)
            rooms = {group: self.slow.room_of(group, starts_at) for group in NAMES}
            into = {OAK: rooms[ELM], ELM: rooms[OAK]}
            if what != "swap":
                guest = ELM if what == "be joined" else OAK
                into = {guest: into[guest]}
            records, refusal = tried(lambda: self.said(what, starts_at, ends_at))
            assert refusal == ("room_change:same" if rooms[OAK] == rooms[ELM] else None)
            if refusal:
                return
            made = [
                Stretch(group, room, starts_at, ends_at, record=record)
                for (group, room), record in zip(into.items(), records, strict=True)
            ]
            self.slow.changes.append(made)

        return change

    def said(self, what: str, starts_at: datetime, ends_at: datetime) -> tuple[int, ...]:
        """Say to the school what is changed."""
        span: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at}
        oak, elm = (self.two.groups[name] for name in NAMES)
        if what == "swap":
            return acts_rooms.swap_rooms(self.two.world, **self.two.act, class_group_ids=(oak, elm), **span)
        guest, host = (elm, oak) if what == "be joined" else (oak, elm)
        return acts_rooms.merge_classes(self.two.world, **self.two.act, guest_id=guest, host_id=host, **span)

    def lends(self, room: str, start: int, length: int) -> None:
        """Lend a room."""
        starts_at, ends_at = self.span(start, length)
        lend_room(
            self.two.world, **self.two.act, room_id=self.two.rooms[room], starts_at=starts_at, ends_at=ends_at
        )
        with reading(self.two.world.database) as connection:
            newest = select(RoomLoan.id).order_by(RoomLoan.id.desc()).limit(1)
            record = connection.execute(newest).scalar_one()
        self.slow.loans.append(Stretch(room, room, starts_at, ends_at, record=record))

    def takes_back(self, which: int) -> None:
        """Take a change back, with all that was changed with it."""
        if which >= len(self.slow.changes):
            return
        these = self.slow.changes[which]
        is_over = all(one.ended_at or one.ends_at <= self.slow.now for one in these)
        _, refusal = tried(
            lambda: acts_rooms.end_room_change(self.two.world, **self.two.act, room_change_id=these[0].record)
        )
        assert refusal == ("room_change:over" if is_over else None)
        for one in these:
            one.ended_at = one.ended_at or self.slow.now

    def ends_loan(self, which: int) -> None:
        """Take a room back."""
        if which >= len(self.slow.loans):
            return
        loan = self.slow.loans[which]
        is_over = loan.ended_at is not None or loan.ends_at <= self.slow.now
        _, refusal = tried(lambda: end_loan(self.two.world, **self.two.act, room_loan_id=loan.record))
        assert refusal == ("room_loan:over" if is_over else None)
        loan.ended_at = loan.ended_at or self.slow.now

    def moves(self, group: str, start: int) -> None:
        """Move Oak's child to a class."""
        starts_at, _ = self.span(start, 1)
        still = {self.slow.class_of(OAK, starts_at), *(c for at, c in self.slow.places if at > starts_at)}
        act: dict[str, Any] = {
            "child_id": self.two.child,
            "class_group_id": self.two.groups[group],
            "starts_at": starts_at,
        }
        _, refusal = tried(lambda: move_child(self.two.world, **self.two.act, **act))
        assert refusal == ("enrolment:same_class" if group in still else None)
        if not refusal:
            self.slow.places = [one for one in self.slow.places if one[0] < starts_at] + [(starts_at, group)]

    def compares(self) -> None:
        """Ask both who sees what now, and nothing that was filmed before it was theirs."""
        now = self.slow.now
        for family in NAMES:
            for room in NAMES:
                decision = self.two.decides(family, room)
                allowed = isinstance(decision, Allowed)
                assert allowed == self.slow.may(family, room, now), (family, room)
                if isinstance(decision, Allowed):
                    assert decision.since >= self.slow.since.get((family, room), now)
                    assert self.slow.may(family, room, decision.until - timedelta.resolution)
        assert not {mark.scope for mark in self.two.world.stops.in_force()} & {"class_group", "room_loan"}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACTS)
def test_whatever_is_done_in_a_day_everybody_sees_where_their_child_is_and_nothing_from_before(
    first_two_rooms: TwoRooms, empty_database: Path, acts: list[tuple[Any, ...]]
) -> None:
    with TemporaryDirectory(dir=IN_MEMORY if Path(IN_MEMORY).is_dir() else None) as home:
        clock = FrozenClock(first_two_rooms.world.clock.now())
        with lasting_world(Path(home), clock, empty_database) as world:
            day = Day(first_two_rooms.copied(world), clock)
            for act in acts:
                day.does(*act)
