"""What a change of shape would throw away: found by counting, whatever a migration says of itself."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from sqlalchemy import Connection, MetaData, Table, func, select

#: Alembic's own.
OF_THE_MIGRATIONS = "alembic_version"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a database holds: rows by table, values by column."""

    rows: Mapping[str, int]
    values: Mapping[tuple[str, str], int]


def count_everything(connection: Connection) -> Kept:
    """Count the rows of every table and the values of every column."""
    tables = MetaData()
    tables.reflect(connection)
    rows: dict[str, int] = {}
    values: dict[tuple[str, str], int] = {}
    for name, table in tables.tables.items():
        if name != OF_THE_MIGRATIONS:
            number, *counts = _count(connection, table)
            rows[name] = number
            values |= {
                (name, column.name): count for column, count in zip(table.columns, counts, strict=True)
            }
    return Kept(rows, values)


def lost(before: Kept, after: Kept) -> list[str]:
    """Return what *before* had and *after* has not: tables, columns and rows, with their numbers."""
    gone_tables: Set[str] = before.rows.keys() - after.rows.keys()
    found = [f"{name} ({before.rows[name]})" for name in sorted(gone_tables) if before.rows[name]]
    for name in sorted(before.rows.keys() & after.rows.keys()):
        if after.rows[name] < before.rows[name]:
            found.append(f"rows of {name} ({before.rows[name] - after.rows[name]})")
    for table, column in sorted(before.values.keys() - after.values.keys()):
        if table not in gone_tables and before.values[table, column]:
            found.append(f"{table}.{column} ({before.values[table, column]})")
    return found


def _count(connection: Connection, table: Table) -> tuple[int, ...]:
    counted = select(func.count(), *(func.count(column) for column in table.columns)).select_from(table)
    return tuple(connection.execute(counted).one())
