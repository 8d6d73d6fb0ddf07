"""Each way in which a camera is no camera has its name, before anything of it is parsed."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from streaming.describe import describe, knock
from streaming.errors import SourceLost, SourceRefused
from streaming.rtsp_answers import check_offer, credentials, read_head
from streaming.rtsp_url import RtspUrl
from tests.cameras import DeafPort, RedirectingCamera, SilentPort, closed_port
from tests.streaming.supervised import THIS_MACHINE

VIDEO = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 {codec}/90000\r\n"


def state_of(address: str) -> str | None:
    try:
        describe(address, THIS_MACHINE)
    except (SourceLost, SourceRefused) as fault:
        return fault.state
    return None


class Answering:
    """Gives one and the same answer to every question."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.questions: list[bytes] = []
        self.address = f"rtsp://viewer:CANARY@127.0.0.1:{self._listener.getsockname()[1]}/playroom"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError), closing(self._listener.accept()[0]) as client:
            while question := client.recv(4096):
                self.questions.append(question)
                client.sendall(self._answer)

    def close(self) -> None:
        """Stop listening."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


@pytest.fixture
def answering() -> Iterator[type[Answering]]:
    made: list[Answering] = []

    class Made(Answering):
        def __init__(self, answer: bytes) -> None:
            super().__init__(answer)
            made.append(self)

    yield Made
    for one in made:
        one.close()


def answer(status: str, *headers: str, body: str = "") -> bytes:
    lines = [f"RTSP/1.0 {status}", "CSeq: 1", *headers, f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("said", "state"),
    [
        pytest.param(answer("200 OK", body=VIDEO.format(codec="H264")), None, id="H.264"),
        pytest.param(answer("200 OK", body=VIDEO.format(codec="h265")), None, id="H.265"),
        pytest.param(answer("200 OK", body="v=0\r\nm=video 0 RTP/AVP 26\r\n"), None, id="JPEG by its number"),
        pytest.param(
            answer("200 OK", body=VIDEO.format(codec="VP8")), "camera:unsupported_codec", id="another codec"
        ),
        pytest.param(
            answer("200 OK", body="v=0\r\nm=audio 0 RTP/AVP 0\r\n"), "camera:not_video", id="sound only"
        ),
        pytest.param(answer("401 Unauthorized"), "camera:wrong_password", id="401 with no way in"),
        pytest.param(
            answer("401 Unauthorized", 'WWW-Authenticate: Digest realm="r", nonce="n"'),
            "camera:wrong_password",
            id="401 again",
        ),
        pytest.param(
            answer("302 Moved", "Location: rtsp://192.0.2.1/"), "camera:redirected", id="sent elsewhere"
        ),
        pytest.param(answer("404 Not Found"), "camera:refused", id="no such path"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", "camera:not_video", id="it speaks HTTP"),
        pytest.param(b"\0" * 70_000, "camera:not_video", id="it says nothing sensible, at length"),
    ],
)
def test_an_answer_is_named(answering: type[Answering], said: bytes, state: str | None) -> None:
    assert state_of(answering(said).address) == state


def test_a_refused_connection_is_named() -> None:
    assert state_of(f"rtsp://127.0.0.1:{closed_port()}/") == "camera:refused"


@pytest.mark.e2e
def test_a_camera_that_cannot_be_reached_is_named_in_time() -> None:
    with DeafPort() as deaf:
        began = time.monotonic()
        assert state_of(deaf.address) == "camera:no_route"

    assert time.monotonic() - began < 3


@pytest.mark.e2e
def test_a_camera_that_never_answers_is_named_in_time() -> None:
    began = time.monotonic()

    with SilentPort() as silent:
        assert state_of(silent.address) == "camera:stalled"

    assert time.monotonic() - began < 3


@pytest.mark.parametrize("when", ["OPTIONS", "DESCRIBE"])
def test_nobody_goes_where_a_camera_sends_them(when: str) -> None:
    with SilentPort() as elsewhere, RedirectingCamera(when, to=elsewhere.address) as camera:
        assert state_of(camera.address) == "camera:redirected"

        assert elsewhere.accepted == 0


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "rtsp:///playroom",
        "rtsp://127.0.0.1:99999/",
        "rtsp://127.0.0.1/a\r\nX: y",
        "rtsp://[::1/",
    ],
)
def test_what_is_no_address_of_a_camera_is_refused_without_a_word_of_it(address: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        RtspUrl.read(address)

    assert str(refused.value) == "camera:refused"


def test_the_password_is_shown_only_to_who_asks_for_it(answering: type[Answering]) -> None:
    open_camera = answering(answer("200 OK", body=VIDEO.format(codec="H264")))

    describe(open_camera.address, THIS_MACHINE)

    assert b"CANARY" not in b"".join(open_camera.questions)
    assert "CANARY" not in repr(RtspUrl.read(open_camera.address))


def test_a_digest_is_that_of_the_specification() -> None:
    # RFC 2617, 3.2.2: H(H(user:realm:password):nonce:H(method:uri)), worked out with md5sum.
    challenge = read_head(b'RTSP/1.0 401 x\r\nWWW-Authenticate: Digest realm="testrealm", nonce="abc"')
    url = RtspUrl.read("rtsp://Mufasa:Circle%20of%20Life@192.0.2.1/dir")

    proof = credentials(challenge, "DESCRIBE", url)

    assert proof == (
        'Digest username="Mufasa", realm="testrealm", nonce="abc", uri="rtsp://192.0.2.1:554/dir", '
        'response="3f064b753f16aa18b9986d3af6f28532"'
    )


def test_a_description_without_any_media_is_no_video() -> None:
    with pytest.raises(SourceRefused, match="camera:not_video"):
        check_offer("")


def test_knocking_says_why_nobody_answers() -> None:
    assert knock(f"rtsp://viewer:CANARY@127.0.0.1:{closed_port()}/x", THIS_MACHINE) == "camera:refused"
    assert knock("rtsp://viewer:CANARY@nobody.invalid/x", THIS_MACHINE) == "camera:no_route"
    assert knock("rtsp://viewer:CANARY@192.0.2.7/x", THIS_MACHINE) == "camera:forbidden_address"
    assert knock("http://127.0.0.1/x", THIS_MACHINE) == "camera:refused"


def test_knocking_asks_nothing(answering: type[Answering]) -> None:
    camera = answering(b"RTSP/1.0 200 OK\r\n\r\n")

    assert knock(camera.address, THIS_MACHINE) is None

    camera.close()
    assert camera.questions == []
