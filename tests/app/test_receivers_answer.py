"""What receivers are named by, what they answer, and that none of it stops another."""

import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from access.clock import FrozenClock
from access.database import reading
from access.errors import Malformed, Unverified
from access.log.cosignatures import WitnessKey
from access.log.receivers import received
from access.log.witness_protocol import Contradicts, Cosigned, Knows, read_answer, request_body
from app.errors import SettingsError
from app.receivers import Address, read_receivers
from tests.app.sending import A_DAY, KEY, known_to, sending, signed
from tests.app.witnessing import WitnessOutside, listening
from tests.school import School


@pytest.mark.parametrize(
    "line",
    [
        "webhook http://keeper.example/",
        "webhook ftp://keeper.example/",
        "webhook https://me:secret@keeper.example/",
        "witness nonsense https://witness.example/",
        "mail somebody@keeper.example",
        "webhook https://one.example/ https://two.example/",
    ],
)
def test_a_wrong_line_is_named_and_nothing_starts(receivers: Path, line: str) -> None:
    receivers.write_text(f"# one\n{line}\n")
    with pytest.raises(SettingsError, match="line 2"):
        read_receivers(receivers)


def test_answers_of_a_witness_are_read_strictly(witness: WitnessOutside, school: School) -> None:
    note = signed(school)
    known_to(witness, school)
    status, good = witness.answer("/", request_body(0, (), note))
    asked: dict[str, Any] = {"old": 0, "checkpoint": note, "witness": witness.key}
    other = WitnessKey(witness.name, KEY.public("x").public)

    assert isinstance(read_answer(status, good, **asked), Cosigned)
    assert read_answer(409, b"7\n", **asked) == Knows(7)
    assert read_answer(409, b"0\n", **asked) == Contradicts()
    assert read_answer(422, b"", **asked) == Contradicts()
    for status, body in (
        (200, b""),
        (200, b"\n" + good),
        (200, b"x\n\n" + good),
        (409, b"-7"),
        (404, b""),
        (302, b""),
    ):
        with pytest.raises((Malformed, Unverified)):
            read_answer(status, body, **asked)
    with pytest.raises(Unverified):
        read_answer(200, good, old=0, checkpoint=note, witness=other)
    with pytest.raises(Unverified):
        read_answer(200, good, old=0, checkpoint=note.replace(b"\n", b"0\n", 1), witness=witness.key)


class Spoiled(WitnessOutside):
    """Somebody whose answer is none that HTTP has."""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Take it, and say nonsense."""
        self.bodies.append(body)
        self.asked.append(path)
        return 200, b"\xff" * 100_000


def test_a_spoiled_answer_keeps_no_other_receiver_waiting(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    with listening(Spoiled(name="spoiled.example")) as spoiled:
        receivers.write_text(f"{spoiled.line}\n{witness.line}")
        (told,) = sending(school, receivers).once()

    assert told.startswith("spoiled.example")
    assert len(witness.seen) == 1


class Keeper(WitnessOutside):
    """Somebody who only keeps what they are sent."""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Take it."""
        self.asked.append(path)
        self.bodies.append(body)
        return 204, b""


def test_a_webhook_is_sent_the_checkpoint_as_it_was_signed(
    school: School, clock: FrozenClock, receivers: Path
) -> None:
    keeper = Keeper()
    with listening(keeper):
        receivers.write_text(f"webhook http://127.0.0.1:{keeper.port}/keep?what=checkpoints")
        note = signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []
        assert sending(school, receivers).once() == []

    assert (keeper.asked, keeper.bodies) == (["/keep?what=checkpoints"], [note])


def test_two_webhooks_of_one_host_are_each_sent_it_and_told_apart_without_their_path(
    school: School, clock: FrozenClock, receivers: Path
) -> None:
    keeper = Keeper()
    with listening(keeper):
        at = f"http://127.0.0.1:{keeper.port}"
        receivers.write_text(f"webhook {at}/canary-one\nwebhook {at}/canary-two\nwebhook {at}\n")
        note = signed(school)
        clock.advance(A_DAY)
        assert sending(school, receivers).once() == []
        assert sending(school, receivers).once() == []

    assert sorted(keeper.asked) == ["/", "/canary-one", "/canary-two"]
    assert keeper.bodies == [note] * 3
    with reading(school.world.database) as connection:
        names = [row.receiver for row in received(connection, school.id)]
    assert len(set(names)) == 3
    assert f"127.0.0.1:{keeper.port}" in names
    assert "canary" not in str(names)
    page = school.administrator().get("/oversight/checkpoint").body.decode()
    assert all(f"<bdi>{name}</bdi>" in page for name in names)


def test_the_same_webhook_or_address_twice_is_refused(receivers: Path) -> None:
    for line in ("webhook https://keeper.example/a", "mail a@b.example c@d.example smtps://mail.example"):
        receivers.write_text(f"{line}\n{line}\n")
        with pytest.raises(SettingsError, match="two receivers of one name"):
            read_receivers(receivers)


def test_whoever_does_not_answer_keeps_nobody_waiting_and_is_asked_again(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(f"webhook http://127.0.0.1:9/\n{witness.line}")
    signed(school)
    clock.advance(A_DAY)

    first = sending(school, receivers).once()
    known_to(witness, school)
    second = sending(school, receivers).once()

    assert len(first) == 2  # the witness did not know the log yet
    assert [told.split(":")[0] for told in second] == ["127.0.0.1"]
    assert len(witness.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nuntil it closes",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        b"no HTTP at all\r\n\r\n",
    ],
    ids=["in pieces", "without length", "cut", "nonsense"],
)
def test_an_answer_that_is_none_is_refused_and_the_next_receiver_is_asked(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path, answer: bytes
) -> None:
    signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answers_once, args=(server, answer))
        thread.start()
        receivers.write_text(f"webhook http://127.0.0.1:{server.getsockname()[1]}/\n{witness.line}")
        told = sending(school, receivers).once()
        thread.join(5)

    assert len(told) <= 1  # a webhook's words are not read
    assert len(witness.seen) == 1


def test_whoever_drips_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.at_most.WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drips, args=(server,))
        thread.start()
        with pytest.raises(OSError, match=r"BadStatusLine|RemoteDisconnected"):
            Address.parse(f"http://127.0.0.1:{server.getsockname()[1]}/").post(b"x", "text/plain")
        thread.join(5)

    assert not thread.is_alive()


def answers_once(server: socket.socket, answer: bytes) -> None:
    """Answer whoever comes keeper."""
    asked, _ = server.accept()
    with asked:
        asked.recv(65_536)
        asked.sendall(answer)


def drips(server: socket.socket) -> None:
    """Answer a letter at a time, for as long as it is listened to."""
    asked, _ = server.accept()
    with asked, suppress(OSError):
        while True:
            asked.sendall(b"H")
            time.sleep(0.05)
