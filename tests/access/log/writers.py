"""Writers of a log who tell what they have written once it is written, and readers who tell its heads.

Half of what they do are entries alone, in either log or several at once; half are acts of the portal, which
write records, revision and entry together.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from access import acts_people, schema
from access.acts import Actor
from access.clock import FrozenClock
from access.database import connect, reading, writing
from access.errors import LogUnavailable, RecordsUnavailable
from access.log.entry import INSTALLATION, append
from access.log.store import LogEntry
from access.log.tree import read_head
from access.world import World
from tests.access.log.told import told_child, told_entry, told_head
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING, small_world
from tests.quick_hashing import QUICK, hashing

#: Is told a line; has it when it returns.
Tell = Callable[[str], None]
#: So many entries are written at once, at most.
MOST_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Founded:
    """A school in a database file that nobody has open, to be copied."""

    path: Path
    school: int
    office: Actor

    @property
    def logs(self) -> tuple[int, int]:
        """The logs that are written in."""
        return INSTALLATION, self.school


def found_school(home: Path) -> Founded:
    """Bring about a small school in a file of its own in *home*, which has no journal of its own."""
    path = home / "founded.db"
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    with hashing(QUICK), small_world(home, FrozenClock(MORNING), f"sqlite:///{path}") as world:
        school = WritingSchool(world)
    return Founded(path, school.id, school.office)


def write(world: World, founded: Founded, tell: Tell, chance: random.Random) -> None:
    """Write something and tell of it; where the database takes nothing just now, do neither."""
    with suppress(RecordsUnavailable, LogUnavailable):
        if chance.random() < 1 / 2:
            child = acts_people.add_child(
                world, actor=founded.office, reason=WHY, school_id=founded.school, name="小豆"
            )
            tell(told_child(child))
            return
        with writing(world.database) as connection:
            lines = [
                _noted(connection, chance.choice(founded.logs))
                for _ in range(chance.choice([1, 1, 1, MOST_AT_ONCE]))
            ]
        for line in lines:
            tell(line)


def _noted(connection: Connection, log: int) -> str:
    number = append(connection, log=log, kind="log:read", at=MORNING, body={"reason": WHY})
    asked = select(LogEntry.commitment).where(LogEntry.log == log, LogEntry.number == number)
    return told_entry(log, number, connection.execute(asked).scalar_one())


def publish(world: World, founded: Founded, tell: Tell) -> None:
    """Read the heads, as whoever signs a checkpoint does, and tell them."""
    with suppress(RecordsUnavailable):
        with reading(world.database) as connection:
            heads = {log: read_head(connection, log) for log in founded.logs}
        for log, head in heads.items():
            tell(told_head(log, head.size, head.root))
