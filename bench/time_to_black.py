"""Seconds from revoking a grant to the last byte of video at a reader.

Half of the readers read as fast as they can, half at 100 kB/s. Against nginx, which
knows of no right: it sends a slow reader the rest of the same segment.
"""

import os
import statistics
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from access import acts_people
from bench.lines import Line, quantile
from bench.nginx import nginx
from bench.whole import newest, running_school, viewer
from tests.e2e.living import LivingSchool
from tests.e2e.reader import Reader, boot
from tests.e2e.waiting import until

ROUNDS = 5
READERS = 20
SLOW = 100_000.0
#: Long enough to be in the middle of segments, and to see a byte that comes too late.
BEFORE, AFTER = 1.0, 4.0


def measure() -> Iterator[Line]:
    """Yield a line for all, and one for the slow readers against nginx."""
    fast: list[float] = []
    slow: list[float] = []
    with running_school() as school:
        _, probe, viewing = viewer(school)
        _, segment = newest(probe, viewing)
        for _ in range(ROUNDS):
            for rate, seconds in _revoke_all(school):
                (slow if rate else fast).append(seconds)
    theirs = _nginx(segment)
    for name, ours in (("all readers", fast + slow), ("readers at 100 kB/s", slow)):
        yield Line(
            f"revoked to last byte, {name}",
            "times what nginx goes on sending to a reader at 100 kB/s (medians)",
            round(statistics.median(ours) / statistics.median(theirs), 3),
            {
                "revocations": len(ours),
                "p50_seconds": round(statistics.median(ours), 3),
                "p99_seconds": round(quantile(ours, 0.99), 3),
                "max_seconds": round(max(ours), 3),
                "no_byte_after_the_act": sum(1 for seconds in ours if seconds == 0),
                "nginx_p50_seconds": round(statistics.median(theirs), 3),
                "segment_bytes": len(segment),
                "load": round(os.getloadavg()[0], 2),
            },
        )


def _revoke_all(school: LivingSchool) -> list[tuple[float | None, float]]:
    stopping = threading.Event()
    watching: list[tuple[int, Reader]] = []
    threads = []
    for at in range(READERS):
        grant, reader, key = viewer(school, SLOW if at % 2 else None)
        watching.append((grant, reader))
        # At once: a viewing that nobody follows lapses.
        threads.append(threading.Thread(target=reader.follow, args=(key, stopping)))
        threads[-1].start()
    try:
        until("every reader gets video", lambda: all(reader.received for _, reader in watching), 15)
    except BaseException:
        stopping.set()
        raise
    stopping.wait(BEFORE)
    acts = []
    for grant, _ in watching:
        acts.append(boot())
        acts_people.revoke_grant(school.living.world, actor=school.office, reason="bench", grant_id=grant)
    stopping.wait(AFTER)
    stopping.set()
    for thread in threads:
        thread.join(30)
    found = []
    for act, (_, reader) in zip(acts, watching, strict=True):
        found.append((reader.rate, max(0.0, reader.received[-1][0] - act)))
    return found


def _nginx(segment: bytes) -> list[float]:
    """Read at 100 kB/s; let the right end evenly spread over the body; return what was left."""
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        Path(root, "1.m4s").write_bytes(segment)
        with nginx(Path(root)) as (_, port):
            reader = Reader(port, "", SLOW)
            if not reader.get("/1.m4s").whole:
                raise RuntimeError("nginx did not send the whole segment")
    lasted = reader.received[-1][0] - reader.received[0][0]
    return [lasted * (at + 0.5) / READERS for at in range(READERS)]
