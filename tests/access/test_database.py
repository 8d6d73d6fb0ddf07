"""Connections: instants have a zone, one writes at a time, and nobody waits for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select

from access.database import connect, now_utc_text, reading, writing
from access.errors import RecordsUnavailable
from access.people import School
from tests.access.trouble import file_held

#: As many as SQLAlchemy opens for one engine: five that stay, and ten more.
CONNECTIONS = 15


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """A migrated database without a record."""
    engine = connect(database)
    yield engine
    engine.dispose()


def add_school(engine: Engine, recorded_at: datetime) -> None:
    school = {"key": "s", "name": "S", "zone": "UTC", "language": "zh", "recorded_at": recorded_at}
    with writing(engine) as connection:
        connection.execute(insert(School), school)


def test_an_instant_comes_back_as_the_same_instant(engine: Engine) -> None:
    noon_in_shanghai = datetime(2026, 3, 10, 12, tzinfo=timezone(timedelta(hours=8)))

    add_school(engine, noon_in_shanghai)

    with reading(engine) as connection:
        kept = connection.execute(select(School.recorded_at)).scalar_one()
    assert kept == noon_in_shanghai
    assert kept.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_no_instant(engine: Engine) -> None:
    with pytest.raises(Exception, match="say which zone"):
        add_school(engine, datetime(2026, 3, 10, 12))  # noqa: DTZ001  # that is the point


@pytest.mark.parametrize(
    ("microsecond", "text"),
    [(0, "2026-03-10T04:00:00.000000Z"), (70, "2026-03-10T04:00:00.000070Z")],
    ids=["whole second", "a part of one"],
)
def test_an_instant_is_spelled_in_utc_with_microseconds(microsecond: int, text: str) -> None:
    noon_in_shanghai = datetime(2026, 3, 10, 12, 0, 0, microsecond, timezone(timedelta(hours=8)))

    assert now_utc_text(noon_in_shanghai) == text


@pytest.mark.sqlite
def test_a_writer_whose_turn_does_not_come_is_told(engine: Engine, tmp_path: Path) -> None:
    with writing(engine):
        pass  # the file of turns is there now

    with (
        file_held(tmp_path / "portal.db.turn"),
        pytest.raises(RecordsUnavailable, match="turn"),
        writing(engine),
    ):
        pass


@pytest.mark.sqlite
def test_a_writer_behind_another_thread_is_told_too(engine: Engine) -> None:
    with writing(engine), pytest.raises(RecordsUnavailable, match="turn"), writing(engine):
        pass


@pytest.mark.sqlite
def test_where_turns_cannot_be_taken_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "portal.db.turn").mkdir()

    with pytest.raises(RecordsUnavailable, match="IsADirectoryError"), writing(engine):
        pass


def test_when_every_connection_is_busy_the_records_do_not_answer(engine: Engine) -> None:
    def asks(how: Callable[[Engine], AbstractContextManager[object]]) -> None:
        with how(engine):
            pass

    with ExitStack() as busy, ThreadPoolExecutor(2) as others:
        for _ in range(CONNECTIONS):
            busy.enter_context(reading(engine))
        waiting = [others.submit(asks, how) for how in (reading, writing)]

        for asking in waiting:
            with pytest.raises(RecordsUnavailable, match="busy"):
                asking.result()
