"""Hearing the questions that go to the driver itself; of all others SQLAlchemy tells."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine

from access.prepared import Prepared, Row


@contextmanager
def prepared_asked(engine: Engine | type[Engine], told: Callable[[Any, str], None]) -> Iterator[None]:
    """Call *told* with statement and text of each such question that *engine*, or any, is asked."""
    ask = Prepared.rows

    def rows(self: Prepared, connection: Connection, given: Mapping[str, Any]) -> list[Row]:
        if engine in {Engine, connection.engine}:
            told(self.statement, self.text(connection, given))
        return ask(self, connection, given)

    with patch.object(Prepared, "rows", rows):
        yield
