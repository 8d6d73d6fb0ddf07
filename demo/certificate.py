"""A throw-away certificate that nobody vouches for but itself: for the demo's cameras and its own pages."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from demo.rtsp_server import HOST

A_DAY = timedelta(days=1)


def make_certificate(
    directory: Path, *made_out_to: str, lasts: timedelta = A_DAY, named: str = "rendered camera"
) -> tuple[str, str]:
    """Write a certificate and its key; return their files.

    Whoever is to trust it names the first file as its ``SSL_CERT_FILE``.

    Args:
        directory: nobody else's, because the key lies in it.
        made_out_to: the addresses and the names that it is good for; this machine where none is said.
        lasts: from now; less than nothing makes one that has run out.
        named: what a browser calls it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + min(-timedelta(hours=1), lasts - A_DAY))
        .not_valid_after(now + lasts)
        .add_extension(
            x509.SubjectAlternativeName([_subject(one) for one in made_out_to or (HOST,)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = directory / "certificate.pem", directory / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(files[1], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
    return str(files[0]), str(files[1])


def _subject(one: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(one))
    except ValueError:
        return x509.DNSName(one)
