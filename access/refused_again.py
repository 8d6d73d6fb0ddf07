"""Refusals that come again and again, counted by many threads in one write.

Whoever is refused a second time within a minute adds one to a row. A write transaction for each of ten
thousand a minute would keep those who may watch waiting for their turn, and for the disk. So all who
wait for their one more are written together by the first of them (group commit, as DeWitt et al. 1984
describe it for logs); each goes on when its own is on the disk.
"""

import threading
from collections import Counter, OrderedDict
from datetime import datetime

from access.database import TURN_SECONDS, writing
from access.errors import RecordsUnavailable
from access.policy import Denied, ViewingFacts
from access.refusals import SAME, Refused, count_again, refused
from access.world import World

#: Refusals that are remembered as having come before; of more, the oldest are asked for in the records.
MOST_REMEMBERED = 10_000


class RefusedAgain:
    """What was refused lately, and the counting of what is refused again; thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._lately: OrderedDict[tuple[int, str], datetime] = OrderedDict()
        self._waiting = _Together()
        self._turn = threading.Lock()

    def remember(self, sign_in_id: int, room_key: str, now: datetime) -> None:
        """Remember that a sign-in was refused a room."""
        with self._lock:
            self._lately[sign_in_id, room_key] = now
            self._lately.move_to_end((sign_in_id, room_key))
            if len(self._lately) > MOST_REMEMBERED:
                self._lately.popitem(last=False)

    def is_likely(self, sign_in_id: int, room_key: str, now: datetime) -> bool:
        """Return whether that sign-in was refused that room within the last minute."""
        with self._lock:
            before = self._lately.get((sign_in_id, room_key))
        return before is not None and now - before < SAME

    def count(self, facts: ViewingFacts, denied: Denied) -> bool:
        """Count a refusal that is one more of the same; say whether it was one, durably counted.

        Raises:
            RecordsUnavailable: it is not certain that it was counted.
        """
        what = refused(facts, denied)
        if what is None:
            return False
        with self._lock:
            mine = self._waiting
            mine.times[what] += 1
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise RecordsUnavailable("those who wait were not written in time")
        try:
            if not mine.is_over:
                self._write(mine)
        finally:
            self._turn.release()
        if mine.fault is not None:
            raise mine.fault
        return what in mine.counted

    def _write(self, mine: "_Together") -> None:
        """Write what all wait for who came until now; whoever comes later waits together with others."""
        try:
            with writing(self._world.database) as connection:
                with self._lock:
                    self._waiting = _Together()
                now = self._world.clock.now()
                counted = {
                    what for what, times in mine.times.items() if count_again(connection, what, times, now)
                }
            mine.counted = counted
        except Exception as fault:
            mine.fault = fault
            raise
        finally:
            with self._lock:
                if self._waiting is mine:
                    self._waiting = _Together()
            mine.is_over = True


class _Together:
    """Refusals that are written in one transaction, and what came of it."""

    def __init__(self) -> None:
        self.times = Counter[Refused]()
        self.counted = set[Refused]()
        self.is_over = False
        self.fault: Exception | None = None
