"""What stops a picture under way, in-process: the cutter on a clock that stands still."""

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from access.clock import FrozenClock
from access.journal import Journal
from access.stops import StopMarks
from app.errors import BodyCut
from app.live.body import CHUNK_BYTES, Body
from app.live.cutter import Cutter
from app.live.slots import Slots
from demo.certificate import make_certificate
from tests.app.live.rights import GRANT, RightsByMarks, leave_to, second_of_film
from tests.e2e.waiting import until

DATA = b"".join(bytes([number]) * CHUNK_BYTES for number in range(3)) + b"end"


@pytest.fixture
def stops(tmp_path: Path) -> Iterator[StopMarks]:
    with closing(StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))) as stops:
        yield stops


@pytest.fixture
def rights(stops: StopMarks) -> RightsByMarks:
    return RightsByMarks(stops)


@pytest.fixture
def slots() -> Slots:
    return Slots(20)


@pytest.fixture
def cutter(rights: RightsByMarks, clock: FrozenClock, slots: Slots) -> Cutter:
    return Cutter(rights, clock, slots=slots, ring_seconds=8)


def begin(cutter: Cutter, clock: FrozenClock, k: int = 7, viewing: str = "v", person: int = 1) -> Body:
    """Begin to send a segment that was filmed just now."""
    now = clock.now()
    assert cutter.slots.take()
    return cutter.send(
        leave_to(viewing, now, person=person),
        second_of_film(k, now),
        DATA,
        connection=None,
        when_closed=cutter.slots.give_back,
    )


def test_a_whole_body_is_delivered_in_small_pieces(
    cutter: Cutter, clock: FrozenClock, rights: RightsByMarks
) -> None:
    body = begin(cutter, clock)

    pieces = list(body)
    body.close()

    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= 16 * 1024
    assert rights.delivered_segments == [("v", "main", 7, 1.0, 1)]


def test_of_a_body_that_was_cut_what_was_sent_counts(
    cutter: Cutter, clock: FrozenClock, rights: RightsByMarks, stops: StopMarks
) -> None:
    body = begin(cutter, clock)
    next(body)

    stops.set([GRANT])

    with pytest.raises(BodyCut):
        next(body)
    body.close()
    assert rights.delivered_segments == [("v", "main", 7, CHUNK_BYTES / len(DATA), 1)]


def test_a_body_that_was_cut_before_it_began_does_not_count(
    cutter: Cutter, clock: FrozenClock, rights: RightsByMarks, stops: StopMarks
) -> None:
    body = begin(cutter, clock)
    stops.set([GRANT])

    with pytest.raises(BodyCut):
        next(body)
    body.close()
    assert rights.delivered_segments == []


def test_the_horizon_stops_a_body(cutter: Cutter, clock: FrozenClock) -> None:
    body = begin(cutter, clock)
    body.ends_at = clock.now() + timedelta(days=1)

    clock.advance(timedelta(hours=1))

    with pytest.raises(BodyCut):
        next(body)


def test_a_body_ends_when_its_segment_has_left_the_ring(cutter: Cutter, clock: FrozenClock) -> None:
    body = begin(cutter, clock)
    next(body)

    clock.advance(timedelta(seconds=8))

    with pytest.raises(BodyCut):
        next(body)


def test_the_look_cuts_what_nobody_reads(cutter: Cutter, clock: FrozenClock, stops: StopMarks) -> None:
    begin(cutter, clock)
    stops.set([GRANT])

    cutter.look()

    assert cutter.open_bodies() == 0


def test_a_right_that_ended_without_a_mark_is_found_when_the_revision_moves(
    cutter: Cutter, clock: FrozenClock, rights: RightsByMarks
) -> None:
    ended, other = begin(cutter, clock, viewing="ended"), begin(cutter, clock, viewing="other")
    rights.ended.add("ended")
    cutter.decide_again()
    assert cutter.open_bodies() == 2, "nothing is decided again while nothing has moved"

    rights.revisions[1] = 1
    cutter.decide_again()

    with pytest.raises(BodyCut):
        next(ended)
    assert next(other)


def test_a_mark_cuts_while_the_records_keep_a_decision_waiting(
    cutter: Cutter, clock: FrozenClock, rights: RightsByMarks, stops: StopMarks
) -> None:
    begin(cutter, clock)
    rights.records_answer.clear()
    rights.revisions[1] = 1
    stopping = threading.Event()
    threads = [threading.Thread(target=run, args=(stopping,)) for run in (cutter.run, cutter.run_decisions)]
    for thread in threads:
        thread.start()
    try:
        until("somebody waits for the records", lambda: rights.waiting, 5)

        stops.set([GRANT])

        until("it is cut", lambda: cutter.open_bodies() == 0, 3)
        assert rights.waiting
    finally:
        stopping.set()
        rights.records_answer.set()
        for thread in threads:
            thread.join(5)


def test_a_third_body_of_one_viewing_replaces_the_oldest(cutter: Cutter, clock: FrozenClock) -> None:
    first, second, third = (begin(cutter, clock, k=k) for k in (1, 2, 3))

    with pytest.raises(BodyCut):
        next(first)
    assert next(second)
    assert next(third)


def test_another_viewing_replaces_nothing(cutter: Cutter, clock: FrozenClock) -> None:
    bodies = [begin(cutter, clock, viewing=viewing) for viewing in ("a", "a", "b")]

    assert all(next(body) for body in bodies)


def test_one_person_on_many_devices_takes_no_slots_from_others(cutter: Cutter, clock: FrozenClock) -> None:
    another = begin(cutter, clock, viewing="another", person=2)

    first, *more = [begin(cutter, clock, viewing=f"device {number}") for number in range(17)]

    with pytest.raises(BodyCut):
        next(first)
    assert all(next(body) for body in [another, *more])


def test_a_body_that_was_never_begun_gives_its_slot_back(
    cutter: Cutter, clock: FrozenClock, slots: Slots
) -> None:
    for _ in range(30):
        begin(cutter, clock).close()

    assert cutter.open_bodies() == 0
    assert all(slots.take() for _ in range(20))
    assert not slots.take()


def test_closing_twice_gives_back_one_slot(cutter: Cutter, clock: FrozenClock) -> None:
    body = begin(cutter, clock)
    body.close()

    body.close()  # a second release would raise: the semaphore is bounded

    assert cutter.open_bodies() == 0


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """Two ends of one TLS connection: the portal's and the viewer's."""
    ours, theirs = socket.socketpair()
    server, viewer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    server.load_cert_chain(*make_certificate(tmp_path))
    viewer.check_hostname, viewer.verify_mode = False, ssl.CERT_NONE
    with ThreadPoolExecutor() as pool:
        met = pool.submit(viewer.wrap_socket, theirs)
        with server.wrap_socket(ours, server_side=True) as own, met.result() as other:
            yield own, other


def test_a_picture_that_is_cut_stays_sealed_to_its_end(
    cutter: Cutter, clock: FrozenClock, sealed: tuple[ssl.SSLSocket, ssl.SSLSocket]
) -> None:
    own, _ = sealed
    assert cutter.slots.take()
    body = cutter.send(
        leave_to("v", clock.now()),
        second_of_film(7, clock.now()),
        DATA,
        connection=own,
        when_closed=cutter.slots.give_back,
    )

    body.reset()

    assert own.version(), "a thread that sends at this instant would send the picture as it is"
    with pytest.raises(OSError, match=r"Broken pipe|EOF"):
        own.sendall(DATA)
