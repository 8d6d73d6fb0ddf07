"""Checkpoints go out by mail: to whom the certificate names, once a day; they find a rewritten log."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from access.clock import FrozenClock
from access.database import reading
from access.log.checkpoints import open_checkpoint
from access.log.findings import Finding
from access.log.receivers import received
from access.log.signing import origin_of, roots_of_others
from access.log.verify import verify
from demo.certificate import make_certificate
from tests.app.mailing import NAME, PASSPHRASE, SENDER, TO, MailBox, login_file, note_in, taking_mail
from tests.app.sending import A_DAY, KEY, sending, signed
from tests.app.test_receivers import rewrites_with_the_key
from tests.school import School


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate of this machine's name, which the system trusts."""
    home = tmp_path / "tls"
    home.mkdir(0o700)
    made = Path(make_certificate(home, "localhost")[0])
    monkeypatch.setenv("SSL_CERT_FILE", str(made))
    return made


def found_by(note: bytes, school: School) -> list[Finding]:
    """Return what the verification finds in the school's log, held to a checkpoint."""
    with reading(school.world.database) as connection:
        given = roots_of_others(connection, KEY, [note])
        return list(verify(connection, school.id, roots=given[school.id]).findings)


def test_a_checkpoint_is_mailed_once_a_day_as_it_was_signed(
    school: School, clock: FrozenClock, receivers: Path, certificate: Path
) -> None:
    with taking_mail(MailBox(), certificate=certificate, login=True) as box:
        receivers.write_text(
            f"mail {TO} {SENDER} smtp://localhost:{box.port} {login_file(receivers.parent)}\n"
        )
        out = sending(school, receivers)
        note = signed(school)
        assert out.once() == []
        assert box.mails == []  # of today nobody outside is told
        clock.advance(A_DAY)
        sent_at = clock.now()
        for _ in range(3):
            assert out.once() == []
            school.guardian()
            signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []

    first, second = box.mails
    assert note_in(first) == note
    assert box.envelopes == [(SENDER, [TO])] * 2
    assert box.logins == [(NAME, PASSPHRASE)] * 2
    assert box.secure == [True, True]
    assert (first.get_all("To"), first.get_all("From")) == ([TO], [SENDER])
    assert parsedate_to_datetime(first["Date"]) == sent_at.replace(microsecond=0)
    assert len({first["Message-ID"], second["Message-ID"]}) == 2
    assert first["Message-ID"].endswith("@school.example>")
    assert first["Auto-Submitted"] == "auto-generated"
    text = first.get_content()
    assert "请保留这封邮件" in text
    assert "Please keep this mail" in text
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 78
    assert box.raw[0].isascii()
    with reading(school.world.database) as connection:
        (row,) = received(connection, school.id)
    assert row.receiver == TO


def test_a_mailed_checkpoint_verifies_and_finds_a_rewritten_log(
    school: School, clock: FrozenClock, receivers: Path, certificate: Path
) -> None:
    with taking_mail(MailBox(), certificate=certificate) as box:
        receivers.write_text(f"mail {TO} {SENDER} smtp://localhost:{box.port}")
        signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []
    note = note_in(box.mails[0])
    with reading(school.world.database) as connection:
        origin = origin_of(connection, school.id)
    assert origin is not None
    assert open_checkpoint(note, KEY.public(origin))[0].origin == origin
    assert found_by(note, school) == []

    rewrites_with_the_key(school)

    assert found_by(note, school) != []


def test_tls_may_begin_at_the_beginning(
    school: School, clock: FrozenClock, receivers: Path, certificate: Path
) -> None:
    with taking_mail(MailBox(), certificate=certificate, from_the_beginning=True, login=True) as box:
        receivers.write_text(
            f"mail {TO} {SENDER} smtps://localhost:{box.port} {login_file(receivers.parent)}\n"
        )
        note = signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []

    assert [note_in(one) for one in box.mails] == [note]
    assert box.secure == [True]


def test_on_this_machine_it_may_go_in_the_open(school: School, clock: FrozenClock, receivers: Path) -> None:
    with taking_mail(MailBox()) as box:
        receivers.write_text(f"mail {TO} {SENDER} plain://127.0.0.1:{box.port}")
        note = signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []

    assert [note_in(one) for one in box.mails] == [note]
    assert box.secure == [False]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("wrong", ["nobody vouches for it", "another name", "run out"])
