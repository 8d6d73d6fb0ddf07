"""The open viewings of one process, and the leases under which their bytes leave.

No byte leaves unless a durable record covers that instant: a lease of ten
seconds, renewed for all viewings of the process in one statement a second. A
renewal never revives a viewing that was closed: the rows that it did not touch
are looked up, and their viewings end here too. Memory is first to know that a
viewing ended, the record follows.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import Engine

from access.clock import Clock
from access.database import writing
from access.delivered import Delivered
from access.errors import LogUnavailable, RightEnded
from access.lease_records import LeaseTable
from access.leave import Leave
from access.look_records import LookOpening
from access.spans import LONG_AGO
from access.stops import Mark
from access.viewing_records import Viewing

LEASE = timedelta(seconds=10)
#: With less than this left a request waits for the batch,
SHORT = timedelta(seconds=2)
#: at most so long.
WAIT_SECONDS = 1.0
#: A viewing that nobody asks for is closed this long after its lease ran out.
LAPSE = timedelta(seconds=60)
#: For so long its own sign-in is told why a viewing ended.
TOLD = timedelta(minutes=10)

#: The records along which a right holds: of a viewing, or of a look.
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Ended:
    """A viewing that is over: why, as a stable reason, and since when."""

    reason: str
    at: datetime


@dataclass(slots=True)
class Held(Generic[W]):
    """One viewing of this process, or one look. Changed only under the lock of its :class:`Leases`."""

    viewing_id: int
    key: str
    sign_in_id: int
    person_id: int
    school_id: int
    room_id: int
    way: W
    #: Any of these stops it; those of the latest decision.
    marks: tuple[Mark, ...]
    #: The horizon of the latest decision.
    until: datetime
    lease_until: datetime
    asked: bool = False
    counted: bool = False
    delivered: Delivered = field(default_factory=Delivered)
    ended: Ended | None = None
    #: When somebody last said that they watch: when it was opened, or when they answered.
    answered_at: datetime = LONG_AGO
    #: Whether its own sign-in has asked since the end.
    told: bool = False


class Leases(Generic[W]):
    """The viewings of this process, by key; thread-safe.

    Args:
        record: in which table they are written.
    """

    def __init__(self, clock: Clock, record: type[Viewing] | type[LookOpening] = Viewing) -> None:
        self._clock = clock
        self._table = LeaseTable(record)
        self._changed = threading.Condition()
        self._open: dict[str, Held[W]] = {}
        self._ended: dict[str, Held[W]] = {}
        self._unrecorded: dict[str, Held[W]] = {}
        self._over = ""

    def hold(self, held: Held[W]) -> None:
        """Take in a viewing whose row and first lease are committed."""
        with self._changed:
            self._open[held.key] = held
            if self._over:
                self.end(held, self._over, self._clock.now())

    def find(self, viewing_key: str, sign_in_id: int) -> Held[W]:
        """Return the open viewing of this sign-in.

        Raises:
            RightEnded: there is none, it has ended, or it is somebody else's; all alike.
        """
        held = self._open.get(viewing_key)
        if held is None or held.sign_in_id != sign_in_id:
            raise RightEnded
        return held

    def covers(self, viewing_key: str, now: datetime) -> bool:
        """Say whether the viewing is open, and its lease and horizon cover *now*. No lock, no query."""
        held = self._open.get(viewing_key)
        return held is not None and held.ended is None and now < min(held.lease_until, held.until)

    def decided(self, held: Held[W], leave: Leave) -> None:
        """Keep what the latest decision said."""
        with self._changed:
            held.marks, held.until = leave.marks, leave.allowed.until

    def answered(self, held: Held[W], at: datetime) -> None:
        """Keep that somebody said, and it is recorded, that they still watch."""
        with self._changed:
            held.answered_at = max(held.answered_at, at)

    def wait(self, held: Held[W]) -> datetime:
        """Ask for the lease to go on; return until when it holds.

        With enough of it left this returns at once; else it waits for the batch.

        Raises:
            RightEnded: the viewing ended meanwhile.
            LogUnavailable: the batch did not renew it in time.
        """
        with self._changed:
            held.asked = True
            renewed = self._changed.wait_for(lambda: self._goes_on(held), timeout=WAIT_SECONDS)
            if held.ended is not None:
                raise RightEnded
            if not renewed:
                raise LogUnavailable("the lease was not renewed in time")
            return held.lease_until

    def count(self, viewing_key: str, rendition: str, k: int, seconds: float, epoch: int) -> None:
        """Count what was delivered of one segment; written with the next batch or the closing."""
        with self._changed:
            held = self._open.get(viewing_key) or self._unrecorded.get(viewing_key)
            if held is not None:
                held.delivered.count(rendition, k, seconds, epoch)
                held.counted = True

    def end(self, held: Held[W], reason: str, at: datetime, *, recorded: bool = False) -> Ended:
        """End a viewing in memory; the first reason given stays. Its record is still owed."""
        with self._changed:
            if held.ended is None:
                held.ended = Ended(reason, at)
                self._open.pop(held.key, None)
                self._ended[held.key] = held
                if not recorded:
                    self._unrecorded[held.key] = held
                self._changed.notify_all()
            return held.ended

    def ended(self, viewing_key: str, sign_in_id: int) -> Ended:
        """Return why a viewing of this sign-in ended, for ten minutes.

        Raises:
            RightEnded: nothing to tell: unknown, long ago, or somebody else's.
        """
        held = self._ended.get(viewing_key)
        if held is None or held.ended is None or held.sign_in_id != sign_in_id:
            raise RightEnded
        if self._clock.now() - held.ended.at >= TOLD:
            raise RightEnded
        held.told = True
        return held.ended

    def end_all(self, reason: str) -> None:
        """End every viewing, and from now on each that begins."""
        with self._changed:
            self._over = reason
            for held in list(self._open.values()):
                self.end(held, reason, self._clock.now())

    def untold(self) -> int:
        """Return of how many viewings that :meth:`end_all` ended nobody has asked why yet."""
        with self._changed:
            ended = [held for held in self._ended.values() if held.ended and held.ended.reason == self._over]
            return sum(not held.told for held in ended)

    def all_open(self) -> list[Held[W]]:
        """Return the viewings that have not ended."""
        with self._changed:
            return list(self._open.values())

    def open_of(self, sign_in_id: int) -> list[Held[W]]:
        """Return the open viewings of one sign-in, oldest first."""
        return [held for held in self.all_open() if held.sign_in_id == sign_in_id]

    def unrecorded(self) -> list[Held[W]]:
        """Return the ended viewings whose closing is not in the records yet."""
        with self._changed:
            return list(self._unrecorded.values())

    def recorded(self, viewings: Iterable[Held[W]]) -> None:
        """Note that these closings are in the records; forget what was told long enough."""
        now = self._clock.now()
        with self._changed:
            for held in viewings:
                self._unrecorded.pop(held.key, None)
            self._ended = {
                key: held
                for key, held in self._ended.items()
                if held.ended is not None and now - held.ended.at < TOLD
            }

    def renew(self, database: Engine) -> None:
        """Renew the lease of every viewing asked for since the last batch, all in one.

        Raises:
            RecordsUnavailable: nothing was renewed; those who wait are told so.
        """
        with self._changed:
            asked = [held for held in self._open.values() if held.asked]
            counted = [held for held in asked if held.counted]
            for held in asked:
                held.asked = held.counted = False
            so_far = [
                {"viewing_id": held.viewing_id, "so_far": held.delivered.as_record()} for held in counted
            ]
        if not asked:
            return
        until = self._clock.now() + LEASE
        try:
            with writing(database) as connection:
                closed = self._table.renew(connection, [held.viewing_id for held in asked], until, so_far)
        except BaseException:
            with self._changed:
                for held in asked:
                    held.asked = True
                for held in counted:
                    held.counted = True
            raise
        self._renewed(asked, closed, until)

    def _renewed(self, asked: Sequence[Held[W]], closed: dict[int, str], until: datetime) -> None:
        with self._changed:
            for held in asked:
                if held.viewing_id not in closed:
                    held.lease_until = max(held.lease_until, until)
            self._changed.notify_all()
        for held in asked:
            if held.viewing_id in closed:
                self.end(held, closed[held.viewing_id], self._clock.now(), recorded=True)

    def _goes_on(self, held: Held[W]) -> bool:
        return held.ended is not None or held.lease_until - self._clock.now() >= SHORT
