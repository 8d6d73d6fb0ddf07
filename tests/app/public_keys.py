"""The random names by which pages address records."""

from typing import Any

from sqlalchemy import select

from access.database import reading
from tests.school import School


def key_of(school: School, record: Any, number: int | None) -> str:
    """Return the key of one record of a kind that has one."""
    with reading(school.world.database) as connection:
        return str(connection.execute(select(record.key).where(record.id == number)).scalar_one())
