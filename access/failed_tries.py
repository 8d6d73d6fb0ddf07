"""Tries to sign in that failed, in the log, without flooding it and without telling who is known.

The first is an entry, the same within a minute is counted and told by one more. All of it is
written by a thread, after the answer: whoever waits for that waits as long for a name nobody
has, of which nothing is written. What was typed is not known here at all.

The count lies in memory, so a kill within the minute loses the number, and within a second the
first: an answer that waited for the disk would tell by its time whose account there is.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection

from access.database import writing
from access.ending import Actor
from access.errors import LogUnavailable, RecordsUnavailable
from access.log import entry
from access.world import World

logger = logging.getLogger(__name__)

SAME = timedelta(minutes=1)
WRITTEN_EVERY_SECONDS = 1.0
#: So many accounts under attack at once are told apart; more are not written.
MOST = 10_000
FAILED, WRONG = "sign_in:failed", "passphrase:wrong"


#: Is told whose account a failed try was meant for; None where it was nobody's.
Failed: TypeAlias = Callable[[int | None], None]


@dataclass(frozen=True, slots=True)
class Try:
    """What is the same in two tries: whose account, with what, and on which device if one is signed in."""

    #: None where nobody has the name.
    person_id: int | None
    #: ``passphrase`` or ``passkey``.
    by: str
    sign_in_id: int | None = None


@dataclass(slots=True)
class _Counted:
    """The same tries within a minute: the first, and how many more."""

    at: datetime
    actor: Actor
    device: str
    more: int = 0
    written: bool = False


class FailedTries:
    """The failed tries of one process; thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._counted: dict[Try, _Counted] = {}
        self._turn = threading.Lock()

    def note(self, one: Try, device: str) -> None:
        """Remember a failed try, from the network of the request that is answered; no query.

        Args:
            device: a few words of the browser.
        """
        now = self._world.clock.now()
        with self._lock:
            counted = self._counted.get(one)
            if counted is not None:
                counted.more += 1
            elif len(self._counted) < MOST:
                self._counted[one] = _Counted(now, Actor(None, "web", one.sign_in_id), device)

    def write(self, *, ending: bool = False) -> None:
        """Write what is new and what a minute counted, and forget what is told.

        Args:
            ending: tell every count now.

        Raises:
            RecordsUnavailable, LogUnavailable: nothing was written; it is remembered on.
        """
        with self._turn:  # at the end the thread and whoever ends both write
            self._write(ending=ending)

    def _write(self, *, ending: bool) -> None:
        now = self._world.clock.now()
        with self._lock:
            seen = {one: (counted, counted.more) for one, counted in self._counted.items()}
        over = {one for one, (counted, _) in seen.items() if ending or now - counted.at >= SAME}
        if not over and all(counted.written for counted, _ in seen.values()):
            return
        with writing(self._world.database) as connection:  # also for names nobody has
            for one, (counted, more) in seen.items():
                if one.person_id is None:
                    continue
                if not counted.written:
                    _append(connection, one, counted.at, counted.actor, {"device": counted.device})
                if one in over and more:
                    _append(connection, one, now, Actor(None, "portal", network=None), {"times": more})
        with self._lock:
            for one, (counted, more) in seen.items():
                counted.written = True
                if one in over:
                    self._forget(one, counted, more, now)

    def _forget(self, one: Try, counted: _Counted, told: int, now: datetime) -> None:
        """Forget a count that is told; what came while it was written begins the next minute."""
        if counted.more == told:
            del self._counted[one]
        else:
            counted.at, counted.more = now, counted.more - told

    def run(self, stopping: threading.Event) -> None:
        """Write each second until *stopping* is set."""
        while not stopping.wait(WRITTEN_EVERY_SECONDS):
            try:
                self.write_if_possible()
            except Exception as fault:  # the thread must live on: the next turn may do better
                logger.warning("failed tries: %s", type(fault).__name__)

    def write_if_possible(self, *, ending: bool = False) -> None:
        """Write, or say that it waits."""
        try:
            self.write(ending=ending)
        except (RecordsUnavailable, LogUnavailable) as fault:
            logger.warning("failed tries: %s; they wait", type(fault).__name__)


def _append(connection: Connection, one: Try, at: datetime, actor: Actor, more: dict[str, Any]) -> None:
    subject: dict[str, Any] = {"person": one.person_id, "by": one.by}
    if one.sign_in_id is not None:
        subject["sign_in"] = one.sign_in_id
    entry.append(
        connection,
        log=entry.INSTALLATION,
        kind=FAILED if one.sign_in_id is None else WRONG,
        at=at,
        body={
            "actor": actor.as_json(),
            "reason": f"wrong {one.by}",
            "revision": None,
            "subject": subject,
            **more,
        },
    )
