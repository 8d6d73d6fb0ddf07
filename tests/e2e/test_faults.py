"""Processes die, disks fill, the database is locked: closed, never open, and nothing in the log lost."""

import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from access import acts_places
from access.database import connect, reading
from access.log.store import LogEntry
from access.viewing_records import Viewing
from tests.cameras import PipCamera
from tests.e2e.living import Living, LivingSchool
from tests.e2e.reader import Reader, boot
from tests.e2e.waiting import until

VIEWERS = 20
BLACK_SECONDS = 3.0


def processes(root: int) -> dict[int, str]:
    """Return the living descendants of *root* with their command lines."""
    found: dict[int, str] = {}
    for task in Path(f"/proc/{root}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            try:
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            found |= processes(child)
    return found


def the_web(living: Living) -> list[int]:
    assert living.process
    return [pid for pid, line in processes(living.process.pid).items() if "gunicorn" in line]


def the_cameras(living: Living) -> list[int]:
    assert living.process
    return [pid for pid, line in processes(living.process.pid).items() if "streaming.camera" in line]


def the_supervisor(living: Living) -> list[int]:
    assert living.process
    return [living.process.pid]


def everything(living: Living) -> list[int]:
    return [*the_supervisor(living), *the_web(living), *the_cameras(living)]


def camera_connections(port: int) -> int:
    """Count established connections to the camera from this machine's TCP table."""
    wanted = f":{port:04X}"
    lines = [
        line.split()
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
    ]
    return sum(fields[2].endswith(wanted) and fields[3] == "01" for fields in lines)


def wall(instant: float) -> datetime:
    """Return the wall-clock instant of a boot-clock reading."""
    return datetime.fromtimestamp(time.time() - boot() + instant).astimezone()


@contextmanager
def watched_by_many(school: LivingSchool) -> Iterator[list[tuple[Reader, str]]]:
    """Twenty guardians' devices follow the room from outside the killed process tree."""
    guardians = [school.guardian() for _ in range(4)]
    stopping = threading.Event()
    viewers: list[tuple[Reader, str]] = []
    for number in range(VIEWERS):
        reader, token = school.reader(guardians[number % 4].sign_in_name)
        viewers.append((reader, reader.open(school.room_key, token)))
    with ExitStack() as stack:
        threads = [threading.Thread(target=r.follow, args=(v, stopping)) for r, v in viewers]
        for thread in threads:
            thread.start()
            stack.callback(thread.join, 30)
        stack.callback(stopping.set)
        until("everybody has a segment", lambda: all(r.received for r, _ in viewers), 40)
        yield viewers


def logged(school: LivingSchool) -> list[int]:
    """Return the numbers of the school's entries."""
    with reading(school.living.world.database) as connection:
        rows = connection.execute(select(LogEntry.number).where(LogEntry.log == school.school))
        return sorted(rows.scalars())


@pytest.mark.parametrize(
    "victims", [the_web, the_cameras, the_supervisor, everything], ids=lambda victims: victims.__name__
)
def test_after_kill_9_nothing_is_lost_uncovered_or_orphaned(
    school: LivingSchool, camera: PipCamera, victims: Callable[[Living], list[int]]
) -> None:
    living = school.living
    with watched_by_many(school) as viewers:
        before = logged(school)

        for pid in victims(living):
            os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        if victims in {the_supervisor, everything}:
            assert living.process
            living.process.wait(5)
            until("no camera connection", lambda: camera_connections(camera.port) == 0, 3)
            living.start()
        until("it is ready again", living.is_ready, 30 - (time.monotonic() - killed))

    after = logged(school)
    assert after[: len(before)] == before
    assert after == list(range(len(after)))
    assert uncovered(school, viewers) == []


def living_viewings(school: LivingSchool) -> list[int]:
    with reading(school.living.world.database) as connection:
        return list(connection.execute(select(Viewing.id).where(Viewing.closed_at.is_(None))).scalars())


def uncovered(school: LivingSchool, viewers: list[tuple[Reader, str]]) -> list[float]:
    """Return the receives that no durable lease covers, as seconds past the lease."""
    late: list[float] = []
    with reading(school.living.world.database) as connection:
        for reader, viewing in viewers:
            lease, opened = connection.execute(
                select(Viewing.lease_until, Viewing.opened_at).where(Viewing.key == viewing)
            ).one()
            for instant, _ in reader.received:
                if not opened - timedelta(seconds=0.1) <= wall(instant) <= lease + timedelta(seconds=0.2):
                    late.append((wall(instant) - lease).total_seconds())
    return late


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the write lock from a second process, as a stuck backup would."""
    script = (
        "import sqlite3,sys; c=sqlite3.connect(sys.argv[1],isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('locked',flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        ["/usr/bin/env", "python3", "-c", script, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"locked\n"
        yield
    finally:
        holder.communicate(timeout=10)


def test_the_curtain_works_while_the_database_is_locked(school: LivingSchool) -> None:
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name)
    until("there is a picture", lambda: _playing(school, reader, token), 30)
    viewing = reader.open(school.room_key, token)
    stopping = threading.Event()
    thread = threading.Thread(target=reader.follow, args=(viewing, stopping))
    thread.start()
    until("it plays", lambda: len(reader.received) > 3, 20)

    with locked(school.living.data / "portal.db"):
        recorded = acts_places.draw_curtain(
            school.living.world, actor=school.office, reason="nap", room_id=school.room
        )
        drawn = boot()
        time.sleep(BLACK_SECONDS + 1)  # the time in which a byte would be too late
        assert recorded is False
        assert [i - drawn for i, _ in reader.received if i - drawn > BLACK_SECONDS] == []
    stopping.set()
    thread.join(30)

    until("it is recorded later", lambda: _drawn_is_recorded(school), 20)
    acts_places.open_curtain(
        school.living.world, actor=school.director, reason="nap is over", room_id=school.room
    )


def test_a_database_locked_for_longer_than_a_lease_shows_no_picture(school: LivingSchool) -> None:
    guardian = school.guardian()
    reader, token = school.reader(guardian.sign_in_name)
    until("there is a picture", lambda: _playing(school, reader, token), 30)
    viewing = reader.open(school.room_key, token)
    stopping = threading.Event()
    thread = threading.Thread(target=reader.follow, args=(viewing, stopping))
    thread.start()
    until("it plays", lambda: len(reader.received) > 3, 20)

    with locked(school.living.data / "portal.db"):
        began = boot()
        time.sleep(30)  # the lock of the issue: three leases long
        received = [instant - began for instant, _ in reader.received if instant > began]
    stopping.set()
    thread.join(30)

    assert max(received, default=0.0) <= 10.5
    until("everything is well again", lambda: _playing(school, reader, token), 30)


def _playing(school: LivingSchool, reader: Reader, token: str) -> bool:
    viewing = reader.open(school.room_key, token)
    state = until("status", lambda: reader.status(viewing), 5)["state"]
    reader.request("POST", f"/live/{viewing}/close", Sec_Fetch_Site="same-origin", X_CSRFToken=token)
    return bool(state == "playing")


def _drawn_is_recorded(school: LivingSchool) -> bool:
    with sqlite3.connect(f"file:{school.living.data / 'portal.db'}?mode=ro", uri=True) as connection:
        row = connection.execute(
            "SELECT drawn_at FROM curtain_opening WHERE room_id = ? ORDER BY id DESC LIMIT 1", (school.room,)
        ).fetchone()
    return bool(row and row[0])


@pytest.fixture
def small_disks(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two size-limited file systems: one for the records, one for the ring."""
    mounted: list[Path] = []
    for name, size in (("disk", "24m"), ("ram", "4m")):
        place = tmp_path / name
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", place], check=True)
        mounted.append(place)
    yield mounted[0], mounted[1]
    for place in mounted:
        subprocess.run(["umount", "-l", place], check=True)


def fill(place: Path) -> Path:
    """Write until the disk is full."""
    filler = place / "filler"
    with filler.open("wb") as file:
        try:
            while True:
                file.write(bytes(65_536))
                file.flush()
        except OSError:
            pass
    return filler


@pytest.mark.skipif(
    os.geteuid() != 0, reason="mounting needs root; CI and the fresh-machine check run as root"
)
@pytest.mark.parametrize("which", ["database disk", "ram disk"])
def test_a_full_disk_shows_nothing_more_and_the_curtain_still_works(
    small_disks: tuple[Path, Path], camera: PipCamera, which: str
) -> None:
    living = Living(*small_disks)
    try:
        told = LivingSchool(living, camera.address)
        living.start()
        guardian = told.guardian()
        reader, token = told.reader(guardian.sign_in_name)
        until("there is a picture", lambda: _playing(told, reader, token), 40)
        viewing = reader.open(told.room_key, token)
        stopping = threading.Event()
        thread = threading.Thread(target=reader.follow, args=(viewing, stopping))
        thread.start()
        until("it plays", lambda: len(reader.received) > 3, 20)

        filler = fill(small_disks[0] if which == "database disk" else living.ram)
        acts_places.draw_curtain(living.world, actor=told.office, reason="nap", room_id=told.room)
        drawn = boot()
        time.sleep(BLACK_SECONDS + 1)  # the time in which a byte would be too late
        assert [i - drawn for i, _ in reader.received if i - drawn > BLACK_SECONDS] == []

        filler.unlink()
        stopping.set()
        thread.join(30)
        until("it is recorded once there is room", lambda: _drawn_is_recorded(told), 30)
    finally:
        living.stop()
        connect(f"sqlite:///{living.data / 'portal.db'}").dispose()
