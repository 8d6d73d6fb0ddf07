"""The migrations: up, down, and nothing that the records' classes do not say."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, delete, insert, inspect, select, update

from access import schema
from access.database import connect, reading, writing
from access.errors import RecordsUnavailable
from access.log.store import LogEntry, LogHead

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def engine(bare_database: str) -> Iterator[Engine]:
    """A database in which there is nothing yet."""
    engine = connect(bare_database)
    yield engine
    engine.dispose()


def test_up_gives_the_very_shape_that_the_records_say(engine: Engine) -> None:
    assert not schema.is_current(engine)
    schema.upgrade(engine)

    assert schema.is_current(engine)
    assert schema.difference(engine) == []


def test_down_leaves_nothing_but_the_migrations_own_table(engine: Engine) -> None:
    schema.upgrade(engine)

    schema.downgrade(engine)

    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_up_twice_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)

    schema.upgrade(engine)

    assert schema.is_current(engine)


@pytest.mark.parametrize(
    "slip", [update(LogEntry).values(kind="other:kind"), delete(LogEntry)], ids=["rewritten", "deleted"]
)
def test_an_entry_cannot_be_changed_by_a_slip_of_our_own(engine: Engine, slip: object) -> None:
    schema.upgrade(engine)
    with writing(engine) as connection:
        connection.execute(insert(LogHead).values(log=0, size=1))
        connection.execute(
            insert(LogEntry).values(
                log=0, number=0, kind="a:b", at=NOW, salt=b"s" * 32, body=b"{}", commitment=b"c" * 32
            )
        )

    with pytest.raises(RecordsUnavailable), writing(engine) as connection:
        connection.execute(slip)  # type: ignore[call-overload]  # either kind of statement

    with reading(engine) as connection:
        assert connection.execute(select(LogEntry.kind)).scalars().all() == ["a:b"]
