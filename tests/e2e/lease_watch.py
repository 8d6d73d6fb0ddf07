"""Which bytes no durable lease covered, found by reading the leases again and again.

The last lease of a viewing says nothing of a gap between two of them. So a process of its
own, which waits for none of the test's many readers, reads the leases every 20 ms, through a
database connection that sees only what is committed, and notes when. What was durable
when a byte came stands in the first reading begun after that instant, or stood in the last
one begun before it. So the oracle allows a lease to be written late by the time between two
readings, and no more.
"""

import json
import select
import sqlite3
import subprocess
import sys
import time
from bisect import bisect_left
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType

from tests.e2e.reader import Reader, boot

EVERY_SECONDS = 0.02
#: Further apart, two readings say little of what stood between them: the machine did other work.
BLIND_SECONDS = 0.5
#: A byte that left in time lies in two kernels, and waits for its thread's turn, before it is noted.
UNDER_WAY_SECONDS = 0.1

LEASES = "SELECT key, lease_until, closed_at FROM viewing"


class LeaseWatch:
    """The leases of every viewing over time, from ``with`` to its end."""

    def __init__(self, database: Path) -> None:
        self._database = database
        #: When each reading began, and until when each viewing might then send, by the boot clock.
        self._begun: list[float] = []
        self._shown: list[dict[str, float]] = []

    def __enter__(self) -> "LeaseWatch":
        self._written = TemporaryFile("w+")  # closed in __exit__
        words = [sys.executable, "-m", __name__, str(self._database)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=self._written)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        assert self._process.wait(10) == 0
        with self._written:
            self._written.seek(0)
            for line in self._written:
                begun, shown = json.loads(line)
                self._begun.append(begun)
                self._shown.append(shown)

    def blind_share(self) -> float:
        """Return for which share of the time (0 to 1) two readings lay further apart than they may."""
        gaps = [later - before for before, later in zip(self._begun, self._begun[1:], strict=False)]
        return sum(gap for gap in gaps if gap > BLIND_SECONDS) / sum(gaps)

    def uncovered(self, viewing: str, reader: Reader) -> list[float]:
        """Return how far past its viewing's lease *reader* got bytes, in seconds."""
        late = []
        for instant, _ in reader.received:
            past = instant - max(self._until(viewing, number) for number in self._around(instant))
            if past > UNDER_WAY_SECONDS:
                late.append(past)
        return late

    def _around(self, instant: float) -> list[int]:
        """Return the readings next to *instant*, before and after it."""
        after = bisect_left(self._begun, instant)
        return [number for number in (after - 1, after) if 0 <= number < len(self._begun)]

    def _until(self, viewing: str, number: int) -> float:
        return self._shown[number].get(viewing, 0.0)


def watch(database: str) -> None:
    """Write a line for each reading, until nobody holds our input any more."""
    boot_at_zero = boot() - time.time()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=0.1)) as connection:
        while not select.select([sys.stdin], [], [], EVERY_SECONDS)[0]:
            begun = boot()
            try:
                rows = connection.execute(LEASES).fetchall()
            except sqlite3.OperationalError:
                continue  # being mended after a kill; a gap in the readings, and shown as such
            shown = {key: _end(lease, closed) + boot_at_zero for key, lease, closed in rows}
            print(json.dumps([begun, shown]))


def _end(lease_until: str, closed_at: str | None) -> float:
    far = datetime.max.replace(tzinfo=UTC)
    return min(_instant(lease_until), _instant(closed_at) if closed_at else far).timestamp()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


if __name__ == "__main__":
    watch(sys.argv[1])
