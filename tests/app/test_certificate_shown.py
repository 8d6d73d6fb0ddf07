"""A certificate at the door: a renewed one is taken up, and its end is named beforehand."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from access.clock import FrozenClock
from app.certificate import CertificateFiles
from app.tls import TlsKeeper
from tests.app.certificates import (
    HOST,
    NOW,
    chain_is_missing,
    chain_is_no_pem,
    key_is_anothers,
    key_is_for_all_to_read,
    made,
)


class Door:
    """A listener that shakes hands as the web process does, and tells what each visitor got."""

    def __init__(self, home: Path, clock: FrozenClock) -> None:
        self.files = made(home)
        self.keeper = TlsKeeper(self.files, frozenset({HOST, "localhost"}), clock.now)

    def shown(self, name: str | None) -> x509.Certificate | None:
        """Return the certificate that somebody who asks for *name* is shown; None: refused."""
        visitor = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        visitor.check_hostname, visitor.verify_mode = False, ssl.CERT_NONE
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._meet, args=(listener,))
            thread.start()
            try:
                with (
                    socket.create_connection(listener.getsockname(), 5) as plain,
                    visitor.wrap_socket(plain, server_hostname=name) as connection,
                ):
                    return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
            except ssl.SSLError:
                return None
            finally:
                thread.join()

    def _meet(self, listener: socket.socket) -> None:
        plain, _ = listener.accept()
        with plain, suppress(OSError):
            self.keeper.context.wrap_socket(plain, server_side=True).close()

    def lies(self) -> x509.Certificate:
        """Return the certificate that lies in the file."""
        return x509.load_pem_x509_certificate(self.files.chain.read_bytes())


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Keep a good certificate, today."""
    return Door(tmp_path / "kept", FrozenClock(NOW))


def put(door: Door, new: CertificateFiles) -> None:
    """Do as the tools of authorities do: replace one file, then the other."""
    new.chain.replace(door.files.chain)
    new.key.replace(door.files.key)


def test_a_renewed_certificate_is_shown_once_it_has_lain_still(door: Door, tmp_path: Path) -> None:
    former = door.shown(HOST)
    put(door, made(tmp_path / "new"))

    door.keeper.look()
    first = door.shown(HOST)
    door.keeper.look()

    assert first == former, "it may not be whole yet"
    assert door.shown(HOST) == door.lies() != former


@pytest.mark.parametrize(
    "breaks",
    [chain_is_missing, chain_is_no_pem, key_is_anothers, key_is_for_all_to_read],
    ids=lambda one: one.__name__.replace("_", " "),
)
def test_a_broken_one_leaves_the_former_and_is_named_once(
    door: Door,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    breaks: Callable[[CertificateFiles], None],
) -> None:
    former = door.shown(HOST)
    breaks(door.files)

    for _ in range(5):
        door.keeper.look()

    (line,) = caplog.messages
    assert "PORTAL_CERTIFICATE" in line
    assert line.endswith("the former one stays")
    assert door.shown(HOST) == former

    put(door, made(tmp_path / "mended"))
    for _ in range(2):
        door.keeper.look()

    assert door.shown(HOST) == door.lies() != former


def test_the_end_is_named_each_day_from_two_weeks_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FrozenClock(datetime.now(UTC) + timedelta(minutes=1))
    door = Door(tmp_path / "kept", clock)
    caplog.set_level(logging.WARNING)
    told = []
    for _ in range(24 * 93):
        caplog.clear()
        door.keeper.look()
        told.append(caplog.messages)
        clock.advance(timedelta(hours=1))

    days = [hour // 24 for hour, lines in enumerate(told) if lines]
    assert days == list(range(76, 93))
    assert "runs out on" in told[76 * 24][0]
    assert "ran out on" in told[90 * 24][0]
    assert all(len(lines) <= 1 for lines in told)


def test_of_one_that_holds_for_a_day_the_last_quarter_is_the_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = FrozenClock(NOW)
    keeper = TlsKeeper(made(tmp_path / "kept", lasts=timedelta(days=1)), frozenset({HOST}), clock.now)

    clock.advance(timedelta(hours=17))
    keeper.look()
    assert caplog.messages == []

    clock.advance(timedelta(hours=2))
    keeper.look()
    keeper.look()
    assert len(caplog.messages) == 1

    clock.advance(timedelta(hours=6))
    keeper.look()
    keeper.look()
    assert len(caplog.messages) == 2
    assert "ran out on" in caplog.messages[1]


@pytest.mark.parametrize(
    ("name", "is_met"),
    [(HOST, True), ("localhost", True), (HOST.upper(), True), ("other.example", False)],
)
def test_a_handshake_for_a_name_that_is_not_ours_is_refused(door: Door, name: str, is_met: bool) -> None:
    assert (door.shown(name) is not None) is is_met


def test_this_machine_need_not_name_a_host(door: Door) -> None:
    assert door.shown(None) is not None


def test_nothing_older_than_tls_1_2_is_spoken(door: Door) -> None:
    assert door.keeper.context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert {one["protocol"] for one in door.keeper.context.get_ciphers()} <= {"TLSv1.2", "TLSv1.3"}
