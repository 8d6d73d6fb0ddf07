"""``./portal camera probe`` and what it says of a camera or of a recorder's channel, without a picture."""

import json

import pytest

from tests.cameras import RedirectingCamera, SilentPort, closed_port
from tests.cli.desk import Desk

LOOPBACK = "PORTAL_ALLOW_LOOPBACK_CAMERAS"


@pytest.fixture(autouse=True)
def cameras_on_this_machine(desk: Desk) -> None:
    desk.sets(LOOPBACK, "true")


def adds_camera(desk: Desk, address: str) -> None:
    desk.does("camera", "add", "Oak room", "Door", by="office", typed=address + "\n")


def probes(desk: Desk) -> str:
    said = desk.does("camera", "probe", "Door", "--json", by="office").output
    assert "CANARY" not in said
    return str(json.loads(said)["state"])


def test_a_camera_that_is_not_there_is_named(desk: Desk) -> None:
    adds_camera(desk, f"rtsp://viewer:CANARY@127.0.0.1:{closed_port()}/door")

    assert probes(desk) == "camera:refused"


def test_a_channel_is_asked_for_by_its_number(desk: Desk) -> None:
    with SilentPort() as elsewhere, RedirectingCamera("DESCRIBE", to=elsewhere.address) as recorder:
        address = f"rtsp://viewer:CANARY@127.0.0.1:{recorder.port}/{{channel}}/main"
        desk.does("recorder", "add", "Hall box", by="office", typed=address + "\n")
        channel = ("--recorder", "Hall box", "--channel", "7")
        desk.does("camera", "add", "Oak room", "Door", *channel, by="office")

        assert probes(desk) == "camera:redirected"
        assert recorder.targets == [f"rtsp://127.0.0.1:{recorder.port}/7/main"] * 2
        assert elsewhere.accepted == 0


def test_this_machine_is_refused_when_it_is_allowed_no_more(desk: Desk) -> None:
    with SilentPort() as here:
        adds_camera(desk, f"rtsp://viewer:CANARY@localhost:{here.port}/door")
        desk.sets(LOOPBACK, "false")

        assert probes(desk) == "camera:forbidden_address"
        assert here.accepted == 0


def test_who_probed_and_why_is_in_the_log(desk: Desk) -> None:
    adds_camera(desk, f"rtsp://viewer:CANARY@127.0.0.1:{closed_port()}/door")
    probes(desk)

    entries = json.loads(desk.does("log", "show", "--json").output)

    assert [entry["reason"] for entry in entries if entry["kind"] == "camera:probed"] == ["set-up"]
