"""CPU of the portal's web processes for playlist and newest segment, against nginx with the same bytes."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.lines import TICKS, Line, cpu_seconds
from bench.nginx import nginx
from bench.whole import newest, running_school
from tests.e2e.living import Living
from tests.e2e.reader import SEGMENT, Reader

VIEWERS = (10, 50)
SECONDS = 8

#: One viewer: its reader, and the folder of its playlist.
Watching = tuple[Reader, str]


def measure() -> Iterator[Line]:
    """Yield a line for each number of viewers."""
    with running_school() as school, tempfile.TemporaryDirectory() as root:
        people: list[tuple[Reader, str]] = []
        for count in VIEWERS:
            while len(people) < count:
                people.append(school.reader(school.guardian().sign_in_name))
            # Only now: a viewing that nobody follows lapses.
            keys = [reader.open(school.room_key, token) for reader, token in people]
            watching = [(one[0], f"/live/{key}/main") for one, key in zip(people, keys, strict=True)]
            playlist, segment = newest(people[0][0], keys[0])
            Path(root).chmod(0o755)
            Path(root, "index.m3u8").write_bytes(playlist)
            for name in SEGMENT.findall(playlist.decode()):
                Path(root, f"{name}.m4s").write_bytes(segment)
            ours, asked = _load(watching, lambda: cpu_seconds(_web(school.living)))
            with nginx(Path(root)) as (pid, port):
                plain = [(Reader(port, ""), "") for _ in range(count)]
                theirs, asked_there = _load(plain, lambda at=pid: cpu_seconds(at))  # type: ignore[misc]
            yield _line(count, ours / asked, max(theirs, 1 / TICKS) / asked_there, asked)


def _line(count: int, ours: float, theirs: float, asked: int) -> Line:
    return Line(
        f"serving {count} viewers",
        "times nginx's CPU a request",
        round(ours / theirs, 2),
        {
            "ours_cpu_ms_per_request": round(ours * 1000, 3),
            "ours_cpu_ms_per_viewer_second": round(ours * 1000 * asked / count / SECONDS, 3),
            "nginx_cpu_ms_per_request": round(theirs * 1000, 3),
            "requests": asked,
            "load": round(os.getloadavg()[0], 2),
        },
    )


def _load(watching: list[Watching], used: Callable[[], float]) -> tuple[float, int]:
    """Let all ask for some seconds; return the CPU seconds used and the answers of 200."""
    answered = [0] * len(watching)

    def watch(at: int, reader: Reader, base: str) -> None:
        ends = time.monotonic() + SECONDS
        time.sleep(at / len(watching))  # spread over the second, as people are
        while (began := time.monotonic()) < ends:
            playlist = reader.get(f"{base}/index.m3u8")
            names = SEGMENT.findall(playlist.body.decode(errors="replace"))
            answered[at] += playlist.status == 200
            answered[at] += bool(names) and reader.get(f"{base}/{names[-1]}.m4s").status == 200
            time.sleep(max(0.0, began + 1 - time.monotonic()))

    threads = [threading.Thread(target=watch, args=(at, *one)) for at, one in enumerate(watching)]
    before = used()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if not sum(answered):
        raise RuntimeError("nothing was served")
    return used() - before, sum(answered)


def _web(living: Living) -> int:
    """Return the process under ``up`` that serves the web."""
    if living.process is None:
        raise RuntimeError("the portal is not up")
    children = Path(f"/proc/{living.process.pid}/task/{living.process.pid}/children").read_text().split()
    for child in children:
        if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise RuntimeError("no web process found")
