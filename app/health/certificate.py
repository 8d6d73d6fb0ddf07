"""Until when a certificate is valid. Pure; who shows it is not known here."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from flask_babel import lazy_gettext

from app.health.finding import Finding, look, well, wrong

#: Renewals by ACME come 30 days before the end; after nine more days one has failed.
SOON = timedelta(days=21)


def certificate_finding(certificate: x509.Certificate, now: datetime) -> Finding:
    """Say whether *certificate* is valid at *now*, and for how long."""
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < first:
        return wrong(
            lazy_gettext("The certificate is not valid before %(day)s.", day=first.date().isoformat()),
            lazy_gettext("Most likely this machine's clock is wrong: set it right, then look again."),
        )
    if now >= last:
        return wrong(
            lazy_gettext(
                "The certificate expired on %(day)s: phones refuse to open the portal.",
                day=last.date().isoformat(),
            ),
            lazy_gettext("Renew it now, where it was made, and see to it that it renews by itself."),
        )
    days = (last - now).days
    told = {"day": last.date().isoformat(), "days": days}
    if last - now < SOON:
        return look(
            lazy_gettext("The certificate is valid until %(day)s, only %(days)s more days.", **told),
            lazy_gettext("Renew it this week; what should renew it by itself has not done so."),
        )
    return well(lazy_gettext("The certificate is valid until %(day)s, %(days)s more days.", **told))


def file_finding(path: Path, now: datetime) -> Finding:
    """Say the same of the first certificate in a PEM file."""
    try:
        return certificate_finding(x509.load_pem_x509_certificate(path.read_bytes()), now)
    except (OSError, ValueError):
        return wrong(
            lazy_gettext("The certificate's file cannot be read."),
            lazy_gettext("Name a PEM file that the portal's user may read as PORTAL_CERTIFICATE_FILE."),
            detail=str(path),
        )
