"""TLS with the school's own certificate, which is taken up by itself when it was renewed.

New connections get the new one within seconds; those under way keep what they began with.
A new file that cannot be used leaves the old one in place, and the log says why.
"""

import logging
import ssl
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app.certificate import RENEW, CertificateFiles, expired, is_address, validity
from app.errors import CertificateWrong

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0

#: Tools renew 30 days before, or when a third of its time is left; nearer to the end somebody forgot it.
SOON, SOON_SHARE = timedelta(days=14), 4
#: How often a certificate that runs out, or has, is named.
REMIND_EVERY = timedelta(days=1)

#: Forward secret and authenticated, for TLS 1.2; 1.3 has no others.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


class TlsKeeper:
    """Holds the TLS that new connections are spoken with.

    Args:
        files: looked at every second by :meth:`run`.
        hosts: the names it answers to; a handshake for another one is refused.
        now: for the dates; aware.

    Raises:
        CertificateWrong: the files cannot be used at all.
    """

    def __init__(self, files: CertificateFiles, hosts: frozenset[str], now: Callable[[], datetime]) -> None:
        self._files = files
        self._hosts = hosts
        self._named_by_number = is_address(files.host)
        self._now = now
        self._taken = self._seen = files.stamp()
        self._reminded: datetime | None = None
        self.context, self._soon, self._ends = self._load()

    def run(self, stopping: threading.Event) -> None:
        """Look until *stopping* is set."""
        while not stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as fault:  # the old one holds, and the next look may do better
                logger.error("certificate: %s", type(fault).__name__)  # noqa: TRY400  # its type says enough

    def look(self) -> None:
        """Take up files that were replaced and have lain still for one look; remind of the end."""
        stamp = self._files.stamp()
        lies_still, self._seen = stamp == self._seen, stamp
        if lies_still and stamp != self._taken:
            self._taken = stamp
            try:
                self.context, self._soon, self._ends = self._load()
            except CertificateWrong as wrong:
                logger.error("certificate: %s; the former one stays", wrong)  # noqa: TRY400  # it says what is wrong
            else:
                self._reminded = None
                logger.warning("certificate: the new one is taken up, valid until %s", f"{self._ends:%F}")
        self._remind()

    def _remind(self) -> None:
        now, last = self._now(), self._reminded
        has_just_ended = last is not None and last < self._ends <= now
        if now < self._soon or (last and now < last + REMIND_EVERY and not has_just_ended):
            return
        self._reminded = now
        if now >= self._ends:
            logger.error("certificate: %s", expired(self._files, self._ends))
        else:
            logger.warning("certificate: it runs out on %s: %s", f"{self._ends:%F}", RENEW)

    def _load(self) -> tuple[ssl.SSLContext, datetime, datetime]:
        starts, ends = validity(self._files)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.set_alpn_protocols(["http/1.1"])
        context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
        context.sni_callback = self._meet
        try:
            context.load_cert_chain(self._files.chain, self._files.key)
        except (OSError, ssl.SSLError) as fault:
            raise CertificateWrong(f"OpenSSL refuses the certificate in {self._files.chain}") from fault
        return context, ends - min(SOON, (ends - starts) / SOON_SHARE), ends

    def _meet(self, connection: Any, name: str | None, _: ssl.SSLContext) -> int | None:
        """Refuse a handshake for a name that is not ours: it would tell whose certificate lies here.

        A browser names none where the address is one of numbers, and neither does this machine.
        """
        if name is not None:
            is_ours = name.lower() in self._hosts
        else:
            is_ours = self._named_by_number or connection.getpeername()[0] == connection.getsockname()[0]
        return None if is_ours else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
