"""A log that is signed and exported, for the tests of each form of export."""

import io
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection

from access.log.exports import write_export
from access.log.notes import NoteKey
from access.log.proven import choose
from access.log.signing import LogKey, origin_of, sign_log
from tests.access.log.trees import sha256
from tests.conftest import MORNING

Line = dict[str, Any]

KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def signed(connection: Connection, log: int) -> tuple[NoteKey, bytes]:
    """Return the key of a log and a checkpoint of it as it stands."""
    note = sign_log(connection, log, KEY, MORNING)
    return KEY.public(origin_of(connection, log) or ""), note


def exported(connection: Connection, log: int, note: bytes, **stretch: Any) -> bytes:
    """Return the export of a log, or of a stretch of it."""
    choice = choose(connection, log, note, **{"since": None, "until": None, **stretch})
    out = io.BytesIO()
    write_export(connection, choice, out.write)
    return out.getvalue()


def leaf_of(salt: bytes, body: Line) -> bytes:
    """Make a leaf by the words of docs/reference/log-export.md, with nothing of ours."""
    committed = sha256(salt + spelled([body])[:-1]).hex()
    return spelled([{"h": committed, "k": body["kind"], "n": body["n"], "v": 1}])[:-1]


def lines_of(data: bytes) -> list[Line]:
    return [json.loads(line) for line in data.splitlines()]


def spelled(lines: list[Line]) -> bytes:
    """Spell lines as an export does, with no more than Python's own JSON."""
    return b"".join(
        json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
        for line in lines
    )
