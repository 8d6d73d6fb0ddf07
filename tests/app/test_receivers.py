"""Checkpoints go out to witnesses and webhooks, once a day; a rewritten log is found by whoever kept one."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import delete, insert

from access.clock import FrozenClock
from access.database import reading, writing
from access.log.receivers import LogReceived, received
from access.log.store import LogCheckpoint, LogEra
from access.log.witness_protocol import request_body
from tests.access.log.intruding import intruder
from tests.app.sending import A_DAY, known_to, sending, signed
from tests.app.witnessing import WitnessOutside
from tests.school import School


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
    (again,) = sending(school, receivers).once()  # it may have been mistaken, so it was asked again
    assert "another history" in again
    assert sending(school, receivers).once() == []  # on the same day not
    assert school.log("checkpoint:") == ["checkpoint:contradicted"]  # and written down once


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


def test_what_lacks_what_was_seen_is_sent_to_nobody(
    school: School, clock: FrozenClock, witness: WitnessOutside, receivers: Path
) -> None:
    receivers.write_text(witness.line)
    signed(school)
    clock.advance(A_DAY)
    (receivers.parent / "seen").write_text(f'{{"{school.id}": [999, "00"]}}')

    assert "nothing is sent" in sending(school, receivers).once()[0]
    assert witness.asked == []


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
