"""Who is sent checkpoints, from a file of the installation; and the thread that sends them.

A line each: ``witness <verifier key> <address>``, ``webhook <address>`` or ``mail <to> <from> <server>``,
with a file for the login. Only TLS, and in the open on this machine. Sent is a signed checkpoint, which
tells nobody's business; what comes back is read with a limit, and believed where the witness's key signed it.
"""

import hashlib
import http.client
import logging
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

from access.database import reading
from access.errors import LogUnavailable, Malformed, RecordsUnavailable, Unverified
from access.log.cosignatures import WitnessKey
from access.log.receivers import Contradicted, Due, Got, Prove, Receiver, Refusals, send_due
from access.log.witness_protocol import (
    MOST_ANSWERED,
    PATH,
    Contradicts,
    Cosigned,
    Knows,
    read_answer,
    request_body,
)
from access.seen import Seen
from access.world import World
from app import at_most
from app.errors import SettingsError
from app.mail import MailServer, mail_address

logger = logging.getLogger(__name__)

#: One that is due is sent at the latest so long after midnight (UTC); one that failed, again.
EVERY_SECONDS = 600.0
#: So much of a hash tells two webhooks of one host apart.
PATH_LETTERS = 8
MAIL_BODY = """\
这是幼儿园访问日志的校验点：到那时为止的记录条数，以及代表全部记录的哈希值，并有签名，与任何人无关。
请保留这封邮件。日后若有人改写日志，可以凭它发现：把两行标记之间的文字原样存成文件，请负责系统的人运行
./portal log verify --against 文件名

This is a checkpoint of a kindergarten's access log: how many entries it had, and a hash that stands for
all of them, signed. It is about nobody. Please keep this mail. Should somebody rewrite the log one day, it
shows: put what stands between the two marks into a file, as it is, and ask whoever runs the portal for
./portal log verify --against FILE

{begin}
{note}{end}
"""
BEGIN, END = "-----BEGIN CHECKPOINT-----", "-----END CHECKPOINT-----"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send to."""

    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address.

        Raises:
            ValueError: it is none, or plain http to another machine.
        """
        parts = urlsplit(text)
        host = parts.hostname or ""
        if parts.scheme not in {"http", "https"} or not host or parts.username or parts.fragment:
            raise ValueError("an address is https://host/path")
        secure = parts.scheme == "https"
        if not secure and not at_most.is_here(host):
            raise ValueError("plain http is for this machine only")
        query = f"?{parts.query}" if parts.query else ""
        return cls(secure, host, parts.port or (443 if secure else 80), (parts.path or "/") + query)

    def post(self, body: bytes, kind: str, *, path: str | None = None) -> tuple[int, bytes]:
        """Send *body*; return status and answer. Follows no redirection.

        Raises:
            OSError: it could not be sent, or nothing came back.
        """
        trusted = ssl.create_default_context() if self.secure else None
        connection = (
            http.client.HTTPSConnection(self.host, self.port, timeout=at_most.ANSWER_SECONDS, context=trusted)
            if self.secure
            else http.client.HTTPConnection(self.host, self.port, timeout=at_most.ANSWER_SECONDS)
        )
        try:
            connection.connect()
            with at_most.for_at_most(at_most.WHOLE_SECONDS, connection.sock):
                connection.request("POST", path or self.path, body, {"Content-Type": kind})
                answer = connection.getresponse()
                if answer.length is None:  # in pieces, or until it closes: of no known size
                    raise OSError("an answer that does not say how long it is")
                return answer.status, answer.read(MOST_ANSWERED + 1)
        except (http.client.HTTPException, ValueError) as fault:
            raise OSError(type(fault).__name__) from fault
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Witness:
    """A C2SP witness."""

    key: WitnessKey
    address: Address

    @property
    def name(self) -> str:
        """The name of its key."""
        return self.key.name

    def send(self, due: Due, prove: Prove) -> Got:
        """Have it cosign; where it knows another size, once more from there."""
        answer = self._ask(due, prove, due.known)
        if isinstance(answer, Knows) and answer.size <= due.size:
            answer = self._ask(due, prove, answer.size)
        if isinstance(answer, Cosigned):
            return Got(answer.line)
        if isinstance(answer, Contradicts) or answer.size > due.size:
            raise Contradicted
        raise OSError("it knows another size each time it is asked")

    def _ask(self, due: Due, prove: Prove, old: int) -> Cosigned | Knows | Contradicts:
        proof = prove(old) if 0 < old < due.size else ()
        path = f"{self.address.path.rstrip('/')}/{PATH}"
        status, body = self.address.post(request_body(old, proof, due.note), "text/plain", path=path)
        try:
            return read_answer(status, body, old=old, checkpoint=due.note, witness=self.key)
        except (Malformed, Unverified) as fault:
            raise OSError(str(fault)) from fault


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody who keeps what they are sent."""

    address: Address

    @property
    def name(self) -> str:
        """Host and port, and a word that follows from the path, which may be secret and is shown nowhere."""
        where = f"{self.address.host}:{self.address.port}"
        if self.address.path == "/":
            return where
        return f"{where} ({hashlib.sha256(self.address.path.encode()).hexdigest()[:PATH_LETTERS]})"

    def send(self, due: Due, prove: Prove) -> Got:
        """Send the checkpoint as it was signed."""
        del prove
        status, _ = self.address.post(due.note, "text/plain; charset=utf-8")
        if not 200 <= status < 300:
            raise OSError(f"it answered {status}")
        return Got()


@dataclass(frozen=True, slots=True)
class Mail:
    """Somebody who keeps what they are mailed."""

    to: str
    sender: str
    server: MailServer

    @property
    def name(self) -> str:
        """The address."""
        return self.to

    def send(self, due: Due, prove: Prove) -> Got:
        """Mail the checkpoint as it was signed."""
        del prove
        self.server.deliver(self.message(due), sender=self.sender, to=self.to)
        return Got()

    def message(self, due: Due) -> EmailMessage:
        """Return the mail; its id follows from the checkpoint, so one that came twice is known as such."""
        digest = hashlib.sha256(due.note).hexdigest()[:32]
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, self.to
        mail["Subject"] = f"小窗日志校验点 Littlewindow log checkpoint: {due.size}"
        mail["Date"] = format_datetime(due.at)
        mail["Message-ID"] = f"<{digest}.{due.log}@{self.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # nobody's absence is answered to it (RFC 3834)
        body = MAIL_BODY.format(begin=BEGIN, note=due.note.decode(), end=END)
        mail.set_content(body, cte="quoted-printable")  # comes through servers of any age as it is
        return mail


def read_receivers(path: Path) -> list[Receiver]:
    """Return who is sent checkpoints; nobody where there is no file.

    Raises:
        SettingsError: names the line that is wrong.
    """
    if not path.exists():
        return []
    found: list[Receiver] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        try:
            if words:
                found.append(_receiver(words))
        except (Malformed, ValueError, OSError) as fault:
            raise SettingsError(f"{path.name}, line {number}: {fault}") from fault
    if len({one.name for one in found}) != len(found):
        raise SettingsError(f"{path.name}: two receivers of one name")
    return found


def _receiver(words: list[str]) -> Receiver:
    match words:
        case ["witness", key, address]:
            return Witness(WitnessKey.parse(key), Address.parse(address))
        case ["webhook", address]:
            return Webhook(Address.parse(address))
        case ["mail", to, sender, server, *login] if len(login) <= 1:
            login_file = Path(login[0]) if login else None
            return Mail(mail_address(to), mail_address(sender), MailServer.parse(server, login_file))
        case _:
            raise ValueError(
                "a line is “witness KEY ADDRESS”, “webhook ADDRESS” or “mail TO FROM SERVER [LOGIN_FILE]”"
            )


class Sending:
    """The thread that sends what is due; a receiver that does not answer keeps nothing else waiting."""

    def __init__(self, world: World, receivers: list[Receiver], seen: Seen) -> None:
        self._world, self._receivers, self._seen = world, receivers, seen
        self._refused: Refusals = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="receivers", daemon=True)

    def start(self) -> None:
        """Begin; where nobody is to be sent anything, there is nothing to begin."""
        if self._receivers:
            self._thread.start()

    def stop(self) -> None:
        """End; what was not sent is sent after the next start."""
        self._stopping.set()

    def once(self) -> list[str]:
        """Send what is due, unless the database has not what was seen of it; return what failed."""
        if not self._world.clock.believable():
            return []
        with reading(self._world.database) as connection:
            if self._seen.missing(connection):
                return ["the database has not what was seen of it: nothing is sent"]
        return send_due(self._world.database, self._receivers, self._world.clock.now(), self._refused)

    def _run(self) -> None:
        while True:
            try:
                for told in self.once():
                    logger.warning("receivers: %s", told)
            except (RecordsUnavailable, LogUnavailable, OSError) as fault:
                logger.warning("receivers: %s; again later", type(fault).__name__)
            if self._stopping.wait(EVERY_SECONDS):
                return
