"""Certificates for the school's own host."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.certificate import CertificateFiles
from demo.certificate import make_certificate

HOST = "window.school.example"
NOW = datetime.now(UTC)


def made(home: Path, *made_out_to: str, lasts: timedelta = timedelta(days=90)) -> CertificateFiles:
    home.mkdir(exist_ok=True)
    chain, key = make_certificate(home, *(made_out_to or (HOST,)), lasts=lasts)
    return CertificateFiles(Path(chain), Path(key), HOST)


def chain_is_missing(files: CertificateFiles) -> None:
    files.chain.unlink()


def chain_is_no_pem(files: CertificateFiles) -> None:
    files.chain.write_text("canary")


def key_is_for_all_to_read(files: CertificateFiles) -> None:
    files.key.chmod(0o644)


def key_is_anothers(files: CertificateFiles) -> None:
    other = made(files.key.parent / "other")
    other.key.replace(files.key)
