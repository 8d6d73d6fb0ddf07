"""One decision with its facts, against the barest read that SQLite's own driver can do."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, update

from access.database import connect, reading, writing
from access.facts import load_facts
from access.people import School
from access.policy import Allowed, decide
from bench.lines import Line, quantile
from bench.records import CHILDREN, CLASSES, NOW, fill

#: The records are as many, and so many times that.
TIMES = (1, 10)
ROUNDS, COLD = 1_000, 50


def measure() -> Iterator[Line]:
    """Yield a line for each size: microseconds and queries per decision in a school of so many children."""
    usual = 0.0
    for times in TIMES:
        with tempfile.TemporaryDirectory() as home:
            path = Path(home, "portal.db")
            engine = connect(f"sqlite:///{path}")
            ties = fill(engine, CLASSES * times)
            cold = [_decide(engine) for _ in range(COLD) if _acted(engine)]
            queries = _count_queries(engine)
            ours, theirs = [], []
            plain = sqlite3.connect(path)
            for _ in range(ROUNDS):
                ours.append(_decide(engine))
                theirs.append(_bare_read(plain))
            engine.dispose()
        middle = statistics.median(ours)
        usual = usual or middle
        yield Line(
            "decision and facts" if times == 1 else f"decision and facts, {times} times the records",
            "six bare primary-key reads by Python's sqlite3",
            round(middle / statistics.median(theirs), 2),
            {
                "ours_microseconds_p50": round(middle * 1e6, 1),
                "ours_microseconds_p99": round(quantile(ours, 0.99) * 1e6, 1),
                "ours_after_an_act_microseconds_p50": round(statistics.median(cold) * 1e6, 1),
                "theirs_microseconds_p50": round(statistics.median(theirs) * 1e6, 1),
                "of_the_usual_size": round(middle / usual, 2),
                "queries": queries,
                "children": CLASSES * times * CHILDREN,
                "guardianships": ties,
            },
        )


def _acted(engine: Engine) -> bool:
    """Raise the school's revision as every act does: what was remembered under the former is read again."""
    with writing(engine) as connection:
        connection.execute(update(School).values(revision=School.revision + 1))
    return True


def _decide(engine: Engine) -> float:
    began = time.perf_counter()
    with reading(engine) as connection:
        decision = decide(load_facts(connection, sign_in_id=1, room_id=1, now=NOW), NOW)
    took = time.perf_counter() - began
    assert isinstance(decision, Allowed), decision
    return took


def _bare_read(connection: sqlite3.Connection) -> float:
    began = time.perf_counter()
    for table in ("sign_in", "room", "guardianship", "access_grant", "viewing_window", "curtain_opening"):
        connection.execute(f"SELECT * FROM {table} WHERE id = 1").fetchone()  # noqa: S608  # our own names
    return time.perf_counter() - began


def _count_queries(engine: Engine) -> int:
    """Return how many questions SQLite itself was asked for one decision."""
    asked: list[str] = []
    with reading(engine) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(asked.append)
        load_facts(connection, sign_in_id=1, room_id=1, now=NOW)
        driver.set_trace_callback(None)
    return sum(statement.startswith("SELECT") for statement in asked)
