"""A whole copy of the database, made before its shape is changed.

SQLite copies itself page by page under its own locks, so the copy is of one state; what
came out is read through before it counts. PostgreSQL is dumped by its own program.
A copy is for reading and rescue: put back as it is, it would also bring back rights that
were ended since, which :mod:`access.seen` notices.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Engine, text

from access.database import reading
from access.errors import RecordsUnavailable, Refused

#: Older ones are removed when a new one is whole.
KEPT = 5
#: Room beside the copy: tables are written anew, and once more in the write-ahead log.
TIMES_OF_ROOM = 3
LEAST_ROOM = 32 * 1024 * 1024
DUMP = "pg_dump"
DUMP_SECONDS = 3600.0


def make_copy(engine: Engine, directory: Path, *, revision: str, now: datetime) -> Path:
    """Copy the whole database into *directory*, 0600, and keep the newest few.

    Args:
        revision: what shape it has; stands in the name.
        now: when; stands in the name.

    Raises:
        Refused: no room for it, or no program that makes it; nothing was changed.
        RecordsUnavailable: it could not be made, or is not whole; nothing was changed.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_file = engine.dialect.name == "sqlite"
    require_room(directory, TIMES_OF_ROOM * size_of(engine) + LEAST_ROOM)
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{revision}.{'db' if is_file else 'dump'}"
    fresh = directory / f".{name}.new"
    try:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        if is_file:
            copy_file(Path(str(engine.url.database)), fresh)
        else:
            _dump(engine.url, fresh)
        onto_the_disk(fresh)
        fresh.rename(directory / name)
        onto_the_disk(directory)
    except (OSError, sqlite3.Error) as fault:
        raise RecordsUnavailable(f"no copy could be made: {type(fault).__name__}") from fault
    finally:
        fresh.unlink(missing_ok=True)
    _keep_newest(directory)
    return directory / name


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database, of one state, into one file that is whole by itself, and read it through.

    Raises:
        sqlite3.Error: it could not be copied.
        RecordsUnavailable: the database itself is damaged.
    """
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as ours,
        closing(sqlite3.connect(target)) as copy,
    ):
        ours.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole by itself
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise RecordsUnavailable("the copy is not whole: the database itself is damaged")


def _dump(url: URL, target: Path) -> None:
    program = shutil.which(DUMP)
    if program is None:
        raise Refused("copy:no_program", f"{DUMP} is not installed")
    said = subprocess.run(
        [program, "--format=custom", "--no-password", f"--file={target}"],
        env=os.environ | _of_libpq(url),  # the password never stands among the arguments
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=DUMP_SECONDS,
        check=False,
    )
    if said.returncode != 0:
        reason = "of another version than the server" if "version mismatch" in said.stderr else "failed"
        raise Refused("copy:no_program", f"{DUMP} {reason}")


def _of_libpq(url: URL) -> dict[str, str]:
    """Return where the database is, as PostgreSQL's own programs read it from their environment."""
    named = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {name: str(value) for name, value in named.items() if value}


def size_of(engine: Engine) -> int:
    """Return how many bytes the database takes."""
    if engine.dialect.name == "sqlite":
        path = str(engine.url.database)
        return sum(Path(one).stat().st_size for one in (path, f"{path}-wal") if Path(one).exists())
    with reading(engine) as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def require_room(directory: Path, wanted: int) -> None:
    """Let pass where so many bytes are free.

    Raises:
        Refused: ``copy:no_room``.
    """
    free = shutil.disk_usage(directory).free
    if free < wanted:
        mebibytes = [f"{number / (1 << 20):,.0f} MB" for number in (wanted, free)]
        raise Refused("copy:no_room", f"{mebibytes[0]} are wanted at {directory}, {mebibytes[1]} are free")


def _keep_newest(directory: Path) -> None:
    copies = sorted(path for path in directory.iterdir() if path.suffix in {".db", ".dump"})
    for old in copies[:-KEPT]:
        old.unlink(missing_ok=True)


def onto_the_disk(path: Path) -> None:
    """Have a file, or the names in a directory, on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
