"""Asking as a browser does: on a connection that stays, and anew where it was closed."""

import asyncio
import socket

from bench.kept_alive import KeptAlive, Tally
from tests.bench.loopback import head, loopback


def ask_twice(port: int) -> tuple[list[bytes], Tally]:
    async def ask() -> list[bytes]:
        connection = KeptAlive(port, "a=b", tally)
        bodies = [await connection.get("/one"), await connection.get("/two")]
        connection.close()
        return bodies

    tally = Tally()
    return asyncio.run(ask()), tally


def test_two_requests_share_one_connection() -> None:
    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(head(4) + b"body")

    with loopback(answer) as server:
        bodies, tally = ask_twice(server.port)

    assert bodies == [b"body", b"body"]
    assert len(server.connections) == 1
    assert tally.statuses == {200: 2}
    assert b"Cookie: a=b\r\n" in server.requests[0]


def test_a_connection_that_was_closed_meanwhile_is_opened_anew() -> None:
    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(head(4) + b"body")
        connection.close()

    with loopback(answer) as server:
        bodies, tally = ask_twice(server.port)

    assert bodies == [b"body", b"body"]
    assert len(server.connections) == 2
    assert tally.statuses == {200: 2}


def test_a_refusal_is_counted_and_has_no_body() -> None:
    def answer(connection: socket.socket, number: int) -> None:
        first = b"HTTP/1.1 503 Busy" if number == 0 else b"HTTP/1.1 200 OK"
        connection.sendall(first + b"\r\nContent-Length: 2\r\n\r\nno")

    with loopback(answer) as server:
        bodies, tally = ask_twice(server.port)

    assert bodies == [b"", b"no"]
    assert tally.statuses == {503: 1, 200: 1}


def test_no_answer_is_counted_as_none() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))

        bodies, tally = ask_twice(unused.getsockname()[1])

    assert bodies == [b"", b""]
    assert tally.statuses == {0: 2}
