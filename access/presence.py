"""When somebody last used each device: what decides whether it is asked for its PIN.

Every request of a person says so, too often to write each down; this process
remembers, and writes what it remembers every few seconds. What a crash loses makes
a device ask earlier, never later.
"""

import threading
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from access.database import writing
from access.errors import RecordsUnavailable
from access.people import SignIn
from access.sign_ins import SignInFound
from access.world import World

#: Not used for so long, a device asks who holds it.
AWAY = timedelta(minutes=10)
WRITTEN_EVERY_SECONDS = 15.0
#: How far the clock may be set back before a device asks.
SLACK = timedelta(minutes=1)

_SEEN = (
    update(SignIn)
    .where(SignIn.id == bindparam("sign_in_id"), SignIn.seen_at < bindparam("at"), SignIn.ended_at.is_(None))
    .values(seen_at=bindparam("at"))
)


class Presence:
    """The devices of one process; thread-safe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        #: By sign-in: what the records do not have yet.
        self._seen: dict[int, datetime] = {}

    def is_away(self, found: SignInFound, now: datetime) -> bool:
        """Say whether a device was left alone for so long that it must ask who holds it."""
        seen = max(found.seen_at, self._seen.get(found.sign_in_id, found.seen_at))
        # Seen in the future: the clock was wrong, and nobody knows for how long the device lay there.
        return not -SLACK <= now - seen < AWAY

    def saw(self, sign_in_id: int, now: datetime) -> None:
        """Remember that somebody uses a device that is not away."""
        with self._lock:
            self._seen[sign_in_id] = now

    def write(self) -> None:
        """Write what is remembered into the records, and forget what is written.

        Raises:
            RecordsUnavailable: the database did not answer; it is remembered on.
        """
        with self._lock:
            seen = dict(self._seen)
        if not seen:
            return
        with writing(self._world.database) as connection:
            connection.execute(
                _SEEN, [{"sign_in_id": sign_in_id, "at": at} for sign_in_id, at in sorted(seen.items())]
            )
        with self._lock:
            for sign_in_id, at in seen.items():
                if self._seen.get(sign_in_id) == at:
                    del self._seen[sign_in_id]

    def run(self, stopping: threading.Event) -> None:
        """Write every few seconds until *stopping* is set, and once more then."""
        while not stopping.wait(WRITTEN_EVERY_SECONDS):
            self._write_if_possible()
        self._write_if_possible()

    def _write_if_possible(self) -> None:
        try:
            self.write()
        except RecordsUnavailable:
            return  # the next turn has it
