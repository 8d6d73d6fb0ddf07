"""Open a backup with its private half, all of it, and prove what came out."""

import os
from pathlib import Path

from access.backups import age
from access.backups.archive import Progress, Unpacked
from access.backups.manifest import Manifest, check_signed
from access.backups.proving import prove
from access.copies import LEAST_ROOM, require_room
from access.errors import Malformed, Refused, Unverified
from access.log.signing import LogKey


def open_backup(
    backup: Path,
    target: Path,
    *,
    private: str,
    key: LogKey,
    progress: Progress = lambda _done, _all: None,
) -> Manifest:
    """Decrypt *backup* into *target*, a new SQLite file, and return what it is.

    Its signature, its digests, the database and every log in it have been checked when this returns.

    Args:
        backup: the encrypted file.
        target: in a directory of plain copies; whoever calls removes it where this raises.
        private: the private half of the key that it was made for.
        key: the installation's, which signed it.

    Raises:
        Malformed, Unverified: it is damaged, not for this key, no backup, or of another installation.
        RecordsUnavailable, LogUnavailable: the database in it is not whole.
        Refused: no room, or the file or the key cannot be read.
        OSError: it could not be written.
    """

    def check(manifest: bytes, note: bytes) -> None:
        try:
            check_signed(manifest, note, key)
        except (Malformed, Unverified) as fault:
            raise Unverified(
                "another installation made it, or this is not its log_key: put back the one kept apart"
            ) from fault

    try:
        size = backup.stat().st_size
        source = backup.open("rb")
    except OSError as fault:
        raise Refused("backup:unreadable", f"{backup}: {fault.strerror}") from fault
    require_room(target.parent, 2 * size + LEAST_ROOM)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with source, os.fdopen(descriptor, "wb") as file:
        unpacked = Unpacked(file, check, progress)
        try:
            age.decrypt(source, unpacked, private)
        except (Malformed, Unverified) as fault:
            if unpacked.fault is not None:
                raise unpacked.fault from fault
            raise
        manifest = unpacked.finish()
        os.fsync(file.fileno())
    logs = {log: (said.size, said.root) for log, said in manifest.logs.items()}
    prove(target, revision=manifest.revision, logs=logs)
    return manifest
