"""Seconds from the act that ends a right until its viewers get nothing more.

Most readers are slow enough to be in the middle of a segment when the act comes, and only
those who are count: whoever is between two segments gets nothing more from anybody. For
them two instants are told: the last byte that their kernel accepted, and the cut, which
is later and never at once by chance. Some readers follow the playlist as a browser
does, and are told of apart. Against nginx, which knows of no right and sends the rest of
the same segment to the same slow readers.
"""

import os
import statistics
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from access import acts_places
from bench.lines import Figures, Line, quantile
from bench.nginx import nginx
from bench.slow_reader import SlowReader
from bench.whole import Device, device, newest, running_school
from tests.e2e.living import LivingSchool
from tests.e2e.reader import Reader, boot
from tests.e2e.waiting import until

ROUNDS = 3
SLOW, FOLLOWING = 36, 8
#: A slow reader takes so long for one segment: as long as a right may at most outlive its end.
BODY_SECONDS = 3.0
#: Between two acts: no multiple of the cutter's 0.1 s, so that they meet it at every moment.
PAUSE_SECONDS = 0.037
#: Long enough to see a byte that comes too late.
AFTER_SECONDS = BODY_SECONDS + 0.5


@dataclass(slots=True)
class Found:
    """Seconds from an act, for each reader; less than none where it was over before."""

    ends: list[float] = field(default_factory=list)
    last_bytes: list[float] = field(default_factory=list)
    following: list[float] = field(default_factory=list)


def measure() -> Iterator[Line]:
    """Yield a line for grants revoked one by one, and one for a curtain before all at once."""
    with running_school() as school:
        slow = [device(school) for _ in range(SLOW)]
        following = [device(school) for _ in range(FOLLOWING)]
        _, segment = newest(slow[0].reader, slow[0].open())
        theirs = _nginx(segment)
        revoked, hidden = Found(), Found()
        for _ in range(ROUNDS):
            _revoke_all(slow, following, revoked)
        yield _line("grant revoked in the middle of a segment", revoked, theirs, segment)
        for _ in range(ROUNDS):
            _draw_the_curtain(school, slow, following, hidden)
        yield _line("curtain drawn in the middle of a segment", hidden, theirs, segment)


def _line(name: str, ours: Found, theirs: Sequence[float], segment: bytes) -> Line:
    return Line(
        name,
        "how long nginx goes on sending to the same readers (medians)",
        round(statistics.median(ours.ends) / statistics.median(theirs), 3),
        {
            "readers": len(ours.ends),
            **_spread("cut", ours.ends),
            **_spread("last_byte", ours.last_bytes),
            "nginx_last_byte_p50_seconds": round(statistics.median(theirs), 3),
            "following_the_playlist": len(ours.following),
            "following_last_byte_max_seconds": _rounded(max(ours.following)),
            "segment_bytes": len(segment),
            "load": round(os.getloadavg()[0], 2),
        },
        aim="last byte p99 ≤ 0.5 s",
    )


def _spread(name: str, seconds: Sequence[float]) -> Figures:
    return {
        f"{name}_p50_seconds": _rounded(statistics.median(seconds)),
        f"{name}_p99_seconds": _rounded(quantile(seconds, 0.99)),
        f"{name}_max_seconds": _rounded(max(seconds)),
    }


def _rounded(seconds: float) -> float:
    """Return *seconds* to the millisecond; 0 for what was over before the act."""
    return round(max(0.0, seconds), 3)


def _revoke_all(slow: Sequence[Device], following: Sequence[Device], found: Found) -> None:
    with _watching(slow, following) as (dripping, stopping):
        acts = []
        for one in (*slow, *following):
            stopping.wait(PAUSE_SECONDS)
            acts.append(boot())
            one.loses_its_grant()
        stopping.wait(AFTER_SECONDS)
    _count(dripping, following, acts, found)
    for one in (*slow, *following):
        one.gets_a_grant()


def _draw_the_curtain(
    school: LivingSchool, slow: Sequence[Device], following: Sequence[Device], found: Found
) -> None:
    world, room = school.living.world, school.room
    with _watching(slow, following) as (dripping, stopping):
        act = boot()
        acts_places.draw_curtain(world, actor=school.office, reason="bench", room_id=room)
        stopping.wait(AFTER_SECONDS)
    _count(dripping, following, [act] * (SLOW + FOLLOWING), found)
    acts_places.open_curtain(world, actor=school.director, reason="bench", room_id=room)


@contextmanager
def _watching(
    slow: Sequence[Device], following: Sequence[Device]
) -> Iterator[tuple[list[SlowReader], threading.Event]]:
    """Let all watch, each from when its viewing was opened, and go on once all of them have video."""
    stopping = threading.Event()
    had = [len(one.reader.received) for one in following]
    dripping = []
    threads = []
    try:
        for one in slow:
            dripping.append(SlowReader(one.reader, f"{one.open()}/main", BODY_SECONDS))
            threads.append(threading.Thread(target=dripping[-1].follow, args=(stopping,)))
            threads[-1].start()
        for one in following:
            viewing = one.open().rpartition("/")[2]
            threads.append(threading.Thread(target=one.reader.follow, args=(viewing, stopping)))
            threads[-1].start()

        def without() -> list[str]:
            silent = [f"slow {dict(one.statuses)}" for one in dripping if not one.bodies]
            return silent + [
                f"following {one.reader.statuses[-5:]}"
                for one, before in zip(following, had, strict=True)
                if len(one.reader.received) == before
            ]

        try:
            until("every reader gets video", lambda: not without(), 30)
        except TimeoutError as late:
            raise TimeoutError(f"readers without video: {without()}") from late
        yield dripping, stopping
    finally:
        stopping.set()
        for thread in threads:
            thread.join(30)


def _count(
    dripping: Sequence[SlowReader], following: Sequence[Device], acts: Sequence[float], found: Found
) -> None:
    for reader, act in zip(dripping, acts, strict=False):
        body = reader.on_its_way(act)
        if body is not None:
            found.ends.append(body.over - act)
            found.last_bytes.append(reader.last_byte - act)
    for one, act in zip(following, acts[len(dripping) :], strict=True):
        found.following.append(one.reader.received[-1][0] - act)


def _nginx(segment: bytes) -> list[float]:
    """Let as many slow readers take the same segment; return how long each goes on after one instant."""
    stopping = threading.Event()
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        Path(root, "index.m3u8").write_text("1.m4s\n")
        Path(root, "1.m4s").write_bytes(segment)
        with nginx(Path(root)) as (_, port):
            readers = [SlowReader(Reader(port, ""), "", BODY_SECONDS) for _ in range(SLOW)]
            threads = [threading.Thread(target=reader.follow, args=(stopping,)) for reader in readers]
            for thread in threads:
                thread.start()
                stopping.wait(BODY_SECONDS / SLOW)  # so that the act meets every part of a body
            stopping.wait(BODY_SECONDS)
            act = boot()
            stopping.wait(AFTER_SECONDS)
            stopping.set()
            for thread in threads:
                thread.join(30)
    under_way = [body for reader in readers if (body := reader.on_its_way(act))]
    return [max(0.0, body.last_byte - act) for body in under_way]
