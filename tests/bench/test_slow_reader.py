"""The slow reader tells when it was cut and when its kernel took the last byte."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.slow_reader import Body, SlowReader
from tests.bench.loopback import Answer, Loopback, head, loopback, reset
from tests.e2e.reader import Reader, boot
from tests.e2e.waiting import until

LENGTH = 60_000
PLAYLIST = b"7.m4s\n"


@contextmanager
def reading(answer: Answer, seconds: float) -> Iterator[tuple[SlowReader, Loopback]]:
    """Let a slow reader follow a playlist of one segment, for which *answer* answers."""

    def serve(connection: socket.socket, number: int) -> None:
        if server.path_of(number).endswith(".m3u8"):
            connection.sendall(head(len(PLAYLIST)) + PLAYLIST)
            connection.close()
        else:
            answer(connection, number)

    stopping = threading.Event()
    with loopback(serve) as server:
        reader = SlowReader(Reader(server.port, ""), "", seconds)
        thread = threading.Thread(target=reader.follow, args=(stopping,))
        thread.start()
        try:
            yield reader, server
        finally:
            stopping.set()
            thread.join(10)


def test_a_reset_is_seen_at_once_and_no_byte_counts_after_it() -> None:
    cut = threading.Event()

    def answer(connection: socket.socket, number: int) -> None:
        connection.sendall(head(LENGTH) + bytes(2_000))
        if number == 1:
            cut.wait(10)
            reset(connection)

    with reading(answer, seconds=30) as (reader, _):
        until("the segment is on its way", lambda: reader.bodies and reader.bodies[0].growth[-1][1] > 0, 5)
        act = boot()
        cut.set()
        until("it was cut", lambda: reader.bodies[0].reset < float("inf"), 5)

        body = reader.on_its_way(act)

    assert body is reader.bodies[0]
    assert 0 < body.over - act < 1
    assert body.last_byte < act


def test_bytes_that_wait_unread_in_the_kernel_count_as_accepted() -> None:
    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(head(LENGTH) + bytes(4_000))

    with reading(answer, seconds=600) as (reader, _):  # 100 bytes a second: nearly none are read
        until("all were accepted", lambda: reader.bodies and reader.bodies[0].growth[-1][1] == 4_000, 5)

        assert reader.bodies[0].under_way(boot())


def test_a_segment_that_came_whole_is_not_on_its_way() -> None:
    def answer(connection: socket.socket, _: int) -> None:
        connection.sendall(head(LENGTH) + bytes(LENGTH))

    with reading(answer, seconds=0.2) as (reader, _):
        until("some came whole", lambda: len(reader.bodies) > 2, 10)

    first = reader.bodies[0]
    assert first.over == first.last_byte
    assert first.under_way(first.growth[0][0])
    assert not first.under_way(first.last_byte + 0.001)


@pytest.mark.parametrize(
    ("instant", "under_way"),
    [
        pytest.param(0.9, False, id="before its first byte"),
        pytest.param(1.0, True, id="at its first byte"),
        pytest.param(2.5, True, id="between two pieces"),
        pytest.param(4.0, False, id="when it was reset"),
    ],
)
def test_when_a_body_is_under_way(instant: float, under_way: bool) -> None:
    body = Body(100, [(1.0, 0), (2.0, 40), (3.0, 80)], reset=4.0)

    assert body.under_way(instant) is under_way
