"""Somebody sets the machine's clock while a family watches: closed until it is right again.

The portal's own Python sees a wall clock that the test sets (``wall_clock/sitecustomize.py``):
nobody may set this machine's for a test. The clock that counts since boot is the kernel's.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from tests.cameras import PipCamera
from tests.e2e.living import Living, LivingSchool, signed_in
from tests.e2e.processes import power_cut
from tests.e2e.reader import boot, following
from tests.e2e.waiting import until
from tests.readme import ROOT
from tests.streaming.supervised import camera_connections

BLACK_SECONDS = 3.0
DAY = 86_400
OPENED = 201


class SetClock(Living):
    """A portal whose wall clock can be set."""

    def environment(self) -> dict[str, str]:
        """Return the settings, and what puts the clock into the test's hands."""
        if not (self.home / "wall-clock").exists():
            self.set_clock(0)
        return super().environment() | {
            "PYTHONPATH": str(Path(__file__).with_name("wall_clock")),
            "WALL_CLOCK_SET_BY": str(self.home / "wall-clock"),
        }

    def set_clock(self, seconds: int) -> None:
        """Set the wall clock to the true time and so many *seconds*."""
        new = self.home / "wall-clock.new"
        new.write_text(str(seconds))
        new.rename(self.home / "wall-clock")


def doctor_on_the_clock(living: SetClock) -> list[str]:
    """Return how the clock stands, as doctor says it."""
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor", "--json"],
        cwd=ROOT,
        env=living.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return [found["state"] for found in json.loads(ran.stdout)["findings"] if found["check"] == "clock"]


@pytest.fixture
def living(tmp_path: Path) -> Iterator[SetClock]:
    ram = Path(tempfile.mkdtemp(prefix="littlewindow-test-", dir="/dev/shm"))
    portal = SetClock(tmp_path, ram)
    yield portal
    portal.stop()
    portal.close()
    shutil.rmtree(ram, ignore_errors=True)


def reasons(school: LivingSchool) -> set[str]:
    """Return why viewings closed, as the log has it."""
    with reading(school.living.world.database) as connection:
        bodies = connection.execute(select(LogEntry.body).where(LogEntry.kind == "viewing:closed")).scalars()
        return {str(json.loads(body or b"")["reason"]) for body in bodies}


@pytest.mark.parametrize("seconds", [300, -300], ids=["forward", "back"])
def test_a_clock_that_is_set_closes_everything_until_it_is_right(living: SetClock, seconds: int) -> None:
    with PipCamera(size=(320, 180)) as camera:
        school = LivingSchool(living, camera.address)
        living.start()
        reader, token = school.reader(school.guardian().sign_in_name)
        viewing = reader.open(school.room_key, token)
        with following(reader, viewing):
            until("it plays", lambda: len(reader.received) > 3, 40)

            living.set_clock(seconds)
            began = boot()
            until("the camera is let go", lambda: camera_connections(camera.port) == 0, BLACK_SECONDS)
            until("the page is told", lambda: reader.status(viewing)["state"] == "ended", BLACK_SECONDS)
            # A byte or a connection after the limit would be too late: it is looked for as long again.
            until("the limit is over", lambda: boot() > began + BLACK_SECONDS, 2 * BLACK_SECONDS)
            known = len(reader.received)
            while boot() < began + 2 * BLACK_SECONDS:
                assert camera_connections(camera.port) == 0
                assert reader.ask_to_open(school.room_key, token).status != OPENED
            assert len(reader.received) == known
            assert [at for at, _ in reader.received if at > began + BLACK_SECONDS] == []

        living.set_clock(0)
        until("it opens again", lambda: reader.ask_to_open(school.room_key, token).status == OPENED, 20)
        again = reader.open(school.room_key, token)
        with following(reader, again):
            until("it plays again", lambda: len(reader.received) > known + 3, 30)

        assert "clock:not_believable" in reasons(school)


@pytest.mark.parametrize(
    ("wrong_by", "doubt"),
    [
        pytest.param(lambda: -int(time.time()) + 600, "clock:behind_log", id="1970"),
        pytest.param(lambda: DAY, "clock:not_synchronised", id="a day ahead"),
    ],
)
def test_a_machine_that_wakes_up_at_the_wrong_time_is_closed_until_it_is_right(
    living: SetClock, wrong_by: Callable[[], int], doubt: str
) -> None:
    with PipCamera(size=(320, 180)) as camera:
        school = LivingSchool(living, camera.address)
        living.start()
        family = school.guardian().sign_in_name
        reader, token = school.reader(family)
        with following(reader, reader.open(school.room_key, token)):
            until("it plays", lambda: reader.taken > 0, 40)
        room = school.room_key

        power_cut(living)
        living.set_clock(wrong_by())
        living.start()
        reader, token = signed_in(living.port, family)
        began = boot()
        while boot() < began + BLACK_SECONDS:
            assert camera_connections(camera.port) == 0
            assert reader.ask_to_open(room, token).status != OPENED
        assert doubt in living.said()
        assert doctor_on_the_clock(living) == ["wrong"]

        living.set_clock(0)
        # Whoever signed in before is of another time.
        until("web and cameras believe it", lambda: living.said().count("it is believed") == 2, 10)
        reader, token = signed_in(living.port, family)
        until("it opens again", lambda: reader.ask_to_open(room, token).status == OPENED, 20)
        with following(reader, reader.open(room, token)):
            until("it plays again", lambda: reader.taken > 0, 30)
        assert doctor_on_the_clock(living) == ["look"]
