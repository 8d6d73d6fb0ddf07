"""One address with a thousand connections keeps nobody out, and sixty families behind one are no crowd."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from access.sign_ins import begin_sign_in
from tests.e2e.living import Living, LivingSchool
from tests.e2e.raw import answers

ELSEWHERE = "127.0.0.2"
SILENT, SLOW = 1_000, 64
#: What a phone may have to wait.
SOON_SECONDS = 3.0
#: A file of ours, unpacked.
LARGE = b"GET /static/vendor/hls/hls.light.min.mjs HTTP/1.1\r\nHost: localhost\r\n\r\n"
LITTLE_BYTES = 4096
#: Asked for at once on a connection: what a kernel takes for its reader is soon full.
MANY = 16

FAMILIES, EACH_SECOND, FOR_SECONDS = 60, 3, 5


@pytest.fixture(scope="module")
def school(living: Living) -> LivingSchool:
    """Return the school of the running portal; nobody asks for its camera."""
    told = LivingSchool(living, "rtsp://127.0.0.1:9/nobody")
    living.start()
    return told


@pytest.fixture
def crowd() -> Iterator[ExitStack]:
    """Hold connections, until the end of the test."""
    with ExitStack() as held:
        yield held


def connect(crowd: ExitStack, port: int, *, buffer: int = 0) -> socket.socket:
    """Connect from elsewhere, and say nothing."""
    connection = crowd.enter_context(socket.socket())
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(10)
    connection.bind((ELSEWHERE, 0))
    connection.connect(("127.0.0.1", port))
    return connection


def seconds_to_answer(port: int, address: str = "127.0.0.1") -> float:
    """Return how long somebody waits for the front page."""
    began = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, 20, source_address=(address, 0))) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
    return time.monotonic() - began


def test_a_thousand_silent_and_64_slow_from_one_address_keep_no_phone_waiting(
    school: LivingSchool, crowd: ExitStack
) -> None:
    port = school.living.port
    for _ in range(SLOW):
        connect(crowd, port, buffer=LITTLE_BYTES).sendall(LARGE * MANY)
    silent = [connect(crowd, port) for _ in range(SILENT)]

    assert seconds_to_answer(port) < SOON_SECONDS
    assert seconds_to_answer(port, ELSEWHERE) < SOON_SECONDS, "nor a family behind that very address"
    assert sum(map(is_closed, silent)) >= SILENT // 4, "who has too many is hung up on"


def test_slow_readers_of_one_address_never_hold_all_threads(school: LivingSchool, crowd: ExitStack) -> None:
    port = school.living.port
    for _ in range(4 * SLOW):
        connect(crowd, port, buffer=LITTLE_BYTES).sendall(LARGE * MANY)

    assert max(seconds_to_answer(port) for _ in range(5)) < SOON_SECONDS

    one_more = connect(crowd, port)
    one_more.sendall(LARGE)
    (told,) = answers(one_more.recv(4096))
    assert (told.status, told.body) == (503, b"")
    assert ("Retry-After", "5") in told.headers
    assert one_more.recv(1) == b""


def is_closed(connection: socket.socket) -> bool:
    """Say whether the other side has hung up."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_sixty_families_behind_one_address_are_all_answered(school: LivingSchool) -> None:
    """Each on a connection of its own that stays, three times a second, as a page that plays asks."""
    guardians = [school.guardian() for _ in range(3)]
    tokens = [begin_sign_in(school.living.world, one.person, "Chrome, Android") for one in guardians]
    stopping = threading.Event()

    with ThreadPoolExecutor(FAMILIES) as pool:
        asked = [
            pool.submit(asks, school.living.port, tokens[number % 3], stopping) for number in range(FAMILIES)
        ]
        stopping.wait(FOR_SECONDS)
        stopping.set()
        found = [one.result() for one in asked]

    assert {status for statuses in found for status in statuses} == {200}
    assert min(map(len, found)) >= EACH_SECOND * FOR_SECONDS // 2


def asks(port: int, token: str, stopping: threading.Event) -> list[int]:
    """Ask on one connection until told to stop; return the statuses."""
    found = []
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.connect()
        first = connection.sock
        while not stopping.wait(1 / EACH_SECOND):
            connection.request("GET", "/robots.txt", headers={"Cookie": f"__Host-sign-in={token}"})
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
            assert connection.sock is first, "the connection stays"
    return found
