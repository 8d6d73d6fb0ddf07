"""CPU of the portal's web processes for each viewer and request, against nginx.

nginx has the same status, playlist and segments as files, and is asked by as many viewers,
as often, over connections that stay open just so.
"""

import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.lines import Line, cpu_seconds, quantile
from bench.nginx import nginx
from bench.viewers import EVERYTHING, PLAYLIST, SECONDS, SEGMENT, STATUS, Cost, Viewer, cost
from bench.whole import Device, device, newest, running_school, web_process
from tests.e2e.reader import SEGMENT as SEGMENT_NAME

VIEWERS = (10, 50, 200)
#: How many ask for one kind of thing alone, so that each kind has its own figure.
APART = 50

#: Some viewers, and what tells the CPU seconds of whoever serves them.
Side = tuple[Sequence[Viewer], Callable[[], float]]


def measure() -> Iterator[Line]:
    """Yield a line for each number of viewers, then one for each kind of request."""
    with running_school() as school:
        devices = [device(school) for _ in range(max(VIEWERS))]
        for count in VIEWERS:
            with _both_sides(devices[:count]) as sides:
                ours, theirs = (cost(viewers, EVERYTHING, used) for viewers, used in sides)
            yield _line(ours, theirs)
        with _both_sides(devices[:APART]) as sides:
            yield from _kinds_apart(*(_by_kind(*side) for side in sides))


@contextmanager
def _both_sides(devices: Sequence[Device]) -> Iterator[tuple[Side, Side]]:
    """Open a viewing for each, only now: one that nobody follows lapses. Then give nginx the same bytes."""
    viewers = [Viewer(one.reader.port, one.reader.cookie, one.open()) for one in devices]
    reader, base = devices[0].reader, viewers[0].base
    with tempfile.TemporaryDirectory() as root:
        _keep(Path(root), reader.get(f"{base}/status").body, *newest(reader, base))
        with nginx(Path(root)) as (pid, port):
            yield (
                (viewers, partial(cpu_seconds, web_process(devices[0].school.living))),
                ([Viewer(port)] * len(viewers), partial(cpu_seconds, pid)),
            )


def _keep(root: Path, status: bytes, playlist: bytes, segment: bytes) -> None:
    """Write what one viewer got as files that nginx may read."""
    root.chmod(0o755)
    (root / "status").write_bytes(status)
    (root / "main").mkdir()
    (root / "main" / "index.m3u8").write_bytes(playlist)
    for name in SEGMENT_NAME.findall(playlist.decode()):
        (root / "main" / f"{name}.m4s").write_bytes(segment)


def _line(ours: Cost, theirs: Cost) -> Line:
    return Line(
        f"serving {ours.viewers} viewers",
        "nginx's CPU a request",
        round(ours.ms_per_request / theirs.ms_per_request, 1),
        {
            "ours_cpu_ms_per_request": round(ours.ms_per_request, 3),
            "ours_cpu_ms_per_viewer_second": round(ours.ms_per_viewer_second, 2),
            "nginx_cpu_ms_per_request": round(theirs.ms_per_request, 4),
            "served": ours.served,
            "not_served": ours.refused,
            "requests_per_viewer_second": round(ours.served / ours.viewers / SECONDS, 2),
            "answered_ms_p50": round(statistics.median(ours.tally.seconds) * 1000, 1),
            "answered_ms_p99": round(quantile(ours.tally.seconds, 0.99) * 1000, 1),
            "load": round(os.getloadavg()[0], 2),
        },
    )


def _by_kind(viewers: Sequence[Viewer], used: Callable[[], float]) -> dict[str, float]:
    """Return the CPU milliseconds of one answer of each kind."""
    status, playlist, both = (
        cost(viewers, kinds, used).ms_per_request for kinds in ((STATUS,), (PLAYLIST,), (PLAYLIST, SEGMENT))
    )
    # Nobody knows a segment's address without its playlist, so half of `both` are playlists.
    return {STATUS: status, PLAYLIST: playlist, SEGMENT: 2 * both - playlist}


def _kinds_apart(ours: dict[str, float], theirs: dict[str, float]) -> Iterator[Line]:
    for kind in EVERYTHING:
        yield Line(
            f"serving a {kind}, {APART} viewers",
            "nginx's CPU a request",
            round(ours[kind] / theirs[kind], 1),
            {
                "ours_cpu_ms_per_request": round(ours[kind], 3),
                "nginx_cpu_ms_per_request": round(theirs[kind], 4),
                "load": round(os.getloadavg()[0], 2),
            },
        )
