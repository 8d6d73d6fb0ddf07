"""Checkpoints go out to witnesses and webhooks, once a day; a rewritten log is found by whoever kept one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert

from access.clock import FrozenClock
from access.database import reading, writing
from access.errors import Malformed, Unverified
from access.log.cosignatures import WitnessKey
from access.log.receivers import LogReceived, received
from access.log.signing import LogKey, origin_of, sign_log
from access.log.store import LogCheckpoint, LogEra
from access.log.witness_protocol import Contradicts, Cosigned, Knows, read_answer, request_body
from access.seen import Seen
from app.errors import SettingsError
from app.receivers import Sending, read_receivers
from tests.access.log.mutations import intruder
from tests.app.witnessing import WitnessOutside, listening
from tests.school import School

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
A_DAY = timedelta(days=1)


class Keeper(WitnessOutside):
    """Somebody who only keeps what they are sent."""

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Take it."""
        self.asked.append(path)
        self.bodies.append(body)
        return 204, b""


@pytest.fixture
def witness() -> Iterator[WitnessOutside]:
    with listening(WitnessOutside()) as outside:
        yield outside


@pytest.fixture
def receivers(tmp_path: Path) -> Path:
    """Return the file of receivers; it is not there yet."""
    return tmp_path / "receivers"


def sending(school: School, file: Path) -> Sending:
    """Return what sends to those in *file*."""
    return Sending(school.world, read_receivers(file), Seen(file.parent / "seen"))


def signed(school: School) -> bytes:
    """Keep a checkpoint of the school's log as it stands."""
    with writing(school.world.database) as connection:
        return sign_log(connection, school.id, KEY, school.clock.now())


def known_to(witness: WitnessOutside, school: School) -> None:
    """Tell the witness the log's key, as somebody would once."""
    with reading(school.world.database) as connection:
        origin = origin_of(connection, school.id)
    assert origin is not None
    witness.logs[origin] = KEY.public(origin)


def rewrites_with_the_key(school: School) -> None:
    """Tell one entry otherwise, with all that hangs on it, and sign it."""
    with writing(school.world.database) as connection:
        for name in (
            connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        by = intruder(connection, school.id, 1)
        by.write(3, **by.forged(3))
        by.grow_anew()
        connection.execute(delete(LogCheckpoint).where(LogCheckpoint.log == school.id))
    signed(school)


def test_a_witness_cosigns_once_a_day_what_it_saw_grow(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(f"# outside\n\n{witness.line}\n")
    out = sending(school, receivers)
    first = signed(school)
    known_to(witness, school)
    assert out.once() == []
    assert witness.asked == []  # of today nobody outside is told

    for _ in range(2):
        clock.advance(A_DAY)
        assert out.once() == []
        assert out.once() == []
        signed(school)
        school.guardian()
        signed(school)
    clock.advance(A_DAY)
    assert out.once() == []

    assert witness.asked == ["/here/add-checkpoint"] * 3
    assert witness.bodies[0] == request_body(0, (), first)
    with reading(school.world.database) as connection:
        (row,) = received(connection, school.id)
    assert (row.receiver, row.contradicted_at) == (witness.name, None)
    assert [one.size for one in witness.seen.values()] == [row.size]


def test_a_log_rewritten_with_the_key_is_found_by_the_witness_and_is_an_entry(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    assert sending(school, receivers).once() == []
    (before,) = witness.seen.values()

    rewrites_with_the_key(school)
    school.guardian()
    signed(school)
    clock.advance(A_DAY)
    (told,) = sending(school, receivers).once()

    assert "another history" in told
    assert school.last_entry("checkpoint:contradicted")["receiver"] == witness.name
    assert list(witness.seen.values()) == [before]
    with reading(school.world.database) as connection:
        (row,) = received(connection, school.id)
    assert row.contradicted_at is not None
    clock.advance(A_DAY)
    assert sending(school, receivers).once() == []  # it is told once
    assert school.log("checkpoint:") == ["checkpoint:contradicted"]


def test_a_witness_that_knows_more_than_we_thought_is_asked_again_from_there(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    sending(school, receivers).once()
    with writing(school.world.database) as connection:
        connection.execute(delete(LogReceived))  # as after the records were lost
    school.guardian()
    signed(school)
    clock.advance(A_DAY)

    assert sending(school, receivers).once() == []

    assert len(witness.asked) == 3
    with reading(school.world.database) as connection:
        (row,) = received(connection, school.id)
    assert [one.size for one in witness.seen.values()] == [row.size]


def test_a_log_that_was_cut_is_found_too(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    note = signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    sending(school, receivers).once()
    (known,) = witness.seen
    witness.seen[known] = replace(witness.seen[known], size=witness.seen[known].size + 7)
    with writing(school.world.database) as connection:
        connection.execute(delete(LogReceived))

    (told,) = sending(school, receivers).once()

    assert "another history" in told
    assert note in witness.bodies[-1]


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


def test_what_lacks_what_was_seen_is_sent_to_nobody(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    signed(school)
    clock.advance(A_DAY)
    (receivers.parent / "seen").write_text(f'{{"{school.id}": [999, "00"]}}')

    assert "nothing is sent" in sending(school, receivers).once()[0]
    assert witness.asked == []


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


def test_of_an_era_that_is_over_nothing_is_sent(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    signed(school)
    known_to(witness, school)
    clock.advance(A_DAY)
    with writing(school.world.database) as connection:
        era = {"number": 2, "origin": "littlewindow.invalid/log/anew/2", "begins_at": 0}
        connection.execute(insert(LogEra).values(log=school.id, began_at=clock.now(), **era))

    assert sending(school, receivers).once() == []
    assert witness.asked == []
