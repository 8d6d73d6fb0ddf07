"""The school's own certificate: what is wrong with it is named, and a renewed one is taken up."""

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
from cryptography.hazmat.primitives import serialization

from access.clock import FrozenClock
from app.certificate import CertificateFiles, require_usable, validity
from app.config import Settings
from app.errors import CertificateWrong, SettingsError
from app.tls import TlsKeeper
from demo.certificate import make_certificate

HOST = "window.school.example"
NOW = datetime.now(UTC)
SETTINGS = {"PORTAL_DATA_DIRECTORY": "/srv/portal", "PORTAL_ORIGIN": f"https://{HOST}:8443"}


def made(home: Path, *made_out_to: str, lasts: timedelta = timedelta(days=90)) -> CertificateFiles:
    home.mkdir(exist_ok=True)
    chain, key = make_certificate(home, *(made_out_to or (HOST,)), lasts=lasts)
    return CertificateFiles(Path(chain), Path(key), HOST)


def chain_is_missing(files: CertificateFiles) -> None:
    files.chain.unlink()


def chain_is_no_pem(files: CertificateFiles) -> None:
    files.chain.write_text("canary")


def key_is_missing(files: CertificateFiles) -> None:
    files.key.unlink()


def key_is_no_pem(files: CertificateFiles) -> None:
    files.key.write_text("canary")


def key_is_for_all_to_read(files: CertificateFiles) -> None:
    files.key.chmod(0o644)


def key_is_for_a_group_to_write(files: CertificateFiles) -> None:
    files.key.chmod(0o660)


def key_is_locked(files: CertificateFiles) -> None:
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"canary"),
    )
    files.key.write_bytes(locked)


def key_is_anothers(files: CertificateFiles) -> None:
    other = made(files.key.parent / "other")
    other.key.replace(files.key)


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (chain_is_missing, "PORTAL_CERTIFICATE_FILE: .* cannot be read: No such file"),
        (chain_is_no_pem, "PORTAL_CERTIFICATE_FILE: .* holds no certificate in PEM"),
        (key_is_missing, "PORTAL_CERTIFICATE_KEY_FILE: .* cannot be read: No such file"),
        (key_is_no_pem, "PORTAL_CERTIFICATE_KEY_FILE: .* holds no key in PEM"),
        (key_is_for_all_to_read, "PORTAL_CERTIFICATE_KEY_FILE: .* by others: chmod 600"),
        (key_is_for_a_group_to_write, "PORTAL_CERTIFICATE_KEY_FILE: .* by others: chmod 600"),
        (key_is_locked, "PORTAL_CERTIFICATE_KEY_FILE: .* wants a passphrase"),
        (key_is_anothers, "PORTAL_CERTIFICATE_KEY_FILE: .* is not the key of the certificate"),
    ],
    ids=lambda one: one.__name__.replace("_", " ") if callable(one) else "",
)
def test_what_is_wrong_with_a_file_is_named_and_not_repeated(
    tmp_path: Path, breaks: Callable[[CertificateFiles], None], said: str
) -> None:
    files = made(tmp_path)
    breaks(files)

    with pytest.raises(CertificateWrong, match=said) as refused:
        require_usable(files, NOW)

    assert "canary" not in str(refused.value)


def test_one_that_ran_out_is_refused_with_what_to_do(tmp_path: Path) -> None:
    files = made(tmp_path, lasts=-timedelta(days=2))

    with pytest.raises(CertificateWrong, match=r"ran out on \d{4}-\d\d-\d\d.*renew it"):
        require_usable(files, NOW)


def test_a_clock_that_stands_at_1970_is_no_fault_of_the_certificate(tmp_path: Path) -> None:
    require_usable(made(tmp_path), datetime(1970, 1, 1, tzinfo=UTC))


def test_a_key_that_a_group_may_read_is_taken(tmp_path: Path) -> None:
    files = made(tmp_path)
    files.key.chmod(0o640)

    require_usable(files, NOW)


@pytest.mark.parametrize(
    ("made_out_to", "host", "is_good"),
    [
        pytest.param(HOST, HOST, True, id="its name"),
        pytest.param("*.school.example", HOST, True, id="any name of the school's"),
        pytest.param("*.example", HOST, False, id="any name two levels up"),
        pytest.param("other.example", HOST, False, id="another name"),
        pytest.param("192.0.2.7", "192.0.2.7", True, id="its address"),
        pytest.param("2001:db8::7", "2001:db8:0::7", True, id="its address in another spelling"),
        pytest.param("192.0.2.8", "192.0.2.7", False, id="another address"),
    ],
)
def test_it_must_be_made_out_to_the_host_of_the_origin(
    tmp_path: Path, made_out_to: str, host: str, is_good: bool
) -> None:
    files = made(tmp_path, made_out_to)
    files = CertificateFiles(files.chain, files.key, host)

    if is_good:
        assert validity(files)[1] > NOW
    else:
        with pytest.raises(CertificateWrong, match=f"is not made out to {host}"):
            validity(files)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param({"PORTAL_CERTIFICATE_FILE": "/c"}, "both or neither", id="no key"),
        pytest.param({"PORTAL_CERTIFICATE_KEY_FILE": "/k"}, "both or neither", id="no certificate"),
        pytest.param(
            {
                "PORTAL_CERTIFICATE_FILE": "/c",
                "PORTAL_CERTIFICATE_KEY_FILE": "/k",
                "PORTAL_ORIGIN": "http://localhost",
            },
            "PORTAL_ORIGIN: https",
            id="plain http",
        ),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.from_environment(SETTINGS | given)


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
