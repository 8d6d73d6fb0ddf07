"""Rounds of a race: readers ask again and again, and at some instant one act ends their right."""

import random
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.access.ended_rights import ACTS, STAYING, Tied
from tests.access.racing import Act, Notes, Request, Tally

#: Makes one request and tells how it went.
Ask = Callable[[], Request]

READERS = 3
#: The act comes after as many requests as there are readers, or more; and after turns of an empty loop.
MOST_BEFORE, MOST_TURNS = 3 * READERS, 20_000
#: How long a thread runs before another may; Python's own is 0.005.
SWITCH_SECONDS = 0.000_02
#: No request takes so long.
PATIENCE_SECONDS = 60


class Race:
    """One act, done in many rounds against readers in threads of their own.

    Args:
        name: of the act, as in :data:`~tests.access.racing.ACTS`.
    """

    def __init__(self, tied: Tied, notes: Notes, name: str) -> None:
        self.tally = Tally()
        self._tied = tied
        self._notes = notes
        self._ends, self._mark_stays = ACTS[name], name in STAYING
        self._random = random.Random(name)  # noqa: S311  # the same offsets in every run
        self._made = threading.Semaphore(0)
        self._returned = threading.Event()
        tied.prepare()

    def run(self, begin: Callable[[], Sequence[Ask]], *, until: Callable[[Tally], bool]) -> Tally:
        """Run rounds until the tally is enough; each round begins with what *begin* answers."""
        with _impatient_threads(), ThreadPoolExecutor(READERS) as threads:
            while not until(self.tally):
                self._round(threads, begin())
                self._tied.restore()
        return self.tally

    def _round(self, threads: ThreadPoolExecutor, asks: Sequence[Ask]) -> None:
        self._made, self._returned = threading.Semaphore(0), threading.Event()
        self._notes.marked.clear()
        reading = [threads.submit(self._read, ask) for ask in asks]
        try:
            for _ in range(self._random.randint(READERS, MOST_BEFORE)):
                assert self._made.acquire(timeout=PATIENCE_SECONDS), "the readers do not get on"
            for _ in range(self._random.randrange(MOST_TURNS)):
                pass  # any instant of a request, and not only its end
            called = self._notes.now()
            self._ends(self._tied)
            act = Act(called, self._notes.marked[0], self._notes.now())
        finally:
            self._returned.set()
        for reader in reading:
            self.tally.add(act, reader.result(PATIENCE_SECONDS), mark_stays=self._mark_stays)

    def _read(self, ask: Ask) -> list[Request]:
        """Ask until one request began after the act had returned."""
        made: list[Request] = []
        last = False
        while not last:
            last = self._returned.is_set()
            try:
                made.append(ask())
            except BaseException:
                self._made.release(MOST_BEFORE)  # nobody need wait for us: what went wrong is in our result
                raise
            self._made.release()
        return made


@contextmanager
def _impatient_threads() -> Iterator[None]:
    """Let threads take turns in the middle of everything."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
