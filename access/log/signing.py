"""Sign how far a log has come, so that others can hold the school to it.

The key is a file of its own, outside the database: who has the database alone signs
nothing. It signs nothing either that does not hang together: before each checkpoint the
head is compared with the tree, with the last entry and with the last checkpoint.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, select

from access.database import reading, writing
from access.errors import LogUnavailable, Malformed, Unverified
from access.key_files import read_key
from access.log.checkpoints import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from access.log.health import check_head
from access.log.kept import newest_kept
from access.log.notes import NoteKey, NoteSigner, parse_note
from access.log.store import LogCheckpoint, LogEra, LogHead

#: Of a log that grows a checkpoint is kept this often; one that does not grow needs none.
EVERY = timedelta(minutes=5)
#: Nobody's name on the internet (RFC 6761), because a log has no public address.
HOST = "littlewindow.invalid"
NAME_LETTERS = 16


class LogKey:
    """The installation's key that signs checkpoints, under the name of whichever log.

    Args:
        private: an Ed25519 key; shown by nothing.
    """

    __slots__ = ("_private",)

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def from_file(cls, path: Path) -> "LogKey":
        """Return the key whose seed is the content of *path*.

        Raises:
            ValueError: others than the file's owner may read it, it is somebody else's, or it is no key.
            OSError: it cannot be read.
        """
        return cls(Ed25519PrivateKey.from_private_bytes(read_key(path)))

    def name(self, log: int) -> str:
        """Return what a log is called in its origins: the same again, also in a database made anew."""
        seed = self._private.private_bytes_raw()
        return hmac.new(seed, f"name of log {log}".encode(), hashlib.sha256).hexdigest()[:NAME_LETTERS]

    def first_origin(self, log: int) -> str:
        """Return under which name the checkpoints of *log* are signed in its first era."""
        return f"{HOST}/log/{self.name(log)}/1"

    def signer(self, origin: str) -> NoteSigner:
        """Return what signs for the log of that name."""
        return NoteSigner(origin, self._private)

    def public(self, origin: str) -> NoteKey:
        """Return by what others verify the checkpoints of the log of that name."""
        return self.signer(origin).key

    def has_signed(self, checkpoint: bytes) -> bool:
        """Say whether a checkpoint, as it was signed, is this key's."""
        try:
            origin = parse_checkpoint(parse_note(checkpoint).text).origin
            open_checkpoint(checkpoint, self.public(origin))
        except (Malformed, Unverified, ValueError, TypeError, AttributeError):
            return False
        return True

    def __repr__(self) -> str:
        return "LogKey(…)"


def signed_newest(connection: Connection) -> list[bytes]:
    """Return the last checkpoint of each log that has one."""
    logs = connection.execute(select(LogEra.log).distinct().order_by(LogEra.log)).scalars()
    return [kept.note for log in logs.all() if (kept := newest_kept(connection, log)) is not None]


def sign_grown_logs(engine: Engine, key: LogKey, now: datetime, *, every: timedelta = EVERY) -> list[int]:
    """Keep a checkpoint of each log that has grown since its last, which is older than *every*.

    Returns:
        the logs of which one was made.

    Raises:
        LogUnavailable: which logs do not hang together; of the others checkpoints were made.
        RecordsUnavailable: nothing was signed.
    """
    with reading(engine) as connection:
        logs = connection.execute(select(LogHead.log).order_by(LogHead.log)).scalars().all()
        due = [log for log in logs if _is_due(connection, log, now, every)]
    signed, refused = [], []
    for log in due:
        try:
            with writing(engine) as connection:
                sign_log(connection, log, key, now)
        except LogUnavailable as fault:
            refused.append(str(fault))
        else:
            signed.append(log)
    if refused:
        raise LogUnavailable("; ".join(refused))
    return signed


def sign_log(connection: Connection, log: int, key: LogKey, now: datetime) -> bytes:
    """Return a checkpoint of *log* as it stands now, signed and kept.

    Args:
        connection: of a write transaction, so that what is signed is on the disk before anybody has it.
        log: the school's id, or ``INSTALLATION``.
        key: the installation's.
        now: aware.

    Raises:
        LogUnavailable: the log does not hang together, and nothing is signed.
    """
    wrong = check_head(connection, log)
    if wrong is not None:
        raise LogUnavailable(f"log {log} does not hang together ({wrong}): nothing is signed")
    head = connection.execute(select(LogHead.size, LogHead.root).where(LogHead.log == log)).one_or_none()
    if head is None:
        raise LogUnavailable(f"there is no log {log}")
    origin = _origin(connection, log, key, now)
    kept = connection.execute(
        select(LogCheckpoint.note).where(LogCheckpoint.origin == origin, LogCheckpoint.size == head.size)
    ).scalar()
    if kept is not None:
        return kept
    note = sign_checkpoint(Checkpoint(origin, head.size, head.root), [key.signer(origin)])
    connection.execute(
        insert(LogCheckpoint).values(
            log=log, origin=origin, size=head.size, root=head.root, signed_at=now, note=note
        )
    )
    return note


def kept_roots(connection: Connection, log: int, key: LogKey) -> list[tuple[int, bytes]]:
    """Return size and root of every checkpoint of *log* that was kept.

    One that is not as it was signed has a root that no tree has, so that it is found.
    """
    rows = connection.execute(
        select(LogCheckpoint.origin, LogCheckpoint.note, LogCheckpoint.size).where(LogCheckpoint.log == log)
    )
    return [_opened(key, row.origin, row.note, row.size) for row in rows]


def _opened(key: LogKey, origin: str, note: bytes, size: int) -> tuple[int, bytes]:
    try:
        checkpoint, _ = open_checkpoint(note, key.public(origin))
    except (Malformed, Unverified, ValueError, TypeError, AttributeError):
        return size, b""
    return checkpoint.size, checkpoint.root


def roots_of_others(
    connection: Connection, key: LogKey, checkpoints: Iterable[bytes]
) -> dict[int, list[tuple[int, bytes]]]:
    """Return size and root of checkpoints that somebody else kept, by the log that they are of.

    Raises:
        Malformed: one is none.
        Unverified: one is of a log that is not here, or not signed with *key*.
    """
    logs = {row.origin: row.log for row in connection.execute(select(LogEra.origin, LogEra.log))}
    found: dict[int, list[tuple[int, bytes]]] = {}
    for note in checkpoints:
        origin = parse_checkpoint(parse_note(note).text).origin
        if origin not in logs:
            raise Unverified(f"a checkpoint of a log that is not here: {origin}")
        opened, _ = open_checkpoint(note, key.public(origin))
        found.setdefault(logs[origin], []).append((opened.size, opened.root))
    return found


def origin_of(connection: Connection, log: int) -> str | None:
    """Return under which name the checkpoints of *log* are signed now; None before the first."""
    return connection.execute(
        select(LogEra.origin).where(LogEra.log == log).order_by(LogEra.number.desc()).limit(1)
    ).scalar()


def _origin(connection: Connection, log: int, key: LogKey, now: datetime) -> str:
    origin = origin_of(connection, log)
    if origin is None:
        origin = key.first_origin(log)
        era = {"log": log, "number": 1, "origin": origin, "begins_at": 0, "began_at": now}
        connection.execute(insert(LogEra).values(**era))
    return origin


def _is_due(connection: Connection, log: int, now: datetime, every: timedelta) -> bool:
    last = newest_kept(connection, log)
    size = connection.execute(select(LogHead.size).where(LogHead.log == log)).scalar_one()
    # One that was dated in the future was dated by a clock that was wrong.
    return last is None or (last.size < size and not now - every < last.signed_at <= now)
