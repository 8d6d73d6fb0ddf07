"""The cutter under a real gunicorn, against readers of every speed."""

import fcntl
import os
import socket
import ssl
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest

from access.journal import Journal
from access.stops import StopMarks
from demo.certificate import make_certificate
from tests.app.live.rights import GRANT
from tests.e2e.front import behind_nginx
from tests.e2e.portal import free_port
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[3]
ESTABLISHED = "01"
#: The promise: 1 s at the 99th percentile, 3 s always. Few readers, so the second is asserted.
LATEST_SECONDS = 3.0


WORKER = "app.patient.PatientWorker"
SPOKEN = ["plain", "TLS"]


class Reader(threading.Thread):
    """Reads at a pace and notes when bytes came; with rate 0 it never reads.

    Over TLS it takes the bytes as they come, still encrypted: those are what the server's side counts.
    """

    def __init__(self, port: int, path: str, rate: float, *, tls: bool) -> None:
        super().__init__(daemon=True)
        self.rate = rate
        self.times: list[float] = []
        self.count = 0
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.connect(("127.0.0.1", port))
        self.port = int(self.socket.getsockname()[1])
        asked = f"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self.socket.sendall(self._sealed(asked) if tls else asked)

    def _sealed(self, request: bytes) -> bytes:
        """Shake hands, and return the request as it goes over the line."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        came, goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        sealing = context.wrap_bio(came, goes, server_hostname="localhost")
        while True:
            try:
                sealing.do_handshake()
                break
            except ssl.SSLWantReadError:
                self.socket.sendall(goes.read())
                came.write(self.socket.recv(4096))
        sealing.write(request)
        return goes.read()

    def run(self) -> None:
        """Read until the connection is gone."""
        while self.rate:
            try:
                piece = self.socket.recv(4096)
            except OSError:
                return
            if not piece:
                return
            self.count += len(piece)
            self.times.append(time.monotonic())
            time.sleep(len(piece) / self.rate)

    def accepted(self) -> int:
        """Return how many bytes this side has taken: read, or waiting in its own kernel."""
        waiting = fcntl.ioctl(self.socket.fileno(), termios.FIONREAD, bytes(4))
        return self.count + int(struct.unpack("i", waiting)[0])


@contextmanager
def gunicorn(home: Path, *, tls: bool = False) -> Iterator[int]:
    """Serve :mod:`tests.app.live.serve_marked` on a free port, as the portal is served."""
    certificate, key = make_certificate(home) if tls else ("", "")
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "-k", WORKER, "--threads", "16", "--no-control-socket"),
            *(("--certfile", certificate, "--keyfile", key) if tls else ()),
            *("--bind", f"fd://{listener.fileno()}", "tests.app.live.serve_marked:application"),
        ],
        cwd=ROOT,
        env={**os.environ, "MARKED_HOME": str(home)},
        pass_fds=[listener.fileno()],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert open_bodies(port, tls=tls) == 0
        yield port
    finally:
        listener.close()
        process.terminate()
        process.wait(10)


def open_bodies(port: int, *, tls: bool = False) -> int:
    """Ask the server how many bodies are under way; it answers while readers are slow."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE

    def asked() -> bytes:
        try:
            url = f"{'https' if tls else 'http'}://127.0.0.1:{port}/open"
            with urlopen(url, timeout=5, context=anybody if tls else None) as answer:
                return bytes(answer.read())
        except OSError:  # not yet: it has only just begun, or the machine is busy
            return b""

    return int(until("the server answers", asked, 60))


