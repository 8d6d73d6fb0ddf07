"""What others can hold a log to, as it is typed: checks, checkpoints, keys and proofs."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from access.database import connect, reading, writing
from access.key_files import make_key_file
from access.log.checkpoints import open_checkpoint
from access.log.notes import NoteKey
from access.log.proof_files import parse_proof_file
from access.log.receipts import open_receipt
from access.seen import Seen
from tests.access.log.intruding import intruder
from tests.cli.desk import Desk

REFUSED, SETTINGS_WRONG = 3, 78


@pytest.fixture
def desk(first_desk: Desk) -> Desk:
    """A school with an office and a few entries."""
    make_key_file(first_desk.home / "log_key")
    first_desk.does("person", "add", "Li Jing", "office")
    first_desk.does("staff", "appoint", "office", "office")
    for name in ("橡树", "榆树", "枫树"):
        first_desk.does("class", "add", name, by="office")
    return first_desk


def told(desk: Desk, *words: str) -> dict[str, str]:
    answer = desk.types(*words, "--json")
    assert answer.exit_code == 0, answer.output
    said: dict[str, str] = json.loads(answer.output)
    return said


def writes(desk: Desk, *statements: str) -> None:
    """Write into the database as somebody does who has the file."""
    with closing(sqlite3.connect(desk.database)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_logs_that_are_whole_are_told_so_with_their_roots(desk: Desk) -> None:
    rows = json.loads(desk.types("log", "verify", "--json").output)

    assert [row["log"] for row in rows] == [0, 1]
    assert all(row["size"] > 0 and len(row["root"]) == 64 for row in rows)


def test_a_changed_entry_is_named(desk: Desk) -> None:
    writes(desk, "UPDATE log_entry SET body = replace(body, 'set-up', 'put-up') WHERE log = 1 AND number = 2")

    answer = desk.types("log", "verify")

    assert answer.exit_code == REFUSED
    assert "refused: log:broken  entry 2 does not say what was committed to (log 1)" in answer.output


def test_a_checkpoint_can_be_checked_with_the_key_that_is_printed(desk: Desk) -> None:
    said = told(desk, "log", "checkpoint")
    key = NoteKey.parse(told(desk, "log", "key")["key"])

    checkpoint, _ = open_checkpoint(said["checkpoint"].encode(), key)

    assert said["key"] == key.vkey
    assert json.loads(desk.types("log", "verify", "--json").output)[1]["size"] == checkpoint.size
    assert told(desk, "log", "key", "--installation")["key"] != key.vkey


def test_a_log_that_was_shortened_is_found_by_a_checkpoint_kept_elsewhere(desk: Desk, tmp_path: Path) -> None:
    told(desk, "log", "checkpoint")
    before, kept = desk.database.read_bytes(), tmp_path / "board.txt"
    desk.does("class", "add", "柳树", by="office")
    kept.write_text(told(desk, "log", "checkpoint")["checkpoint"])
    assert desk.types("log", "verify", "--against", str(kept)).exit_code == 0

    desk.database.write_bytes(before)  # hangs together

    assert desk.types("log", "verify").exit_code == 0
    answer = desk.types("log", "verify", "--against", str(kept))
    assert answer.exit_code == REFUSED
    assert "log:broken" in answer.output


def test_a_checkpoint_of_another_log_is_refused(desk: Desk, tmp_path: Path) -> None:
    before, kept = desk.database.read_bytes(), tmp_path / "board.txt"
    kept.write_text(told(desk, "log", "checkpoint")["checkpoint"])
    desk.database.write_bytes(before)  # it never had that name

    answer = desk.types("log", "verify", "--against", str(kept))

    assert answer.exit_code == REFUSED
    assert "checkpoint:unknown" in answer.output


def test_a_log_that_is_gone_is_found_by_a_checkpoint_kept_elsewhere(desk: Desk, tmp_path: Path) -> None:
    kept = tmp_path / "board.txt"
    kept.write_text(told(desk, "log", "checkpoint")["checkpoint"])
    writes(
        desk,
        "DELETE FROM log_checkpoint WHERE log = 1",
        "DELETE FROM log_mention WHERE log = 1",
        "DELETE FROM log_node WHERE log = 1",
        "DELETE FROM log_entry WHERE log = 1",
        "DELETE FROM log_head WHERE log = 1",
    )

    assert desk.types("log", "verify").exit_code == 0
    answer = desk.types("log", "verify", "--against", str(kept))
    assert answer.exit_code == REFUSED
    assert "(log 1)" in answer.output


def test_entries_without_a_head_are_found(desk: Desk) -> None:
    writes(desk, "DELETE FROM log_head WHERE log = 1")

    answer = desk.types("log", "verify")

    assert answer.exit_code == REFUSED
    assert "(log 1)" in answer.output


def test_a_checkpoint_that_is_not_as_it_was_signed_is_named_and_the_rest_is_read(desk: Desk) -> None:
    told(desk, "log", "checkpoint")
    writes(desk, "UPDATE log_checkpoint SET note = replace(note, 'a', 'b')")

    answer = desk.types("log", "verify")

    assert answer.exit_code == REFUSED
    assert "of a checkpoint" in answer.output


@pytest.mark.parametrize("column", ["commitment", "kind", "body", "salt", "at"])
def test_a_text_where_none_belongs_is_named(desk: Desk, column: str) -> None:
    writes(desk, f"UPDATE log_entry SET {column} = 'x' WHERE log = 1 AND number = 2")  # noqa: S608  # our own

    answer = desk.types("log", "verify")

    assert answer.exit_code == REFUSED
    assert "entry 2 " in answer.output


def test_asking_for_the_key_signs_nothing(desk: Desk) -> None:
    before = desk.database.read_bytes()

    vkey = told(desk, "log", "key")["key"]

    assert desk.database.read_bytes() == before
    assert told(desk, "log", "checkpoint")["key"] == vkey


def test_where_there_is_no_key_yet_a_question_makes_none(desk: Desk) -> None:
    key = desk.home / "log_key"
    key.unlink()

    answer = desk.types("log", "checkpoint")

    assert answer.exit_code == SETTINGS_WRONG
    assert "./portal up makes it" in answer.output
    assert not key.exists()


def test_a_log_rewritten_from_its_middle_is_not_served(desk: Desk) -> None:
    told(desk, "log", "checkpoint")
    engine = connect(f"sqlite:///{desk.database}")
    with reading(engine) as connection:
        Seen(desk.home / "seen").note(connection)
    writes(desk)
    with writing(engine) as connection:  # with nothing of it left that was signed
        by = intruder(connection, 1, seed=1)
        by.write(1, **by.forged(1))
        by.grow_anew()
        connection.exec_driver_sql("DELETE FROM log_checkpoint")
    engine.dispose()

    assert desk.types("log", "verify").exit_code == 0
    for words in (("up",), ("log", "checkpoint"), ("log", "prove", "1", "--reason", "asked")):
        refused = desk.types(*words)
        assert refused.exit_code == SETTINGS_WRONG
        assert "an older copy was put back" in refused.output


def test_what_is_no_checkpoint_is_refused(desk: Desk, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("nothing\n")

    answer = desk.types("log", "verify", "--against", str(nothing))

    assert answer.exit_code == REFUSED
    assert "checkpoint:unknown" in answer.output


def test_a_proof_holds_without_the_portal_and_reading_it_is_written_down(desk: Desk) -> None:
    key = NoteKey.parse(told(desk, "log", "key")["key"])

    proof = json.loads(desk.does("log", "prove", "1", "--json").output)["proof"]

    body, checkpoint = open_receipt(parse_proof_file(proof.encode()), key)
    newest = json.loads(desk.does("log", "show", "--limit", "2", "--json").output)[-1]
    assert json.loads(body or b"")["kind"] == "membership:begun"
    assert checkpoint.size > 1
    assert (newest["kind"], newest["subject"]["entry"]) == ("log:read", 1)


def test_of_an_entry_that_is_not_there_no_proof_is_given(desk: Desk) -> None:
    answer = desk.types("log", "prove", "999", "--reason", "try")

    assert answer.exit_code == REFUSED
    assert "log:unknown" in answer.output


def test_a_log_that_does_not_hang_together_is_not_signed_and_not_served(desk: Desk) -> None:
    told(desk, "log", "checkpoint")
    writes(desk, "DELETE FROM log_entry WHERE log = 1 AND number = (SELECT max(number) FROM log_entry)")

    signed, served = desk.types("log", "checkpoint"), desk.types("up")

    assert "hang together" in signed.output
    assert served.exit_code == SETTINGS_WRONG
    assert "./portal log verify names the entry" in served.output


@pytest.mark.parametrize("how", ["lost", "another"])
def test_without_the_key_that_signed_nothing_is_served(desk: Desk, how: str) -> None:
    told(desk, "log", "checkpoint")
    key = desk.home / "log_key"
    key.unlink()
    if how == "another":
        key.write_bytes(bytes(32))
        key.chmod(0o400)

    served = desk.types("up")

    assert served.exit_code == SETTINGS_WRONG
    assert "put back the copy that is kept apart" in served.output
    assert key.exists() == (how == "another")
