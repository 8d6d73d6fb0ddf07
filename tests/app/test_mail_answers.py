"""What a line for mail may say, and that no mail server keeps the others waiting."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from access.clock import FrozenClock
from app.errors import SettingsError
from app.mail import ADDRESS_LETTERS
from app.receivers import read_receivers
from tests.app.mailing import SENDER, TO, MailBox, login_file, note_in, taking_mail
from tests.app.sending import A_DAY, sending, signed
from tests.school import School

WRONG_ADDRESSES = [
    "keeper",
    "@other.example",
    "keeper@",
    "keeper@other.example,second@other.example",
    "<keeper@other.example>",
    "keeper@other.example\\nBcc:third@other.example",
    "keeper@other.example%0d%0aBcc:third@other.example",
    "keeper@other.example\x00",
    "keeper@other.example\x1bBcc:",
    "看门@other.example",
    "-@-",
    f"{'k' * ADDRESS_LETTERS}@other.example",
]


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
@pytest.mark.parametrize("place", ["to", "from"])
def test_what_is_not_one_address_is_refused_when_the_file_is_read(
    receivers: Path, address: str, place: str
) -> None:
    to, sender = (address, SENDER) if place == "to" else (TO, address)
    receivers.write_text(f"# mail\nmail {to} {sender} smtps://mail.example\n")

    with pytest.raises(SettingsError, match="line 2"):
        read_receivers(receivers)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_line_that_goes_on_as_a_header_is_refused(receivers: Path, end: str) -> None:
    receivers.write_bytes(f"mail {TO}{end}Bcc:third@other.example {SENDER} smtps://mail.example".encode())

    with pytest.raises(SettingsError):
        read_receivers(receivers)


@pytest.mark.parametrize(
    "server",
    [
        "plain://mail.example",
        "plain://192.0.2.7",
        "mail.example",
        "http://mail.example",
        "smtps://window:canary@mail.example",
        "smtps://mail.example/path",
        "smtps://mail.example?tls=no",
        "smtps://",
        "smtps://mail.example:70000",
    ],
)
def test_what_is_no_mail_server_or_in_the_open_is_refused(receivers: Path, server: str) -> None:
    receivers.write_text(f"mail {TO} {SENDER} {server}")

    with pytest.raises(SettingsError, match="line 1") as refused:
        read_receivers(receivers)
    assert "canary" not in str(refused.value)


def others_may_read(login: Path) -> None:
    login.chmod(0o640)


def is_not_there(login: Path) -> None:
    login.unlink()


def has_no_passphrase(login: Path) -> None:
    login.write_text("window\n")


def has_a_third_line(login: Path) -> None:
    login.write_text("window\ncanary\ncanary\n")


def has_other_letters(login: Path) -> None:
    login.write_text("window\ncanary 小窗\n")


def is_long(login: Path) -> None:
    login.write_text("window\n" + "canary" * 1000)


@pytest.mark.parametrize(
    "wrong",
    [others_may_read, is_not_there, has_no_passphrase, has_a_third_line, has_other_letters, is_long],
)
def test_a_file_for_the_login_is_as_strict_as_a_key(receivers: Path, wrong: Callable[[Path], None]) -> None:
    login = login_file(receivers.parent)
    receivers.write_text(f"mail {TO} {SENDER} smtps://mail.example {login}")
    (one,) = read_receivers(receivers)
    assert "canary" not in repr(one)
    wrong(login)

    with pytest.raises(SettingsError, match="line 1") as refused:
        read_receivers(receivers)
    assert "canary" not in str(refused.value)


def says_nothing(asked: socket.socket) -> None:
    asked.recv(1)


def drips(asked: socket.socket) -> None:
    while True:
        asked.sendall(b"2")
        time.sleep(0.05)


def greets_for_ever(asked: socket.socket) -> None:
    while True:
        asked.sendall(b"220-welcome\r\n" * 1000)


def is_one_endless_line(asked: socket.socket) -> None:
    while True:
        asked.sendall(b"2" * 10_000)


def says_nonsense(asked: socket.socket) -> None:
    asked.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


def drips_in_the_handshake(asked: socket.socket) -> None:
    """Begin a record of TLS of the greatest length, and never end it."""
    if not is_tls(asked):
        asked.sendall(b"220 here\r\n")
        asked.recv(1000)
        asked.sendall(b"250-here\r\n250 STARTTLS\r\n")
        asked.recv(1000)
        asked.sendall(b"220 go on\r\n")
    asked.recv(10_000)
    asked.sendall(b"\x16\x03\x03\x3f\xff")
    while True:
        asked.sendall(b"\x02")
        time.sleep(0.05)


def is_tls(asked: socket.socket) -> bool:
    """Say whether the other side speaks first, as in TLS."""
    asked.settimeout(0.2)
    try:
        return bool(asked.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        asked.settimeout(None)


@pytest.mark.parametrize(
    ("scheme", "how", "whole_seconds"),
    [
        *(
            ("plain", how, 60.0)
            for how in (says_nothing, greets_for_ever, is_one_endless_line, says_nonsense)
        ),
        ("plain", drips, 1.0),
        ("smtps", says_nothing, 60.0),
        ("smtps", drips_in_the_handshake, 1.0),
        ("smtp", drips_in_the_handshake, 1.0),
    ],
)
def test_no_answer_is_waited_or_read_for_long_and_the_next_receiver_is_asked(
    school: School,
    clock: FrozenClock,
    receivers: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    scheme: str,
    how: Callable[[socket.socket], None],
    whole_seconds: float,
) -> None:
    monkeypatch.setattr("app.at_most.ANSWER_SECONDS", 0.5)
    monkeypatch.setattr("app.at_most.WHOLE_SECONDS", whole_seconds)
    note = signed(school)
    clock.advance(A_DAY)

    def answer(server: socket.socket) -> None:
        asked, _ = server.accept()
        with asked, suppress(OSError):
            how(asked)

    with socket.create_server(("127.0.0.1", 0)) as server, taking_mail(MailBox()) as box:
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        first, second = "first@other.example", "second@other.example"
        receivers.write_text(
            f"mail {first} {SENDER} {scheme}://127.0.0.1:{server.getsockname()[1]}\n"
            f"mail {second} {SENDER} plain://127.0.0.1:{box.port}\n"
        )
        began = time.monotonic()
        told = sending(school, receivers).once()
        took = time.monotonic() - began
        thread.join(5)

    assert [one.split(":")[0] for one in told] == [first]
    assert took < 5
    assert not thread.is_alive()
    assert [note_in(one) for one in box.mails] == [note]
