"""Whether the machine's clock can be believed when the portal starts.

After a power cut a machine may wake up in 1970, or a day ahead. The log says when a
clock was last believed: a viewing opens only under one that is, and staff who confirm
one leave an entry. The clock is believed

- where it has not been set since it was believed, or confirmed, after the machine started;
- else never while it is before that entry;
- else where the kernel says that it is synchronised;
- or where it goes on from that entry within half a day, and nobody set it meanwhile.

What was believed is kept in the RAM directory as the distance between wall clock and
boot-time clock, so it is forgotten when the machine restarts, as it must be.
Source: docs/design/004-time.md, "At the start".
"""

import ctypes
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Engine, Row, select

from access.clock import DRIFT_LIMIT_SECONDS, boot_seconds
from access.database import reading
from access.errors import RecordsUnavailable
from access.log.store import LogEntry

#: Entries that are written only under a clock that is believed.
UNDER_A_CLOCK_BELIEVED = ("viewing:opened", "clock:confirmed")
#: A clock that nobody synchronises may go on from the last of them by so much: a night.
#: One that is a day ahead goes on by more.
GOES_ON = timedelta(hours=12)
DRIFT = timedelta(seconds=DRIFT_LIMIT_SECONDS)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class ClockDoubt(StrEnum):
    """Why the clock is not believed. Written to the machine's journal, so never renamed."""

    BEHIND = "clock:behind_log"
    SET = "clock:set"
    UNSURE = "clock:not_synchronised"
    UNASKED = "clock:log_unavailable"


def doubt_about(
    now: datetime, last: datetime | None, *, is_synchronised: bool, offset: float, believed: float | None
) -> ClockDoubt | None:
    """Return why *now* is not believed, or None. Pure.

    Args:
        now: what the wall clock says; aware.
        last: when the log says that a clock was last believed; None where it never says so.
        is_synchronised: what the kernel says; False where it says nothing.
        offset: wall clock less boot-time clock, in seconds.
        believed: the same, when it was last believed since the machine started.
    """
    if believed is not None and abs(offset - believed) <= DRIFT_LIMIT_SECONDS:
        return None
    if last is not None and now < last - DRIFT:
        return ClockDoubt.BEHIND
    if is_synchronised:
        return None
    if believed is not None:
        return ClockDoubt.SET
    if last is not None and now - last > GOES_ON:
        return ClockDoubt.UNSURE
    return None


class ClockTrust:
    """Asks the log, the kernel and the RAM directory about the clock.

    Args:
        database: whose log it is.
        path: a file in the RAM directory.
        wall: seconds since 1970 as the machine's wall clock has them.
        synchronised: what the kernel says; None where it says nothing.
    """

    def __init__(
        self,
        database: Engine,
        path: Path,
        *,
        wall: Callable[[], float] = time.time,
        synchronised: Callable[[], bool | None] | None = None,
    ) -> None:
        self._database = database
        self._path = path
        self._wall = wall
        self._synchronised = synchronised or kernel_is_synchronised

    def doubt(self) -> ClockDoubt | None:
        """Return why the wall clock is not believed, or None; in doubt there is doubt."""
        wall = self._wall()
        try:
            last = last_believed_at(self._database)
        except RecordsUnavailable:
            return ClockDoubt.UNASKED
        return doubt_about(
            datetime.fromtimestamp(wall, UTC),
            last,
            is_synchronised=self._synchronised() is True,
            offset=wall - boot_seconds(),
            believed=self._believed(),
        )

    def keep(self) -> None:
        """Remember that the clock is believed as it stands, until it is set or the machine restarts.

        Raises:
            OSError: it is not remembered.
        """
        fresh = self._path.with_name(f"{self._path.name}.{time.monotonic_ns()}.new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({"boot": _boot(), "offset": self._wall() - boot_seconds()}), "ascii")
        fresh.rename(self._path)

    def _believed(self) -> float | None:
        try:
            kept = json.loads(self._path.read_text("ascii"))
            return float(kept["offset"]) if kept["boot"] == _boot() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


def last_believed_at(database: Engine) -> datetime | None:
    """Return when the log last says that the clock was believed: the last written, whatever it says.

    Raises:
        RecordsUnavailable: the database does not answer, or is not there yet.
    """
    with reading(database) as connection:
        found = [_newest(connection, kind) for kind in UNDER_A_CLOCK_BELIEVED]
    last = max((row for row in found if row is not None), key=lambda row: row.id, default=None)
    return None if last is None else last.at


def _newest(connection: Connection, kind: str) -> Row[int, datetime] | None:
    """Return the last entry of *kind* in any log: the machine has one clock."""
    return connection.execute(
        select(LogEntry.id, LogEntry.at).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
    ).first()


def _boot() -> str:
    """Return what tells one start of the machine from another."""
    return BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else ""


class _Timex(ctypes.Structure):
    """The beginning of the kernel's ``struct timex``, with room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("four_longs", ctypes.c_long * 4),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


STA_UNSYNC = 0x0040


def kernel_is_synchronised() -> bool | None:
    """Say whether somebody keeps the kernel's clock right; None where it does not tell (adjtimex(2))."""
    if sys.platform != "linux":
        return None
    asked = _Timex(modes=0)  # changes nothing, so anybody may ask
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(asked))
    except AttributeError:
        return None
    return None if state < 0 else not asked.status & STA_UNSYNC
