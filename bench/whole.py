"""A whole running portal with a filming camera, for benchmarks that look from outside."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from access import acts_people
from demo.rtsp_camera import filmed
from tests.descendants import command_line, descendants
from tests.e2e.living import Guardian, Living, LivingSchool, living_portal
from tests.e2e.reader import SEGMENT, Reader
from tests.e2e.waiting import until


@contextmanager
def running_school() -> Iterator[LivingSchool]:
    """Yield a school of a portal that is up; everything is gone at the end.

    Its camera is a process of its own: readers in the benchmark's would make it stutter.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory(prefix="littlewindow-bench-", dir="/dev/shm") as ram,
        filmed("oak") as (camera_address,),
        living_portal(Path(home), Path(ram)) as living,
    ):
        school = LivingSchool(living, camera_address)
        living.start()
        yield school


@dataclass(slots=True)
class Device:
    """A signed-in device of one guardian for whom everything is in order."""

    school: LivingSchool
    guardian: Guardian
    reader: Reader
    token: str
    grant: int

    def open(self) -> str:
        """Open a viewing of the room; return its path."""
        return f"/live/{self.reader.open(self.school.room_key, self.token)}"

    def loses_its_grant(self) -> None:
        """Have the office revoke what lets this guardian watch."""
        acts_people.revoke_grant(
            self.school.living.world, actor=self.school.office, reason="bench", grant_id=self.grant
        )

    def gets_a_grant(self) -> None:
        """Have the director let this guardian watch again."""
        world = self.school.living.world
        self.grant = acts_people.issue_grant(
            world,
            actor=self.school.director,
            reason="bench",
            guardianship_id=self.guardian.guardianship,
            starts_at=self.school.now,
            ends_at=world.clock.now() + timedelta(days=1),
        )


def device(school: LivingSchool) -> Device:
    """Add a guardian and sign them in."""
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name)
    return Device(school, guardian, reader, token, guardian.grant)


def newest(reader: Reader, base: str) -> tuple[bytes, bytes]:
    """Return a playlist of the viewing at *base* and the newest segment in it, once there is one."""
    found: list[bytes] = []

    def has_one() -> bool:
        playlist = reader.get(f"{base}/main/index.m3u8")
        names = SEGMENT.findall(playlist.body.decode(errors="replace"))
        segment = reader.get(f"{base}/main/{names[-1]}.m4s") if names else None
        if segment and segment.status == 200 and segment.whole:
            found[:] = [playlist.body, segment.body]
        return bool(found)

    until("a segment came", has_one, 30)
    return found[0], found[1]


def web_process(living: Living) -> int:
    """Return the process under ``up`` that serves the web."""
    if living.process is None:
        raise RuntimeError("the portal is not up")
    found = next((pid for pid in descendants(living.process.pid) if "gunicorn" in command_line(pid)), None)
    if found is None:
        raise RuntimeError("no web process found")
    return found
