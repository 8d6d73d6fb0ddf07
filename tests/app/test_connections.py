"""Whoever is slow, silent or rude at the door keeps nobody else waiting, over plain http and over TLS."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.certificate import make_certificate
from tests.e2e.waiting import until

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
THREADS = 4
#: More than there are threads, of each kind.
CROWD = 3 * THREADS
#: What somebody with manners may have to wait, on a busy machine.
SOON_SECONDS = 2.0
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01"
ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass
class Door:
    """Where the web process listens, and how it is spoken with."""

    port: int
    tls: bool

    def call(self, address: str = "127.0.0.1") -> socket.socket:
        """Connect, and say nothing."""
        return socket.create_connection(("127.0.0.1", self.port), 20, source_address=(address, 0))

    def meet(self, address: str = "127.0.0.1") -> socket.socket:
        """Connect, and shake hands where that is the custom."""
        plain = self.call(address)
        if not self.tls:
            return plain
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        return anybody.wrap_socket(plain)

    def answer(self, request: bytes) -> bytes:
        """Return the body of what *request* is answered with."""
        with closing(self.meet()) as connection:
            connection.sendall(request)
            return body(connection)

    def is_open(self) -> bool:
        """Say whether it answers."""
        try:
            return self.answer(ASKED) == b"nothing"
        except OSError:
            return False


def body(connection: socket.socket) -> bytes:
    """Read one answer; return its body."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = connection.recv(1)
        if not piece:
            raise ConnectionAbortedError
        came += piece
    length = int(came.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    read = b""
    while len(read) < length:
        read += connection.recv(length - len(read))
    return read


@pytest.fixture(scope="module", params=["plain", "TLS"])
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Open a door with four threads behind it."""
    tls = request.param == "TLS"
    certificate, key = make_certificate(tmp_path_factory.mktemp("door"))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--threads", str(THREADS), "--no-control-socket"),
                *("-k", "tests.app.serve_hasty.HastyWorker", "--bind", f"fd://{listener.fileno()}"),
                *(("--certfile", certificate, "--keyfile", key) if tls else ()),
                "tests.app.serve_hasty:application",
            ],
            cwd=ROOT,
            env=dict(os.environ),
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        door = Door(int(listener.getsockname()[1]), tls)
        try:
            until("the door is open", door.is_open, 15)
            yield door
        finally:
            process.terminate()
            process.wait(10)


def silent(door: Door) -> socket.socket:
    return door.call()


def in_the_midst_of_a_handshake(door: Door) -> socket.socket:
    connection = door.call()
    connection.sendall(HELLO if door.tls else b"G")
    return connection


def in_the_midst_of_a_request(door: Door) -> socket.socket:
    connection = door.meet()
    connection.sendall(ASKED[:-2])
    return connection


def in_the_midst_of_a_form(door: Door) -> socket.socket:
    connection = door.meet()
    connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsign_in_name=")
    return connection


def in_the_midst_of_a_second_request(door: Door) -> socket.socket:
    connection = door.meet()
    connection.sendall(ASKED)
    assert body(connection) == b"nothing"
    connection.sendall(ASKED[:-2])
    return connection


def told_goodbye_and_stays(door: Door) -> socket.socket:
    connection = door.meet()
    connection.sendall(ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert body(connection) == b"nothing"
    return connection


@pytest.mark.parametrize(
    "comes",
    [
        silent,
        in_the_midst_of_a_handshake,
        in_the_midst_of_a_request,
        in_the_midst_of_a_form,
        in_the_midst_of_a_second_request,
        told_goodbye_and_stays,
    ],
    ids=lambda one: one.__name__.replace("_", " "),
)
def test_a_crowd_that_says_nothing_more_keeps_nobody_waiting_and_is_sent_away(
    door: Door, comes: Callable[[Door], socket.socket]
) -> None:
    with ExitStack() as crowd:
        began = time.monotonic()
        connections = [crowd.enter_context(closing(comes(door))) for _ in range(CROWD)]
        assert time.monotonic() - began < SOON_SECONDS

        began = time.monotonic()
        assert door.answer(ASKED) == b"nothing"
        assert time.monotonic() - began < SOON_SECONDS

        for connection in connections:
            connection.settimeout(10)  # kept-alive ones may stay for five seconds
            with suppress(ConnectionResetError, ssl.SSLError):
                assert connection.recv(1) == b""


def test_one_that_says_a_little_now_and_then_is_sent_away_too(door: Door) -> None:
    with closing(door.meet()) as connection:
        began = time.monotonic()
        assert is_sent_away(connection, [bytes([letter]) for letter in ASKED[:-2] * 3], pause=0.1)

    assert 1.5 < time.monotonic() - began < 5


def test_a_crowd_that_takes_no_answer_is_left(door: Door) -> None:
    with ExitStack() as crowd:
        for _ in range(CROWD):
            connection = crowd.enter_context(closing(door.meet()))
            connection.sendall(ASKED.replace(b"/ ", b"/large ", 1))

        # Each takes a thread, for a second.
        until("somebody else is answered", door.is_open, CROWD / THREADS * 1.0 + SOON_SECONDS)


def test_a_crowd_of_one_address_that_takes_no_answer_leaves_a_thread_to_others(door: Door) -> None:
    with ExitStack() as crowd:
        for _ in range(CROWD):
            connection = crowd.enter_context(closing(door.meet("127.0.0.2")))
            connection.sendall(ASKED.replace(b"/ ", b"/large ", 1))

        began = time.monotonic()
        assert door.answer(ASKED) == b"nothing"
        assert time.monotonic() - began < 0.9, "before any of them was left"


def test_a_form_is_read_whole_however_it_comes(door: Door) -> None:
    sent = b"sign_in_name=lin&passphrase=" + b"x" * 50_000
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-length:%d\r\n\r\n" % len(sent)
    with closing(door.meet()) as connection:
        for piece in (head[:30], head[30:] + sent[:20_000], sent[20_000:]):
            connection.sendall(piece)
            time.sleep(0.05)  # so that it comes in pieces

        assert body(connection) == sent


def test_requests_that_come_at_once_are_answered_one_by_one(door: Door) -> None:
    with closing(door.meet()) as connection:
        connection.sendall(ASKED + b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none" + ASKED)

        assert [body(connection) for _ in range(3)] == [b"nothing", b"one", b"nothing"]


def test_a_head_without_end_is_not_read_to_its_end(door: Door) -> None:
    with closing(door.meet()) as connection:
        assert is_sent_away(connection, [b"X" * 1_000] * 1_000, pause=0.001)


def is_sent_away(connection: socket.socket, pieces: list[bytes], *, pause: float) -> bool:
    """Say *pieces* one by one; return whether the other side hung up before the last."""
    try:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)  # this is what being slow means
    except OSError:
        return True
    return False


@pytest.mark.parametrize("door", ["TLS"], indirect=True)
def test_plain_http_to_the_tls_port_is_told_nothing(door: Door) -> None:
    with closing(door.call()) as connection:
        connection.sendall(ASKED)
        came = b""
        with suppress(ConnectionResetError):
            came = connection.recv(1000)

    assert came == b""
