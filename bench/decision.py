"""One decision with its facts, against the barest read that SQLite's own driver can do."""

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, update

from access.camera_gates import CameraGate, GateKind
from access.consent_records import Consent, ConsentText
from access.database import connect, reading, writing
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.facts import load_facts
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Room, RoomUse, ViewingWindow
from access.policy import Allowed, decide
from access.records import Base
from bench.lines import Line, quantile

#: design.md, "Sizes": classes, children a class, guardians a child (two, and some grandparents).
CLASSES, CHILDREN = 200, 25
#: The records are as many, and so many times that.
TIMES = (1, 10)
ROUNDS, COLD = 1_000, 50
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
BEFORE, AFTER = NOW - timedelta(days=90), NOW + timedelta(days=90)


def measure() -> Iterator[Line]:
    """Yield a line for each size: microseconds and queries per decision in a school of so many children."""
    usual = 0.0
    for times in TIMES:
        with tempfile.TemporaryDirectory() as home:
            path = Path(home, "portal.db")
            engine = connect(f"sqlite:///{path}")
            _fill(engine, CLASSES * times)
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


def _fill(engine: Engine, classes: int = CLASSES) -> None:
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    rooms = range(1, classes + 1)
    children = range(1, classes * CHILDREN + 1)
    with writing(engine) as connection:
        Base.metadata.create_all(connection)

        def put(model: type[Base], rows: list[dict[str, object]]) -> None:
            connection.execute(insert(model), rows)

        put(School, [{"id": 1, "key": "s", "name": "S", "zone": "Asia/Shanghai", "language": "zh",
                      "revision": 1, "recorded_at": BEFORE}])  # fmt: skip
        put(Person, [{"id": n, "key": f"p{n}", "name": f"P{n}", "sign_in_name": f"p{n}",
                      "recorded_at": BEFORE} for n in children])  # fmt: skip
        put(SignIn, [{"id": n, "key": f"d{n}", "person_id": n, "token_hash": n.to_bytes(32, "big"),
                      "device": "Phone", "started_at": BEFORE, "expires_at": AFTER,
                      "seen_at": BEFORE, "proven_at": BEFORE}
                     for n in children])  # fmt: skip
        put(ClassGroup, [{"id": n, "school_id": 1, "key": f"g{n}", "name": f"G{n}",
                          "recorded_at": BEFORE} for n in rooms])  # fmt: skip
        put(Child, [{"id": n, "school_id": 1, "key": f"c{n}", "name": f"C{n}",
                     "recorded_at": BEFORE} for n in children])  # fmt: skip
        put(Room, [{"id": n, "school_id": 1, "key": f"r{n}", "name": f"R{n}",
                    "kind": "classroom", "kind_since": BEFORE,
                    "recorded_at": BEFORE} for n in rooms])  # fmt: skip
        put(RoomUse, [tie | {"room_id": n, "class_group_id": n} for n in rooms])
        put(Camera, [{"id": n, "school_id": 1, "room_id": n, "key": f"k{n}", "name": f"K{n}",
                      "sealed_address": b"x", "activated_at": BEFORE, "recorded_at": BEFORE}
                     for n in rooms])  # fmt: skip
        put(CameraGate, [{"school_id": 1, "camera_id": n, "kind": kind.value, "words": "", "confirmed_by": 1,
                          "recorded_at": BEFORE, "ends_at": AFTER}
                         for n in rooms for kind in GateKind])  # fmt: skip
        put(CurtainOpening, [{"school_id": 1, "room_id": n, "opened_at": BEFORE} for n in rooms])
        put(ViewingWindow, [{"school_id": 1, "class_group_id": n, "weekday": day, "starts_minute": 540,
                             "ends_minute": 690, "recorded_at": BEFORE}
                            for n in rooms for day in range(7)])  # fmt: skip
        put(Enrolment, [tie | {"key": f"e{n}", "child_id": n, "class_group_id": 1 + (n - 1) // CHILDREN}
                        for n in children])  # fmt: skip
        put(Guardianship, [tie | {"key": f"u{n}", "child_id": n, "person_id": n, "verified_at": BEFORE,
                                  "verified_until": AFTER} for n in children])  # fmt: skip
        put(ConsentText, [{"id": 1, "school_id": 1, "purpose": "live_view", "audience": "family",
                           "version": 1, "words_zh": "同意", "words_en": "Yes", "recorded_at": BEFORE,
                           "published_at": BEFORE, "starts_at": BEFORE}])  # fmt: skip
        put(Consent, [{"school_id": 1, "key": f"n{n}", "consent_text_id": 1, "person_id": n,
                       "guardianship_id": n, "level": "clear", "how": "own", "recorded_at": BEFORE,
                       "counts_from": BEFORE} for n in children])  # fmt: skip
        put(Grant, [tie | {"key": f"a{n}", "guardianship_id": n, "ends_at": AFTER} for n in children])
