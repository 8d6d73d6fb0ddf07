"""An act and a request on a stage: one takes a step at a time, in an order that is given."""

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from access.journal import Journal
from access.stops import Mark, StopMarks

ACT, REQUEST = "act", "request"
PATIENCE_SECONDS = 60


class Stage:
    """Two threads, of which only one runs: until its next step, then whoever's turn it is."""

    def __init__(self) -> None:
        #: Who took which step, in the order in which it was so.
        self.trace: list[tuple[str, str]] = []
        self._changed = threading.Condition()
        self._mine = threading.local()
        self._order: Iterator[str] = iter(())
        self._over: set[str] = set()
        self._turn: str | None = None

    def play(self, order: Iterable[str], *, act: Callable[[], object], request: Callable[[], object]) -> None:
        """Run both; *order* says whose each step is. Who has more goes on when it is over."""
        self.trace, self._over, self._order = [], set(), iter(order)
        with self._changed:
            self._pass_on()
        with ThreadPoolExecutor(2) as threads:
            for playing in [
                threads.submit(self._play, ACT, "marks", act),
                threads.submit(self._play, REQUEST, "asks", request),
            ]:
                playing.result(PATIENCE_SECONDS)

    def comes_to(self, who: str, step: str) -> None:
        """Wait for the turn to take *step*, where this thread is *who*."""
        if getattr(self._mine, "who", None) == who:
            with self._changed:
                self._pass_on()
                self._take(who, step)

    def watch(self, database: Engine) -> None:
        """Make steps of reading, and of writing and its commit."""

        def begins(connection: Connection) -> None:
            writes = connection.get_execution_options().get("writes", False)
            self.comes_to(*((ACT, "records") if writes else (REQUEST, "reads")))

        def commits(connection: Connection) -> None:
            if connection.get_execution_options().get("writes", False):
                self.comes_to(ACT, "commits")

        event.listen(database, "begin", begins)
        event.listen(database, "commit", commits)

    def _play(self, who: str, first: str, what: Callable[[], object]) -> None:
        self._mine.who = who
        with self._changed:
            self._take(who, first)
        try:
            what()
        finally:
            self._mine.who = None
            with self._changed:
                self._over.add(who)
                self._pass_on()

    def _take(self, who: str, step: str) -> None:
        assert self._changed.wait_for(lambda: self._turn == who, PATIENCE_SECONDS), f"never {who}'s turn"
        self.trace.append((who, step))

    def _pass_on(self) -> None:
        left = itertools.chain(self._order, (REQUEST, ACT))
        self._turn = next((who for who in left if who not in self._over), None)
        self._changed.notify_all()


class SteppedMarks(StopMarks):
    """Stop marks in which each look of the request and each clearing by the act is a step."""

    def __init__(self, home: Path, stage: Stage) -> None:
        self._stage = stage
        super().__init__(home / "marks", Journal(home / "journal"))

    def count(self) -> int:
        """Wait for one's turn, and count."""
        self._stage.comes_to(REQUEST, "counts")
        return super().count()

    def stopped(self, marks: Iterable[Mark]) -> frozenset[Mark]:
        """Wait for one's turn, and look."""
        self._stage.comes_to(REQUEST, "looks")
        return super().stopped(marks)

    def clear(self, marks: Iterable[Mark], *, before: int | None = None) -> None:
        """Wait for one's turn, and clear."""
        self._stage.comes_to(ACT, "clears")
        super().clear(marks, before=before)


def orders(acts: int, requests: int) -> Iterator[tuple[str, ...]]:
    """Give every order in which so many steps of an act and of a request can be taken."""
    for places in itertools.combinations(range(acts + requests), acts):
        yield tuple(ACT if place in places else REQUEST for place in range(acts + requests))
