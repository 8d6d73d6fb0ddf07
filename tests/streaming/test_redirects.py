"""A camera that sends us to another camera: of what stands there no picture is ever used.

FFmpeg follows a redirect by itself where it gets one in answer to OPTIONS or DESCRIBE.
The questions that we ask before are answered honestly here, so that it gets one.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streaming.camera_process import ROOT
from streaming.confinement import HOLDS_PORTS
from tests.cameras import PipCamera, RecordingRelay, RedirectingCamera
from tests.streaming.supervised import THIS_MACHINE, Supervised

pytestmark = pytest.mark.e2e

NAMED_SECONDS = 3.0
#: Another address of this machine, so that both cameras can have the same port.
SENDER = "127.0.0.2"

#: Reads a camera without any confinement, as on a kernel that has none.
UNCONFINED = """
import json, sys
from streaming.errors import SourceLost, SourceRefused
from streaming.source import pictures

address, ranges = json.loads(sys.stdin.readline())
try:
    found = next(filter(None, pictures(address, ranges)))
    print(json.dumps(f"a picture of {found.width} columns"))
except (SourceLost, SourceRefused) as fault:
    print(json.dumps(fault.state))
"""


@pytest.fixture(scope="module")
def other() -> Iterator[PipCamera]:
    """Another camera, which would answer anybody."""
    with PipCamera(size=(640, 360)) as filming:
        yield filming


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path / "ring")
    yield supervised
    supervised.supervisor.stop_all()


def read(address: str) -> str:
    """Return what comes of *address* in a process that nothing confines."""
    ran = subprocess.run(
        [sys.executable, "-c", UNCONFINED],
        cwd=ROOT,
        input=json.dumps([address, THIS_MACHINE]),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert "playroom" not in ran.stderr
    return str(json.loads(ran.stdout))


def test_the_other_camera_would_give_its_picture(other: PipCamera) -> None:
    assert read(other.address) == "a picture of 640 columns"


@pytest.mark.parametrize("when", ["OPTIONS", "DESCRIBE"])
def test_a_redirect_that_ffmpeg_follows_gives_no_picture(other: PipCamera, when: str) -> None:
    with (
        RecordingRelay(other.port) as relay,
        RedirectingCamera(when, to=other.address_at(relay.port), honest=1) as sender,
    ):
        assert read(sender.address) == "camera:redirected"

        assert b"DESCRIBE" in relay.asked  # it was followed, and everything came
        assert b"m=video" in relay.answered


@pytest.mark.parametrize("when", ["SETUP", "PLAY"])
def test_a_later_redirect_is_not_followed_at_all(other: PipCamera, when: str) -> None:
    with (
        RecordingRelay(other.port) as relay,
        RedirectingCamera(when, to=other.address_at(relay.port), honest=1) as sender,
    ):
        state = read(sender.address)

        assert state == {"SETUP": "camera:ended", "PLAY": "camera:redirected"}[when]
        assert sender.asked[-1] in {"SETUP", "PLAY", "TEARDOWN"}
        assert relay.asked == b""


@pytest.mark.parametrize("when", ["OPTIONS", "DESCRIBE"])
def test_a_confined_process_is_not_led_to_the_same_port_of_another_address(
    told: Supervised, other: PipCamera, when: str
) -> None:
    # No version of Landlock knows addresses: this is what the look at the other end is for.
    with RedirectingCamera(when, to=other.address, honest=1, host=SENDER, port=other.port) as sender:
        told.want(sender.address)
        took = told.turns_until(lambda: told.state() == "camera:redirected", 10)

    assert took < NAMED_SECONDS
    assert told.begun == []


def test_a_confined_process_does_not_reach_another_port(told: Supervised, other: PipCamera) -> None:
    with (
        RecordingRelay(other.port) as relay,
        RedirectingCamera("DESCRIBE", to=other.address_at(relay.port), honest=1) as sender,
    ):
        told.want(sender.address)
        took = told.turns_until(lambda: told.state() == "camera:redirected", 10)
        asked = relay.asked

    assert took < NAMED_SECONDS
    assert told.begun == []
    if (
        told.supervisor.landlock or 0
    ) >= HOLDS_PORTS:  # an older kernel holds no ports; then only the picture is kept out
        assert asked == b""
    else:
        assert b"DESCRIBE" in asked
