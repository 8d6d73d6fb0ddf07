"""What goes on under leases: the same for a family's viewing and for a setup look of staff.

Every request is held against records and stop marks. What has ended is over in memory first
and at once; its record follows as soon as one can be made. Which facts are read, and what
follows from them, whoever inherits this says.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection

from access.closings import LAPSED
from access.database import writing
from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.leases import LAPSE, Ended, Held, Leases
from access.leave import Leave
from access.revision import revisions_of
from access.world import World

logger = logging.getLogger(__name__)

RENEW_SECONDS = 1.0

W = TypeVar("W")


class Serving(Generic[W]):
    """What is open in one web process; thread-safe."""

    def __init__(self, world: World, leases: Leases[W]) -> None:
        self._world = world
        self._leases = leases

    def leave(self, sign_in_id: int, viewing_key: str) -> Leave:
        """Decide whether this viewing goes on, and wait for its lease if it is short.

        Raises:
            RightEnded: it does not; it is closed, with its reason.
            LogUnavailable: the records do not answer, or the lease was not renewed in time.
        """
        held = self._leases.find(viewing_key, sign_in_id)
        decided = self._decided(held)
        if not isinstance(decided, Leave):
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

    def reached(self, room_id: int) -> set[int]:
        """Return the people to whom a byte of a room's picture may leave at this instant.

        From memory, so a web process that begins anew knows of nobody: neither is anybody served then.
        A mark counts before its record is made. No query: door displays ask all the time.
        """
        now = self._world.clock.now()
        if not self._world.clock.believable():
            return set()
        there = [held for held in self._leases.all_open() if held.room_id == room_id]
        covered = [held for held in there if now < min(held.lease_until, held.until)]
        stopped = self._world.stops.stopped(mark for held in covered for mark in held.marks)
        return {held.person_id for held in covered if stopped.isdisjoint(held.marks)}

    def delivered(self, leave: Leave, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Count one segment, or the seconds of it that were sent before it was cut."""
        self._leases.count(leave.viewing_key, rendition, k, seconds, epoch)

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

    def _decided(self, held: Held[W]) -> Leave | object:
        """Decide upon what is open, and end it where the answer is anything but a leave."""
        raise NotImplementedError

    def _write(self, connection: Connection, ended: Sequence[Held[W]], now: datetime) -> None:
        """Write the ends of *ended* into the caller's transaction."""
        raise NotImplementedError

    def _end_what_is_over(self, held: Held[W], now: datetime) -> None:
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
                self._write(connection, owed, self._world.clock.now())
        except (RecordsUnavailable, LogUnavailable):
            logger.warning("viewings: %d closings wait for the records", len(owed))
        else:
            self._leases.recorded(owed)
