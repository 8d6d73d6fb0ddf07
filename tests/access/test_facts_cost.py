"""What a decision costs: few questions, whatever the size of the school and its past."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from access.database import Base, writing
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.grants import Grant
from access.people import Person
from access.places import RoomUse
from access.policy import Allowed
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
