"""A whole portal as the school runs it: ``./portal up`` in processes of its own.

The test holds the same records, marks and journal as the running processes.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from access import schema
from access.clock import SystemClock
from access.database import connect
from access.journal import Journal
from access.key_files import make_key_file
from access.stops import StopMarks
from access.vault import Vault
from access.world import World
from tests.canaries import CANARIES
from tests.e2e.reader import Reader
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Living:
    """The running portal and the records behind it."""

    home: Path
    ram: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    count: int = 0

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.ram.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = self.data / "key"
        if not key.exists():
            make_key_file(key)
        self.hold_records()
        schema.upgrade(self.world.database)

    def hold_records(self) -> None:
        """Open the records, marks and journal that the running processes share."""
        self.world = World(
            database=connect(f"sqlite:///{self.database}"),
            clock=SystemClock(),
            stops=StopMarks(self.ram / "marks", Journal(self.data / "journal")),
            vault=Vault.from_file(self.data / "key"),
        )

    @property
    def data(self) -> Path:
        """Return where the database, the journal and the keys lie."""
        return self.home / "data"

    @property
    def database(self) -> Path:
        """Return the database's file."""
        return self.data / "portal.db"

    @property
    def outer_port(self) -> int:
        """Return the port at which families come in."""
        return self.port

    @property
    def outer_tls(self) -> bool:
        """Say whether TLS is spoken there."""
        return False

    @property
    def origin(self) -> str:
        """Return the address of the portal."""
        return Reader(self.outer_port, "", tls=self.outer_tls).origin

    def environment(self) -> dict[str, str]:
        """Return the settings that the running portal is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        return kept | {
            "PORTAL_DATA_DIRECTORY": str(self.data),
            "PORTAL_RAM_DIRECTORY": str(self.ram),
            "PORTAL_KEY_FILE": str(self.data / "key"),
            "PORTAL_ALLOW_LOOPBACK_CAMERAS": "true",
            "PORTAL_PORT": str(self.port),
        }

    def start(self) -> None:
        """Start ``up`` and wait until it is ready."""
        with (self.home / "portal.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        until("the portal is ready", self.is_ready, 30)

    def is_ready(self) -> bool:
        """Say whether the health page answers."""
        try:
            return Reader(self.port, "").get("/healthz").status == 200
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the records, which the test itself held."""
        self.world.stops.close()
        self.world.database.dispose()

    def stop(self) -> None:
        """End it as an administrator would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
            CANARIES.hear(self.said(), "the portal's own words")

    def said(self) -> str:
        """Return everything the portal printed."""
        return (self.home / "portal.log").read_text(errors="replace")


@contextmanager
def living_portal(home: Path, ram: Path) -> Iterator[Living]:
    """Stop the portal at the end, whatever happened."""
    living = Living(home, ram)
    try:
        yield living
    finally:
        living.stop()
        living.close()
