"""One camera process against cameras that are not ours, and what becomes of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streaming.camera_process import ROOT
from streaming.orders import ConnectOrder, DesiredCamera
from streaming.store import RamDirectory, StreamKey
from tests.cameras import GstCamera, PipCamera, RecordingRelay, SilentPort
from tests.e2e.waiting import until
from tests.streaming.supervised import Supervised, camera_connections, camera_settings

pytestmark = pytest.mark.e2e

LOGIN = ("CANARY-viewer", "CANARY-p@ss/word")
NAMED_SECONDS = 3.0
ORPHAN_SECONDS = 3.0


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path / "ring")
    yield supervised
    supervised.supervisor.stop_all()


@pytest.fixture(scope="module")
def camera() -> Iterator[PipCamera]:
    with PipCamera(login=LOGIN, size=(640, 360)) as filming:
        yield filming


def live(told: Supervised, address: str) -> None:
    told.want(address)
    told.turns_until(lambda: told.state() == "camera:live", 20)


def test_a_camera_fills_the_ring_with_what_it_films_now(told: Supervised, camera: PipCamera) -> None:
    live(told, camera.address)

    told.turns_until(lambda: len(told.segments()) >= 3, 10)

    window = RamDirectory(told.directory).window(StreamKey("oak", 1, "clear"), "main")
    assert [info.k for info in window[:3]] == [1000, 1001, 1002]
    assert abs(datetime.now(UTC) - window[-1].filmed_until) < timedelta(seconds=2)
    assert window[0].filmed_until - window[0].filmed_from > timedelta(seconds=2.9)


def test_its_address_is_in_nothing_that_others_can_read(
    told: Supervised, camera: PipCamera, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    live(told, camera.address)
    process = Path(f"/proc/{told.supervisor.pids['oak']}")
    seen = [
        (process / name).read_bytes() for name in ("cmdline", "environ") if os.access(process / name, os.R_OK)
    ]

    camera.kill()
    told.turns_until(lambda: told.state() != "camera:live", 5)
    camera.revive()

    out = capfd.readouterr()
    assert b"CANARY" not in b"".join(seen)
    assert "CANARY" not in out.out + out.err + caplog.text + repr(told.told)


@pytest.mark.parametrize("fault", ["silence", "stall"])
def test_a_stall_is_named_in_time_and_what_was_kept_is_not_believed(
    told: Supervised, camera: PipCamera, fault: str
) -> None:
    live(told, camera.address)

    getattr(camera, fault)()
    took = told.turns_until(lambda: told.state() == "camera:stalled", 10)
    getattr(camera, {"silence": "speak", "stall": "burst"}[fault])()
    told.turns_until(lambda: told.state() == "camera:live", 20)

    assert took < NAMED_SECONDS
    assert told.ended == [1]
    assert told.begun[-1] > 1


def test_a_camera_that_dies_is_lost_in_time_and_comes_back_by_itself(
    told: Supervised, camera: PipCamera
) -> None:
    live(told, camera.address)

    camera.kill()
    took = told.turns_until(lambda: told.state() in {"camera:ended", "camera:refused"}, 10)
    camera.revive()
    told.turns_until(lambda: told.state() == "camera:live", 20)

    assert took < NAMED_SECONDS


def test_a_curtain_ends_the_connection_at_once(told: Supervised, camera: PipCamera) -> None:
    live(told, camera.address)
    assert camera_connections(camera.port) > 0

    told.supervisor.want([])

    told.turns_until(lambda: camera_connections(camera.port) == 0, 1)
    told.turns_until(lambda: list(told.directory.iterdir()) == [], 1)


def test_no_connection_outlives_the_supervisor(tmp_path: Path, camera: PipCamera) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom tests.streaming.supervised import Supervised\n"
        "told = Supervised(Path(sys.argv[1]))\ntold.want(sys.stdin.readline().strip())\n"
        "told.turns_until(lambda: told.state() == 'camera:live', 20)\nprint('live', flush=True)\n"
        "told.turns_until(lambda: False, 60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "ring")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdin is not None
        assert supervisor.stdout is not None
        supervisor.stdin.write(camera.address + "\n")
        supervisor.stdin.flush()
        assert supervisor.stdout.readline() == "live\n"
        assert camera_connections(camera.port) > 0

        supervisor.kill()
        until("no camera is connected", lambda: camera_connections(camera.port) == 0, ORPHAN_SECONDS)


@pytest.mark.parametrize("how", ["end of input", "stop", "parent"])
def test_a_process_ends_in_the_middle_of_a_read(tmp_path: Path, how: str) -> None:
    with SilentPort() as silent:
        oak = DesiredCamera("oak", silent.address, [], "clear", 2.0)
        order = ConnectOrder.of(oak, camera_settings(tmp_path), datetime.now(UTC)).told()
        parent = f"import subprocess, sys\nsubprocess.run([{sys.executable!r}, '-m', 'streaming.camera'])\n"
        command = (
            [sys.executable, "-c", parent] if how == "parent" else [sys.executable, "-m", "streaming.camera"]
        )
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        assert json.loads(process.stdout.readline())["event"] == "confined"

        if how == "end of input":
            process.stdin.close()
        elif how == "stop":
            process.stdin.write(b'{"do": "stop"}\n')
        else:
            os.kill(process.pid, signal.SIGKILL)

        began = time.monotonic()
        rest = process.stdout.read()  # ends when nobody holds its output any more
        assert time.monotonic() - began < 1
        assert b"lost" not in rest
        for pipe in (process.stdin, process.stdout):
            pipe.close()
        process.wait()


def test_a_changed_size_is_a_new_init_section(told: Supervised) -> None:
    with PipCamera(size=(640, 360)) as own:
        live(told, own.address)

        own.resize(320, 180)
        told.turns_until(lambda: len({path.name for path in told.directory.rglob("*.init")}) > 1, 10)

        assert told.state() == "camera:live"


@pytest.mark.parametrize(
    "made",
    [
        pytest.param({"b_frames": 2}, id="B-frames"),
        pytest.param({"codec": "h265"}, id="H.265"),
        pytest.param({"codec": "jpeg"}, id="JPEG of an old camera"),
        pytest.param({"login": LOGIN}, id="digest"),
    ],
)
def test_a_camera_may_send_as_it_likes(told: Supervised, made: dict[str, Any]) -> None:
    with GstCamera(**made) as camera:
        live(told, camera.address)

        told.turns_until(lambda: len(told.segments()) >= 2, 10)


def test_key_frames_ten_seconds_apart_are_waited_for(told: Supervised) -> None:
    # GStreamer's server describes nothing before its own first key frame; a camera does.
    with PipCamera(size=(640, 360), keyframe_seconds=10) as camera:
        live(told, camera.address)

        assert told.begun == [1]


def test_a_varying_rate_is_no_stall(told: Supervised, camera: PipCamera) -> None:
    live(told, camera.address)

    camera.vary_rate()
    told.turns_until(lambda: len(told.segments()) >= 5, 10)

    assert told.begun == [1]


def test_a_wrong_password_is_named(told: Supervised) -> None:
    with GstCamera(login=LOGIN) as camera:
        told.want(camera.address_at(camera.port, password="CANARY-other"))

        took = told.turns_until(lambda: told.state() == "camera:wrong_password", 10)

    assert took < NAMED_SECONDS
    assert told.begun == []


def test_sound_on_offer_is_never_asked_for(told: Supervised) -> None:
    with GstCamera(sound=True) as camera, RecordingRelay(camera.port) as relay:
        live(told, camera.address_at(relay.port))

        assert b"m=audio" in relay.answered
        assert relay.asked.count(b"SETUP ") == 1
        told.supervisor.stop_all()
