"""The portal is stopped while families watch: they are told, all is written down, nothing runs on."""

import signal
import time

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from access.viewing_records import Viewing
from tests.cameras import PipCamera
from tests.descendants import command_line, descendants
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone
from tests.e2e.reader import boot
from tests.e2e.sentences import in_both
from tests.e2e.waiting import until
from tests.e2e.watched import being_watched
from tests.streaming.supervised import camera_connections

RESTARTED = "The portal is being restarted. Please try again in a few minutes."
#: Two seconds in which pages are told, and one in which answers under way are finished.
STOPS_SECONDS = 8.0
#: Less than families are given when it is asked once.
AT_ONCE_SECONDS = 3.0
DARK_SECONDS = 3.0


def sends(school: LivingSchool, number: signal.Signals) -> float:
    """Send a signal to the runner; return when, by the boot clock."""
    assert school.living.process
    school.living.process.send_signal(number)
    return boot()


@pytest.fixture(autouse=True)
def _runs(school: LivingSchool) -> None:
    """Start it again after a test that stopped it."""
    assert school.living.process
    if school.living.process.poll() is not None:
        school.living.start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
def test_families_are_told_and_every_viewing_is_closed(
    school: LivingSchool, camera: PipCamera, browser: Browser, number: signal.Signals
) -> None:
    assert school.living.process
    phone = Phone(browser, school, school.guardian().sign_in_name)
    phone.watch()
    with being_watched(school) as watched:
        asked = sends(school, number)
        phone.wait_for("ended", DARK_SECONDS)
        dark, says = phone.is_dark(), phone.says()
        code = school.living.process.wait(STOPS_SECONDS)

    assert dark
    assert says == in_both(RESTARTED)[phone.catalogue]
    assert code == 0
    assert [late for late in watched.seconds_of_bytes(asked) if late > 1.0] == []
    assert camera_connections(camera.port) == 0
    with reading(school.living.world.database) as connection:
        open_still = connection.execute(select(Viewing.id).where(Viewing.closed_at.is_(None))).all()
        why = connection.execute(select(Viewing.why).where(Viewing.key == watched.viewing)).scalar_one()
        log = connection.execute(
            select(LogEntry.kind).where(LogEntry.kind.startswith("portal:")).order_by(LogEntry.id.desc())
        )
        assert log.scalars().first() == "portal:stopped"
    assert (open_still, why) == ([], "portal:stopping")
    phone.close()


def test_a_second_signal_ends_it_at_once(school: LivingSchool) -> None:
    assert school.living.process
    runner = school.living.process
    with being_watched(school):  # by a device that never asks how it stands, and so is waited for
        processes = descendants(runner.pid)
        sends(school, signal.SIGTERM)
        time.sleep(0.2)  # two signals that come at once are one
        began = time.monotonic()
        sends(school, signal.SIGTERM)
        code = runner.wait(STOPS_SECONDS)
        took = time.monotonic() - began

    assert code == 128 + signal.SIGTERM
    assert took < AT_ONCE_SECONDS
    until("nothing of it runs on", lambda: not any(map(command_line, processes)), AT_ONCE_SECONDS)
