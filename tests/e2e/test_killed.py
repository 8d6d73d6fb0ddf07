"""kill -9 while twenty watch: nothing in the log is lost, no byte is uncovered, no camera stays connected."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from streaming.store import RamDirectory
from tests.cameras import PipCamera
from tests.e2e.lease_watch import LeaseWatch
from tests.e2e.living import Living, LivingSchool, living_portal
from tests.e2e.processes import everything, the_cameras, the_supervisor, the_web
from tests.e2e.reader import Reader, all_following, boot
from tests.e2e.waiting import until
from tests.streaming.pictures import STREAM, segment
from tests.streaming.supervised import camera_connections

VIEWERS = 20
#: Longer than a lease lasts: whoever watches for so long was renewed.
RENEWED_SECONDS = 12.0
#: A busy machine keeps the oracle from reading now and then; in this share of the time at most.
BLIND_SHARE = 0.25
#: What was sent before a kill may be read so much later.
UNDER_WAY_SECONDS = 0.3


@pytest.fixture(scope="module")
def devices(school: LivingSchool) -> list[tuple[Reader, str]]:
    """Sign twenty devices of four guardians in; they live in the test, outside the killed processes."""
    guardians = [school.guardian() for _ in range(4)]
    return [school.reader(guardians[number % 4].sign_in_name) for number in range(VIEWERS)]


@contextmanager
def watched_by_many(school: LivingSchool, devices: list[tuple[Reader, str]]) -> Iterator[dict[str, Reader]]:
    """Have every device open a viewing and follow it; yield readers by viewing once all have pictures."""
    crowd: dict[str, Reader] = {}
    for device, token in devices:
        reader = device.again()
        crowd[reader.open(school.room_key, token)] = reader
    with all_following(crowd):
        until("everybody has a picture", lambda: all(r.taken for r in crowd.values()), 40)
        yield crowd


def kill(victims: list[int]) -> float:
    """Kill them; return when, by the boot clock."""
    assert victims
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    return boot()


def entries(school: LivingSchool) -> list[tuple[int, bytes]]:
    """Return number and commitment of every entry of the school's log."""
    with reading(school.living.world.database) as connection:
        rows = connection.execute(
            select(LogEntry.number, LogEntry.commitment)
            .where(LogEntry.log == school.school)
            .order_by(LogEntry.number)
        )
        return [(row.number, row.commitment) for row in rows]


def opened_in_the_log(school: LivingSchool, crowd: Mapping[str, Reader]) -> set[str]:
    """Return the viewings of *crowd* whose opening is in the log."""
    with reading(school.living.world.database) as connection:
        bodies = connection.execute(select(LogEntry.body).where(LogEntry.kind == "viewing:opened")).scalars()
        said = b"".join(body or b"" for body in bodies)
    return {viewing for viewing in crowd if viewing.encode() in said}


@pytest.mark.parametrize(
    "victims", [the_web, the_supervisor, everything], ids=lambda victims: victims.__name__
)
def test_after_kill_9_it_is_closed_until_ready_and_then_opens_anew(
    school: LivingSchool,
    camera: PipCamera,
    devices: list[tuple[Reader, str]],
    victims: Callable[[Living], list[int]],
) -> None:
    living = school.living
    with LeaseWatch(living.database) as leases:
        with watched_by_many(school, devices) as before:
            logged = entries(school)
            killed = kill(victims(living))
            if victims is not the_web:
                assert living.process
                living.process.wait(5)
                until("no camera is connected", lambda: camera_connections(camera.port) == 0, 3)
                living.start()
            until("it is ready again", living.is_ready, 30)
        with watched_by_many(school, devices) as after:
            pass

    assert entries(school)[: len(logged)] == logged
    assert [number for number, _ in entries(school)] == list(range(len(entries(school))))
    assert opened_in_the_log(school, before | after) == set(before | after)
    assert [
        i - killed for r in before.values() for i, _ in r.received if i > killed + UNDER_WAY_SECONDS
    ] == []
    assert {v: late for v, r in (before | after).items() if (late := leases.uncovered(v, r))} == {}
    assert leases.blind_share() < BLIND_SHARE


def test_when_a_camera_process_is_killed_everybody_watches_on_under_renewed_leases(
    school: LivingSchool, camera: PipCamera, devices: list[tuple[Reader, str]]
) -> None:
    with LeaseWatch(school.living.database) as leases, watched_by_many(school, devices) as crowd:
        opened, logged = boot(), entries(school)
        killed = kill(the_cameras(school.living))
        until(
            "everybody has new pictures, under another lease than the first",
            lambda: all(
                r.received[-1][0] > max(killed + 1, opened + RENEWED_SECONDS) for r in crowd.values()
            ),
            40,
        )
        assert camera_connections(camera.port) == 1

    assert entries(school)[: len(logged)] == logged
    assert {viewing: late for viewing, r in crowd.items() if (late := leases.uncovered(viewing, r))} == {}
    assert leases.blind_share() < BLIND_SHARE


def test_what_a_killed_portal_left_in_the_ring_is_gone_before_anybody_is_served(tmp_path: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram,
        living_portal(tmp_path, Path(ram)) as living,
    ):
        ring = RamDirectory(Path(ram) / "segments")
        ring.put(segment(0), b"the last second before the kill")

        living.start()

        assert ring.window(STREAM, "main") == ()
