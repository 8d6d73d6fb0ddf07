"""Tries to sign in that failed or were held back, counted so that a kill loses none that was answered.

A failed try is a row, or one more in a row, before it is answered: by the same statement whether
somebody has the name or nobody, so that neither time nor work tells which. Many at once share one
transaction. What a limit held back costs whoever tries nothing, so it must cost little here: the
first of a kind and network is written before its answer, the rest at most once a second, and
a kill may lose what that second counted.

What was typed is not known here at all. :mod:`access.tries_told` makes entries of the rows.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from access.database import TURN_SECONDS, writing
from access.errors import RecordsUnavailable
from access.networks import network_here
from access.refusals import SAME
from access.try_records import DEVICE_LETTERS, TryCount
from access.world import World

logger = logging.getLogger(__name__)

WRITTEN_EVERY_SECONDS = 1.0
#: So many networks that were held back are told apart within a minute; the rest share one number.
MOST_NETWORKS = 50
FAILED, WRONG, HELD = "sign_in:failed", "passphrase:wrong", "sign_in:held_back"


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

    @property
    def kind(self) -> str:
        """What its entry is called."""
        return FAILED if self.sign_in_id is None else WRONG

    @property
    def what(self) -> str:
        """Return it as one text."""
        return f"{self.kind} {self.by} {self.person_id} {self.sign_in_id}"


@dataclass(frozen=True, slots=True)
class _Held:
    """What is the same in two tries that were held back: which limit did, and where they came from."""

    by: str
    network: str | None
    kind = HELD
    person_id = sign_in_id = None

    @property
    def what(self) -> str:
        return f"{self.kind} {self.by} {self.network}"


@dataclass(slots=True)
class _Counted:
    """The same tries that are not written yet."""

    first_at: datetime
    last_at: datetime
    network: str | None
    device: str
    times: int


class FailedTries:
    """What one process counts; thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._counted: dict[Try | _Held, _Counted] = {}
        #: Held back, and written since the thread's last turn.
        self._fresh: set[_Held] = set()
        #: Held back within this minute, and when it began.
        self._apart: set[_Held] = set()
        self._apart_since = world.clock.now()
        self._turn = threading.Lock()

    def note(self, one: Try, device: str) -> None:
        """Count a failed try, from the network of the request that is answered; written when it returns.

        Where the database does not answer it waits in memory: the answer is the same.

        Args:
            device: a few words of the browser.
        """
        now = self._world.clock.now()
        with self._lock:
            self._add(one, _Counted(now, now, network_here(), device[:DEVICE_LETTERS], 1))
        self.write_if_possible()

    def note_held(self, limit: str) -> None:
        """Count a try that the limit of this name held back, from the network that is answered."""
        now = self._world.clock.now()
        with self._lock:
            one = self._told_apart(_Held(limit, network_here()), now)
            self._add(one, _Counted(now, now, one.network, "", 1))
            waits = one in self._fresh
            self._fresh.add(one)
        if not waits:
            self.write_if_possible()

    def write(self) -> None:
        """Write what is counted, in one transaction.

        Raises:
            RecordsUnavailable: nothing was written; it is remembered on.
        """
        if not self._turn.acquire(timeout=TURN_SECONDS):  # many do not wait for a database one by one
            raise RecordsUnavailable("no turn to write in time")
        try:
            self._write()
        finally:
            self._turn.release()

    def _write(self) -> None:
        """Write; whoever waited for their turn finds theirs written with somebody else's."""
        with self._lock:
            counted, self._counted = self._counted, {}
        if not counted:
            return
        try:
            with writing(self._world.database) as connection:
                for one, these in counted.items():
                    _count(connection, one, these)
        except BaseException:
            with self._lock:
                for one, these in counted.items():
                    self._add(one, these)
            raise

    def run(self, stopping: threading.Event) -> None:
        """Write each second what still waits, until *stopping* is set."""
        while not stopping.wait(WRITTEN_EVERY_SECONDS):
            try:
                with self._lock:
                    self._fresh.clear()
                self.write_if_possible()
            except Exception as fault:  # the thread must live on: the next turn may do better
                logger.warning("failed tries: %s", type(fault).__name__)

    def write_if_possible(self) -> None:
        """Write, or say that it waits."""
        try:
            self.write()
        except RecordsUnavailable as fault:
            logger.warning("failed tries: %s; they wait", type(fault).__name__)

    def _add(self, one: Try | _Held, these: _Counted) -> None:
        known = self._counted.setdefault(one, these)
        if known is not these:
            known.first_at = min(known.first_at, these.first_at)
            known.last_at = max(known.last_at, these.last_at)
            known.times += these.times

    def _told_apart(self, one: _Held, now: datetime) -> _Held:
        """Return what *one* is counted under: whoever has many networks fills neither table nor log."""
        if abs(now - self._apart_since) >= SAME:
            self._apart.clear()
            self._apart_since = now
        if one not in self._apart and len(self._apart) >= MOST_NETWORKS:
            return _Held(one.by, None)
        self._apart.add(one)
        return one


def _count(connection: Connection, one: Try | _Held, these: _Counted) -> None:
    """Add to the row of *one*, or begin it, by one statement that is the same for everybody's."""
    first = 1 if isinstance(one, Try) else 0  # a failed try has an entry of its own before the number
    row: dict[str, Any] = {
        "what": one.what,
        "kind": one.kind,
        "by": one.by,
        "person_id": one.person_id,
        "sign_in_id": one.sign_in_id,
        "network": these.network,
        "device": these.device,
        "started_at": these.first_at,
        "last_at": these.last_at,
        "is_told": not first,
        "more": these.times - first,
        "times": these.times,
    }
    connection.execute(_ONE_MORE[connection.dialect.name], row)


def _one_more(begun: Any) -> Any:
    """Return *begun*, an insertion, as one that adds where there is such a row already."""
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in TryCount.__table__.columns}
    return (
        begun(TryCount)
        .values(values)
        .on_conflict_do_update(
            index_elements=[TryCount.what],
            set_={"more": TryCount.more + bindparam("times"), "last_at": bindparam("last_at")},
        )
    )


_ONE_MORE = {"sqlite": _one_more(sqlite.insert), "postgresql": _one_more(postgresql.insert)}
