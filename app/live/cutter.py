"""Stops pictures under way when their right ends.

Sending blocks: a server that only looks between two pieces comes back from a slow
reader after seconds (measured 6.4 s at 1 kB/s). So one thread knows every open body,
looks at stop marks, horizon, lease and clock every 100 ms and resets the connection
itself. A second one decides afresh where the school's revision has moved: it may have to
wait for the records, and the first must not.
"""

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from access.clock import Clock
from access.errors import LogUnavailable
from access.viewing import Leave
from app.live.body import Body
from app.live.slots import Slots
from streaming.store import SegmentInfo
from streaming.ticks import TICKS_PER_SECOND

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.1

#: Pictures of one viewing on their way at once; one more replaces the oldest.
BODIES_PER_VIEWING = 2
#: And of one person, on all their devices: nobody takes the slots of everybody else.
BODIES_PER_PERSON = 16

#: A body may take this long even if its segment is about to leave the ring.
SHORTEST_BODY = timedelta(seconds=1)


class Rights(Protocol):
    """What the cutter asks of the viewings."""

    def stopped(self, leave: Leave, now: datetime) -> bool:
        """Say from marks, horizon, lease and clock alone whether the right has ended."""

    def revision(self, school_ids: Iterable[int]) -> Mapping[int, int]:
        """Return each school's revision, in one query; ``LogUnavailable`` where nobody can say."""

    def decide_again(self, leave: Leave) -> Leave | None:
        """Return the right as the records now have it, or None."""

    def delivered(self, leave: Leave, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Count what was sent of a segment."""


class Cutter:
    """Knows every body under way. Safe to use from several threads.

    Args:
        slots: how many bodies there may be; whoever calls :meth:`send` has taken one.
        ring_seconds: how long a segment stays in the ring after it was filmed.
    """

    def __init__(self, rights: Rights, clock: Clock, *, slots: Slots, ring_seconds: int) -> None:
        self.slots = slots
        self._rights = rights
        self._clock = clock
        self._ring = timedelta(seconds=ring_seconds)
        self._lock = threading.Lock()
        self._bodies: list[Body] = []  # oldest first

    def send(
        self,
        leave: Leave,
        info: SegmentInfo,
        data: bytes,
        *,
        connection: socket.socket | None,
        when_closed: Callable[[], None],
    ) -> Body:
        """Return the body of one segment; it ends by itself or is cut."""
        body = Body(
            leave,
            info,
            data,
            ends_at=max(self._clock.now() + SHORTEST_BODY, info.filmed_until + self._ring),
            connection=connection,
            may_go_on=self._may_go_on,
            when_delivered=self._delivered,
            when_closed=partial(self._forget, then=when_closed),
        )
        body.limit_buffer(longest_seconds=int(self._ring.total_seconds()) + 2)
        with self._lock:
            theirs = [other for other in self._bodies if other.leave.person_id == leave.person_id]
            same = [other for other in theirs if other.leave.viewing_key == leave.viewing_key]
            self._bodies.append(body)
        for others, most in ((same, BODIES_PER_VIEWING), (theirs, BODIES_PER_PERSON)):
            for oldest in others[: max(0, len(others) + 1 - most)]:
                self._cut(oldest)
        return body

    def open_bodies(self) -> int:
        """Return how many bodies are under way."""
        with self._lock:
            return len(self._bodies)

    def run(self, stopping: threading.Event) -> None:
        """Look every 100 ms until *stopping* is set."""
        self._keep(self.look, stopping)

    def run_decisions(self, stopping: threading.Event) -> None:
        """Decide afresh every 100 ms, where something has moved; in another thread than :meth:`run`."""
        self._keep(self.decide_again, stopping)

    def _keep(self, turn: Callable[[], None], stopping: threading.Event) -> None:
        while not stopping.wait(LOOK_SECONDS):
            try:
                turn()
            except Exception as fault:  # whatever went wrong, nothing may go on unwatched
                # Its type only: messages of libraries may carry names.
                logger.error("cutter:fault %s; every picture cut", type(fault).__name__)  # noqa: TRY400
                self.cut_all()

    def look(self) -> None:
        """Cut what its mark, horizon, lease or the clock stops; waits for nothing and nobody."""
        for body in self._listed():
            if not self._may_go_on(body):
                self._cut(body)

    def decide_again(self) -> None:
        """Cut what the records, where they have moved, allow no longer; may wait for them.

        Where they do not answer, :meth:`look` still holds: nothing is renewed without records.
        """
        bodies = self._listed()
        if bodies:
            with suppress(LogUnavailable):
                self._decide_again(bodies)

    def cut_all(self) -> None:
        """Cut every body."""
        for body in self._listed():
            self._cut(body)

    def _listed(self) -> list[Body]:
        with self._lock:
            return list(self._bodies)

    def _decide_again(self, bodies: list[Body]) -> None:
        revisions = self._rights.revision({body.leave.school_id for body in bodies})
        for body in bodies:
            revision = revisions.get(body.leave.school_id)
            if body.revision == revision:
                continue
            if self._still_covered(body):
                body.revision = revision
            else:
                self._cut(body)

    def _still_covered(self, body: Body) -> bool:
        again = self._rights.decide_again(body.leave)
        return (
            again is not None
            and again.stream == body.leave.stream
            and again.covers(body.info.filmed_from, body.info.filmed_until)
        )

    def _may_go_on(self, body: Body) -> bool:
        now = self._clock.now()
        return now < body.ends_at and not self._rights.stopped(body.leave, now)

    def _cut(self, body: Body) -> None:
        # Under the lock: a body that is not in the list may have left its connection to another request.
        with self._lock:
            if body in self._bodies:
                self._bodies.remove(body)
                body.reset()

    def _forget(self, body: Body, *, then: Callable[[], None]) -> None:
        with self._lock:
            if body in self._bodies:
                self._bodies.remove(body)
        then()

    def _delivered(self, body: Body) -> None:
        info = body.info
        seconds = body.sent_share * info.duration_ticks / TICKS_PER_SECOND
        self._rights.delivered(body.leave, info.rendition, info.k, seconds, info.stream.epoch)
