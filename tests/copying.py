"""Records that acts brought about once, copied for every test that begins with them."""

import sqlite3
from typing import cast

from access.world import World


def copy_records(source: World, target: World) -> None:
    """Put all records of *source* in the place of those of *target*; both lie in SQLite."""
    with source.database.connect() as ours, target.database.connect() as theirs:
        cast("sqlite3.Connection", ours.connection.driver_connection).backup(
            cast("sqlite3.Connection", theirs.connection.driver_connection)
        )