def test_whoever_is_not_whom_the_certificate_names_is_told_nothing(
    school: School,
    clock: FrozenClock,
    receivers: Path,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    scheme: str,
    wrong: str,
) -> None:
    other = receivers.parent / "other"
    other.mkdir()
    name = "elsewhere.example" if wrong == "another name" else "localhost"
    made = Path(make_certificate(other, name, lasts=-A_DAY if wrong == "run out" else A_DAY)[0])
    if wrong != "nobody vouches for it":
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
    signed(school)
    clock.advance(A_DAY)
    with taking_mail(MailBox(), certificate=made, from_the_beginning=scheme == "smtps", login=True) as box:
        receivers.write_text(
            f"mail {TO} {SENDER} {scheme}://localhost:{box.port} {login_file(receivers.parent)}"
        )
        told = sending(school, receivers).once()

    assert told == [f"{TO}: SSLCertVerificationError"]
    assert (box.mails, box.logins, box.asked) == ([], [], 0)


def test_a_server_without_tls_is_told_nothing(
    school: School, clock: FrozenClock, receivers: Path, certificate: Path
) -> None:
    signed(school)
    clock.advance(A_DAY)
    with taking_mail(MailBox()) as box:
        receivers.write_text(f"mail {TO} {SENDER} smtp://localhost:{box.port} {login_file(receivers.parent)}")
        told = sending(school, receivers).once()

    assert told == [f"{TO}: it offers no TLS"]
    assert (box.mails, box.logins) == ([], [])


def test_whoever_puts_us_off_is_asked_again(school: School, clock: FrozenClock, receivers: Path) -> None:
    note = signed(school)
    clock.advance(A_DAY)
    with taking_mail(MailBox(mail_answer="451 canary: come again")) as box:
        receivers.write_text(f"mail {TO} {SENDER} plain://127.0.0.1:{box.port}")
        out = sending(school, receivers)
        assert out.once() == [f"{TO}: it puts us off (451)"]
        box.mail_answer = ""
        assert out.once() == []

    assert [note_in(one) for one in box.mails] == [note]


def test_whoever_refuses_is_told_of_and_asked_again_with_the_next_checkpoint(
    school: School, clock: FrozenClock, receivers: Path
) -> None:
    signed(school)
    clock.advance(A_DAY)
    with taking_mail(MailBox(recipient_answer="550 canary: nobody here")) as box:
        receivers.write_text(f"mail {TO} {SENDER} plain://127.0.0.1:{box.port}")
        out = sending(school, receivers)
        assert out.once() == [f"{TO}: it refuses (550); asked again with the next checkpoint"]
        assert out.once() == []
        assert box.asked == 1
        with reading(school.world.database) as connection:
            assert received(connection, school.id) == []

        box.recipient_answer = ""
        school.guardian()
        note = signed(school)
        clock.advance(A_DAY)
        assert out.once() == []

    assert [note_in(one) for one in box.mails] == [note]


def test_a_wrong_login_is_told_of(
    school: School, clock: FrozenClock, receivers: Path, certificate: Path
) -> None:
    signed(school)
    clock.advance(A_DAY)
    login = login_file(receivers.parent)
    login.write_text("window\nwrong\n")
    with taking_mail(MailBox(), certificate=certificate, login=True) as box:
        receivers.write_text(f"mail {TO} {SENDER} smtp://localhost:{box.port} {login}")
        assert sending(school, receivers).once() == [
            f"{TO}: it refuses (535); asked again with the next checkpoint"
        ]

    assert box.mails == []


def test_whoever_drips_under_tls_is_cut_off(
    school: School,
    clock: FrozenClock,
    receivers: Path,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.at_most.WHOLE_SECONDS", 1.0)
    signed(school)
    clock.advance(A_DAY)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))

    def drips(server: socket.socket) -> None:
        asked, _ = server.accept()
        with suppress(OSError), context.wrap_socket(asked, server_side=True) as spoken:
            for _ in range(200):
                spoken.sendall(b"2")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drips, args=(server,))
        thread.start()
        receivers.write_text(f"mail {TO} {SENDER} smtps://localhost:{server.getsockname()[1]}")
        began = time.monotonic()
        told = sending(school, receivers).once()
        took = time.monotonic() - began
        thread.join(15)

    assert [one.split(":")[0] for one in told] == [TO]
    assert took < 5
