"""Instants that nobody can set: one that was told, carried on by the clock that counts since boot.

A camera process does not ask the wall clock. It is told the instant by whoever starts
it, so film time and the records count by one clock, and a wall clock that is stepped
while it films, or just before, moves neither.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True, slots=True)
class SteadyClock:
    """A clock that showed *instant*, aware, when the machine had run for *boot_seconds*."""

    instant: datetime
    boot_seconds: float

    @classmethod
    def at(cls, instant: datetime) -> "SteadyClock":
        """Return a clock that shows *instant* now."""
        return cls(instant, time.clock_gettime(_BOOT))

    def now(self) -> datetime:
        """Return the present instant."""
        return self.instant + timedelta(seconds=time.clock_gettime(_BOOT) - self.boot_seconds)
