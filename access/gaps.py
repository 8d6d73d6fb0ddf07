"""Stretches of which the logs do not know all: nothing could be written, or the time was not believed.

Found by whoever turns every few seconds (:mod:`app.jobs`), and written when that is possible again.
A power cut or a kill is told by the next start (:mod:`access.service_life`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from access.database import now_utc_text, writing
from access.ending import Actor
from access.log import entry
from access.world import World

#: Records that answer again sooner were busy.
LASTING = timedelta(seconds=5)
DOUBTED, BELIEVED, BACK = "clock:doubted", "clock:believed", "records:back"


@dataclass(frozen=True, slots=True)
class _Owed:
    """An entry that is still to be written."""

    kind: str
    at: datetime
    since: datetime | None = None


class Gaps:
    """The gaps that one process finds; for one thread."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._silent_since: datetime | None = None
        self._doubted_since: datetime | None = None
        #: What a start doubts is told at the start (:mod:`access.clock_trust`).
        self._was_believed = False
        self._owed: list[_Owed] = []

    def note(self, began: datetime, *, answered: bool) -> None:
        """Note how a turn that *began* then went, and write what gaps are over.

        Args:
            answered: whether records and log took everything.

        Raises:
            RecordsUnavailable, LogUnavailable: it is still owed.
        """
        now = self._world.clock.now()
        self._note_clock(now)
        if not answered:
            self._silent_since = self._silent_since or began
            return
        if self._silent_since is not None:
            if now - self._silent_since >= LASTING:
                self._owed.append(_Owed(BACK, now, self._silent_since))
            self._silent_since = None
        self._write()

    def _note_clock(self, now: datetime) -> None:
        if self._world.clock.believable():
            if self._doubted_since is not None:
                self._owed.append(_Owed(BELIEVED, now, self._doubted_since))
            self._was_believed, self._doubted_since = True, None
        elif self._was_believed and self._doubted_since is None:
            self._owed.append(_Owed(DOUBTED, now))
            self._doubted_since = now

    def _write(self) -> None:
        if not self._owed:
            return
        with writing(self._world.database) as connection:
            for owed in self._owed:
                body: dict[str, Any] = {
                    "actor": Actor(None, "portal", network=None).as_json(),
                    "reason": "",
                    "revision": None,
                    "subject": {},
                }
                if owed.since is not None:
                    body["since"] = now_utc_text(owed.since)
                entry.append(connection, log=entry.INSTALLATION, kind=owed.kind, at=owed.at, body=body)
        self._owed.clear()
