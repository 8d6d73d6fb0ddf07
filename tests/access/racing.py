"""What races are run with: instants in one sequence, and a judge of what was served.

"Decided" is taken from the code: a decision looks at the count of marks, reads the facts,
looks at the marks and at the count again (:func:`access.marked.load_unmarked`). It is decided
when it looks for the last time, and a right has ended when its mark is set.
"""

import itertools
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, event

from access.clock import FrozenClock
from access.journal import Journal
from access.stops import Mark, StopMarks


class TickingClock(FrozenClock):
    """Each instant is a microsecond after the one before; thread-safe."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(instant)
        self._ticks = itertools.count()

    def now(self) -> datetime:
        """Return the next instant."""
        return super().now() + timedelta(microseconds=next(self._ticks))


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
