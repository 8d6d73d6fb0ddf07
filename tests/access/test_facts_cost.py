"""What a decision costs: few questions, whatever the size of the school and its past."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from access.attendance import Attendance
from access.consent_records import Guest
from access.database import Base, reading, writing
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.facts import load_facts
from access.grants import Grant
from access.people import Person
from access.places import CurtainOpening, Epoch, RoomChange, RoomLoan, RoomUse
from access.policy import Allowed, decide
from access.viewing_records import Viewing
from tests.access.one_room import AFTER, BEFORE, NOW, OneRoom

MOST_QUERIES = 6
#: Where the room's coverage is not remembered.
FOR_COVERAGE = 2


def test_a_decision_asks_six_questions(room: OneRoom) -> None:
    with room.queries() as first:
        room.decides()
    with room.queries() as asked:
        decision = room.decides()

    assert isinstance(decision, Allowed)
    assert len(first) <= MOST_QUERIES + FOR_COVERAGE
    assert len(asked) <= MOST_QUERIES
    assert "revision" in asked[0]


def test_the_size_of_the_school_and_its_past_change_neither_questions_nor_rows(room: OneRoom) -> None:
    before = room.decides()
    _grow(room, children=400)
    _add_past(room, years=3)

    with room.queries() as asked:
        after = room.decides()

    assert after == before
    assert len(asked) <= MOST_QUERIES
    assert len(room.facts().paths) == 1
    assert len(room.facts().paths[0].granted) == 1


@pytest.mark.sqlite
def test_no_question_scans_a_table(room: OneRoom) -> None:
    with room.queries() as asked:
        room.decides()

    steps = []
    with writing(room.world.database) as connection:
        for statement in asked:
            bound = ("1",) * statement.count("?")
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound).all()
            steps += [str(step) for *_, step in plan]
    assert [step for step in steps if step.startswith("SEARCH")]
    assert [step for step in steps if step.startswith("SCAN")] == []


@pytest.mark.sqlite
def test_three_years_of_days_make_a_decision_no_more_work(room: OneRoom) -> None:
    room.decides()  # and what is wide is remembered
    before = _steps_of_a_decision(room)
    _add_days(room, 600)

    after = _steps_of_a_decision(room)

    assert before > 10
    assert after <= 1.2 * before


@pytest.mark.sqlite
def test_a_larger_school_makes_a_decision_no_more_work(room: OneRoom) -> None:
    room.decides()
    before = _steps_of_a_decision(room)
    _grow(room, children=1000)

    assert _steps_of_a_decision(room) <= 1.2 * before


def _steps_of_a_decision(room: OneRoom) -> int:
    """Return how many tens of its steps SQLite took for one decision."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0  # and go on

    with reading(room.world.database) as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(count, 10)
        facts = load_facts(connection, sign_in_id=1, room_id=1, now=NOW)
        driver.set_progress_handler(None, 10)
    assert isinstance(decide(facts, NOW), Allowed)
    return steps


def _add_days(room: OneRoom, number: int) -> None:
    """Give the room, its child and its family as many days that are over: an hour of each."""
    mornings = [NOW - timedelta(days=day + 3) for day in range(number)]
    tied = {"sign_in_id": 1, "person_id": 1, "guardianship_id": 1, "child_id": 1, "class_group_id": 1}
    filmed = {"camera_id": 1, "level": "clear", "ordinal": 0, "first_k": 1}
    #: A record, what all of its days share, and the columns for when it begins and ends.
    days: list[tuple[type[Base], dict[str, Any], tuple[str, ...], tuple[str, ...]]] = [
        (CurtainOpening, {"room_id": 1}, ("opened_at",), ("drawn_at",)),
        (Epoch, {"room_id": 1, **filmed}, ("started_at",), ("ended_at",)),
        (Guest, {"room_id": 1}, ("came_at", "recorded_at"), ("left_at",)),
        (RoomLoan, {"room_id": 1}, ("starts_at", "recorded_at"), ("ends_at",)),
        (RoomChange, {"class_group_id": 1, "room_id": 1}, ("starts_at", "recorded_at"), ("ends_at",)),
        (Attendance, {"child_id": 1, "what": "in"}, ("at", "recorded_at"), ()),
        (Viewing, {"room_id": 1, "delivered": {}, **tied}, ("opened_at",), ("closed_at", "lease_until")),
    ]
    with writing(room.world.database) as connection:
        for model, same, begins, ends in days:
            keyed = "key" in model.__table__.columns
            rows = [
                {
                    "school_id": 1,
                    **same,
                    **({"key": f"past{place}"} if keyed else {}),
                    **dict.fromkeys(begins, morning),
                    **dict.fromkeys(ends, morning + timedelta(hours=1)),
                }
                for place, morning in enumerate(mornings)
            ]
            connection.execute(insert(model), rows)


def _grow(room: OneRoom, *, children: int) -> None:
    """Add a school's worth of others."""
    others = range(2, children + 2)
    tie = {"school_id": 1, "starts_at": BEFORE, "recorded_at": BEFORE}
    named = {"school_id": 1, "name": "N", "recorded_at": BEFORE}
    with writing(room.world.database) as connection:
        rows: list[tuple[type[Base], list[dict[str, Any]]]] = [
            (
                Person,
                [
                    {"id": n, "key": f"p{n}", "name": "N", "sign_in_name": f"n{n}", "recorded_at": BEFORE}
                    for n in others
                ],
            ),
            (Child, [named | {"id": n, "key": f"h{n}"} for n in others]),
            (ClassGroup, [named | {"id": n, "key": f"g{n}"} for n in others]),
            (Enrolment, [tie | {"key": f"e{n}", "child_id": n, "class_group_id": n} for n in others]),
            (Guardianship, [tie | {"key": f"u{n}", "child_id": n, "person_id": n} for n in others]),
            (
                Grant,
                [tie | {"key": f"a{n}", "guardianship_id": n, "ends_at": AFTER} for n in others],
            ),
        ]
        for model, values in rows:
            connection.execute(insert(model), values)


def _add_past(room: OneRoom, *, years: int) -> None:
    """Give the guardian former grants and the class former hours and rooms, all over."""

    def past(n: int) -> dict[str, datetime]:
        start = NOW - timedelta(days=30 * (n + 2))
        return {"starts_at": start, "ends_at": start + timedelta(days=20), "recorded_at": start}

    with writing(room.world.database) as connection:
        months = range(12 * years)
        grant = {"school_id": 1, "guardianship_id": 1}
        connection.execute(insert(Grant), [grant | past(n) | {"key": f"b{n}"} for n in months])
        use = {"school_id": 1, "room_id": 1, "class_group_id": 1}
        connection.execute(insert(RoomUse), [use | past(n) for n in months])
