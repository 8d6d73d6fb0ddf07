"""Insert one record and learn its id."""

from typing import Any

from sqlalchemy import Connection, insert


def insert_one(connection: Connection, model: Any, **values: Any) -> int:
    """Insert one row of *model* and return its id."""
    key = connection.execute(insert(model).values(**values)).inserted_primary_key
    assert key is not None  # noqa: S101  # a single row always has one
    record_id: int = key[0]
    return record_id
