"""The school's own certificate files, and what may be wrong with them, in plain words.

Knows files and dates, and no connection: :mod:`app.tls` speaks with what is read here.
"""

import stat
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from app.config import Settings
from app.errors import CertificateWrong

CERTIFICATE, KEY = "PORTAL_CERTIFICATE_FILE", "PORTAL_CERTIFICATE_KEY_FILE"

#: A group may read the key, as Debian's ``ssl-cert`` does; nobody else may, and only its owner writes it.
FORBIDDEN_MODE = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP

RENEW = "renew it (docs/operations/outside.md); the new file is taken up by itself"


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where a certificate lies, and what it must be made out to.

    Args:
        chain: PEM, the school's own certificate first.
        key: PEM, without a passphrase.
        host: the name or the address of the origin.
    """

    chain: Path
    key: Path
    host: str

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """Return what differs once a file or its mode was changed; empty while one is not there."""
        try:
            found = [path.stat() for path in (self.chain, self.key)]
        except OSError:
            return ()
        return tuple((one.st_ctime_ns, one.st_ino, one.st_size) for one in found)


def files_of(settings: Settings) -> CertificateFiles | None:
    """Return the certificate files that *settings* name, if they do."""
    if settings.certificate_file is None or settings.certificate_key_file is None:
        return None
    return CertificateFiles(settings.certificate_file, settings.certificate_key_file, settings.origin_host)


def validity(files: CertificateFiles) -> tuple[datetime, datetime]:
    """Return from when until when the certificate holds, having looked at everything but today's date.

    A certificate that is not valid *yet* is not told of: that is a wrong clock, which passes.

    Raises:
        CertificateWrong: says what is wrong, with which file, and what to do.
    """
    own = _read_chain(files.chain)
    key = _read_key(files.key)
    if _public(own.public_key()) != _public(key.public_key()):
        raise CertificateWrong(f"{KEY}: {files.key} is not the key of the certificate in {files.chain}")
    if not _is_made_out_to(own, files.host):
        raise CertificateWrong(
            f"{CERTIFICATE}: {files.chain} is not made out to {files.host}, the host of PORTAL_ORIGIN"
        )
    return own.not_valid_before_utc, own.not_valid_after_utc


def require_usable(files: CertificateFiles, now: datetime) -> None:
    """Refuse what no phone would accept.

    Raises:
        CertificateWrong: says what is wrong, with which file, and what to do.
    """
    _, ends = validity(files)
    if ends <= now:
        raise CertificateWrong(expired(files, ends))


def expired(files: CertificateFiles, ends: datetime) -> str:
    """Return the line that says so."""
    return (
        f"{CERTIFICATE}: the certificate in {files.chain} ran out on {ends:%Y-%m-%d}, "
        f"and no phone opens the portal with it: {RENEW}"
    )


def _read(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CertificateWrong(f"{name}: {path} cannot be read: {fault.strerror}") from fault


def _read_chain(path: Path) -> x509.Certificate:
    """Return the first certificate of the file, which is the school's own."""
    try:
        return x509.load_pem_x509_certificates(_read(CERTIFICATE, path))[0]
    except ValueError as fault:
        raise CertificateWrong(f"{CERTIFICATE}: {path} holds no certificate in PEM") from fault


def _read_key(path: Path) -> PrivateKeyTypes:
    data = _read(KEY, path)
    if path.stat().st_mode & FORBIDDEN_MODE:
        raise CertificateWrong(f"{KEY}: {path} can be read or written by others: chmod 600 {path}")
    try:
        return load_pem_private_key(data, password=None)
    except TypeError as fault:
        raise CertificateWrong(f"{KEY}: {path} wants a passphrase, and nobody is there to type it") from fault
    except ValueError as fault:
        raise CertificateWrong(f"{KEY}: {path} holds no key in PEM") from fault


def _public(key: object) -> bytes:
    described: bytes = key.public_bytes(  # type: ignore[attr-defined]  # every kind of key has it
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return described


def _is_made_out_to(certificate: x509.Certificate, host: str) -> bool:
    """Say whether browsers would take it for *host*: by its alternative names, and nothing else."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    if is_address(host):
        return ip_address(host) in names.get_values_for_type(x509.IPAddress)
    spelled = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
    return host in spelled or f"*.{host.partition('.')[2]}" in spelled


def is_address(host: str) -> bool:
    """Say whether *host* is an address of numbers, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
