"""That a checkpoint of one log covers the head of the other, from the first day."""

import json
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from access.database import reading
from access.log.checkpoints import parse_checkpoint
from access.log.entry import INSTALLATION
from access.log.kept import newest_kept
from access.log.notes import parse_note
from access.log.quotes import EVERY, KIND, quote_logs
from access.log.signing import LogKey, origin_of, sign_grown_logs
from access.log.store import LogEntry
from access.log.tree import read_head
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SECOND = timedelta(seconds=1)


def quotes_in(written: WritingSchool, log: int) -> list[tuple[int, dict[str, object]]]:
    """Return number and quoted head of each quotation in a log."""
    with reading(written.world.database) as connection:
        asked = select(LogEntry.number, LogEntry.body).where(LogEntry.log == log, LogEntry.kind == KIND)
        rows = connection.execute(asked.order_by(LogEntry.number)).all()
    return [(row.number, json.loads(row.body)["quoted"]) for row in rows]


def test_without_names_there_is_nothing_to_quote(written: WritingSchool) -> None:
    assert quote_logs(written.world.database, MORNING) == []


def test_each_log_quotes_the_other_once_a_day(written: WritingSchool) -> None:
    database = written.world.database
    sign_grown_logs(database, KEY, MORNING)
    with reading(database) as connection:
        heads = {log: read_head(connection, log) for log in (INSTALLATION, written.id)}
        origins = {log: origin_of(connection, log) for log in heads}

    done = [quote_logs(database, MORNING + late) for late in (SECOND, EVERY, EVERY + SECOND)]

    assert done == [[written.id], [], [written.id]]
    for log, other in ((written.id, INSTALLATION), (INSTALLATION, written.id)):
        (_, first), (_, second) = quotes_in(written, log)
        head = heads[other]
        size = {} if log == written.id else {"size": head.size}
        assert first == {"origin": origins[other], "root": head.root.hex(), **size}
        assert second["root"] != first["root"]  # the other's own quotation


def test_the_next_checkpoint_of_each_covers_the_others_head(written: WritingSchool) -> None:
    database = written.world.database
    sign_grown_logs(database, KEY, MORNING)
    quote_logs(database, MORNING)

    sign_grown_logs(database, KEY, MORNING, every=timedelta())

    with reading(database) as connection:
        for log in (INSTALLATION, written.id):
            kept = newest_kept(connection, log)
            assert kept is not None
            ((number, _),) = quotes_in(written, log)
            assert parse_checkpoint(parse_note(kept.note).text).size > number
