"""The test cameras themselves: each fault that they are told to have is really there."""

import re
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import av
import pytest

from demo.scene import read_barcodes
from streaming.frames import planes
from tests.cameras import (
    DeafPort,
    GstCamera,
    PipCamera,
    RecordingRelay,
    RedirectingCamera,
    SilentPort,
    closed_port,
)

pytestmark = pytest.mark.e2e

OPTIONS = {"rtsp_transport": "tcp", "probesize": "200000", "analyzeduration": "500000"}
SMALL = (640, 360)


class Client:
    """A reader of a camera's pictures."""

    def __init__(self, address: str) -> None:
        self._container = av.open(address, options=OPTIONS, timeout=(5.0, 3.0))
        self._pictures = self._container.decode(video=0)

    def picture(self) -> tuple[int, datetime, int]:
        """Return the next picture's counter, its arrival, and its width."""
        picture = next(self._pictures)
        arrived = datetime.now(UTC)
        barcodes = read_barcodes(planes(picture)[0])
        assert barcodes
        return barcodes.counter, arrived, picture.width

    def counters(self, number: int) -> list[int]:
        """Return the counters of the next pictures."""
        return [self.picture()[0] for _ in range(number)]

    def close(self) -> None:
        """Hang up."""
        self._container.close()


def test_the_ledger_says_what_a_reader_gets() -> None:
    with PipCamera(size=SMALL) as camera:
        client = Client(camera.address)
        counters = client.counters(12)
        client.close()
        ledger = {line.counter: line for line in camera.ledger}

    assert counters == list(range(counters[0], counters[0] + 12))
    assert set(counters) <= set(ledger)
    assert camera.counter_at(ledger[counters[3]].filmed_at) == counters[3] - 1


def test_a_delayed_camera_sends_what_it_filmed_before() -> None:
    with PipCamera(size=SMALL) as camera:
        camera.delay(0.8)
        client = Client(camera.address)
        counter, arrived, _ = [client.picture() for _ in range(10)][-1]
        client.close()
        filmed = {line.counter: line.filmed_at for line in camera.ledger}

    assert arrived - filmed[counter] >= timedelta(seconds=0.8)


def test_what_a_stalled_camera_held_back_comes_in_one_burst() -> None:
    with PipCamera(size=SMALL) as camera:
        client = Client(camera.address)
        before = client.counters(6)[-1]
        camera.stall()
        time.sleep(1.0)  # the fault's length, not a wait for something
        camera.burst()
        after = client.counters(8)
        client.close()
        sent = {line.counter: line.sent_at for line in camera.ledger}

    assert after[-1] == before + 8
    assert len({sent[counter] for counter in after}) < 8


@pytest.mark.parametrize("make", [PipCamera, GstCamera])
def test_a_camera_comes_back_on_its_port(make: type[PipCamera | GstCamera]) -> None:
    with make(size=SMALL) as camera:
        port = camera.port
        camera.kill()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)

        camera.revive()
        client = Client(camera.address)
        assert len(client.counters(3)) == 3
        client.close()
        assert camera.port == port


def test_a_camera_changes_its_size_on_the_same_connection() -> None:
    with PipCamera(size=SMALL) as camera:
        client = Client(camera.address)
        counter, _, width = client.picture()
        camera.resize(320, 180)
        seen = [client.picture() for _ in range(16)]
        client.close()

    assert width == 640
    assert seen[-1][2] == 320
    assert seen[-1][0] >= counter + 16


@pytest.mark.parametrize("make", [PipCamera, GstCamera])
def test_b_frames_arrive_in_the_order_of_filming(make: type[PipCamera | GstCamera]) -> None:
    with make(size=SMALL, b_frames=2) as camera:
        client = Client(camera.address)
        counters = client.counters(20)
        client.close()
        sent = [line.counter for line in camera.ledger]

    assert counters == sorted(counters)
    assert sent != sorted(sent)  # sent in the order of decoding


def test_h265_with_tls_and_digest(certificate: tuple[str, str]) -> None:
    with GstCamera(codec="h265", certificate=certificate) as camera:
        with av.open(camera.address, options=OPTIONS, timeout=(5.0, 3.0)) as container:
            kinds = {stream.type: stream.codec_context.name for stream in container.streams}
        with pytest.raises(av.HTTPUnauthorizedError):
            Client(camera.address_at(camera.port, password="wrong"))

    assert kinds == {"video": "hevc"}


def test_an_old_camera_sends_pictures_of_jpeg() -> None:
    with GstCamera(codec="jpeg") as camera:
        client = Client(camera.address)
        counters = client.counters(6)
        client.close()

    assert counters == list(range(counters[0], counters[0] + 6))


def test_a_client_that_asks_for_the_sound_on_offer_is_found_out() -> None:
    with GstCamera(sound=True) as camera, RecordingRelay(camera.port) as relay:
        with suppress(av.HTTPServerError):  # this server then plays neither; it was asked, and that counts
            av.open(camera.address_at(relay.port), options=OPTIONS, timeout=(5.0, 3.0)).close()

        assert b"m=audio" in relay.answered
        assert len(re.findall(rb"^SETUP ", relay.asked, re.MULTILINE)) == 2


def test_the_relay_writes_down_both_sides() -> None:
    with PipCamera(size=SMALL) as camera, RecordingRelay(camera.port) as relay:
        client = Client(camera.address_at(relay.port))
        client.counters(2)
        client.close()

        assert re.findall(rb"^(SETUP|PLAY) ", relay.asked, re.MULTILINE) == [b"SETUP", b"PLAY"]
        assert b"m=video" in relay.answered


def test_a_client_that_follows_redirects_is_counted() -> None:
    with SilentPort() as elsewhere, RedirectingCamera("DESCRIBE", to=elsewhere.address) as camera:
        with pytest.raises(av.FFmpegError):
            av.open(camera.address, options=OPTIONS, timeout=(1.0, 1.0))

        assert elsewhere.accepted >= 1


def test_ports_where_no_camera_is() -> None:
    with SilentPort() as silent, socket.create_connection(("127.0.0.1", silent.port)) as client:
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.recv(1)
    with DeafPort() as deaf, pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", deaf.port), timeout=0.5)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", closed_port()), timeout=0.5)
