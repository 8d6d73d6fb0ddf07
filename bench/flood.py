"""Opening a viewing while others are refused ten thousand times a minute, for a minute.

Against what one durable row costs SQLite by itself on the same disk: an opening writes a viewing, an
entry with its nodes and a head in one transaction that waits for the disk once.
"""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.lines import Line, quantile
from bench.whole import running_school
from tests.e2e.flooding import SENDERS, flood, refused_devices

SECONDS = 60.0
DEVICES = 4 * SENDERS
QUIET_SECONDS = 15.0
ROWS = 300


def measure() -> Iterator[Line]:
    """Yield one line: an opening beside the flood, and before it."""
    with running_school() as school:
        devices = refused_devices(school, DEVICES)
        quiet = flood(school, [], QUIET_SECONDS)
        beside = flood(school, devices, SECONDS)
    row = _durable_row()
    yield Line(
        "opening a viewing beside 10,000 refusals a minute",
        "one durable row by SQLite alone (medians)",
        round(statistics.median(beside.opened) / row, 1),
        {
            "openings": len(beside.opened),
            "opening_p50_ms": round(statistics.median(beside.opened) * 1000, 1),
            "opening_p99_ms": round(quantile(beside.opened, 0.99) * 1000, 1),
            "without_the_flood_p50_ms": round(statistics.median(quiet.opened) * 1000, 1),
            "without_the_flood_p99_ms": round(quantile(quiet.opened, 0.99) * 1000, 1),
            "refused_a_minute": round(beside.refused / beside.seconds * 60),
            "answered_otherwise": len(beside.otherwise),
            "sqlite_row_p50_ms": round(row * 1000, 2),
        },
        aim="p99 < 100 ms",
    )


def _durable_row() -> float:
    """Return the median seconds of one INSERT that waits for the disk."""
    took = []
    with tempfile.TemporaryDirectory() as home, closing(sqlite3.connect(Path(home) / "bare.db")) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, body BLOB)")
        for _ in range(ROWS):
            began = time.perf_counter()
            with bare:
                bare.execute("INSERT INTO one (body) VALUES (?)", (b"x" * 600,))
            took.append(time.perf_counter() - began)
    return statistics.median(took)
