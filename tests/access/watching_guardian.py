"""What the tests of viewings share: open one, ask for it, renew while it waits."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from access.closings import record_opening
from access.database import writing
from access.errors import RightEnded
from access.leases import Held
from access.policy import Allowed, Way, decide
from access.viewing import Leave, Viewings
from tests.access.one_room import ROOM_KEY, OneRoom, SignedInHere

PHONE = "Chrome, Android"
STRANGER = 99


def opened(viewings: Viewings) -> Leave:
    """Open a viewing of the room, which is allowed."""
    leave = viewings.open(SignedInHere(), ROOM_KEY, PHONE)
    assert isinstance(leave, Leave), leave
    return leave


def held_open(room: OneRoom) -> Held[Way]:
    """Record a viewing of the room as its process would hold it, and give it to nobody."""
    facts = room.facts()
    allowed = decide(facts, room.clock.now())
    assert isinstance(allowed, Allowed), allowed
    with writing(room.world.database) as connection:
        return record_opening(connection, facts, allowed, device=PHONE, now=room.clock.now())


def asked(viewings: Viewings, leave: Leave) -> Leave:
    """Ask for leave as the next request does."""
    return viewings.leave(leave.sign_in_id, leave.viewing_key)


def is_over(viewings: Viewings, leave: Leave) -> bool:
    """Say whether the next request is turned away for good."""
    try:
        asked(viewings, leave)
    except RightEnded:
        return True
    return False


@contextmanager
def renewing(viewings: Viewings, *, what_is_asked_for: bool = False) -> Iterator[None]:
    """Renew as the thread of a web process does, only more often; or only while something is asked for."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(0.02):
            if not what_is_asked_for or any(held.asked for held in viewings._leases.all_open()):
                viewings.renew_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def asks_while_renewed(viewings: Viewings, leave: Leave) -> Leave:
    """Ask for leave with a short lease, and renew while the request waits.

    A lease that has run out is over in the first turn in which nobody asks, so there is none before.
    """
    with renewing(viewings, what_is_asked_for=True):
        return asked(viewings, leave)
