"""What gunicorn cannot read is answered like what is not there, and nothing of it is said."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine, LimitRequestHeaders, LimitRequestLine

from app import worker
from app.connections import LINGER_BYTES, Connection
from app.gate import Gate
from app.headers import headers
from app.worker import QuietLogger, Worker
from tests.e2e.raw import answers
from tests.school import School

CANARY = "canary words"


@pytest.fixture
def serving(standing: School, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Return a worker that serves nobody yet."""
    monkeypatch.setattr(worker, "read_settings", lambda: standing.settings)
    config = Config()
    serving = Worker(0, 0, [], standing.app, 30, config, QuietLogger(config))
    serving.learn_answers()
    yield serving
    serving.tmp.close()


def breaks() -> None:
    raise ZeroDivisionError(CANARY)


def answered(serving: Worker, fault: BaseException, *, read: bool = False) -> bytes:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        serving.handle_error(object() if read else None, ours, ("192.0.2.7", 1), fault)
        ours.shutdown(socket.SHUT_WR)
        came = b""
        while piece := theirs.recv(65536):
            came += piece
        return came


@pytest.mark.parametrize(
    "fault",
    [
        InvalidRequestLine(CANARY),
        InvalidHeader(CANARY),
        LimitRequestLine(9000, 8190),
        LimitRequestHeaders(CANARY),
        OSError(CANARY),
        ValueError(CANARY),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_what_cannot_be_read_is_the_one_404(
    standing: School, serving: Worker, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    head, _, page = answered(serving, fault).partition(b"\r\n\r\n")
    status, date, connection, *lines = head.decode().split("\r\n")

    assert status == "HTTP/1.1 404 NOT FOUND"
    assert date.startswith("Date: ")
    assert connection == "Connection: close"
    assert tuple(tuple(line.split(": ", 1)) for line in lines) == standing.not_found.headers
    assert page == standing.not_found.body
    assert caplog.records == []


def test_a_fault_of_ours_is_told_by_its_place_only(serving: Worker, caplog: pytest.LogCaptureFixture) -> None:
    try:
        breaks()
    except ZeroDivisionError as fault:
        came = answered(serving, fault, read=True)

    assert came.startswith(b"HTTP/1.1 503 SERVICE UNAVAILABLE\r\n")
    assert "portal:fault ZeroDivisionError at " in caplog.text
    assert CANARY not in caplog.text + came.decode()


def test_who_does_not_speak_tls_is_answered_by_nobody(serving: Worker) -> None:
    assert answered(serving, ssl.SSLError(1, "http request")) == b""


@pytest.fixture
def met(serving: Worker) -> Iterator[tuple[Connection, socket.socket]]:
    """Return a connection of the worker's, and its other side."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asked = Connection(
            serving.cfg,
            ours,
            ("192.0.2.7", 1),
            ("192.0.2.1", 80),
            network="192.0.2.7",
            request_seconds=5,
            when_closed=lambda: None,
        )
        theirs.settimeout(5)
        yield asked, theirs


@pytest.mark.parametrize(("method", "waits"), [("GET", True), ("POST", False)])
def test_an_act_waits_for_nobody_who_computes(
    serving: Worker, met: tuple[Connection, socket.socket], method: str, *, waits: bool
) -> None:
    asked, theirs = met
    serving.gate = Gate(stuck_seconds=60, patience_seconds=60)
    serving.wsgi = lambda _, start: start("200 OK", [("Content-Length", "0")]) and []
    theirs.sendall(f"{method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode())

    serving.gate.enter()
    thread = threading.Thread(target=serving.handle, args=(asked,))
    thread.start()
    thread.join(0.3 if waits else 5)
    assert thread.is_alive() is waits
    serving.gate.leave()
    thread.join(5)

    assert theirs.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_no_thread_waits_for_anybody_to_hang_up(
    serving: Worker, met: tuple[Connection, socket.socket]
) -> None:
    asked, theirs = met
    serving.wsgi = lambda _, start: start("200 OK", [("Content-Length", "0")]) and []
    theirs.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    began = time.monotonic()
    assert serving.handle(asked) is False

    assert time.monotonic() - began < 0.5
    assert theirs.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_what_comes_after_the_goodbye_is_taken_off_so_that_the_answer_arrives(
    met: tuple[Connection, socket.socket],
) -> None:
    asked, theirs = met
    theirs.sendall(bytes(1000))

    assert asked.say_goodbye(), "the other side may say more"
    assert theirs.recv(1) == b""
    theirs.sendall(bytes(1000))
    assert not asked.is_over()
    theirs.shutdown(socket.SHUT_WR)

    assert asked.is_over()


def test_who_never_stops_after_the_goodbye_is_not_listened_to(
    met: tuple[Connection, socket.socket],
) -> None:
    asked, theirs = met
    assert asked.say_goodbye()

    for _ in range(4):
        theirs.sendall(bytes(LINGER_BYTES // 4))
        assert not asked.is_over()
    theirs.sendall(b"x")

    assert asked.is_over()


def test_who_gets_no_thread_is_asked_to_come_again(
    standing: School, serving: Worker, met: tuple[Connection, socket.socket]
) -> None:
    asked, theirs = met

    serving.send_away(asked)

    (told,) = answers(theirs.recv(8192))
    assert (told.status, told.body) == (503, b"")
    assert set(headers(standing.settings).items()) | {("Retry-After", "5")} <= set(told.headers)


def test_gunicorn_repeats_no_words_of_a_fault(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logger = QuietLogger(Config())
    with caplog.at_level(logging.DEBUG):
        try:
            breaks()
        except ZeroDivisionError:
            logger.exception("Error handling request %s %s", "GET", f"/{CANARY}")

    assert "portal:fault ZeroDivisionError" in caplog.text
    assert CANARY not in caplog.text + capsys.readouterr().err
