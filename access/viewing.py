"""Viewings: one guardian watching one room, from open to end.

Every request is decided against records and stop marks. What has ended is
over in memory first and at once; its record follows as soon as one can be made.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from access.budgets import question
from access.closings import record_answer, record_closings, record_opening, sweep
from access.database import reading, writing
from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.facts import load_facts
from access.leases import Ended, Held, Leases
from access.leave import Leave, SignedIn
from access.marked import along, load_unmarked, marks_about, marks_of, without
from access.policy import Decision, Denied, Stream, ViewingFacts, Way, decide, is_theirs, while_answered
from access.reasons import Reason
from access.refusals import record_refusal
from access.refused_again import RefusedAgain
from access.serving import RENEW_SECONDS, Serving
from access.told import refusal_as_told, told_until
from access.watching import Watcher, watching
from access.world import World

__all__ = [
    "RENEW_SECONDS",
    "Denied",
    "Ended",
    "Leave",
    "Stream",
    "Viewings",
    "Watcher",
    "sweep",
    "watching",
]

logger = logging.getLogger(__name__)

#: Open at once on one device: siblings in several rooms, and a tab forgotten. One more ends the oldest.
MOST_OPEN = 4
REPLACED = "viewing:replaced"


class Viewings(Serving[Way]):
    """The viewings of one web process; thread-safe."""

    def __init__(self, world: World) -> None:
        super().__init__(world, Leases(world.clock))
        self._again = RefusedAgain(world)

    def open(self, sign_in: SignedIn, room_key: str, device: str) -> Leave | Denied:
        """Open a viewing, or say why not; either is in the log when this returns.

        A room that is not theirs is refused as such whatever else is wrong: neither an
        unbelievable clock nor a log that takes no entry tells that it exists.

        Raises:
            LogUnavailable: nothing could be written, so nothing may be served.
        """
        now = self._world.clock.now()
        if self._again.is_likely(sign_in.sign_in_id, room_key, now):
            again = self._refused_again(sign_in, room_key)
            if again is not None:
                return again
        try:
            with writing(self._world.database) as connection:
                facts, decision, now = self._opens(connection, sign_in, room_key)
                if isinstance(decision, Denied):
                    record_refusal(connection, facts, decision, device=device, now=now)
                else:
                    held = record_opening(connection, facts, decision, device=device, now=now)
        except RecordsUnavailable as fault:
            raise LogUnavailable("the viewing could not be recorded") from fault
        except LogUnavailable:
            if is_theirs(decision):
                raise
            logger.warning("viewings: a refusal could not be recorded")
        if isinstance(decision, Denied):
            self._again.remember(sign_in.sign_in_id, room_key, now)
            return refusal_as_told(decision, facts, now)
        self._leases.hold(held)
        for oldest in self._leases.open_of(held.sign_in_id)[:-MOST_OPEN]:
            self._leases.end(oldest, REPLACED, now)
        return self._decided(held)  # a mark may have been set while we wrote

    def _refused_again(self, sign_in: SignedIn, room_key: str) -> Denied | None:
        """Refuse what was refused a moment ago, where it still is and was counted; else None.

        Raises:
            LogUnavailable: it could not be counted.
        """
        try:
            with reading(self._world.database) as connection:
                facts, decision, now = self._opens(connection, sign_in, room_key)
            if isinstance(decision, Denied) and self._again.count(facts, decision):
                return refusal_as_told(decision, facts, now)
        except RecordsUnavailable as fault:
            raise LogUnavailable("the refusal could not be recorded") from fault
        return None

    def _opens(
        self, connection: Connection, sign_in: SignedIn, room_key: str
    ) -> tuple[ViewingFacts, Decision, datetime]:
        """Decide whether a room opens, by the records as *connection* sees them."""
        now = self._world.clock.now()
        facts = load_facts(connection, sign_in_id=sign_in.sign_in_id, room_key=room_key, now=now)
        facts = without(facts, self._world.stops.stopped(marks_about(facts)))
        decision = decide(facts, now)
        if is_theirs(decision) and not self._world.clock.believable():
            decision = Denied(Reason.CLOCK)
        return facts, decision, now

    def watched(self, room_id: int) -> int:
        """Return how many people watch a room now.

        People and not families: where a father's own look left the number as it was, he would know that
        the mother is watching.
        """
        return len(self.reached(room_id))

    def answer(self, sign_in_id: int, viewing_key: str) -> None:
        """Note that somebody still watches; until it is recorded the viewing ends when it would have.

        Raises:
            RightEnded: as :meth:`leave`.
            LogUnavailable: nothing could be recorded.
        """
        held = self._leases.find(viewing_key, sign_in_id)
        if isinstance(self._decided(held), Denied):
            self._record()
            raise RightEnded
        try:
            with writing(self._world.database) as connection:
                now = self._world.clock.now()
                record_answer(connection, held, now)
        except RecordsUnavailable as fault:
            raise LogUnavailable("the answer could not be recorded") from fault
        self._leases.answered(held, now)

    def _write(self, connection: Connection, ended: Sequence[Held[Way]], now: datetime) -> None:
        record_closings(connection, ended, now)

    def _decided(self, held: Held[Way]) -> Leave | Denied:
        """Decide along the way in which the viewing was opened; end it if that is denied."""
        now = self._world.clock.now()
        if not self._world.clock.believable():
            self._leases.end(held, Reason.CLOCK, now)
            return Denied(Reason.CLOCK)
        facts = load_unmarked(self._world, sign_in_id=held.sign_in_id, room_id=held.room_id, now=now)
        asks = question(held.answered_at, facts.answer_within)
        on_its_way = along(facts, held.way)
        decision = while_answered(decide(on_its_way, now), asks.ends_at if asks else None, now)
        if isinstance(decision, Denied):
            self._leases.end(held, decision.reason, now)
            return refusal_as_told(decision, on_its_way, now)
        leave = Leave(
            viewing_id=held.viewing_id,
            viewing_key=held.key,
            sign_in_id=held.sign_in_id,
            person_id=held.person_id,
            school_id=held.school_id,
            revision=facts.revision,
            room_id=held.room_id,
            allowed=decision,
            marks=marks_of(facts, decision),
            lease_until=held.lease_until,
            told_until=told_until(decision, on_its_way, now),
            question=asks,
        )
        self._leases.decided(held, leave)
        return leave
