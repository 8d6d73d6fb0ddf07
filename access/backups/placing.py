"""Put an SQLite database in the place of another, which is set aside whole."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from access.copies import onto_the_disk


def put_in_place(fresh: Path, path: Path, aside: Path) -> None:
    """Rename *fresh* to *path*, having linked what lies there into the directory *aside*.

    Whoever calls sees to it that nothing is served before this has returned.

    Raises:
        OSError: *path* is as it was, and *aside* may hold a part of it.
    """
    with closing(sqlite3.connect(fresh)) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    near = path.with_name(f".{path.name}.restored")
    near.unlink(missing_ok=True)
    shutil.move(fresh, near)
    onto_the_disk(near)
    logs = [path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")]
    old = [one for one in (path, logs[0]) if one.exists()]
    if old:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    for one in old:
        _keep(one, aside / one.name)
    for directory in (aside, aside.parent, aside.parent.parent) if old else ():
        onto_the_disk(directory)
    for log in logs:
        log.unlink(missing_ok=True)
    near.rename(path)
    onto_the_disk(path.parent)


def _keep(one: Path, kept: Path) -> None:
    kept.unlink(missing_ok=True)
    try:
        os.link(one, kept)
    except OSError:  # another disk, or one without links
        shutil.copy2(one, kept)
    onto_the_disk(kept)
