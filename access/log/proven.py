"""Read entries with the proofs that they are in the log, some at a time: for whoever carries them away.

All proofs lead to one checkpoint. Each entry is checked against it before it is handed on, so
whatever leaves the portal holds without it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, select

from access.errors import Refused, Unverified
from access.log.canonical import canonical
from access.log.checkpoints import Checkpoint, parse_checkpoint
from access.log.entry import commitment, left_of
from access.log.erasures import Erased, erased_among
from access.log.leaves import leaf
from access.log.merkle import Place, frontier_places, hash_leaf
from access.log.notes import parse_note
from access.log.proofs import inclusion_proof, verify_inclusion
from access.log.store import LogEntry
from access.log.tree import nodes_between, read_nodes
from access.log.verify import Progress

#: So many numbers are looked at together.
AT_ONCE = 2_048


@dataclass(frozen=True, slots=True)
class Proven:
    """One entry, what its leaf was made from, and the proof that the leaf is in a tree."""

    number: int
    #: What it says; of one that was erased what is left, of which kind and number alone are proven.
    body: Mapping[str, Any]
    #: None of one that was erased.
    salt: bytes | None
    #: SHA-256(salt ‖ body), 32 bytes.
    commitment: bytes
    leaf_hash: bytes
    #: From the leaf's sibling up.
    proof: tuple[bytes, ...]
    erased: Erased | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries of a log are meant: those of a stretch of time, as far as a checkpoint reaches."""

    log: int
    #: As it was signed.
    note: bytes
    checkpoint: Checkpoint
    since: datetime | None
    until: datetime | None
    #: How many they are.
    count: int
    #: They stand among the entries ``[first, after)``.
    first: int
    after: int

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition on :class:`LogEntry`."""
        return _condition(self.log, self.checkpoint.size, self.since, self.until)


def choose(
    connection: Connection, log: int, note: bytes, *, since: datetime | None, until: datetime | None
) -> Choice:
    """Count the entries of a stretch of time.

    Args:
        connection: of the read transaction in which they are read afterwards.
        log: the school's id, or ``INSTALLATION``.
        note: a checkpoint of that log, as it was signed.
        since: only entries at or after this instant; aware.
        until: only entries before this instant; aware.

    Raises:
        Refused: ``log:broken``: the whole log was meant, and entries of it are missing.
    """
    checkpoint = parse_checkpoint(parse_note(note).text)
    count, first, last = connection.execute(
        select(func.count(), func.min(LogEntry.number), func.max(LogEntry.number)).where(
            _condition(log, checkpoint.size, since, until)
        )
    ).one()
    if since is None and until is None and count != checkpoint.size:
        raise Refused("log:broken", f"{count} entries, and the tree has {checkpoint.size} (log {log})")
    bounds = (first, last + 1) if count else (0, 0)
    return Choice(log, note, checkpoint, since, until, count, *bounds)


def read_proven(
    connection: Connection, choice: Choice, progress: Progress = lambda _done, _all: None
) -> Iterator[list[Proven]]:
    """Yield the chosen entries in their order, some at a time.

    Args:
        connection: of the read transaction in which they were chosen.
        choice: which.
        progress: is told after every few thousand numbers.

    Raises:
        Refused: ``log:broken``: an entry is not the one that the tree has, or has no proof.
    """
    asked = (
        select(
            *(LogEntry.number, LogEntry.kind, LogEntry.at),
            *(LogEntry.salt, LogEntry.body, LogEntry.commitment),
        )
        .where(choice.condition, LogEntry.number >= bindparam("start"), LogEntry.number < bindparam("end"))
        .order_by(LogEntry.number)
    )
    edge = read_nodes(connection, choice.log, frontier_places(choice.checkpoint.size))
    for start in range(choice.first, choice.after, AT_ONCE):
        end = min(start + AT_ONCE, choice.after)
        rows = connection.execute(asked, {"start": start, "end": end}).all()
        if rows:
            nodes = {**edge, **_nodes_around(connection, choice, start, end)}
            gone = [row.number for row in rows if row.body is None and row.salt is None]
            erased = erased_among(connection, choice.log, gone)
            yield [_proven(choice, row, nodes, erased.get(row.number)) for row in rows]
        progress(end - choice.first, choice.after - choice.first)


def follow(
    checkpoint: Checkpoint, *, number: int, salt: bytes, body: bytes, proof: Sequence[bytes]
) -> Proven:
    """Return an entry, having made its leaf of it and followed the proof up to the checkpoint.

    Raises:
        Unverified: the checkpoint's tree has no such entry there.
        ValueError, TypeError, KeyError: it is no entry.
    """
    said: Mapping[str, Any] = json.loads(body)
    if said["n"] != number or canonical(said) != body:
        raise Unverified("an entry with another number or another spelling than it was hashed with")
    committed = commitment(salt, body)
    leaf_hash = hash_leaf(leaf(number, said["kind"], committed))
    verify_inclusion(
        proof, number=number, size=checkpoint.size, leaf_hash=leaf_hash, root_hash=checkpoint.root
    )
    return Proven(number, said, salt, committed, leaf_hash, tuple(proof))


def follow_erased(
    checkpoint: Checkpoint,
    *,
    number: int,
    left: Mapping[str, Any],
    committed: bytes,
    erased: Erased,
    proof: Sequence[bytes],
) -> Proven:
    """Return an entry that was erased, having followed the proof of its leaf up to the checkpoint.

    Args:
        left: ``v``, ``n``, ``at`` and ``kind``.

    Raises:
        Unverified: the checkpoint's tree has no such leaf there.
        ValueError, TypeError, KeyError: it is no entry.
    """
    if left.keys() != {"v", "n", "at", "kind"} or left["n"] != number:
        raise Unverified("what is left of an erased entry is another's")
    leaf_hash = hash_leaf(leaf(number, left["kind"], committed))
    verify_inclusion(
        proof, number=number, size=checkpoint.size, leaf_hash=leaf_hash, root_hash=checkpoint.root
    )
    return Proven(number, left, None, committed, leaf_hash, tuple(proof), erased)


def _condition(log: int, size: int, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    wanted = (LogEntry.log == log) & (LogEntry.number < size)
    if since is not None:
        wanted &= LogEntry.at >= since
    if until is not None:
        wanted &= LogEntry.at < until
    return wanted


def _nodes_around(connection: Connection, choice: Choice, start: int, end: int) -> dict[Place, bytes]:
    """Return the nodes over the entries ``[start, end)`` and the siblings of those: a question a level."""
    found = {}
    for level in range(choice.checkpoint.size.bit_length()):
        first, last = start >> level, (end - 1) >> level
        rows = nodes_between(connection, choice.log, level, first & ~1, (last | 1) + 1)
        found.update({Place(level, position): node for position, node in rows})
    return found


def _proven(choice: Choice, row: Any, nodes: Mapping[Place, bytes], erased: Erased | None) -> Proven:
    try:
        proof = inclusion_proof(row.number, choice.checkpoint.size, lambda _places: nodes)
        if erased is not None:
            return follow_erased(
                choice.checkpoint,
                number=row.number,
                left=left_of(row),
                committed=row.commitment,
                erased=erased,
                proof=proof,
            )
        return follow(choice.checkpoint, number=row.number, salt=row.salt, body=row.body, proof=proof)
    except (ValueError, TypeError, KeyError, AttributeError, Unverified) as fault:
        raise Refused("log:broken", f"entry {row.number} is not the one that the tree has") from fault
