"""The pages of the log: each filter over a long log and a short one, on SQLite and on PostgreSQL."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from access import schema
from access.clock import FrozenClock
from access.database import connect
from bench.lines import Line, paired
from bench.log_month import FIRST, Kindergarten, entries_of, write_records
from tests.browser import Browser
from tests.conftest import MORNING, small_world
from tests.long_log import fill
from tests.postgres import postgres
from tests.quick_hashing import QUICK, hashing
from tests.school import School

LONG, SHORT = 1_000_000, 10_000
ROUNDS = 15
YEARS = timedelta(days=3 * 365)
AIM_MILLISECONDS, AIM_RATIO = 150, 3

CHILD, PERSON, ROOM = f"child=c{FIRST + 3}", f"person=p{FIRST + 3}", "room=r3"
#: What is asked; the last ones are wide filters that never, or hardly ever, meet.
QUESTIONS = (
    *("", PERSON, CHILD, "class=g3", ROOM, f"device=d{FIRST + 3}", "network=10.3.0.0/24"),
    *("kind=attendance", "kind=withdrawn", "kind=viewings", "kind=outages", "reason=hours:closed"),
    *("day=2024-06-03", "from=2024-06-03T10:00&until=2024-06-03T11:00", "until=2023-09-01T00:00"),
    *(f"{PERSON}&{ROOM}", f"{ROOM}&kind=refused&reason=hours:closed", f"{CHILD}&from=2024-06-01T00:00"),
    *("before=5000", f"{ROOM}&kind=withdrawn", "kind=attendance&reason=viewing:left"),
    f"{ROOM}&kind=attendance",
)
#: Pages that look through some days: consents of every class have been taken back by then. What they take
#: follows from how much those days have, so no ratio is asked of them.
DAYS = tuple(
    f"/oversight/{page}"
    for page in ("unusual?day=2026-02-06", "refusals?day=2026-02-06", "day?day=2026-02-05")
)


def measure() -> Iterator[Line]:
    """Yield a line for each database: the slowest filter of all, and of each what it takes."""
    with tempfile.TemporaryDirectory(prefix="littlewindow-pages-", dir="/var/tmp") as home:
        place = Path(home)
        yield _line("SQLite", lambda size: f"sqlite:///{place / f'{size}.db'}", place)
    with tempfile.TemporaryDirectory(prefix="littlewindow-pages-") as home, postgres() as server:

        def address(size: int) -> str:
            server.run(f"CREATE DATABASE pages{size}")
            return server.address(f"pages{size}")

        yield _line("PostgreSQL", address, Path(home))


def _line(name: str, address: Callable[[int], str], home: Path) -> Line:
    """Measure the same question on both sizes in turn, so that a busy machine slows both."""
    took: dict[int, dict[str, float]] = {SHORT: {}, LONG: {}}
    with ExitStack() as stack:
        schools = {}
        for size in (SHORT, LONG):
            own = home / f"home{size}"
            own.mkdir()
            schools[size] = stack.enter_context(_school(own, address(size), size))
        for question in (*QUESTIONS, *DAYS):
            pairs = paired(
                lambda asked=question: _seconds(schools[LONG][0], asked),  # type: ignore[misc]  # bound here
                lambda asked=question: _seconds(schools[SHORT][0], asked),  # type: ignore[misc]  # bound here
                ROUNDS,
            )
            took[LONG][question] = statistics.median(long for long, _ in pairs)
            took[SHORT][question] = statistics.median(short for _, short in pairs)
        theirs = _theirs(schools[LONG][1], schools[LONG][2], home)
    figures: dict[str, float | int | list[float]] = {}
    for question in (*QUESTIONS, *DAYS):
        long, short = took[LONG][question], took[SHORT][question]
        figures[f"{question or 'everything'} (ms, of {LONG:,} to {SHORT:,})"] = [
            round(long * 1e3, 1),
            round(long / short, 2),
        ]
    slowest = max(took[LONG].values())
    return Line(
        f"a page of the log, {name}, {LONG:,} entries",
        "one filter asked of the same rows without an index by Python's sqlite3",
        round(slowest / theirs, 3),
        {
            "slowest_milliseconds": round(slowest * 1e3, 1),
            "worst_ratio": round(max(took[LONG][q] / took[SHORT][q] for q in QUESTIONS), 2),
            "theirs_milliseconds": round(theirs * 1e3, 1),
            **figures,
        },
        aim=f"< {AIM_MILLISECONDS} ms each, and at most {AIM_RATIO} times what it takes of {SHORT:,}",
    )


@contextmanager
def _school(home: Path, address: str, size: int) -> Iterator[tuple[Browser, Engine, int]]:
    """Give the administrator of a school with so many entries in its log, its database and its log."""
    engine = connect(address)
    schema.upgrade(engine)
    engine.dispose()
    clock = FrozenClock(MORNING)
    with hashing(QUICK), small_world(home, clock, address) as world:
        school = School(world, clock, home)
        write_records(world.database, school.id, clock.now() - YEARS)
        of = Kindergarten(school.staff["teacher"], clock.now() - YEARS, clock.now())
        fill(world.database, school.id, entries_of(of, size), with_tree=False)
        with world.database.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        yield school.administrator(), world.database, school.id


def _seconds(administrator: Browser, question: str) -> float:
    began = time.perf_counter()
    answer = administrator.get(question if question in DAYS else f"/oversight?{question}")
    took = time.perf_counter() - began
    assert answer.status == 200, (question, answer.status)
    return took


def _theirs(engine: Engine, log: int, home: Path) -> float:
    """Return how long the plainest tool takes for the newest entries of one room and one kind."""
    path = home / "plain.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE entry (number INTEGER, kind TEXT, room_id INTEGER, body BLOB)")
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            rows = connection.exec_driver_sql(
                f"SELECT number, kind, room_id, body FROM log_entry WHERE log = {int(log)}"  # noqa: S608  # ours
            )
            plain.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", (tuple(row) for row in rows))
        plain.commit()
        took = []
        for _ in range(3):
            began = time.perf_counter()
            plain.execute(
                "SELECT * FROM entry WHERE room_id = ? AND kind = ? ORDER BY number DESC LIMIT 50",
                (FIRST + 3, "consent:withdrawn"),
            ).fetchall()
            took.append(time.perf_counter() - began)
    return statistics.median(took)