def server_sockets(port: int, peers: set[int]) -> int:
    """Return how many of the server's connections to *peers* still exist, unsent bytes or not."""
    lines = Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]
    ends = [(line.split()[1], line.split()[2]) for line in lines]
    return sum(
        int(ours.split(":")[1], 16) == port and int(theirs.split(":")[1], 16) in peers
        for ours, theirs in ends
    )


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are counted in /proc")
@pytest.mark.e2e
@pytest.mark.parametrize("spoken", SPOKEN)
def test_after_the_mark_no_reader_gets_another_byte(tmp_path: Path, spoken: str) -> None:
    tls = spoken == "TLS"
    with (
        closing(StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))) as stops,
        gunicorn(tmp_path, tls=tls) as port,
        ExitStack() as sockets,
    ):
        rates = [400_000.0, 100_000.0, 4_000.0, 1_000.0, 0.0]
        readers = [Reader(port, str(number), rate, tls=tls) for number, rate in enumerate(rates * 2)]
        for reader in readers:
            sockets.enter_context(reader.socket)
            reader.start()
        until("every body is under way", lambda: open_bodies(port, tls=tls) == len(readers), 20)
        until("every reader reads", lambda: all(reader.times for reader in readers if reader.rate), 20)

        asked = time.monotonic()
        stops.set([GRANT])
        peers = {reader.port for reader in readers}
        until("every connection is gone", lambda: server_sockets(port, peers) == 0, LATEST_SECONDS)
        gone = time.monotonic() - asked
        assert open_bodies(port, tls=tls) == 0
        accepted = [reader.accepted() for reader in readers]

        time.sleep(1.0)  # the time in which a byte too many would come

        assert gone < LATEST_SECONDS
        assert all(reader.accepted() <= before for reader, before in zip(readers, accepted, strict=True))
        fast = [reader for reader in readers if reader.rate >= 100_000]
        assert all(reader.times[-1] - asked < LATEST_SECONDS for reader in fast)


@pytest.mark.e2e
@pytest.mark.parametrize("spoken", SPOKEN)
def test_what_was_written_and_not_accepted_is_cut_too(tmp_path: Path, spoken: str) -> None:
    tls = spoken == "TLS"
    with (
        closing(StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))) as stops,
        gunicorn(tmp_path, tls=tls) as port,
        closing(Reader(port, "small", rate=0, tls=tls).socket) as stopped,
    ):
        until("the body is under way", lambda: open_bodies(port, tls=tls) == 1, 20)
        time.sleep(0.3)  # long enough to write all of it, and nobody accepts it
        assert open_bodies(port, tls=tls) == 1, "written is not delivered"

        stops.set([GRANT])

        peer = {int(stopped.getsockname()[1])}
        until("the connection is gone", lambda: server_sockets(port, peer) == 0, LATEST_SECONDS)
        assert open_bodies(port, tls=tls) == 0


@dataclass
class Doorway:
    """A proxy's place in front of a port."""

    front: Path
    port: int
    outside_port: int = field(default_factory=free_port)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are counted in /proc")
@pytest.mark.e2e
def test_what_lies_in_nginx_reaches_a_reader_of_100_kb_a_second_in_time(tmp_path: Path) -> None:
    with (
        closing(StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))) as stops,
        gunicorn(tmp_path) as port,
        ExitStack() as sockets,
    ):
        doorway = Doorway(tmp_path / "front", port)
        sockets.enter_context(behind_nginx(doorway))
        readers = [
            Reader(doorway.outside_port, "0", rate, tls=True) for rate in (400_000.0, 100_000.0, 0.0) * 2
        ]
        for reader in readers:
            sockets.enter_context(reader.socket)
            reader.start()
        until("every reader reads", lambda: all(reader.times for reader in readers if reader.rate), 20)
        until("those that stopped have all they take", lambda: readers[2].accepted() > 2_000, 5)

        stops.set([GRANT])
        until("nobody is sent anything", lambda: open_bodies(port) == 0, LATEST_SECONDS)
        time.sleep(LATEST_SECONDS)  # in which nginx may still hand over what it has
        accepted = [reader.accepted() for reader in readers]
        time.sleep(2.0)  # the time in which a byte too many would come

        assert all(reader.accepted() <= before for reader, before in zip(readers, accepted, strict=True))


@pytest.mark.e2e
def test_nothing_in_an_answer_names_the_server(tmp_path: Path) -> None:
    with gunicorn(tmp_path) as port, urlopen(f"http://127.0.0.1:{port}/open", timeout=5) as answer:
        assert "server" not in {name.lower() for name in answer.headers}
