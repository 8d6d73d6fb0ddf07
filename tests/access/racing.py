"""What races are run with: acts that end a right, the way back, and instants in one sequence.

"Decided" is taken from the code: a decision looks at the count of marks, reads the facts,
looks at the marks and at the count again (:func:`access.marked.load_unmarked`). It is decided
when it looks for the last time, and a right has ended when its mark is set.
"""

import itertools
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, event, update

from access.acts import Actor
from access.acts_attendance import check_out
from access.acts_calendar import close_days
from access.acts_closing import close_school
from access.acts_custody import add_custody_rule
from access.acts_families import end_guardianship, revoke_grant
from access.acts_loans import lend_room
from access.acts_places import draw_curtain
from access.attendance import OPTIONAL, Attendance
from access.calendar_records import CalendarDays
from access.clock import FrozenClock
from access.custody import CustodyKind
from access.custody_rules import CustodyRule
from access.database import writing
from access.enrolment import Guardianship
from access.grants import Grant
from access.journal import Journal
from access.people import School, SignIn
from access.places import CurtainOpening, Epoch, RoomLoan
from access.school_closing import SchoolClosing
from access.sign_ins import end_sign_in
from access.stops import Mark, StopMarks
from access.world import World

OFFICE = Actor(None, "cli:test")


class TickingClock(FrozenClock):
    """Each instant is a microsecond after the one before; thread-safe."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(instant)
        self._ticks = itertools.count()

    def now(self) -> datetime:
        """Return the next instant."""
        return super().now() + timedelta(microseconds=next(self._ticks))


@dataclass(frozen=True, slots=True)
class Tied:
    """Everything that the right of one guardian hangs on, by id."""

    world: World
    school: int = 1
    room: int = 1
    child: int = 1
    guardianship: int = 1
    grant: int = 1
    sign_in: int = 1

    def prepare(self) -> None:
        """Let the school note attendance, and have done so for an hour, so that a child can go out."""
        noting = {"attendance": OPTIONAL, "attendance_since": self.world.clock.now() - timedelta(hours=1)}
        with writing(self.world.database) as connection:
            connection.execute(update(School).where(School.id == self.school).values(**noting))

    def restore(self) -> None:
        """Put everything back as if nothing had ended, while nobody asks."""
        with writing(self.world.database) as connection:
            connection.execute(update(Guardianship).values(ended_at=None))
            connection.execute(update(Grant).values(revoked_at=None))
            connection.execute(update(CurtainOpening).values(drawn_at=None))
            connection.execute(update(Epoch).values(ended_at=None))
            connection.execute(update(SignIn).values(ended_at=None))
            for model in (SchoolClosing, CustodyRule, Attendance, RoomLoan, CalendarDays):
                connection.execute(delete(model))
            connection.execute(update(School).values(revision=School.revision + 1))
        self.world.stops.clear(self.world.stops.in_force())


def _grant(tied: Tied) -> None:
    revoke_grant(tied.world, actor=OFFICE, reason="test", grant_id=tied.grant)


def _guardianship(tied: Tied) -> None:
    end_guardianship(tied.world, actor=OFFICE, reason="test", guardianship_id=tied.guardianship)


def _curtain(tied: Tied) -> None:
    draw_curtain(tied.world, actor=OFFICE, reason="test", room_id=tied.room)


def _sign_in(tied: Tied) -> None:
    end_sign_in(tied.world, tied.sign_in)


def _school(tied: Tied) -> None:
    close_school(tied.world, actor=OFFICE, reason="test", school_id=tied.school)


def _custody(tied: Tied) -> None:
    add_custody_rule(
        tied.world,
        actor=OFFICE,
        reason="test",
        guardianship_id=tied.guardianship,
        kind=CustodyKind.NO_CONTACT,
        starts_at=tied.world.clock.now(),
    )


def _attendance(tied: Tied) -> None:
    check_out(tied.world, actor=OFFICE, reason="test", child_id=tied.child)


def _loan(tied: Tied) -> None:
    ends_at = tied.world.clock.now() + timedelta(hours=1)
    lend_room(tied.world, actor=OFFICE, reason="test", room_id=tied.room, ends_at=ends_at)


def _calendar(tied: Tied) -> None:
    today = tied.world.clock.now().date()
    close_days(tied.world, actor=OFFICE, reason="test", school_id=tied.school, first=today, last=today)


#: Acts whose mark stays until another act opens what it stopped.
STAYING: dict[str, Callable[[Tied], None]] = {
    "grant": _grant,
    "guardianship": _guardianship,
    "curtain": _curtain,
    "sign-out": _sign_in,
    "school": _school,
}
#: Acts whose mark is cleared as soon as a record carries it.
CARRIED: dict[str, Callable[[Tied], None]] = {
    "custody": _custody,
    "attendance": _attendance,
    "loan": _loan,
    "calendar": _calendar,
}
ACTS = STAYING | CARRIED


class Notes:
    """Instants of all threads, as numbers of one sequence."""

    def __init__(self) -> None:
        self._sequence = itertools.count(1)
        self._mine = threading.local()
        #: Just after a mark was set, each.
        self.marked: list[int] = []

    def now(self) -> int:
        """Return the present instant; no two are alike."""
        return next(self._sequence)

    def look(self) -> None:
        """Note that this thread is about to look at marks, or at the records."""
        self._mine.looked, self._mine.looks = self.now(), self.looks() + 1

    def looked(self) -> int:
        """Return when this thread looked last; it may have been a little later, never earlier."""
        return int(self._mine.looked)

    def looks(self) -> int:
        """Return how often this thread has looked."""
        return int(getattr(self._mine, "looks", 0))

    def watch(self, database: Engine) -> None:
        """Note each time that somebody begins to read the records."""
        event.listen(database, "begin", lambda _: self.look())


class NotedMarks(StopMarks):
    """Stop marks that note when they are looked at and when one is set."""

    def __init__(self, home: Path, notes: Notes) -> None:
        self._notes = notes
        super().__init__(home / "marks", Journal(home / "journal"))

    def count(self) -> int:
        """Note it, and count."""
        self._notes.look()
        return super().count()

    def stopped(self, marks: Iterable[Mark]) -> frozenset[Mark]:
        """Note it, and look."""
        self._notes.look()
        return super().stopped(marks)

    def set(self, marks: Iterable[Mark]) -> None:
        """Set them, and note that it is so."""
        marks = tuple(marks)
        super().set(marks)
        if marks:
            self._notes.marked.append(self._notes.now())


@dataclass(frozen=True, slots=True)
class Act:
    """One ending, by the instants between which it happened."""

    called: int
    marked: int
    returned: int


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a picture."""

    began: int
    #: When the decision looked for the last time.
    decided: int
    #: When it was looked for the last time before each piece that left; none left, none here.
    pieces: tuple[int, ...]
    ended: int

    @property
    def served(self) -> bool:
        """Say whether anything left."""
        return bool(self.pieces)


