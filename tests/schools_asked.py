"""Which statements say of which school they are, read from the statements themselves."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnClause, Grouping
from sqlalchemy.sql.selectable import Alias, Join, Select

from access.database import Base
from tests.prepared_asked import prepared_asked

#: Which column says the school, in tables where it is called otherwise.
CALLED_OTHERWISE = {
    "school": "id",
    "log_entry": "log",
    "log_head": "log",
    "log_mention": "log",
    "log_node": "log",
    "log_era": "log",
    "log_checkpoint": "log",
    "log_received": "log",
    "log_erasure": "log",
}
#: Of the installation: where somebody works says nothing of whose sign-in it is.
OF_THE_INSTALLATION = frozenset({"person", "sign_in", "recorded_ending"})
SCHOOL_COLUMN = {
    name: CALLED_OTHERWISE.get(name, "school_id")
    for name, table in Base.metadata.tables.items()
    if name not in OF_THE_INSTALLATION and CALLED_OTHERWISE.get(name, "school_id") in table.c
}
#: Ask for others, who say why.
HELPERS = frozenset({"access.database", "access.checked", "access.inserting", "access.prepared"})


@contextmanager
def schools_asked(engine: Engine | type[Engine]) -> Iterator[set[tuple[str, str]]]:
    """Collect who asked a table of no school in particular: function and table."""
    found: set[tuple[str, str]] = set()
    known: dict[Any, set[str]] = {}  # many are asked again and again

    def look(statement: Any) -> None:
        asker = _asker()
        if asker is None:
            return
        made = statement._generate_cache_key() if hasattr(statement, "_generate_cache_key") else None
        shape = made.key if made else statement
        if shape not in known:
            known[shape] = of_no_school(statement)
        found.update((asker, table) for table in known[shape])

    def heard(_: Any, statement: Any, *__: Any) -> None:
        look(statement)

    event.listen(engine, "before_execute", heard)
    try:
        with prepared_asked(engine, lambda statement, _: look(statement)):
            yield found
    finally:
        event.remove(engine, "before_execute", heard)


def of_no_school(statement: Any) -> set[str]:
    """Return the tables of which *statement* does not say which school's rows it is about."""
    return set(_walk(statement, frozenset()))


def _walk(element: Any, around: frozenset[str]) -> Iterator[str]:
    if isinstance(element, Select | Update | Delete):
        here = _tables(element)
        own = {name: table for name, table in here.items() if name not in around}
        yield from (own[name] for name in own if name not in _said(element, own, around))
        around |= here.keys()
    for child in element.get_children():
        yield from _walk(child, around)


def _tables(statement: Any) -> dict[str, str]:
    """Return the tables with a school that a statement is about, by the name they have in it."""
    froms = statement.get_final_froms() if isinstance(statement, Select) else [statement.table]
    leaves = [leaf for one in froms for leaf in _leaves(one)]
    named = {leaf.name: getattr(leaf, "element", leaf) for leaf in leaves if hasattr(leaf, "name")}
    return {name: table.name for name, table in named.items() if getattr(table, "name", "") in SCHOOL_COLUMN}


def _leaves(one: Any) -> Iterator[Any]:
    if isinstance(one, Join):
        yield from _leaves(one.left)
        yield from _leaves(one.right)
    else:
        yield one


def _said(statement: Any, own: dict[str, str], around: frozenset[str]) -> set[str]:
    """Return the tables whose school is bound, or is that of one whose school is."""
    bound: set[str] = set()
    alike: list[tuple[str, str]] = []
    for comparison in _comparisons(statement):
        sides = [_whose_school(side, own.keys() | around) for side in (comparison.left, comparison.right)]
        named = [side for side in sides if side]
        if len(named) == 2:
            alike.append((named[0], named[1]))
        elif named and not isinstance(_plain(comparison.right), ColumnClause):
            bound.add(named[0])
    known = bound | around
    while any((one in known) != (other in known) for one, other in alike):
        known |= {name for pair in alike if known & set(pair) for name in pair}
    return known


def _comparisons(statement: Any) -> Iterator[BinaryExpression[Any]]:
    """Yield what must hold of every row: equal, or one of these; never one side of an «or»."""
    wanted = [getattr(statement, "whereclause", None)]
    if isinstance(statement, Select):
        wanted += [join.onclause for one in statement.get_final_froms() for join in _joins(one)]
    while wanted:
        one = _plain(wanted.pop())
        if isinstance(one, BooleanClauseList) and one.operator is operators.and_:
            wanted += one.clauses
        elif isinstance(one, BinaryExpression) and one.operator in {operators.eq, operators.in_op}:
            yield one


def _joins(one: Any) -> Iterator[Join]:
    if isinstance(one, Join):
        yield one
        yield from _joins(one.left)
        yield from _joins(one.right)


def _plain(element: Any) -> Any:
    while isinstance(element, Grouping):
        element = element.element
    return element


def _whose_school(side: Any, tables: Any) -> str | None:
    """Return the table whose school this column is, by its name in the statement."""
    side = _plain(side)
    table = getattr(side, "table", None)
    if not isinstance(side, ColumnClause) or table is None:
        return None
    original = table.element if isinstance(table, Alias) else table
    is_school = SCHOOL_COLUMN.get(getattr(original, "name", "")) == side.name
    return table.name if is_school and table.name in tables else None


def _asker() -> str | None:
    """Return who of ours asks; None where a test does."""
    frame = sys._getframe()
    while frame.f_back:
        frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("access.", "app.")) and module not in HELPERS:
            return f"{module}.{frame.f_code.co_name}"
    return None
