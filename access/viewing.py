"""Viewings: one guardian watching one room, from open to end.

Every request is decided against records and stop marks. What has ended is
over in memory first and at once; its record follows as soon as one can be made.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from access.budgets import question
from access.closings import LAPSED, record_answer, record_closings, record_opening, sweep
from access.database import writing
from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.facts import load_facts
from access.leases import LAPSE, Ended, Held, Leases
from access.leave import Leave, SignedIn
from access.marked import along, load_unmarked, marks_about, marks_of, without
from access.policy import Denied, Stream, decide, is_theirs, while_answered
from access.reasons import Reason
from access.refusals import record_refusal
from access.revision import revisions_of
from access.standing import REMEMBERED_FOR, stands
from access.told import refusal_as_told, told_until
from access.watching import Watcher, watching
from access.world import World

__all__ = [
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

RENEW_SECONDS = 1.0

#: Open at once on one device: siblings in several rooms, and a tab forgotten. One more ends the oldest.
MOST_OPEN = 4
REPLACED = "viewing:replaced"


class Viewings:
    """The viewings of one web process; thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._leases = Leases(world.clock)

    def open(self, sign_in: SignedIn, room_key: str, device: str) -> Leave | Denied:
        """Open a viewing, or say why not; either is in the log when this returns.

        A room that is not theirs is refused as such whatever else is wrong: neither an
        unbelievable clock nor a log that takes no entry tells that it exists.

        Raises:
            LogUnavailable: nothing could be written, so nothing may be served.
        """
        try:
            with writing(self._world.database) as connection:
                now = self._world.clock.now()
                facts = load_facts(connection, sign_in_id=sign_in.sign_in_id, room_key=room_key, now=now)
                facts = without(facts, self._world.stops.stopped(marks_about(facts)))
                decision = decide(facts, now)
                if is_theirs(decision) and not self._world.clock.believable():
                    decision = Denied(Reason.CLOCK)
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
            return refusal_as_told(decision, facts, now)
        self._leases.hold(held)
        for oldest in self._leases.open_of(held.sign_in_id)[:-MOST_OPEN]:
            self._leases.end(oldest, REPLACED, now)
        return self._decided(held)  # a mark may have been set while we wrote

    def leave(self, sign_in_id: int, viewing_key: str) -> Leave:
        """Decide whether this viewing goes on, and wait for its lease if it is short.

        What was decided a moment ago is not asked again while it stands (:mod:`access.standing`).

        Raises:
            RightEnded: it does not; it is closed, with its reason.
            LogUnavailable: the records do not answer, or the lease was not renewed in time.
        """
        held = self._leases.find(viewing_key, sign_in_id)
        decided = self._remembered(held) or self._decided(held)
        if isinstance(decided, Denied):
            self._record()
            raise RightEnded
        return replace(decided, lease_until=self._leases.wait(held))

    def decide_again(self, leave: Leave) -> Leave | None:
        """Return *leave* as of now, or None when its right has ended or nobody can say.

        Cheap while the school's revision stands where it was. Never writes: the
        closing is recorded with the next batch, so a locked database delays nothing.
        """
        try:
            held = self._leases.find(leave.viewing_key, leave.sign_in_id)
            now = self._world.clock.now()
            unmoved = self.revision([leave.school_id]).get(leave.school_id) == leave.revision
            if unmoved and not self.stopped(leave, now):
                return replace(leave, lease_until=held.lease_until)
            decided = self._decided(held)
        except (RightEnded, LogUnavailable):
            return None
        return decided if isinstance(decided, Leave) else None

    def stopped(self, leave: Leave, now: datetime) -> bool:
        """Say whether bytes under *leave* must stop: mark, horizon, lease, end or clock.

        No query and no lock: asked for every open socket every 100 ms.
        """
        return (
            now >= leave.allowed.until
            or not self._leases.covers(leave.viewing_key, now)
            or not self._world.clock.believable()
            or bool(self._world.stops.stopped(leave.marks))
        )

    def revision(self, school_ids: Iterable[int]) -> dict[int, int]:
        """Return the revision of each school, by one query.

        Raises:
            LogUnavailable: the records do not answer.
        """
        return revisions_of(self._world.database, school_ids)

    def delivered(self, leave: Leave, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Count one segment, or the seconds of it that were sent before it was cut."""
        self._leases.count(leave.viewing_key, rendition, k, seconds, epoch)

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

    def close(self, viewing_key: str, sign_in_id: int, why: str) -> None:
        """Close a viewing of this sign-in; what is not open, or not theirs, is left alone."""
        try:
            held = self._leases.find(viewing_key, sign_in_id)
        except RightEnded:
            return
        self._leases.end(held, why, self._world.clock.now())
        self._record()

    def status(self, sign_in_id: int, viewing_key: str) -> Leave | Ended:
        """Return the viewing's right, or for ten minutes why it ended.

        Raises:
            RightEnded: unknown, somebody else's, or ended long ago; all alike.
            LogUnavailable: nobody can say now.
        """
        try:
            return self.leave(sign_in_id, viewing_key)
        except RightEnded:
            return self._leases.ended(viewing_key, sign_in_id)

    def end_all(self, why: str) -> int:
        """End every viewing and each that still begins; return how many have not been told why."""
        self._leases.end_all(why)
        self._record()
        return self._leases.untold()

    def renew_all(self) -> None:
        """Renew the leases asked for, end what is over, record what ended: once a second.

        Where the records do not answer nothing is renewed, leases run out, and the
        next batch tries again.
        """
        now = self._world.clock.now()
        for held in self._leases.all_open():
            self._end_what_is_over(held, now)
        try:
            if self._world.clock.believable():
                self._leases.renew(self._world.database)
        except RecordsUnavailable:
            logger.warning("leases: not renewed, the records do not answer")
        self._record()

    def run(self, stopping: threading.Event) -> None:
        """Renew each second until *stopping* is set."""
        while not stopping.wait(RENEW_SECONDS):
            try:
                self.renew_all()
            except Exception as fault:  # the thread must live on: leases run out, the next turn may do better
                # Its type only: messages of libraries may carry names.
                logger.error("leases: %s", type(fault).__name__)  # noqa: TRY400  # see above

    def _remembered(self, held: Held) -> Leave | None:
        """Return what was decided a moment ago, if the same would be decided again.

        A mark may come and be carried off by its record while that is asked; the count tells.
        """
        leave, now = held.leave, self._world.clock.now()
        if leave is None or not held.decided_at <= now < held.decided_at + REMEMBERED_FOR:
            return None
        events = self._world.stops.count()
        same = stands(self._world.database, leave, now) and not self.stopped(leave, now)
        return leave if same and self._world.stops.count() == events else None

    def _decided(self, held: Held) -> Leave | Denied:
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
        self._leases.decided(held, leave, now)
        return leave

    def _end_what_is_over(self, held: Held, now: datetime) -> None:
        over = (
            now >= held.until
            or not self._world.clock.believable()
            or bool(self._world.stops.stopped(held.marks))
        )
        try:
            if over:
                self._decided(held)
            elif not held.asked and now >= held.lease_until + LAPSE:
                self._leases.end(held, LAPSED, held.lease_until)
        except LogUnavailable:
            return  # nobody can say: its marks and horizon stop its bytes either way

    def _record(self) -> None:
        owed = self._leases.unrecorded()
        if not owed:
            return
        try:
            with writing(self._world.database) as connection:
                record_closings(connection, owed, self._world.clock.now())
        except (RecordsUnavailable, LogUnavailable):
            logger.warning("viewings: %d closings wait for the records", len(owed))
        else:
            self._leases.recorded(owed)
