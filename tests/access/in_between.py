"""Something happens in between: just before one of the transactions that an act is made of."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.sql.expression import Executable

from access.database import connect


@contextmanager
def just_before(number: int, engine: Engine, address: str, statement: Executable) -> Iterator[None]:
    """Have somebody else change the records just before transaction *number* of what is done here, from 1."""
    begun, other = 0, connect(address)

    def count(*_: object) -> None:
        nonlocal begun
        begun += 1
        if begun == number:
            with other.connect() as connection, connection.begin():
                connection.execute(statement)

    event.listen(engine, "checkout", count)
    try:
        yield
    finally:
        event.remove(engine, "checkout", count)
        other.dispose()
    assert begun >= number
