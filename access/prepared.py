"""Questions that are compiled once, and then asked of the database's own driver.

Asked through SQLAlchemy a question of a decision costs a quarter of a millisecond, of which
the database takes a tenth: each time its text is looked up, its lists are written into it, and an
instant is converted as often as it stands there. Here that is done once for each number of values.
What is asked, and within which transaction, stays SQLAlchemy's.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.types import NullType, TypeEngine

from access.database import UtcDateTime
from access.errors import RecordsUnavailable

#: A row of columns, by their names.
Row = Any
Convert = Callable[[Any], Any] | None
#: So many rows of one question are not made again; at 1 kB each a megabyte.
ROWS = 1024
INSTANTS = 256
#: What columns a row has is known only when it is asked for.
_named: Any = namedtuple


@dataclass(frozen=True, slots=True)
class _Form:
    """A question as the driver takes it, with lists of so many values."""

    text: str
    #: What is asked with each time, as the driver takes it.
    constant: dict[str, Any]
    #: The names of single values, and how they are converted.
    single: tuple[tuple[str, Convert], ...]
    #: The names of lists, with what their values are called in the text, and how they are converted.
    lists: tuple[tuple[str, tuple[str, ...], Convert], ...]
    #: The order of the values in the text; None where they are named there.
    order: tuple[str, ...] | None
    #: Makes a row of what the driver found, in the types of its columns.
    row: Callable[[Any], Row]

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return what is asked with, as the driver takes it."""
        values = dict(self.constant)
        for name, convert in self.single:
            values[name] = convert(given[name]) if convert else given[name]
        for name, called, convert in self.lists:
            listed = _filled(given[name])
            values.update(zip(called, map(convert, listed) if convert else listed, strict=True))
        return values if self.order is None else [values[name] for name in self.order]


class Prepared:
    """One SELECT; thread-safe.

    Args:
        statement: its parameters have names of their own, and its lists are ``expanding``.
    """

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        asked = [part for part in visitors.iterate(statement) if isinstance(part, BindParameter)]
        self._lists = sorted({part.key for part in asked if part.expanding and part.required})
        self._single = sorted({part.key for part in asked if part.required} - set(self._lists))
        self._types = _types(part for part in asked if part.required)
        #: By the name of the dialect and how many values there are in each list.
        self._forms: dict[tuple[str | int, ...], _Form] = {}

    def rows(self, connection: Connection, given: Mapping[str, Any]) -> list[Row]:
        """Return every row.

        Args:
            connection: of a transaction, or of one question.
            given: a value for each parameter; what is no parameter is not looked at.

        Raises:
            RecordsUnavailable: the database does not answer.
        """
        form = self._form(connection.dialect, given)
        values = form.values(given)
        try:
            with closing(connection.connection.cursor()) as cursor:
                cursor.execute(form.text, values)
                found = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as fault:
            raise RecordsUnavailable(type(fault).__name__) from fault
        return [form.row(one) for one in found]

    def row(self, connection: Connection, given: Mapping[str, Any]) -> Row | None:
        """Return the first row, or None; as :meth:`rows`."""
        return next(iter(self.rows(connection, given)), None)

    def text(self, connection: Connection, given: Mapping[str, Any]) -> str:
        """Return what the driver is asked for *given*."""
        return self._form(connection.dialect, given).text

    def _form(self, dialect: Dialect, given: Mapping[str, Any]) -> _Form:
        known: tuple[str | int, ...] = (dialect.name, *[_places(given[name]) for name in self._lists])
        form = self._forms.get(known)
        if form is None:
            form = self._forms[known] = self._formed(dialect, given)
        return form

    def _formed(self, dialect: Dialect, given: Mapping[str, Any]) -> _Form:
        compiled = self.statement.compile(dialect=dialect)
        lists = {name: _filled(given[name]) for name in self._lists}
        state = compiled.construct_expanded_state({name: given[name] for name in self._single} | lists)
        called = {name: tuple(state.parameter_expansion[name]) for name in self._lists}
        varying = {*self._single, *(place for places in called.values() for place in places)}
        columns = list(self.statement.selected_columns)

        def converting(name: str) -> Convert:
            return _converting(self._types.get(name) or compiled.binds[name].type, dialect)

        return _Form(
            text=state.statement,
            constant={
                name: convert(value) if (convert := converting(name)) else value
                for name, value in state.parameters.items()
                if name not in varying
            },
            single=tuple((name, converting(name)) for name in self._single),
            lists=tuple((name, places, converting(name)) for name, places in called.items()),
            order=None if state.positiontup is None else tuple(state.positiontup),
            row=_maker(
                _named("row", [column.key for column in columns], rename=True)._make,
                [
                    (place, convert)
                    for place, column in enumerate(columns)
                    if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
                ],
            ),
        )


#: What instants were asked with last, as the driver takes them: a decision asks with the same ones again.
_instants: dict[str, Callable[[Any], Any]] = {}


def _converting(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """Return what makes a value of *kind* one that the driver takes; None where it is that already."""
    convert: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if convert is None or not isinstance(kind, UtcDateTime):
        return convert
    return _instants.setdefault(dialect.name, lru_cache(maxsize=INSTANTS)(convert))


def _maker(
    named: Callable[[list[Any]], Row], columns: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Callable[[Any], Row]:
    """Return what makes a row of the driver's: each of *columns* converted, where it is not nothing.

    A row that is found again is not made again. What it says was read now, all the same: the
    driver's very values are what is looked up.
    """

    @lru_cache(maxsize=ROWS)
    def row(found: tuple[Any, ...]) -> Row:
        values = list(found)
        for place, convert in columns:
            if values[place] is not None:
                values[place] = convert(values[place])
        return named(values)

    return row


def _types(asked: Iterable[BindParameter[Any]]) -> dict[str, TypeEngine[Any]]:
    """Return by which type each parameter is converted: the same wherever its name stands.

    Raises:
        TypeError: it stands beside columns of several types.
    """
    found: dict[str, TypeEngine[Any]] = {}
    for part in asked:
        if isinstance(part.type, NullType):
            continue
        if not isinstance(part.type, type(found.setdefault(part.key, part.type))):
            raise TypeError(f"{part.key!r} is compared with columns of several types")
    return found


def _places(listed: Sequence[Any]) -> int:
    """Return how many places a list has in the text: a power of two, so that there are few texts."""
    return 1 << (len(listed) - 1).bit_length() if listed else 0


def _filled(listed: Sequence[Any]) -> list[Any]:
    """Return a list that fills its places; what is asked for twice is found once."""
    values = list(listed)
    spare = _places(values) - len(values)
    return values + values[-1:] * spare if spare else values
