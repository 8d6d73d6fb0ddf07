"""That checkpoints are signed of logs that hang together, and of no other."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, func, insert, select, update

from access import schema
from access.database import reading, writing
from access.errors import LogUnavailable, RecordsUnavailable
from access.key_files import make_key_file
from access.log.checkpoints import open_checkpoint
from access.log.entry import INSTALLATION, append
from access.log.health import broken_logs
from access.log.kept import newest_kept
from access.log.proofs import consistency_proof, verify_consistency
from access.log.signing import EVERY, LogKey, origin_of, sign_grown_logs, sign_log
from access.log.store import LogCheckpoint, LogEntry, LogEra, LogNode
from access.log.tree import read_head, read_nodes
from tests.access.log.intruding import Intruder, intruder
from tests.access.log.mutations import cut_tail, cut_tail_and_its_length, replaced_head
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def noted(written: WritingSchool, log: int) -> None:
    with writing(written.world.database) as connection:
        append(connection, log=log, kind="log:read", at=MORNING, body={})


def test_a_log_that_grows_is_signed_every_few_minutes(written: WritingSchool) -> None:
    database = written.world.database

    assert sign_grown_logs(database, KEY, MORNING) == [INSTALLATION, written.id]
    noted(written, written.id)
    assert sign_grown_logs(database, KEY, MORNING + EVERY - timedelta(seconds=1)) == []
    assert sign_grown_logs(database, KEY, MORNING + EVERY) == [written.id]
    assert sign_grown_logs(database, KEY, MORNING + 3 * EVERY) == []


def test_what_was_dated_in_the_future_is_no_reason_to_wait(written: WritingSchool) -> None:
    database = written.world.database
    sign_grown_logs(database, KEY, MORNING + timedelta(days=9_000))  # by a clock that was wrong
    noted(written, written.id)

    assert sign_grown_logs(database, KEY, MORNING) == [written.id]


def test_a_log_that_does_not_hang_together_keeps_no_other_from_being_signed(
    in_hand: Connection, written: WritingSchool
) -> None:
    intruder(in_hand, INSTALLATION, seed=1).head(root=bytes(32))
    in_hand.commit()

    with pytest.raises(LogUnavailable, match="log 0"):
        sign_grown_logs(written.world.database, KEY, MORNING)

    assert newest_kept(in_hand, written.id) is not None


def test_on_the_way_back_and_forth_a_log_keeps_its_name_and_roots(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        before = sign_log(connection, written.id, KEY, MORNING)

    schema.downgrade(written.world.database, "0021")
    schema.upgrade(written.world.database)

    with writing(written.world.database) as connection:
        assert sign_log(connection, written.id, KEY, MORNING) == before


def test_a_log_keeps_its_name_in_a_database_made_anew(written: WritingSchool) -> None:
    other = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))

    assert KEY.name(written.id) == KEY.name(written.id) != KEY.name(INSTALLATION)
    assert KEY.name(written.id) != other.name(written.id)


def test_what_is_signed_is_how_far_the_log_has_come_under_a_name_of_its_own(written: WritingSchool) -> None:
    sign_grown_logs(written.world.database, KEY, MORNING)

    with reading(written.world.database) as connection:
        origins = set()
        for log in (INSTALLATION, written.id):
            head = read_head(connection, log)
            origin, kept = origin_of(connection, log), newest_kept(connection, log)
            assert origin is not None
            assert kept is not None
            checkpoint, _ = open_checkpoint(kept.note, KEY.public(origin))
            assert (checkpoint.size, checkpoint.root) == (head.size, head.root)
            origins.add(checkpoint.origin)
        assert len(origins) == 2
        assert all(re.fullmatch(r"littlewindow\.invalid/log/[0-9a-f]{16}/1", one) for one in origins)


def test_each_checkpoint_grew_from_the_one_before(written: WritingSchool) -> None:
    for turn in range(4):
        noted(written, written.id)
        sign_grown_logs(written.world.database, KEY, MORNING + turn * EVERY)

    with reading(written.world.database) as connection:
        kept = connection.execute(
            select(LogCheckpoint.size, LogCheckpoint.root)
            .where(LogCheckpoint.log == written.id)
            .order_by(LogCheckpoint.id)
        ).all()
        assert len(kept) == 4
        for one, other in pairwise(kept):
            proof = consistency_proof(
                one.size, other.size, lambda places: read_nodes(connection, written.id, places)
            )
            verify_consistency(proof, old=one.size, new=other.size, old_root=one.root, new_root=other.root)


def test_the_same_size_is_signed_once(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        one = sign_log(connection, written.id, KEY, MORNING)
        other = sign_log(connection, written.id, KEY, MORNING + EVERY)
        assert one == other
        count = select(func.count()).select_from(LogCheckpoint)
        assert connection.execute(count).scalar_one() == 1


def test_there_is_no_checkpoint_of_a_log_that_is_not_there(written: WritingSchool) -> None:
    with writing(written.world.database) as connection, pytest.raises(LogUnavailable, match="no log 77"):
        sign_log(connection, 77, KEY, MORNING)


def another_root(by: Intruder) -> None:
    by.head(root=bytes(32))


def another_frontier(by: Intruder) -> None:
    by.erase(by.size - 1)
    by.grow_anew()
    by.head(size=by.size - 1)
    by.connection.execute(update(LogNode).where(LogNode.log == by.log).values(hash=bytes(32)))


def another_last_entry(by: Intruder) -> None:
    by.write(by.size - 1, **by.forged(by.size - 1))


def one_behind_the_end(by: Intruder) -> None:
    row = {**by.row(by.size - 1), **by.forged(by.size)}
    by.connection.execute(insert(LogEntry).values(log=by.log, number=by.size, **row))


def rewritten(by: Intruder) -> None:
    by.write(3, **by.forged(3))
    by.grow_anew()


def forgotten(by: Intruder) -> None:
    by.erase(by.size - 2)
    by.grow_anew()


DAMAGES = (
    another_root,
    another_frontier,
    another_last_entry,
    one_behind_the_end,
    rewritten,
    forgotten,
    cut_tail,
    cut_tail_and_its_length,
    replaced_head,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.replace("_", " "))
def test_a_log_that_does_not_hang_together_is_not_signed(
    in_hand: Connection, written: WritingSchool, damage: Callable[[Intruder], object]
) -> None:
    sign_log(in_hand, written.id, KEY, MORNING)
    assert broken_logs(in_hand) == {}

    damage(intruder(in_hand, written.id, seed=1))

    assert list(broken_logs(in_hand)) == [written.id]
    with pytest.raises(LogUnavailable, match="hang together"):
        sign_log(in_hand, written.id, KEY, MORNING)


@pytest.mark.parametrize("table", [LogEra, LogCheckpoint])
def test_what_was_signed_cannot_be_taken_back_by_a_slip(
    written: WritingSchool, table: "type[LogEra] | type[LogCheckpoint]"
) -> None:
    sign_grown_logs(written.world.database, KEY, MORNING)

    for slip in (update(table).values(origin="another"), delete(table)):
        with pytest.raises(RecordsUnavailable), writing(written.world.database) as connection:
            connection.execute(slip)


def test_the_key_is_a_file_and_knows_what_it_has_signed(tmp_path: Path, written: WritingSchool) -> None:
    paths = [tmp_path / "one", tmp_path / "other"]
    for path in paths:
        make_key_file(path)
    one, other = map(LogKey.from_file, paths)
    with writing(written.world.database) as connection:
        note = sign_log(connection, written.id, one, MORNING)

    assert LogKey.from_file(paths[0]).has_signed(note)
    assert not other.has_signed(note)
    assert not one.has_signed(b"nothing\n")
    assert repr(one) == "LogKey(…)"
