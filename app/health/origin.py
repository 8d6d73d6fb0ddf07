"""Ask the public address as a phone would: the name, the certificate, and who answers.

Asked from this machine. It shows that the name, the proxy and the certificate fit
together; whether the school's line lets strangers in, only a phone outside can tell.

The portal is recognised by what it tells everybody: its front door, and behind an
address that nobody could know the one 404, byte for byte. A proxy that does not pass
the host's name on would get the 404 at the front door too.
"""

import http.client
import secrets
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from flask_babel import lazy_gettext

from app.health.certificate import certificate_finding
from app.health.finding import Finding, look, unknown, well, wrong

NOT_FOUND = Path(__file__).resolve().parents[2] / "templates" / "not_found.html"

#: For each of the connections.
PATIENCE_SECONDS = 3.0
DEFAULT_PORTS = {"https": 443, "http": 80}
#: A strange server may send for ever.
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Origin:
    """The public address, and how it is asked.

    Args:
        text: scheme, host and perhaps port.
        seconds: how long each answer is waited for.
        trusted: whose certificates are believed; those of the system where nobody says.
    """

    text: str
    seconds: float = PATIENCE_SECONDS
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    @property
    def is_secure(self) -> bool:
        """Say whether it wants a certificate."""
        return urlsplit(self.text).scheme == "https"

    @property
    def place(self) -> tuple[str, int]:
        """Return name and port."""
        parts = urlsplit(self.text)
        return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of a page, asked by nobody; a proxy of the environment is not asked."""
        connection = http.client.HTTPConnection(*self.place, timeout=self.seconds)
        if self.is_secure:
            connection = http.client.HTTPSConnection(*self.place, timeout=self.seconds, context=self.trusted)
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_BYTES)

    def certificate(self) -> x509.Certificate | None:
        """Return the certificate shown there, believed or not; None where none is shown."""
        unchecked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # only looked at: nothing is sent there
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        try:
            with (
                socket.create_connection(self.place, timeout=self.seconds) as connection,
                unchecked.wrap_socket(connection, server_hostname=self.place[0]) as secured,
            ):
                shown = secured.getpeercert(binary_form=True)
        except OSError:
            return None
        return x509.load_der_x509_certificate(shown) if shown else None


def address_finding(origin: Origin) -> Finding:
    """Say whether *origin* is reached from this machine, and is this portal."""
    if not origin.text:
        return look(
            lazy_gettext("No public address is set: only this machine is served."),
            lazy_gettext(
                "Set PORTAL_ORIGIN to the address that families open, such as https://school.example."
            ),
        )
    host, port = origin.place
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        front, nowhere = origin.get("/"), origin.get(f"/{secrets.token_hex(16)}")
    except socket.gaierror:
        return wrong(
            lazy_gettext("The name %(host)s leads nowhere.", host=host),
            lazy_gettext("Ask whoever keeps the school's domain to point the name to the school's line."),
        )
    except ssl.SSLCertVerificationError as fault:
        return _not_trusted(fault)
    except (OSError, http.client.HTTPException) as fault:
        return _silent(origin.text, fault)
    return _recognised(origin.text, front, nowhere)


def _recognised(origin: str, front: tuple[int, bytes], nowhere: tuple[int, bytes]) -> Finding:
    if nowhere != (404, NOT_FOUND.read_bytes()):
        return wrong(
            lazy_gettext("Something else than this portal answers at %(origin)s.", origin=origin),
            lazy_gettext(
                "Start the portal, and let the proxy or the tunnel lead to the port on which it listens."
            ),
        )
    if front[0] != 200:
        return wrong(
            lazy_gettext("The portal answers at %(origin)s, but not under that name.", origin=origin),
            lazy_gettext(
                "Let the proxy pass on the host that was asked for (nginx: proxy_set_header Host $http_host)."
            ),
        )
    return well(
        lazy_gettext(
            "%(origin)s answers, asked from this machine. Whether a phone outside reaches it, only such a "
            "phone can tell.",
            origin=origin,
        )
    )


def _silent(origin: str, fault: Exception) -> Finding:
    if isinstance(fault, TimeoutError):
        return look(
            lazy_gettext("%(origin)s does not answer this machine.", origin=origin),
            lazy_gettext(
                "Open it on a phone that is not on the school's Wi-Fi. If it opens there, only the router "
                "does not lead its own network back, and all is well; else look at proxy, tunnel and router."
            ),
        )
    return wrong(
        lazy_gettext("Nobody answers at %(origin)s.", origin=origin),
        lazy_gettext(
            "Start the proxy or the tunnel, and see that its address and port are those of PORTAL_ORIGIN."
        ),
    )


def _not_trusted(fault: ssl.SSLCertVerificationError) -> Finding:
    return wrong(
        lazy_gettext(
            "A phone would refuse the certificate: it is expired, made out to another name, or nobody "
            "vouches for it."
        ),
        lazy_gettext(
            "Look at the line about the certificate; have it made for exactly the name in PORTAL_ORIGIN, and "
            "serve the whole chain."
        ),
        detail=fault.verify_message,
    )


def served_certificate_finding(origin: Origin, now: datetime) -> Finding:
    """Say until when the certificate is valid that is shown at *origin*, trusted or not."""
    if not origin.is_secure:
        return well(lazy_gettext("No certificate is needed: plain http reaches this machine only."))
    shown = origin.certificate()
    if shown is None:
        return unknown(
            lazy_gettext("No certificate was shown to this machine."),
            lazy_gettext("Look at the line about the address first."),
        )
    return certificate_finding(shown, now)