#: A race goes on for so many times its requests until it has shown what it should.
MOST_TIMES = 5


@dataclass
class Tally:
    """What was seen in all rounds of one race: requests that overlapped an act, or bordered on it."""

    interleaved: int = 0
    served: int = 0
    refused: int = 0
    #: Asked before the mark was set, decided after it.
    astride: int = 0
    #: Asked after the mark was set, and before the act returned.
    between: int = 0
    wrong: list[str] = field(default_factory=list)

    def shows(self, of_each: int) -> bool:
        """Say whether so many of everything that can happen were seen."""
        return min(self.served, self.refused, self.astride, self.between) >= of_each

    def is_over(self, wanted: int, of_each: int) -> bool:
        """Say whether so many were seen, and of everything so many, or that this comes too seldom."""
        enough = self.interleaved >= wanted and self.shows(of_each)
        return enough or self.interleaved >= MOST_TIMES * wanted

    def add(self, act: Act, requests: Sequence[Request], *, mark_stays: bool) -> None:
        """Judge one reader's requests around one act, in their order."""
        for request, following in zip(requests, [*requests[1:], None], strict=True):
            self.wrong += breaches(act, request, mark_stays=mark_stays)
            if following is None or following.ended > act.called:
                self.interleaved += 1
                self.served += request.served
                self.refused += not request.served
                self.astride += request.began < act.marked < request.decided
                self.between += act.marked < request.began < act.returned


def breaches(act: Act, request: Request, *, mark_stays: bool) -> list[str]:
    """Return which promises a request broke."""
    if not request.served:
        return []
    told = []
    if request.began > act.returned:
        told.append("asked after the act returned, and served")
    if request.decided > act.marked:
        told.append("decided after the mark was set, and served")
    if mark_stays and max(request.pieces) > act.marked:
        told.append("a piece left that was looked at after the mark was set")
    return told
