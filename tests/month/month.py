"""The school of the month, on the real application, at half past eight on the morning after it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from access import schema
from access.clock import FrozenClock
from access.database import connect, writing
from access.viewing_records import Viewing
from tests.conftest import small_world
from tests.founded import Called
from tests.long_log import fill
from tests.month.families import CLASSES, Families, settle
from tests.month.telling import Seen, Teller, Told
from tests.school import School

BEGAN = datetime(2026, 2, 20, 1, 0, tzinfo=UTC)
NOW = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
SEED = 17


@dataclass(frozen=True, slots=True)
class Month:
    """The school, its families, and what its log says."""

    school: School
    families: Families
    told: Told


@contextmanager
def a_month(home: Path, count: int, address: str = "") -> Iterator[Month]:
    """Give a school with a month behind it, in *count* entries beside those of its founding.

    Args:
        home: an empty directory.
        count: of the school's log and the installation's together; a few thousand at least.
        address: of an empty database; none: one in *home*.
    """
    clock, address = FrozenClock(BEGAN), address or f"sqlite:///{home / 'portal.db'}"
    engine = connect(address)
    schema.upgrade(engine)
    engine.dispose()
    with small_world(home, clock, address) as world:
        school = School(world, clock, home, called=Called("向日葵幼儿园", "老师", "小豆", CLASSES[:2]))
        for name in CLASSES[2:]:
            school.one_more_class(name)
        families = settle(school, random.Random(SEED), clock.now())  # noqa: S311  # the same each time
        told = Teller(families, school.id, school.staff, SEED).tell(count)
        for log, said in told.entries.items():
            fill(world.database, log, said, with_tree=True)
        with writing(world.database) as connection:
            connection.execute(insert(Viewing), [_record(school, one) for one in told.seen])
        with world.database.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        clock.advance(NOW - clock.now())
        yield Month(school, families, told)


def _record(school: School, one: Seen) -> dict[str, Any]:
    """Return the record of a viewing, which stands beside its entries."""
    return {
        **{f"{name}_id": number for name, number in one.viewer.ids.items()},
        "school_id": school.id,
        "key": one.key,
        "why": one.reason,
        "delivered": one.delivered,
        "opened_at": one.start,
        "lease_until": one.end,
        "closed_at": one.end,
    }
