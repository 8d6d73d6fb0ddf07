"""Where things lie: the data directory on a real disk, the RAM directory in memory, both private."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from app import ram
from app.health.finding import Finding, look, well, wrong

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30
#: Of the disk: a year of entries is less than a gibibyte.
DISK_LOOK, DISK_WRONG = GIBIBYTE, 100 * MEBIBYTE
#: Of the memory: what a camera keeps there is a few mebibytes.
RAM_LOOK, RAM_WRONG = 64 * MEBIBYTE, 16 * MEBIBYTE

IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def data_findings(directory: Path, *, mounts: Path = ram.MOUNTS) -> Iterator[Finding]:
    """Say whether the records lie safely: there, on a disk, for nobody else, with room."""
    if not directory.is_dir():
        yield wrong(
            lazy_gettext("The data directory is not there."),
            lazy_gettext(
                "Is its disk mounted? Else make it (docs/operations/install.md), or mend the setting."
            ),
            detail=str(directory),
        )
        return
    yield from _not_private(directory, lazy_gettext("The data directory is open to others on this machine."))
    mounted = ram.mount_of(directory, mounts) if mounts.exists() else None
    if mounted is not None and mounted[0] in IN_MEMORY:
        yield wrong(
            lazy_gettext("The records lie in memory: they are gone when the machine restarts."),
            lazy_gettext("Set PORTAL_DATA_DIRECTORY to a directory on a disk, and move everything there."),
            detail=str(directory),
        )
    free = shutil.disk_usage(directory).free
    told = lazy_gettext("The data directory has %(room)s of room left.", room=_size(free))
    more_room = lazy_gettext("Make room on the disk: old backups and logs of the machine first.")
    if free < DISK_WRONG:
        yield wrong(told, more_room, detail=str(directory))
    elif free < DISK_LOOK:
        yield look(told, more_room, detail=str(directory))
    else:
        yield well(told, detail=str(directory))


def ram_findings(directory: Path, *, mounts: Path = ram.MOUNTS) -> Iterator[Finding]:
    """Say whether the live seconds lie in memory, for nobody else, with room."""
    there = directory if directory.is_dir() else directory.parent
    mounted = ram.mount_of(there, mounts) if mounts.exists() else None
    if mounted is None or mounted[0] not in IN_MEMORY:
        yield wrong(
            lazy_gettext("The RAM directory is not in memory: pictures would be written to a disk."),
            lazy_gettext("Set PORTAL_RAM_DIRECTORY to a directory under /dev/shm."),
            detail=str(directory),
        )
        return
    if not directory.is_dir():
        yield look(
            lazy_gettext("The RAM directory is not there; it is made when the portal starts."),
            lazy_gettext("Nothing, if the portal has not been started since the machine was."),
            detail=str(directory),
        )
        return
    yield from _not_private(directory, lazy_gettext("The RAM directory is open to others on this machine."))
    free = shutil.disk_usage(directory).free
    told = lazy_gettext("The RAM directory lies in memory and has %(room)s of room left.", room=_size(free))
    more_room = lazy_gettext("Look what else fills it, mount it larger, or give the machine more memory.")
    if free < RAM_WRONG:
        yield wrong(told, more_room, detail=str(directory))
    elif free < RAM_LOOK:
        yield look(told, more_room, detail=str(directory))
    else:
        yield well(told, detail=str(directory))


def _not_private(directory: Path, sentence: LazyString) -> Iterator[Finding]:
    found = directory.stat()
    if found.st_uid != os.geteuid():
        yield wrong(
            lazy_gettext("A directory of the portal belongs to somebody else."),
            lazy_gettext("Call ./portal as the user that owns it, or give it back to that user with chown."),
            detail=str(directory),
        )
    elif stat.S_IMODE(found.st_mode) & 0o077:
        yield wrong(
            sentence,
            lazy_gettext("Type: chmod 700, and the directory's name."),
            detail=f"{directory} {stat.S_IMODE(found.st_mode):o}",
        )


def _size(number: int) -> str:
    if number < GIBIBYTE:
        return f"{number // MEBIBYTE} MiB"
    return f"{number / GIBIBYTE:.1f} GiB"
