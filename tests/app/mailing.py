"""A mail server of the tests, on this machine: it speaks SMTP as aiosmtpd does, and keeps what it takes."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.receivers import BEGIN, END

NAME, PASSPHRASE = b"window", b"canary of the login"
TO, SENDER = "keeper@other.example", "window@school.example"


@dataclass
class MailBox:
    """What the server took, and what it answers instead where it takes nothing."""

    mails: list[EmailMessage] = field(default_factory=list)
    #: The same, as their bytes came.
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    #: Whether each came under TLS.
    secure: list[bool] = field(default_factory=list)
    #: Every login that was tried.
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    #: How often somebody named a recipient.
    asked: int = 0
    recipient_answer: str = ""
    mail_answer: str = ""
    port: int = 0

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient."""
        self.asked += 1
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        if self.mail_answer:
            return self.mail_answer
        content = cast("bytes", envelope.content)
        self.raw.append(content)
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        transport = server.transport
        assert transport is not None
        self.secure.append(transport.get_extra_info("ssl_object") is not None)
        return "250 OK"

    def knows(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any
    ) -> AuthResult:
        """Say whether a login is right."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (NAME, PASSPHRASE), handled=False)


@contextmanager
def taking_mail(
    box: MailBox, *, certificate: Path | None = None, from_the_beginning: bool = False, login: bool = False
) -> Iterator[MailBox]:
    """Have *box* take mail on this machine until the end of the block; under TLS with a certificate."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    started = None if from_the_beginning else context

    def speaks() -> SMTP:
        return SMTP(
            box,
            hostname="mail.test",
            tls_context=started,
            require_starttls=started is not None,
            authenticator=box.knows,
            auth_required=login and started is not None,  # the library knows of no TLS from the beginning
            auth_require_tls=started is not None,
        )

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        loop.create_server(speaks, "127.0.0.1", 0, ssl=context if from_the_beginning else None)
    )
    box.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _end(server: asyncio.AbstractServer) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def note_in(mail: EmailMessage) -> bytes:
    """Return the checkpoint that a mail holds, as its reader would copy it."""
    text: str = mail.get_content()
    return text.replace("\r\n", "\n").split(f"{BEGIN}\n")[1].split(END)[0].encode()


def login_file(home: Path) -> Path:
    """Write the file with name and passphrase."""
    path = home / "mail_login"
    path.touch(0o600)
    path.write_bytes(NAME + b"\n" + PASSPHRASE + b"\n")
    return path
