"""One mail to one address: checkpoints for whoever keeps mail and runs no server.

Spoken is SMTP (RFC 5321), with TLS from the beginning (RFC 8314) or before anything is said (STARTTLS,
RFC 3207), and the certificate must be the name's; in the open to this machine only. What the server
says is read with a limit in bytes and in time, and told to nobody but by its number.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from access.key_files import read_private
from access.log.receivers import RefusedForGood, Unsent
from app import at_most

#: Scheme → the port where none is said. ``smtp`` is STARTTLS.
PORTS = {"smtps": 465, "smtp": 587, "plain": 25}
#: All of what a server says of one mail.
MOST_ANSWERED = 64 * 1024
MOST_LOGIN = 1000
ADDRESS_LETTERS = 190
#: Addresses as nearly everybody has them (RFC 5322, addr-spec, dot-atom): nothing in one ends a header.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def mail_address(text: str) -> str:
    """Return *text*, which is the address of one mailbox.

    Raises:
        ValueError: it is none, or more than one.
    """
    if len(text) > ADDRESS_LETTERS or not _ADDRESS.fullmatch(text):
        raise ValueError("a mail address is name@host, and one only")
    return text


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes mail from us, and how we say who we are."""

    scheme: str
    host: str
    port: int
    #: Name and passphrase; None where the server asks for none.
    login: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str, login: Path | None = None) -> "MailServer":
        """Read an address such as ``smtps://mail.example``, and the file that holds name and passphrase.

        Raises:
            ValueError: it is none, in the open to another machine, or the file is open to others.
            OSError: the file cannot be read.
        """
        parts = urlsplit(text)
        host = parts.hostname or ""
        if parts.scheme not in PORTS or not host or parts.username or parts.path not in {"", "/"}:
            raise ValueError("a mail server is smtps://host (TLS) or smtp://host (STARTTLS)")
        if parts.query or parts.fragment:
            raise ValueError("behind a mail server's port stands nothing")
        if parts.scheme == "plain" and not at_most.is_here(host):
            raise ValueError("mail without TLS is for this machine only")
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.scheme, host, port, _login(login) if login else None)

    def deliver(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand *message* over; return once the server has taken it upon itself.

        Raises:
            RefusedForGood: it says that trying again is of no use (5yz).
            Unsent: it says to try again (4yz), has no TLS, or does not take a login.
            OSError: it could not be reached, is not whom it is taken for, or went away.
        """
        try:
            with self._spoken_to(sender.partition("@")[2]) as smtp:
                if self.login is not None:
                    smtp.login(*self.login)
                smtp.sendmail(sender, [to], message.as_bytes(policy=policy.SMTP))
        except smtplib.SMTPRecipientsRefused as fault:
            raise _unsent(next(iter(fault.recipients.values()))[0]) from None
        except smtplib.SMTPResponseException as fault:
            raise _unsent(fault.smtp_code) from None
        except smtplib.SMTPNotSupportedError as fault:
            raise Unsent("it does not offer what is asked of it") from fault

    @contextmanager
    def _spoken_to(self, ours: str) -> Iterator[smtplib.SMTP]:
        """Give the server once it has greeted us and, where it must, has shown whose it is."""
        trusted = None if self.scheme == "plain" else ssl.create_default_context()
        with (
            closing(socket.create_connection((self.host, self.port), at_most.ANSWER_SECONDS)) as asked,
            closing(asked.dup()) as cut,  # the same connection, whatever TLS makes of the first
            at_most.for_at_most(at_most.WHOLE_SECONDS, cut),
        ):
            smtp = _Client(self, asked, ours, trusted if self.scheme == "smtps" else None)
            try:
                smtp.ehlo_or_helo_if_needed()
                if self.scheme == "smtp":
                    if not smtp.has_extn("starttls"):
                        raise Unsent("it offers no TLS")
                    smtp.starttls(context=trusted)
                yield smtp
                with suppress(OSError):  # what was taken is taken
                    smtp.quit()
            finally:
                smtp.close()


class _Few:
    """What a server says, until it is too much."""

    def __init__(self, file: Any) -> None:
        self._file, self._left = file, MOST_ANSWERED

    def readline(self, most: int) -> bytes:
        line: bytes = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        self._file.close()


class _Client(smtplib.SMTP):
    """The library's, on a connection that there is already, and reading with a limit."""

    def __init__(
        self, server: MailServer, asked: socket.socket, ours: str, trusted: ssl.SSLContext | None
    ) -> None:
        self._asked, self._trusted = asked, trusted
        super().__init__(server.host, server.port, ours, at_most.ANSWER_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        del port, timeout
        if self._trusted is None:
            return self._asked
        return self._trusted.wrap_socket(self._asked, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        """Return what it says; begins to read anew where TLS began."""
        if self.file is None and self.sock is not None:
            self.file = _Few(self.sock.makefile("rb"))
        return super().getreply()


def _unsent(code: int) -> Unsent:
    """Return what a number means (RFC 5321, section 4.2.1); what else stands there is a stranger's text."""
    if 500 <= code < 600:
        return RefusedForGood(f"it refuses ({code}); asked again with the next checkpoint")
    return Unsent(f"it puts us off ({code})")


def _login(path: Path) -> tuple[str, str]:
    content = read_private(path, MOST_LOGIN)
    lines = content.decode("ascii", "replace").splitlines()
    if (
        len(content) > MOST_LOGIN
        or len(lines) != 2
        or not all(line.isprintable() and line.isascii() and line for line in lines)
    ):
        raise ValueError(f"{path.name}: a line with the name, one with the passphrase, and nothing else")
    return lines[0], lines[1]
