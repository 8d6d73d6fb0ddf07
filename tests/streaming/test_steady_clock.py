"""Film time is the clock of whoever gave the order, whatever the wall clock says."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streaming.orders import ConnectOrder, DesiredCamera
from streaming.steady_clock import SteadyClock
from streaming.store import RamDirectory, StreamKey
from tests.cameras import PipCamera
from tests.streaming.supervised import Supervised, camera_settings

LONG_AGO = datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)
CAMERA = DesiredCamera("oak", "rtsp://192.0.2.7/", [], "clear", 2.0)


def test_an_instant_is_carried_on_by_the_clock_that_counts_since_boot() -> None:
    clock = SteadyClock.at(LONG_AGO)

    assert timedelta(0) <= clock.now() - LONG_AGO < timedelta(seconds=1)
    assert SteadyClock(LONG_AGO, clock.boot_seconds - 60).now() - LONG_AGO >= timedelta(seconds=60)


def test_an_order_that_lay_about_tells_the_same_clock(tmp_path: Path) -> None:
    order = ConnectOrder.of(CAMERA, camera_settings(tmp_path), LONG_AGO)
    told = json.loads(json.dumps(order.told()))
    del told["do"]

    ran = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import json, sys; from streaming.orders import ConnectOrder; "
            "print(ConnectOrder.read(json.load(sys.stdin)).clock.now().isoformat())",
        ],
        input=json.dumps(told),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    elsewhere = datetime.fromisoformat(ran.stdout.strip())
    assert timedelta(0) < elsewhere - LONG_AGO <= order.clock.now() - LONG_AGO


@pytest.mark.e2e
def test_a_camera_process_dates_its_film_by_the_clock_it_was_told_and_asks_no_other(tmp_path: Path) -> None:
    began = time.monotonic()
    told = Supervised(tmp_path / "ring", clock=SteadyClock.at(LONG_AGO).now)
    try:
        with PipCamera(size=(320, 180)) as camera:
            told.want(camera.address)
            told.turns_until(lambda: len(told.segments()) >= 2, 20)

        window = RamDirectory(told.directory).window(StreamKey("oak", 1, "clear"), "main")
        latest = LONG_AGO + timedelta(seconds=time.monotonic() - began)
        assert LONG_AGO < window[-1].filmed_until <= latest
    finally:
        told.supervisor.stop_all()
