"""The school's own certificate: what is wrong with it is named, and what does not go together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from app.certificate import CertificateFiles, require_usable, validity
from app.config import Settings
from app.errors import CertificateWrong, SettingsError
from tests.app.certificates import (
    HOST,
    NOW,
    chain_is_missing,
    chain_is_no_pem,
    key_is_anothers,
    key_is_for_all_to_read,
    made,
)

SETTINGS = {"PORTAL_DATA_DIRECTORY": "/srv/portal", "PORTAL_ORIGIN": f"https://{HOST}:8443"}


def key_is_missing(files: CertificateFiles) -> None:
    files.key.unlink()


def key_is_no_pem(files: CertificateFiles) -> None:
    files.key.write_text("canary")


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
