"""Databases and files in trouble: held by somebody else, or unable to take any more."""

import fcntl
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from access.database import connect

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys
from access.database import connect
with connect(sys.argv[1]).connect().execution_options(writes=True) as connection, connection.begin():
    print("held", flush=True)
    sys.stdin.read()
"""

#: What stands in for a log that cannot grow, on each kind of database.
REFUSE = {
    "sqlite": ["CREATE TRIGGER refuses BEFORE INSERT ON log_entry BEGIN SELECT RAISE(ABORT, 'full'); END"],
    "postgresql": [
        "CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'full'; END $$",
        "CREATE TRIGGER refuses BEFORE INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION refuses()",
    ],
}
MEND = {
    "sqlite": ["DROP TRIGGER refuses"],
    "postgresql": ["DROP TRIGGER refuses ON log_entry", "DROP FUNCTION refuses"],
}


@contextmanager
def database_held(address: str) -> Iterator[None]:
    """Let another process hold the write lock of the database, past every queue of ours."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, address], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.communicate()


@contextmanager
def log_refusing(address: str) -> Iterator[None]:
    """Have the database refuse every entry, as a full disk would."""
    engine = connect(address)
    _run(engine, REFUSE)
    try:
        yield
    finally:
        _run(engine, MEND)
        engine.dispose()


def _run(engine: Engine, statements: dict[str, list[str]]) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for statement in statements[engine.dialect.name]:
            connection.exec_driver_sql(statement)


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Have the system refuse every byte of this process behind the first *size* of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def no_more_descriptors() -> Iterator[None]:
    """Have the system open no more files for this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def file_held(path: Path) -> Iterator[None]:
    """Hold the ``flock`` of a file, as another process would."""
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_waited_for(path: Path) -> bool:
    """Say whether somebody waits for the ``flock`` of a file."""
    inode = path.stat().st_ino
    locks = Path("/proc/locks").read_text().splitlines()
    return any("-> FLOCK" in line and line.split()[-3].endswith(f":{inode}") for line in locks)
