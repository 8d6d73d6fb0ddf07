"""What goes wrong with cameras for long: each has its name in time, and is over by itself."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from demo.certificate import make_certificate
from streaming.camera_process import ROOT
from tests.cameras import DeafPort, GstCamera, PipCamera, RecordingRelay
from tests.streaming.alone import first_state
from tests.streaming.supervised import Supervised

pytestmark = pytest.mark.e2e

NAMED_SECONDS = 3.0
#: The longest pause, a process that starts, and a first segment.
BACK_SECONDS = 12.0
DEAD_SECONDS = 60.0
OFFICE, TECHNICIAN = ("viewer", "CANARY-the-offices"), ("viewer", "CANARY-the-technicians")

#: A network of its own, which needs no right where the kernel lets anybody be root of nothing.
OWN_NETWORK = ("unshare", "--user", "--map-root-user", "--net")


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path / "ring")
    yield supervised
    supervised.supervisor.stop_all()


def named(told: Supervised, state: str) -> float:
    """Turn until the camera has *state*; return how long it took."""
    return told.turns_until(lambda: told.state() == f"camera:{state}", 10)


def test_a_wrong_password_is_no_storm_and_no_longer_wrong_when_it_is_right_again(told: Supervised) -> None:
    with GstCamera(login=TECHNICIAN) as changed, RecordingRelay(changed.port) as relay:
        told.want(changed.address_at(relay.port, password=OFFICE[1]))
        took = named(told, "wrong_password")
        began = time.monotonic()
        told.turns_until(lambda: time.monotonic() - began > 8, 10)
        tried = relay.asked.count(b"Authorization: ")

        changed.kill()
        with GstCamera(login=OFFICE, port=changed.port):
            back = told.turns_until(lambda: told.state() == "camera:live", 30)
            told.supervisor.stop_all()

    assert took < NAMED_SECONDS
    assert 2 <= tried <= 5  # after 0.5, 1, 2 and 4 seconds; and a password is shown once each time
    assert back < BACK_SECONDS
    states = [state for _, state in told.told]
    assert states[1] == "camera:wrong_password"
    # Whoever asks between the two cameras finds none, which has another name.
    assert next(state for state in states[2:] if state != "camera:ended") == "camera:live"


def test_a_camera_that_was_dead_for_a_minute_is_back_soon_after_it(told: Supervised) -> None:
    with PipCamera(size=(320, 180)) as camera:
        told.want(camera.address)
        told.turns_until(lambda: told.state() == "camera:live", 20)

        camera.kill()
        died = time.monotonic()
        took = told.turns_until(lambda: told.state() in {"camera:ended", "camera:refused"}, 10)
        told.turns_until(lambda: time.monotonic() - died > DEAD_SECONDS, DEAD_SECONDS + 5)
        before = told.begun[-1]
        camera.revive()
        back = told.turns_until(lambda: told.state() == "camera:live", 30)
        told.supervisor.stop_all()

    assert took < NAMED_SECONDS
    assert back < BACK_SECONDS
    assert told.begun == [*range(1, before + 2)]
    assert told.ended == told.begun


def test_a_camera_without_a_route_is_named_in_time_and_back_when_there_is_one(
    told: Supervised, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if subprocess.run([*OWN_NETWORK, "true"], check=False, capture_output=True).returncode:
        # No network of our own here: a port whose backlog is full does not answer either.
        record_property("without a route", "a full backlog")
        with DeafPort() as deaf:
            told.want(deaf.address)
            took, port = named(told, "no_route"), deaf.port
        with PipCamera(size=(320, 180), port=port):
            back = told.turns_until(lambda: told.state() == "camera:live", 20)
            told.supervisor.stop_all()
    else:
        record_property("without a route", "a black hole in a network of its own")
        ran = subprocess.run(
            [*OWN_NETWORK, sys.executable, "-m", "tests.streaming.no_route", str(tmp_path / "ring")],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            timeout=60,
        )
        found = json.loads(ran.stdout)
        assert found["state"] == "camera:no_route"
        took, back = found["named"], found["back"]

    assert took < NAMED_SECONDS
    assert back < BACK_SECONDS


def test_a_deaf_port_is_named_in_time_and_a_camera_when_it_is_there(told: Supervised) -> None:
    with DeafPort() as deaf:
        told.want(deaf.address)
        took, port = named(told, "no_route"), deaf.port
    with PipCamera(size=(320, 180), port=port):
        back = told.turns_until(lambda: told.state() == "camera:live", 20)
        told.supervisor.stop_all()

    assert took < NAMED_SECONDS + 1  # starting the process is not the camera's
    assert back < BACK_SECONDS


@pytest.mark.parametrize(
    ("made_out_to", "vouched", "state"),
    [
        pytest.param("127.0.0.1", True, "camera:live", id="vouched for"),
        pytest.param("127.0.0.1", False, "camera:refused", id="vouched for by nobody"),
        pytest.param("other.school.example", True, "camera:refused", id="of another camera"),
    ],
)
def test_a_camera_with_tls_is_believed_as_far_as_its_certificate(
    tmp_path: Path, made_out_to: str, vouched: bool, state: str
) -> None:
    files = make_certificate(tmp_path, made_out_to)
    authorities = {"SSL_CERT_FILE": files[0]} if vouched else {}

    with GstCamera(certificate=files) as camera:
        found = first_state(camera.address, tmp_path / "ring", **authorities)

    assert found["state"] == state
    assert found["begun"] == (1 if state == "camera:live" else 0)
    if state != "camera:live":
        assert found["took"] < NAMED_SECONDS


def test_who_gets_in_between_after_our_own_questions_is_not_believed_either(tmp_path: Path) -> None:
    for name in ("camera", "between"):
        (tmp_path / name).mkdir()
    own, foreign = make_certificate(tmp_path / "camera"), make_certificate(tmp_path / "between")

    with (
        GstCamera(certificate=own) as camera,
        GstCamera(certificate=foreign) as between,
        RecordingRelay(camera.port, then=between.port) as relay,
    ):
        found = first_state(camera.address_at(relay.port), tmp_path / "ring", SSL_CERT_FILE=own[0])

    assert found["state"] == "camera:ended"
    assert found["begun"] == 0


def test_a_certificate_made_out_to_a_name_holds_at_the_address_it_leads_to(tmp_path: Path) -> None:
    files = make_certificate(tmp_path, "localhost")

    with GstCamera(certificate=files) as camera:
        by_name = camera.address_at(camera.port, host="localhost")
        named_state = first_state(by_name, tmp_path / "ring", SSL_CERT_FILE=files[0])
        bare_state = first_state(camera.address, tmp_path / "ring", SSL_CERT_FILE=files[0])

    assert named_state["state"] == "camera:live"
    assert bare_state["state"] == "camera:refused"
