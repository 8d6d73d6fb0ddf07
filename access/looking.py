"""Setup looks under way: one member of the staff looking at one camera, from open to end.

The serving is that of a family's viewing (:mod:`access.serving`); the right is
:mod:`access.setup_looks`'s. It is decided afresh each second also where nobody asks, because it
holds no longer than the display at the door is heard of.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from access.closings import LAPSED
from access.database import writing
from access.errors import LogUnavailable, RecordsUnavailable, RightEnded
from access.leases import LAPSE, Held, Leases
from access.leave import Leave, SignedIn
from access.look_closings import (
    LookWay,
    record_look_closings,
    record_look_opening,
    record_look_refusal,
)
from access.look_facts import load_look_facts, load_unmarked_look, marks_about, unmarked
from access.look_records import LookOpening
from access.serving import Serving
from access.setup_looks import LookAllowed, LookDenied, LookFacts, LookReason, decide_look
from access.world import World

logger = logging.getLogger(__name__)

REPLACED = "look:replaced"


@dataclass(frozen=True, slots=True)
class ToLook:
    """Which look is to be opened, of which school."""

    look_id: int
    school_id: int


class Looks(Serving[LookWay]):
    """The looks of one web process; thread-safe."""

    def __init__(self, world: World) -> None:
        super().__init__(world, Leases(world.clock, LookOpening))

    def open(self, sign_in: SignedIn, look: ToLook, device: str) -> Leave | LookDenied:
        """Open the picture of a look, or say why not; either is in the log when this returns.

        Raises:
            LogUnavailable: nothing could be written, so nothing may be served.
        """
        marks_so_far = self._world.stops.count()
        try:
            with writing(self._world.database) as connection:
                now = self._world.clock.now()
                facts = load_look_facts(
                    connection,
                    look_id=look.look_id,
                    school_id=look.school_id,
                    sign_in_id=sign_in.sign_in_id,
                    now=now,
                )
                decision = decide_look(unmarked(self._world, facts), now)
                if isinstance(decision, LookAllowed) and not self._world.clock.believable():
                    decision = LookDenied(LookReason.CLOCK)
                if isinstance(decision, LookDenied):
                    record_look_refusal(connection, facts, decision, device=device, now=now)
                    return decision
                held = record_look_opening(
                    connection, facts, decision, device=device, now=now, marks_so_far=marks_so_far
                )
        except RecordsUnavailable as fault:
            raise LogUnavailable("the look could not be recorded") from fault
        self._leases.hold(held)
        for older in self._leases.open_of(held.sign_in_id)[:-1]:
            self._leases.end(older, REPLACED, now)
        return self._decided(held)  # a mark may have been set while we wrote

    def is_looked_at(self, room_id: int) -> bool:
        """Say whether staff see a room's picture now: a look whose picture is open."""
        return bool(self.reached(room_id))

    def stopped(self, leave: Leave, now: datetime) -> bool:
        """Say whether bytes under *leave* must stop: mark, curtain, horizon, lease, end or clock.

        The horizon is that of the latest decision, not of the one the bytes began under: the display
        is heard of again meanwhile.
        """
        try:
            held = self._leases.find(leave.viewing_key, leave.sign_in_id)
        except RightEnded:
            return True
        return (
            not self._leases.covers(held.key, now)
            or not self._world.clock.believable()
            or bool(self._world.stops.stopped(held.marks))
            or self._is_hidden_since(held)
        )

    def _is_hidden_since(self, held: Held[LookWay]) -> bool:
        """Say whether the room was marked after the look was opened: somebody drew its curtain."""
        return self._world.stops.set_since([held.way.room_mark], held.way.marks_so_far)

    def _decided(self, held: Held[LookWay]) -> Leave | LookDenied:
        now = self._world.clock.now()
        if not self._world.clock.believable():
            return self._ended(held, LookDenied(LookReason.CLOCK), now)
        facts = load_unmarked_look(
            self._world,
            look_id=held.way.look_id,
            school_id=held.school_id,
            sign_in_id=held.sign_in_id,
            now=now,
        )
        if self._is_hidden_since(held):
            facts = replace(facts, not_stopped=())
        decision = decide_look(facts, now)
        if isinstance(decision, LookDenied):
            return self._ended(held, decision, now)
        leave = Leave(
            viewing_id=held.viewing_id,
            viewing_key=held.key,
            sign_in_id=held.sign_in_id,
            person_id=held.person_id,
            school_id=held.school_id,
            revision=facts.revision,
            room_id=held.room_id,
            allowed=decision,
            marks=marks_about(facts),
            lease_until=held.lease_until,
            told_until=_minutes_end(facts),
        )
        self._leases.decided(held, leave)
        return leave

    def _ended(self, held: Held[LookWay], denied: LookDenied, now: datetime) -> LookDenied:
        self._leases.end(held, denied.reason, now)
        return denied

    def _end_what_is_over(self, held: Held[LookWay], now: datetime) -> None:
        try:
            if not held.asked and now >= held.lease_until + LAPSE:
                self._leases.end(held, LAPSED, held.lease_until)
            else:
                self._decided(held)
        except LogUnavailable:
            return  # nobody can say: its marks and horizon stop its bytes either way

    def _write(self, connection: Connection, ended: Sequence[Held[LookWay]], now: datetime) -> None:
        record_look_closings(connection, ended, now)


def _minutes_end(facts: LookFacts) -> datetime:
    return max(span.end for span in facts.minutes)
