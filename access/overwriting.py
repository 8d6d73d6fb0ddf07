"""Whether what is taken out of a table is written over in the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def overwriting(connection: Connection) -> Iterator[None]:
    """Have SQLite write over what goes meanwhile; PostgreSQL never does."""
    overwrites = _has_secure_delete(connection)
    if overwrites is False:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    yield
    if overwrites is False:
        connection.exec_driver_sql("PRAGMA secure_delete=OFF")


def _has_secure_delete(connection: Connection) -> bool | None:
    """Say whether SQLite writes over what is deleted anyway; None on PostgreSQL, which never does."""
    if connection.dialect.name != "sqlite":
        return None
    return bool(connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1)
