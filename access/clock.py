"""What time it is, in a way that a stepped wall clock cannot change unnoticed.

An instant is the wall clock's at the moment the clock was made, carried on by the
boot-time clock. When the two drift apart by more than ``DRIFT_LIMIT_SECONDS``
somebody set the clock; until time is believable again everything is closed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

DRIFT_LIMIT_SECONDS = 2.0


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


class SystemClock:
    """The machine's clock, anchored when it was made.

    Args:
        wall: seconds since 1970 as the machine's wall clock has them, which somebody may set.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._anchor_wall = wall()
        self._anchor_boot = boot_seconds()

    def now(self) -> datetime:
        """Return the anchored instant; see the module."""
        return datetime.fromtimestamp(self._anchor_wall + boot_seconds() - self._anchor_boot, UTC)

    def believable(self) -> bool:
        """Say whether wall clock and boot-time clock still agree."""
        carried = self._anchor_wall + boot_seconds() - self._anchor_boot
        return abs(self._wall() - carried) <= DRIFT_LIMIT_SECONDS


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
