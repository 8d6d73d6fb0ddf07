"""The machine restarts: every process gone at once, the RAM directory empty; closed, named, recovered."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from access.database import reading
from access.log.store import LogEntry
from tests.cameras import PipCamera
from tests.e2e.living import Living, LivingSchool, living_portal
from tests.e2e.processes import power_cut
from tests.e2e.reader import boot, following
from tests.e2e.test_database_locked import locked
from tests.e2e.waiting import until
from tests.e2e.watched import is_drawn
from tests.readme import ROOT
from tests.streaming.supervised import camera_connections

OPENED, LOOKS_SECONDS = 201, 3.0


@pytest.fixture
def living(tmp_path: Path) -> Iterator[Living]:
    """Return a portal of one's own, which the test may cut off."""
    with (
        tempfile.TemporaryDirectory(prefix="littlewindow-test-", dir="/dev/shm") as ram,
        living_portal(tmp_path, Path(ram)) as portal,
    ):
        portal.data.chmod(0o700)
        yield portal


def doctor(living: Living) -> dict[str, list[dict[str, Any]]]:
    """Return what doctor finds, by check."""
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "doctor", "--json"],
        cwd=ROOT,
        env=living.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    told: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(ran.stdout)["findings"]:
        told.setdefault(finding["check"], []).append(finding)
    return told


def states(found: list[dict[str, Any]]) -> list[str]:
    return [finding["state"] for finding in found]


def entries(living: Living) -> list[bytes]:
    """Return the commitment of every entry, oldest first."""
    with reading(living.world.database) as connection:
        return list(connection.execute(select(LogEntry.commitment).order_by(LogEntry.id)).scalars())


def test_a_curtain_drawn_just_before_the_power_went_is_drawn_when_it_is_back(living: Living) -> None:
    with PipCamera(size=(320, 180)) as camera:
        school = LivingSchool(living, camera.address)
        living.start()
        reader, token = school.reader(school.guardian().sign_in_name)
        room, viewing = school.room_key, reader.open(school.room_key, token)
        with following(reader, viewing):
            until("it plays", lambda: reader.taken > 0, 40)
            assert states(doctor(living)["portal"]) == ["well"]
            assert "gives pictures" in doctor(living)["cameras"][0]["sentence"]
            with locked(living.database):
                assert not school.draw_curtain()  # it holds, and only the journal knows
                logged = entries(living)
                power_cut(living)
        until("no camera is connected", lambda: camera_connections(camera.port) == 0, LOOKS_SECONDS)

        # Nothing runs: doctor says so, and knocks at no camera behind a curtain that only the journal knows.
        told = doctor(living)
        assert states(told["portal"]) == ["look"]
        assert states(told["journal"]) == ["look"]
        assert states(told["cameras"]) == ["unknown"]

        living.start()
        began = boot()
        while boot() < began + LOOKS_SECONDS:
            assert camera_connections(camera.port) == 0
            assert reader.ask_to_open(room, token).status != OPENED
        assert is_drawn(school)
        assert entries(living)[: len(logged)] == logged
        assert states(doctor(living)["journal"]) == ["well"]

        school.open_curtain()
        until("it opens again", lambda: reader.ask_to_open(room, token).status == OPENED, 20)
        again = reader.again()
        with following(again, again.open(room, token)):
            until("it plays again", lambda: again.taken > 0, 30)
        assert states(doctor(living)["ram"]) == ["well"]
