"""The demo's camera as a process, read as any client would."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from demo.rtsp_camera import filmed
from demo.scene import Barcodes, read_barcodes
from streaming.frames import planes

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def read_pictures(address: str, number: int) -> list[tuple[Barcodes | None, datetime]]:
    """Return what the next pictures say of themselves, and when each arrived."""
    options = {"rtsp_transport": "tcp", "probesize": "200000", "analyzeduration": "500000"}
    with av.open(address, options=options, timeout=(5.0, 2.0)) as container:
        pictures = container.decode(video=0)
        found = [(next(pictures), datetime.now(UTC)) for _ in range(number)]
    return [(read_barcodes(planes(picture)[0]), at) for picture, at in found]


def test_the_camera_films_the_present() -> None:
    with filmed("oak") as (address,):
        pictures = read_pictures(address, 24)

    read = [(barcodes, at) for barcodes, at in pictures if barcodes]
    assert len(read) == 24
    assert [barcodes.counter - read[0][0].counter for barcodes, _ in read] == list(range(24))
    last, arrived = read[-1]
    assert 0 <= (arrived - last.filmed_at(near=arrived)).total_seconds() < 1


def test_the_camera_ends_with_its_standard_input() -> None:
    camera = subprocess.Popen(
        [sys.executable, "-m", "demo.rtsp_camera", "--port", "0", "--stdin-guard"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with camera:
        assert camera.stdin is not None
        assert camera.stdout is not None
        camera.stdout.readline()
        began = time.monotonic()

        camera.stdin.close()

        assert camera.wait(timeout=3) == 0
        assert time.monotonic() - began < 3
