"""Power cuts: several write a log and one reads its heads, the power goes, and one looks what is left.

The power may go after any event of the disk's, on opening and on closing the database too, and each cut goes
on from what the one before has left. What was told before it is compared with what is found.
"""

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event

from access.clock import FrozenClock
from access.world import World
from tests.access.log.disk import Disk, Said
from tests.access.log.recorder import recorded
from tests.access.log.told import Broken, Told, broken
from tests.access.log.writers import Founded, Tell, publish, write
from tests.conftest import MORNING, small_world

WRITERS = 3
#: So many transactions each, at most.
MOST_WRITTEN = 12
#: After so many cuts one begins with another database, so that looking through it stays quick.
CUTS_OF_ONE = 25
#: So many pages are in the WAL when it is carried over: SQLite's own number, and one that is reached often.
CHECKPOINTS = (1000, 20)
DATABASE, SHARED = "portal.db", "portal.db-shm"
SHARED_BYTES = 32_768
#: Heads are read so often; whoever reads does not keep a core from those who write.
PAUSE_SECONDS = 0.005


@dataclass(slots=True)
class Cuts:
    """A machine whose power goes again and again.

    Args:
        home: where the database lies while somebody works with it.
        founded: the school it begins with.
        seed: decides who writes what, when the power goes and what has reached the disk; threads take
            their turns as they like.
        synchronous: what SQLite is told to do with a commit; None: what the portal tells it.
    """

    home: Path
    founded: Founded
    seed: int = 0
    synchronous: str | None = None
    #: How much was told, of all databases.
    amount: Counter[str] = field(default_factory=Counter)
    _told: Told = field(default_factory=Told)
    _files: dict[str, bytes] = field(default_factory=dict)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311

    def after(self, number: int) -> Iterator[Broken]:
        """Yield what is broken after each of so many cuts."""
        found = Broken()
        for one in range(number):
            if one % CUTS_OF_ONE == 0 or found:
                self._files, self._told = {DATABASE: self.founded.path.read_bytes()}, Told()
            before = self._told.amount()
            self._cut()
            self.amount += self._told.amount() - before
            found = self._look()
            yield found

    def _cut(self) -> None:
        """Write for a while, and have the files as a cut in the middle of it leaves them."""
        with self._in_place() as place, recorded(self._files) as events, self._world(place) as world:
            self._write(world, lambda line: events.append(Said(line)))
        disk = Disk(self._files)
        for happened in events[: self._chance.randint(0, len(events))]:
            disk.take(happened)
            if isinstance(happened, Said):
                self._told.hear(happened.line)
        self._files = disk.after_a_cut(self._chance)

    def _look(self) -> Broken:
        with self._in_place() as place, self._world(place) as world:
            return broken(world.database, self._told)

    @contextmanager
    def _in_place(self) -> Iterator[Path]:
        """Give the files in a directory; with any memory that connections shared, or none."""
        with tempfile.TemporaryDirectory(dir=self.home) as place:
            for name, content in self._files.items():
                Path(place, name).write_bytes(content)
            if self._chance.random() < 1 / 2:
                Path(place, SHARED).write_bytes(self._chance.randbytes(SHARED_BYTES))
            yield Path(place)

    @contextmanager
    def _world(self, place: Path) -> Iterator[World]:
        pages = self._chance.choice(CHECKPOINTS)

        def set_pragmas(connection: sqlite3.Connection, _: object) -> None:
            connection.execute(f"PRAGMA wal_autocheckpoint={pages}")
            if self.synchronous:
                connection.execute(f"PRAGMA synchronous={self.synchronous}")

        with small_world(place, FrozenClock(MORNING), f"sqlite:///{place / DATABASE}") as world:
            event.listen(world.database, "connect", set_pragmas)
            yield world

    def _write(self, world: World, tell: Tell) -> None:
        """Let some write, each in a thread, and read the heads until they are done."""
        own = [random.Random(self._chance.getrandbits(32)) for _ in range(WRITERS)]  # noqa: S311
        with ThreadPoolExecutor(WRITERS) as threads:
            writing = [threads.submit(self._write_some, world, tell, chance) for chance in own]
            while not all(one.done() for one in writing):
                publish(world, self.founded, tell)
                wait(writing, timeout=PAUSE_SECONDS, return_when=FIRST_COMPLETED)
        for one in writing:
            one.result()

    def _write_some(self, world: World, tell: Tell, chance: random.Random) -> None:
        for _ in range(chance.randint(0, MOST_WRITTEN)):
            write(world, self.founded, tell, chance)
