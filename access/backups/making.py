"""Make a backup while the portal runs: copied, proved, signed, encrypted, and only then given its name.

The plain copy lies in the data directory, beside the database it is of, and nowhere else; it is gone
when this returns, and what a killed process left goes when the next begins.
"""

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path

from access import schema
from access.backups import age
from access.backups.archive import Packed, Progress
from access.backups.manifest import LogHeadSaid, Manifest, sign
from access.backups.plain import plain_copy, read_only
from access.backups.proving import heads_said, prove
from access.copies import LEAST_ROOM, onto_the_disk, require_room, size_of
from access.database import reading
from access.errors import Refused, Unverified
from access.log.signing import LogKey
from access.world import World

SCRATCH, LOCK = "backup.scratch", "backup.lock"
PLAIN = "portal.db"
NAME = re.compile(r"littlewindow-\d{8}T\d{6}Z\.age", re.ASCII)
#: Older ones in the same directory are removed when a new one is whole.
KEPT = 14
#: Lines of the journal are kept so long after a backup has them.
JOURNAL_KEPT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    manifest: Manifest


def make_backup(
    world: World,
    key: LogKey,
    *,
    recipient: str,
    data_directory: Path,
    directory: Path,
    kept: int = KEPT,
    progress: Progress = lambda _done, _all: None,
) -> Made:
    """Make a backup in *directory* for whoever has the private half of *recipient*.

    Raises:
        Refused: no room, another one is being made, the database is not of this version, or the
            key is none; nothing was made.
        RecordsUnavailable, LogUnavailable: the database is not whole, so nothing was made.
        OSError: it could not be written; nothing was made.
    """
    age.check_recipient(recipient)
    if not schema.is_current(world.database):
        raise Refused("backup:old_shape", "the database is not of this version: ./portal db upgrade first")
    with scratch(data_directory) as place:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = size_of(world.database)
        require_room(place, size + LEAST_ROOM)
        require_room(directory, size + LEAST_ROOM)
        plain = place / PLAIN
        manifest = _copied(world, plain)
        now = manifest.made_at
        target = directory / f"littlewindow-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.age"
        encoded = manifest.encode()
        packed = Packed(sign(encoded, key), encoded, plain, progress)
        _encrypted(packed, target, recipient, manifest.sha256)
    _keep_newest(directory, kept)
    return Made(target, manifest)


@contextmanager
def scratch(data_directory: Path) -> Iterator[Path]:
    """Give an empty directory for plain copies, for its owner only; nothing of it stays.

    Raises:
        Refused: ``backup:running``: another process has it.
    """
    descriptor = os.open(data_directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("backup:running", "a backup is being made or put back just now") from None
        place = data_directory / SCRATCH
        try:
            _clear(place)
            place.mkdir(mode=0o700)
            yield place
        finally:
            _clear(place)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Return the digest of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copied(world: World, plain: Path) -> Manifest:
    """Copy the database and prove the copy; return what it is."""
    now = world.clock.now()
    # Before the copy: a line that is done by now is in it, one that waits may be in it or not.
    position, waiting = world.stops.journal.position(), world.stops.journal.pending()
    with reading(world.database) as connection:
        live = heads_said(connection)
    os.close(os.open(plain, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    plain_copy(world.database, plain)
    revision = schema.revisions()[0]
    # The copy is held against what the running database said of itself, not against itself.
    prove(plain, revision=revision, logs={log: (said.size, said.root) for log, said in live.items()})
    return Manifest(
        made_at=now,
        revision=revision,
        length=plain.stat().st_size,
        sha256=sha256_of(plain),
        journal=position,
        waiting=tuple(pending.line for pending in waiting),
        logs=_heads(plain),
    )


def _heads(plain: Path) -> dict[int, LogHeadSaid]:
    with read_only(plain) as engine, reading(engine) as connection:
        return heads_said(connection)


def _encrypted(packed: Packed, target: Path, recipient: str, sha256: str) -> None:
    """Write the encrypted file under another name, and give it its own when it is on the disk."""
    fresh = target.with_name(f".{target.name}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            age.encrypt(packed, file, recipient)
            file.flush()
            os.fsync(file.fileno())
        if packed.sha256 != sha256:
            raise Unverified("what was encrypted is not what was proved")
        fresh.rename(target)
        onto_the_disk(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _keep_newest(directory: Path, kept: int) -> None:
    backups = sorted(path for path in directory.iterdir() if NAME.fullmatch(path.name))
    for old in backups[:-kept]:
        old.unlink(missing_ok=True)
    for left in directory.glob(".littlewindow-*.age.new"):
        left.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
