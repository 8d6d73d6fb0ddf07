"""The database as one SQLite file, of whichever kind it is; and back into PostgreSQL.

Of PostgreSQL every row is read in one transaction, a few thousand at a time, into the tables that
the migrations make on SQLite. So a backup is read, checked and made anew in one way only, needs none of
the server's programs, and can be put back on either.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, select, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from access import schema
from access.copies import copy_file
from access.database import connect, reading, writing
from access.errors import RecordsUnavailable
from access.records import Base

AT_ONCE = 2_000


def plain_copy(engine: Engine, target: Path) -> None:
    """Write the whole database to *target*, an empty file, of one state and while others write.

    Raises:
        RecordsUnavailable: it does not answer, or is damaged.
        OSError: no room.
    """
    if engine.dialect.name == "sqlite":
        try:
            copy_file(Path(str(engine.url.database)), target)
        except sqlite3.Error as fault:
            raise RecordsUnavailable(f"no copy could be made: {type(fault).__name__}") from fault
        return
    copy = connect(f"sqlite:///{target}", foreign_keys=False)
    try:
        schema.upgrade(copy)
        with reading(engine) as theirs, copy.connect() as ours, ours.begin():
            _copy_rows(theirs, ours)
    finally:
        copy.dispose()
    _one_file(target)


def into_postgresql(source: Path, engine: Engine) -> None:
    """Fill the empty tables of a PostgreSQL database from *source*, in one transaction.

    Args:
        engine: as the owner of the tables, which have the shape of this version.

    Raises:
        RecordsUnavailable: it does not answer, or something is in it; nothing was written.
    """
    constraints = [
        constraint for table in Base.metadata.tables.values() for constraint in table.foreign_key_constraints
    ]
    ours = create_engine(f"sqlite:///{source}")
    try:
        with ours.connect() as read, writing(engine) as write:
            if holds_rows(write):
                raise RecordsUnavailable("something is in that database already")
            for constraint in constraints:  # people name each other, so no order of rows would do
                write.execute(DropConstraint(constraint))
            _copy_rows(read, write)
            for constraint in constraints:
                write.execute(AddConstraint(constraint))
            for table in Base.metadata.tables.values():
                _go_on_numbering(write, table)
    finally:
        ours.dispose()


def holds_rows(connection: Connection) -> bool:
    """Say whether anything is in any table."""
    return any(
        connection.execute(select(text("1")).select_from(table).limit(1)).first() is not None
        for table in Base.metadata.tables.values()
    )


@contextmanager
def read_only(path: Path) -> Iterator[Engine]:
    """Open an SQLite file that nobody writes to, and leave every byte of it as it is."""
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    )
    try:
        yield engine
    finally:
        engine.dispose()


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        found = source.execution_options(yield_per=AT_ONCE).execute(select(table))
        for some in found.mappings().partitions(AT_ONCE):
            target.execute(insert(table), [dict(row) for row in some])


def _go_on_numbering(connection: Connection, table: Table) -> None:
    """Have the next record of *table* numbered behind the last."""
    keys = [column for column in table.primary_key.columns if column is table.autoincrement_column]
    for column in keys:
        last = connection.execute(select(func.max(column))).scalar()
        named = func.pg_get_serial_sequence(table.name, column.name)
        if last is not None and connection.execute(select(named)).scalar() is not None:
            connection.execute(select(func.setval(named, last)))


def _one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
