"""Connections to the database, each with the same promises.

On SQLite a commit is on the disk when it returns (``synchronous=FULL``: with
``NORMAL`` simulated power cuts lost acknowledged entries), foreign keys hold,
and a transaction begins when we say so, so a decision reads one state. Writers
queue in front of the database, not inside it: SQLite's own waiting is unfair
and starved one of eight writers for seconds. On PostgreSQL they queue on an
advisory lock, so that what an act has looked at is still so when it writes.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from access.errors import RecordsUnavailable

#: How long a writer waits for its turn, and again for the database.
TURN_SECONDS = 1.0
BUSY_MILLISECONDS = 250
#: So many connections a process has, and so long a thread waits for one of them.
CONNECTIONS = 15
CONNECTION_SECONDS = 2

#: On PostgreSQL: how long to connect, and how long one statement may take.
CONNECT_SECONDS = 2
STATEMENT_MILLISECONDS = 5_000
#: Names the one lock on which writers of a PostgreSQL database take turns.
TURN_LOCK = 815_016

NAMES = {
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; refuses naive values on the way in, aware UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: say which zone it is in")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite stores no zone; PostgreSQL answers in the connection's."""
        del dialect
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of every table in the portal."""

    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  # SQLAlchemy reads it from the class
    metadata = MetaData(naming_convention=NAMES)  # Alembic alters constraints by name


def connect(url: str, *, foreign_keys: bool = True) -> Engine:
    """Return the engine for *url*: ``sqlite:///…`` or ``postgresql+psycopg://…``.

    Args:
        foreign_keys: False only while tables are rebuilt on SQLite; see :mod:`access.schema`.
    """
    postgresql = url.startswith("postgresql")
    # Messages of the driver would carry names of children and hashes of passphrases.
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=0,  # one that is opened for a rush is opened again for each question
        pool_use_lifo=True,
        pool_timeout=CONNECTION_SECONDS,
        connect_args=_PATIENCE if postgresql else {},
    )
    if postgresql:
        event.listen(engine, "begin", _begin_postgresql)
    else:
        event.listen(engine, "connect", lambda made, _: _prepare(made, foreign_keys=foreign_keys))
        event.listen(engine, "begin", _begin)
    return engine


_ONE_STATE = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_PATIENCE = {
    "connect_timeout": CONNECT_SECONDS,
    "options": f"-c statement_timeout={STATEMENT_MILLISECONDS} -c timezone=UTC",
}


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(TURN_SECONDS * 1000)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN_LOCK})")


def _prepare(connection: sqlite3.Connection, *, foreign_keys: bool) -> None:
    connection.isolation_level = None  # the driver must not begin or commit by itself
    for pragma in (
        f"busy_timeout={BUSY_MILLISECONDS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif not options.get("one_question", False):
        # Asked of the driver itself: it takes no lock, so nothing can refuse it.
        connection.connection.cursor().execute("BEGIN")


@contextmanager
def reading(engine: Engine, *, one_question: bool = False) -> Iterator[Connection]:
    """Open one read transaction: everything read in it is of one state.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    sqlite = engine.dialect.name == "sqlite"
    options: dict[str, Any] = {"one_question": one_question} if sqlite else _ONE_STATE
    try:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection
    except DBAPIError as fault:
        raise RecordsUnavailable(type(fault.orig).__name__) from fault
    except NoConnection as fault:
        raise RecordsUnavailable("every connection is busy") from fault


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """Open a connection for one question, which by itself is of one state; a second one is of another.

    Raises:
        RecordsUnavailable: the database does not answer.
    """
    with reading(engine, one_question=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Wait for one's turn and open one write transaction; commit at the end.

    Raises:
        RecordsUnavailable: no turn in time, or the database refused; nothing was written.
    """
    try:
        with (
            turn(engine),
            engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection
    except DBAPIError as fault:
        raise RecordsUnavailable(type(fault.orig).__name__) from fault
    except NoConnection as fault:
        raise RecordsUnavailable("every connection is busy") from fault


#: Threads that share a descriptor share its flock, so they queue here first.
_turns: dict[str, threading.Lock] = {}


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Wait for one's turn to write, on SQLite; on PostgreSQL a transaction waits for it by itself.

    Raises:
        RecordsUnavailable: no turn in time.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    path = Path(engine.url.database + ".turn")
    deadline = time.monotonic() + TURN_SECONDS
    lock = _turns.setdefault(str(path), threading.Lock())
    if not lock.acquire(timeout=TURN_SECONDS):
        raise RecordsUnavailable("no turn to write in time")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _flock(descriptor, deadline)
            yield
        finally:
            os.close(descriptor)
    except OSError as fault:
        raise RecordsUnavailable(type(fault).__name__) from fault
    finally:
        lock.release()


def _flock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise RecordsUnavailable("no turn to write in time") from None
            time.sleep(0.002)  # flock has no timeout of its own
        else:
            return


def now_utc_text(instant: datetime) -> str:
    """Return *instant* as it stands in entries: RFC 3339, UTC, microseconds."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
