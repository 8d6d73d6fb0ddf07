"""The access log: what its tree costs whoever appends, and what it takes to check a long log."""

import json
import multiprocessing
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from access.database import connect, writing
from access.errors import RecordsUnavailable
from access.log.entry import append
from bench.lines import Line, median_ratio, paired
from bench.log_rows import BEGAN, ENTRY, KIND, LOG, bare_pass, body_of, empty_database, fill, row_of

#: So many processes append at once; and so long each time, ours and theirs in turn.
WRITERS, SECONDS, ROUNDS = 8, 2.0, 3
#: Entries of the log that is checked, and of the one whose memory it is compared with.
LONG, SHORT = 1_000_000, 10_000
#: Until all have begun.
START_SECONDS = 0.5
#: How long SQLite's own waiting may take.
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Appended:
    """What one process did in its time."""

    entries: int
    longest_seconds: float
    refused: int = 0


Appends: TypeAlias = Callable[[Path, float], Appended]


def measure() -> Iterator[Line]:
    """Yield a line for appending alone, one for eight at once, and one for checking a million entries."""
    with tempfile.TemporaryDirectory(prefix="littlewindow-log-", dir="/var/tmp") as home:
        ours, theirs = Path(home, "ours.db"), Path(home, "theirs.db")
        for path in (ours, theirs):
            empty_database(path)
        for writers in (1, WRITERS):
            yield _appending(writers, ours, theirs)
        yield _verifying(Path(home))


def _appending(writers: int, ours: Path, theirs: Path) -> Line:
    rounds: dict[Path, list[list[Appended]]] = {ours: [], theirs: []}

    def seconds_of_one(pool: ProcessPoolExecutor, appends: Appends, path: Path) -> float:
        """Return the seconds that each entry took, of all that were appended meanwhile."""
        start = time.time() + START_SECONDS
        done = list(pool.map(partial(appends, path), [start] * writers))
        rounds[path].append(done)
        return SECONDS / sum(one.entries for one in done)

    # Started afresh, not forked: of this process they need nothing.
    with ProcessPoolExecutor(writers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for appends, path in ((append_ours, ours), (append_theirs, theirs)):
            list(pool.map(partial(appends, path), [0.0] * writers))  # all of them are there, and warm
        pairs = paired(
            lambda: seconds_of_one(pool, append_ours, ours),
            lambda: seconds_of_one(pool, append_theirs, theirs),
            ROUNDS,
        )
    return Line(
        "appending to the log, alone" if writers == 1 else f"appending to the log, {writers} processes",
        "the same rows without a tree by Python's sqlite3 (medians)",
        median_ratio(pairs),
        {
            "ours_entries_per_second": round(statistics.median(1 / one for one, _ in pairs)),
            "theirs_entries_per_second": round(statistics.median(1 / other for _, other in pairs)),
            "range_of_ratios": [round(found(a / b for a, b in pairs), 2) for found in (min, max)],
            "ours_longest_seconds": round(_longest(rounds[ours]), 2),
            "theirs_longest_seconds": round(_longest(rounds[theirs]), 2),
            "refused": sum(one.refused for done in rounds[ours] for one in done),
        },
    )


def _longest(rounds: list[list[Appended]]) -> float:
    return max(one.longest_seconds for done in rounds for one in done)


def append_ours(path: Path, start: float) -> Appended:
    """Append as the portal does, one entry a transaction, from *start* on (POSIX seconds)."""
    engine = connect(f"sqlite:///{path}")

    def one(number: int) -> None:
        with writing(engine) as connection:
            append(connection, log=LOG, kind=KIND, at=BEGAN, body=body_of(number))

    done = _again_and_again(one, start)
    engine.dispose()
    return done


def append_theirs(path: Path, start: float) -> Appended:
    """Insert the same row and count the log on, in as many transactions that are synced as ours are."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=PATIENCE_SECONDS)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("INSERT OR IGNORE INTO log_head VALUES (?, 0, x'', x'')", (LOG,))

        def one(_: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            asked = connection.execute("SELECT size FROM log_head WHERE log = ?", (LOG,))
            (number,) = asked.fetchone()
            connection.execute(ENTRY, row_of(number))
            connection.execute("UPDATE log_head SET size = ? WHERE log = ?", (number + 1, LOG))
            connection.execute("COMMIT")

        return _again_and_again(one, start)


def _again_and_again(deed: Callable[[int], None], start: float) -> Appended:
    """Do *deed* once, wait for *start*, then do it again and again; a start in the past is over at once."""
    with suppress(RecordsUnavailable):
        deed(0)
    time.sleep(max(0.0, start - time.time()))
    entries, refused, longest, began = 0, 0, 0.0, time.monotonic()
    before = began
    while start and before < began + SECONDS:
        try:
            deed(entries)
        except RecordsUnavailable:
            refused += 1
        else:
            entries += 1
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    return Appended(entries, longest, refused)


def _verifying(home: Path) -> Line:
    found: dict[int, dict[str, Any]] = {}
    for size in (SHORT, LONG):
        path = home / f"{size}.db"
        fill(path, size)
        found[size] = _verified(path)
    began = time.monotonic()
    bare_pass(path)
    bare = time.monotonic() - began
    long, short = found[LONG], found[SHORT]
    assert long["findings"] == 0
    assert long["entries"] == LONG
    return Line(
        f"checking a log of {LONG:,} entries",
        "reading the same bodies and hashing each by Python's sqlite3",
        round(long["seconds"] / bare, 2),
        {
            "seconds": round(long["seconds"], 1),
            "cpu_seconds": round(long["cpu_seconds"], 1),
            "longest_silence_seconds": round(long["longest_silence_seconds"], 2),
            "theirs_seconds": round(bare, 2),
            "peak_megabytes": round(long["megabytes"], 1),
            f"peak_megabytes_at_{SHORT}": round(short["megabytes"], 1),
            "memory_ratio": round(long["megabytes"] / short["megabytes"], 2),
        },
        aim="≤ 60 s, and memory as of a short log",
    )


def _verified(path: Path) -> dict[str, Any]:
    program = [sys.executable, "-m", "bench.log_verified", str(path)]
    ended = subprocess.run(program, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[1])
    said: dict[str, Any] = json.loads(ended.stdout)
    return said
