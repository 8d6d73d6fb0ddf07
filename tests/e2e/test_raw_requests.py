"""What is not there is the one 404 to every byte that can be sent, also where gunicorn cannot read it.

Through a real gunicorn on loopback, signed out and signed in. Whoever sends what is no
request learns nothing from it, not even that it was none.
"""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.e2e.living import Living, LivingSchool, signed_in
from tests.e2e.odd_requests import HOST, not_there, odd_but_whole, request
from tests.e2e.raw import Told, answers, said

CANARY = b"canary-in-a-broken-line"


@pytest.fixture(scope="module")
def school(living: Living) -> LivingSchool:
    """Return the school of the running portal; nobody asks for its camera."""
    told = LivingSchool(living, "rtsp://127.0.0.1:9/nobody")
    living.start()
    return told


@pytest.fixture(scope="module")
def cookies(school: LivingSchool) -> dict[str, bytes]:
    """Return the cookies of a stranger, a guardian and the director."""
    guardian, _ = signed_in(school.living.port, school.guardian().sign_in_name)
    director, _ = signed_in(school.living.port, "director")
    return {"stranger": b"", "guardian": guardian.cookie.encode(), "director": director.cookie.encode()}


@pytest.fixture(scope="module")
def the_one(school: LivingSchool) -> Told:
    """Return the answer to an address that was never there."""
    (told,) = answers(said(school.living.port, request(b"GET /nothing/here")))
    return told


def others(the_one: Told, port: int, asked: Iterator[tuple[str, bytes]]) -> list[tuple[str, object]]:
    """Return what was answered otherwise than by the one 404, once or as often as it was asked."""
    found: list[tuple[str, object]] = []
    for name, sent in asked:
        came = answers(said(port, sent))
        if not came or any(told != the_one for told in came):
            found.append((name, came or "nothing"))
    return found


def test_the_one_answer_is_that_of_the_pages(the_one: Told) -> None:
    assert the_one.status == 404
    assert "没有这个页面".encode() in the_one.body
    assert "server" not in {name.lower() for name, _ in the_one.headers}


def test_what_is_no_request_is_answered_like_what_is_not_there(school: LivingSchool, the_one: Told) -> None:
    assert others(the_one, school.living.port, not_there()) == []


@pytest.mark.parametrize("who", ["stranger", "guardian", "director"])
@pytest.mark.parametrize(
    "target", [b"/nothing", b"/home/", b"/live/" + b"v" * 22 + b"/status", b"/oversight"]
)
def test_nothing_odd_about_a_request_changes_the_answer(
    school: LivingSchool, the_one: Told, cookies: dict[str, bytes], who: str, target: bytes
) -> None:
    def signed() -> Iterator[tuple[str, bytes]]:
        for name, sent in odd_but_whole(target):
            line = HOST + b"\r\nCookie: " + cookies[who] if cookies[who] else HOST
            yield name, sent.replace(HOST, line, 1)

    assert others(the_one, school.living.port, signed()) == []


@pytest.mark.parametrize("target", [b"/nothing", b"/office", b"/robots.txt/"])
def test_head_says_the_same_without_the_body(school: LivingSchool, the_one: Told, target: bytes) -> None:
    (told,) = answers(said(school.living.port, request(b"HEAD " + target)), head=True)

    assert told == Told(the_one.status, the_one.headers, b"")


def test_what_is_no_text_at_all_is_answered_with_silence(school: LivingSchool) -> None:
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100)

    assert said(school.living.port, hello) == b""


def test_several_requests_on_one_connection_are_each_answered(school: LivingSchool, the_one: Told) -> None:
    sent = request(b"GET /nothing") + request(b"GET /robots.txt") + request(b"GE\x00T /") + request(b"GET /")

    came = answers(said(school.living.port, sent))

    assert [told.status for told in came] == [404, 200, 404], "what is broken ends the connection"
    assert came[0] == came[2] == the_one


def test_nothing_of_what_cannot_be_read_is_printed(school: LivingSchool, the_one: Told) -> None:
    for sent in (
        request(b"GET /" + CANARY + b"\x00"),
        request(b"GET /", b"Cookie : __Host-sign-in=" + CANARY),
        request(b"GET /", CANARY),
        request(b"G@T" + CANARY + b" /"),
        request(b"POST /nothing", b"Transfer-Encoding: chunked", body=CANARY + b"\r\n"),
        request(b"POST /sign-in", b"Content-Length: " + CANARY, body=b"a"),
    ):
        assert answers(said(school.living.port, sent)) == [the_one]

    printed = school.living.said()
    assert CANARY.decode() not in printed
    assert "Traceback" not in printed
    assert "portal:fault" not in printed


def test_who_does_not_hang_up_keeps_nobody_else_waiting(school: LivingSchool, the_one: Told) -> None:
    """With gunicorn's own worker this takes two seconds for each of them."""
    open_ended = [socket.create_connection(("127.0.0.1", school.living.port)) for _ in range(5)]
    for connection in open_ended:
        connection.sendall(request(b"GET /nothing", b"Connection: close"))
        assert connection.recv(4096)

    began = time.monotonic()
    assert answers(said(school.living.port, request(b"GET /nothing"))) == [the_one]
    assert time.monotonic() - began < 1.5
    for connection in open_ended:
        connection.close()
