"""That a receipt alone shows what an entry says and that it is in the log, to us and to Go."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from access.database import reading, writing
from access.errors import Malformed, Refused, Unverified
from access.log.entry import SALT_BYTES, commitment
from access.log.leaves import leaf
from access.log.notes import NoteKey
from access.log.proof_files import ProofFile, parse_proof_file
from access.log.receipts import open_receipt, prove
from access.log.signing import LogKey, origin_of, sign_log
from access.log.store import LogEntry
from tests.access.log.outside import OK, GoVerifier, spelled
from tests.access.writing_school import WritingSchool
from tests.conftest import MORNING

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def receipts(written: WritingSchool) -> tuple[NoteKey, list[ProofFile]]:
    """Return the key of the school's log and a receipt of each of its entries."""
    with writing(written.world.database) as connection:
        note = sign_log(connection, written.id, KEY, MORNING)
        origin = origin_of(connection, written.id)
        assert origin is not None
        count = select(LogEntry.number).where(LogEntry.log == written.id).order_by(LogEntry.number)
        numbers = connection.execute(count).scalars().all()
        return KEY.public(origin), [prove(connection, written.id, number, note) for number in numbers]


def test_each_entry_has_a_receipt_that_says_what_it_says(written: WritingSchool) -> None:
    key, made = receipts(written)

    with reading(written.world.database) as connection:
        asked = select(LogEntry.body).where(LogEntry.log == written.id).order_by(LogEntry.number)
        bodies = connection.execute(asked).scalars().all()
    said = [open_receipt(parse_proof_file(one.encode()), key)[0] for one in made]
    assert said == list(bodies)
    assert len(said) > 8


def test_go_finds_each_receipt_in_the_log(written: WritingSchool, go: GoVerifier) -> None:
    key, made = receipts(written)
    cases = []
    for one in made:
        assert one.extra is not None
        salt, body = one.extra[:SALT_BYTES], one.extra[SALT_BYTES:]
        said = json.loads(body)
        of_leaf = leaf(said["n"], said["kind"], commitment(salt, body))
        asked = {"Ask": "proof file", "Text": one.encode().decode(), "Vkey": key.vkey, "Name": key.name}
        cases.append({**asked, "Leaf": spelled(of_leaf)})

    assert go.answers(cases) == [OK] * len(made)


def test_a_receipt_of_something_else_is_refused(written: WritingSchool) -> None:
    key, (one, other, *_) = receipts(written)
    another = KEY.public("littlewindow.invalid/log/another/1")
    assert one.extra is not None

    for forged, fault in (
        (replace(one, extra=other.extra), Unverified),
        (replace(one, number=1), Unverified),
        (replace(one, hashes=other.hashes), Unverified),
        (replace(one, extra=bytes(SALT_BYTES) + one.extra[SALT_BYTES:]), Unverified),
        (replace(one, extra=one.extra[:SALT_BYTES] + b"{}"), Malformed),
        (replace(one, extra=one.extra[:SALT_BYTES] + b"[]"), Malformed),
        (replace(one, extra=None), Malformed),
    ):
        with pytest.raises(fault):
            open_receipt(forged, key)
    with pytest.raises(Unverified):
        open_receipt(one, another)


def test_there_is_no_receipt_beyond_a_checkpoint(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        note = sign_log(connection, written.id, KEY, MORNING)
        with pytest.raises(Refused, match="log:unknown"):
            prove(connection, written.id, 10_000, note)
