"""What time it is, in a way that a stepped wall clock cannot change unnoticed.

An instant is the wall clock's at the moment the clock was made, carried on by the
boot-time clock. When the two drift apart by more than ``DRIFT_LIMIT_SECONDS``
somebody set the clock; until time is believable again everything is closed. At the
start everything is closed, too, until the clock is believed for the first time
(:mod:`access.clock_trust`).
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

logger = logging.getLogger(__name__)

DRIFT_LIMIT_SECONDS = 2.0
#: How often a clock that is not believed yet is looked at again.
ASK_SECONDS = 1.0


class Clock(Protocol):
    """Where instants come from; handed in, never asked of the system."""

    def now(self) -> datetime:
        """Return the present instant, aware and UTC."""
        ...

    def believable(self) -> bool:
        """Say whether the instants can be trusted to decide rights."""
        ...


def boot_seconds() -> float:
    """Return seconds since boot, counting sleep where the system can tell."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    # macOS counts no sleep, so a sleep shows as drift and closes; only tried by hand there.
    return time.monotonic()  # pragma: no cover


class Trust(Protocol):
    """What says whether the clock can be believed at the start."""

    def doubt(self) -> str | None:
        """Return why the wall clock is not believed, or None."""
        ...

    def keep(self) -> None:
        """Remember that it was believed."""
        ...


class SystemClock:
    """The machine's clock, anchored when it was made, or when it was first believed.

    Args:
        wall: seconds since 1970 as the machine's wall clock has them, which somebody may set.
        trust: asked until it believes the clock; None believes it at once.
    """

    def __init__(self, wall: Callable[[], float] = time.time, *, trust: Trust | None = None) -> None:
        self._wall = wall
        self._trust = trust
        self._asked = threading.Lock()
        self._ask_after = 0.0
        self._doubt: str | None = None
        self._anchor = _offset(wall)

    def now(self) -> datetime:
        """Return the anchored instant; see the module."""
        return datetime.fromtimestamp(self._anchor + boot_seconds(), UTC)

    def believable(self) -> bool:
        """Say whether the clock was believed, and wall clock and boot-time clock still agree."""
        if self._trust is not None and not self._is_believed(self._trust):
            return False
        return abs(_offset(self._wall) - self._anchor) <= DRIFT_LIMIT_SECONDS

    def _is_believed(self, trust: Trust) -> bool:
        """Ask once a second; until the clock is believed, instants follow whoever sets it.

        An instant taken before somebody set the clock right is not of this one: whoever
        asks about it is told no, once more.
        """
        with self._asked:
            if self._trust is None:
                return True
            if boot_seconds() < self._ask_after:
                return False
            self._ask_after = boot_seconds() + ASK_SECONDS
            before, self._anchor = self._anchor, _offset(self._wall)
            doubt = trust.doubt()
            self._tell(doubt)
            if doubt is not None:
                return False
            with suppress(OSError):  # then it is asked again at the next start
                trust.keep()
            self._trust = None
            return abs(self._anchor - before) <= DRIFT_LIMIT_SECONDS

    def _tell(self, doubt: str | None) -> None:
        """Name the doubt once, and its end."""
        if doubt != self._doubt:
            self._doubt = doubt
            said = "it is believed" if doubt is None else f"{doubt}: closed; ./portal doctor says what to do"
            logger.warning("clock: %s", said)


def _offset(wall: Callable[[], float]) -> float:
    """Return what turns seconds since boot into those of *wall*."""
    return wall() - boot_seconds()


class FrozenClock:
    """A clock that stands still until it is told to move; for tests."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant
        self.is_believable = True

    def now(self) -> datetime:
        """Return the instant it stands at."""
        return self._instant

    def believable(self) -> bool:
        """Return what the test says."""
        return self.is_believable

    def advance(self, by: timedelta) -> None:
        """Move on by *by*."""
        self._instant += by
