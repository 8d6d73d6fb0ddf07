"""Exports: entries in a file of their own, each a line with its proof, that holds without the portal.

The first line has the checkpoint that all proofs lead to and says how many lines follow. Each
line is JSON in the one spelling of RFC 8785, so what a line says is what was hashed.
docs/reference/log-export.md says how to check one with other programs.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, TypeAlias

from sqlalchemy import Connection

from access.database import now_utc_text
from access.errors import Malformed, Unverified
from access.log.canonical import canonical
from access.log.checkpoints import Checkpoint, open_checkpoint
from access.log.entry import SALT_BYTES
from access.log.erasures import Erased
from access.log.notes import Verifier
from access.log.proof_files import MOST_HASHES
from access.log.proven import Choice, Proven, follow, follow_erased, read_proven
from access.log.spelling import from_base64, to_base64
from access.log.verify import Progress

VERSION = 1
#: No line that we write is longer: a body, 63 hashes, or a note.
MOST_LINE_BYTES = 1 << 21

_HEAD = {"checkpoint", "entries", "v"}
_LINE = {"body", "leaf_hash", "number", "proof", "salt"}
#: Of an entry that was erased: what is left of it, and under which entry it went.
_ERASED = {"commitment", "erased", "leaf_hash", "left", "number", "proof"}

#: Takes what stands next in a file.
Write: TypeAlias = Callable[[bytes], object]


def write_export(
    connection: Connection, choice: Choice, write: Write, progress: Progress = lambda _done, _all: None
) -> None:
    """Write the chosen entries, each with its proof, oldest first.

    Args:
        connection: of the read transaction in which they were chosen.
        choice: which.
        write: is given the file line by line.
        progress: is told after every few thousand entries.

    Raises:
        Refused: ``log:broken``: an entry does not hold, and what was written is no export.
    """
    write(head_line(choice))
    for batch in read_proven(connection, choice, progress):
        write(b"".join(map(entry_line, batch)))


def head_line(choice: Choice) -> bytes:
    """Return the first line of an export."""
    return _line({"checkpoint": choice.note.decode(), "entries": choice.count, "v": VERSION})


def entry_line(one: Proven) -> bytes:
    """Return the line of an entry."""
    line: dict[str, Any] = {
        "leaf_hash": one.leaf_hash.hex(),
        "number": one.number,
        "proof": [to_base64(node) for node in one.proof],
    }
    if one.salt is not None:
        return _line({**line, "body": one.body, "salt": one.salt.hex()})
    assert one.erased is not None  # noqa: S101  # one of the two, or it had no proof
    by = {"at": now_utc_text(one.erased.at), "entry": one.erased.entry}
    return _line({**line, "commitment": one.commitment.hex(), "erased": by, "left": one.body})


@dataclass(frozen=True, slots=True)
class Checked:
    """What an export turned out to hold."""

    checkpoint: Checkpoint
    entries: int
    #: Of its entries between the first and the last one: those of the log that are not in it.
    left_out: int


class ExportReader:
    """The entries of an export, each of which is checked as it is read.

    Args:
        file: the export.
        log: the key of the log that it should be of.

    Raises:
        Malformed: it is none.
        Unverified: the log did not sign its checkpoint.
    """

    def __init__(self, file: BinaryIO, log: Verifier) -> None:
        self._file = file
        said = self._next(_HEAD)
        if said is None or said["v"] != VERSION or not isinstance(said["checkpoint"], str):
            raise Malformed("not an export of a log, or of another version")
        self.checkpoint, _ = open_checkpoint(said["checkpoint"].encode(), log)
        self.entries = said["entries"]

    def __iter__(self) -> Iterator[Proven]:
        """Yield each entry, in their order.

        Raises:
            Malformed: the file is cut off, has too many lines, or one that is none.
            Unverified: the checkpoint's log has no such entry.
        """
        before, count = -1, 0
        while (said := self._next(_LINE, _ERASED)) is not None:
            one = _opened(said, self.checkpoint)
            if one.number <= before:
                raise Malformed("entries that are not in their order")
            before, count = one.number, count + 1
            yield one
        if count != self.entries:
            raise Malformed(f"an export with {count} entries, not {self.entries}")

    def _next(self, *shapes: set[str]) -> dict[str, Any] | None:
        line = self._file.readline(MOST_LINE_BYTES)
        if not line:
            return None
        try:
            said = json.loads(line)
            one_spelling = _line(said) == line
        except (ValueError, TypeError, RecursionError) as fault:
            raise Malformed("a line that is no JSON of ours") from fault
        if not one_spelling or not isinstance(said, dict) or said.keys() not in shapes:
            raise Malformed("a line that no export has")
        return said


def check_export(file: BinaryIO, log: Verifier) -> Checked:
    """Check that each entry of an export is in the log, and says what was written.

    It does not show that nothing was left out: whoever has the file may have taken lines
    away and changed how many there should be. What is missing in between is counted.

    Args:
        file: read line by line.
        log: the log's key.

    Raises:
        Malformed: it is no export, or is cut off.
        Unverified: the log did not sign its checkpoint, or has no such entry.
    """
    reader = ExportReader(file, log)
    numbers = [one.number for one in _ends(reader)]
    between = numbers[-1] - numbers[0] + 1 if numbers else 0
    return Checked(reader.checkpoint, reader.entries, between - reader.entries)


def _ends(reader: ExportReader) -> list[Proven]:
    """Return the first and the last entry, having read all of them."""
    first = last = None
    for last in reader:
        first = first or last
    return [one for one in (first, last) if one is not None]


def _line(said: Any) -> bytes:
    return canonical(said) + b"\n"


def _opened(said: dict[str, Any], checkpoint: Checkpoint) -> Proven:
    try:
        secret, hashes = said["salt" if "salt" in said else "commitment"], said["proof"]
        data, number = bytes.fromhex(secret), said["number"]
        if len(data) != SALT_BYTES or secret != data.hex() or len(hashes) > MOST_HASHES:
            raise Malformed("a salt or a proof of another length")
        proof = [from_base64(node, "a hash of a proof") for node in hashes]
        if "salt" in said:
            one = follow(checkpoint, number=number, salt=data, body=canonical(said["body"]), proof=proof)
        else:
            parts: Any = {"left": said["left"], "committed": data, "erased": _erased(said["erased"])}
            one = follow_erased(checkpoint, number=number, proof=proof, **parts)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Malformed("a line without an entry") from fault
    if one.leaf_hash.hex() != said["leaf_hash"]:
        raise Unverified(f"entry {number} has another leaf hash")
    return one


def _erased(said: dict[str, Any]) -> Erased:
    if said.keys() != {"at", "entry"} or not isinstance(said["entry"], int):
        raise Malformed("a line of an erased entry that does not say which entry erased it")
    return Erased(datetime.fromisoformat(said["at"]), said["entry"])
