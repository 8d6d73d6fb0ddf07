"""A whole running portal with a filming camera, for benchmarks that look from outside."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cameras import PipCamera
from tests.e2e.living import Living, LivingSchool, living_portal
from tests.e2e.reader import SEGMENT, Reader
from tests.e2e.waiting import until


@contextmanager
def running_school() -> Iterator[LivingSchool]:
    """Yield a school of a portal that is up; everything is gone at the end."""
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory(prefix="littlewindow-bench-", dir="/dev/shm") as ram,
        PipCamera() as camera,
        living_portal(Path(home), Path(ram)) as living,
    ):
        school = LivingSchool(living, camera.address)
        living.start()
        yield school


def viewer(school: LivingSchool, rate: float | None = None) -> tuple[int, Reader, str]:
    """Add a guardian who watches; return the grant, the reader and the viewing's key."""
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name, rate)
    return guardian.grant, reader, reader.open(school.room_key, token)


def newest(reader: Reader, viewing: str) -> tuple[bytes, bytes]:
    """Return a playlist and the newest segment in it, once there is one."""
    base = f"/live/{viewing}/main"
    found: list[bytes] = []

    def has_one() -> bool:
        playlist = reader.get(f"{base}/index.m3u8")
        names = SEGMENT.findall(playlist.body.decode(errors="replace"))
        segment = reader.get(f"{base}/{names[-1]}.m4s") if names else None
        if segment and segment.status == 200 and segment.whole:
            found[:] = [playlist.body, segment.body]
        return bool(found)

    until("a segment came", has_one, 30)
    return found[0], found[1]


def web_process(living: Living) -> int:
    """Return the process under ``up`` that serves the web."""
    if living.process is None:
        raise RuntimeError("the portal is not up")
    children = Path(f"/proc/{living.process.pid}/task/{living.process.pid}/children").read_text().split()
    for child in children:
        if b"gunicorn" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise RuntimeError("no web process found")
