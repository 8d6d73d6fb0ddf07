"""That a prepared question is answered as SQLAlchemy answers it, on either database."""

from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import (
    CompoundSelect,
    Select,
    bindparam,
    column,
    delete,
    literal,
    null,
    select,
    table,
    type_coerce,
    union_all,
)

from access import coverage_readings, memberships, readings, revision, sign_ins, ways
from access.calendar_days import dates_around
from access.database import UtcDateTime, reading, writing
from access.errors import RecordsUnavailable
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import ViewingWindow
from access.prepared import Prepared
from tests.access.one_room import AFTER, BEFORE, NOW, OneRoom

SOME = {"ids": [1], "schools": [1], "from": BEFORE, "to": AFTER, "name": "Noor"}

_WINDOWS = select(ViewingWindow.weekday, ViewingWindow.recorded_at, ViewingWindow.ended_at).where(
    ViewingWindow.school_id.in_(bindparam("schools", expanding=True)),
    ViewingWindow.weekday.in_(bindparam("ids", expanding=True)),
)
_OF_TWO_KINDS: CompoundSelect[Any] = union_all(
    select(literal("person").label("kind"), Person.id, Person.closed_at, Person.recorded_at).where(
        Person.id.in_(bindparam("ids", expanding=True)), Person.recorded_at <= bindparam("to")
    ),
    select(literal("grant"), Grant.id, type_coerce(null(), UtcDateTime()), Grant.starts_at).where(
        Grant.school_id.in_(bindparam("schools", expanding=True)), Grant.ends_at > bindparam("from")
    ),
)
_PEOPLE = (
    select(Person.name, Person.passkey_only, School.zone, SignIn.started_at, SignIn.ended_at)
    .join(SignIn, SignIn.person_id == Person.id)
    .join(School, School.id == 1)
    .where(Person.name == bindparam("name"), SignIn.started_at.between(bindparam("from"), bindparam("to")))
)

_NAME = Prepared(select(Person.name, Person.recorded_at).where(Person.id == bindparam("person_id")))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 7])
@pytest.mark.parametrize(
    "statement", [_WINDOWS, _OF_TWO_KINDS, _PEOPLE], ids=["list of days", "two kinds", "people"]
)
def test_it_is_answered_as_sqlalchemy_answers_it(
    room: OneRoom, statement: Select[Any] | CompoundSelect[Any], count: int
) -> None:
    given = {**SOME, "ids": list(range(count))}
    with reading(room.world.database) as connection:
        theirs = connection.execute(statement, {name: given[name] for name in names_in(statement)}).all()
        ours = Prepared(statement).rows(connection, given)

    assert sorted(map(tuple, ours), key=str) == sorted(map(tuple, theirs), key=str)
    assert [row._fields for row in ours] == [row._fields for row in theirs]
    assert [list(map(type, row)) for row in sorted(ours, key=str)] == [
        list(map(type, row)) for row in sorted(map(tuple, theirs), key=str)
    ]


def names_in(statement: Select[Any] | CompoundSelect[Any]) -> set[str]:
    return {name for name, value in statement.compile().params.items() if name in SOME and value is None}


def test_the_next_answer_is_of_what_is_given_then(room: OneRoom) -> None:
    later = Prepared(select(Person.name).where(Person.recorded_at > bindparam("from")))
    with reading(room.world.database) as connection:
        assert later.row(connection, {"from": NOW}) is None
        found = later.row(connection, {"from": BEFORE - timedelta(days=1)})
        assert found is not None
        assert found.name == "Noor"
        assert later.row(connection, {"from": NOW}) is None


def test_a_list_has_few_texts_however_long_it_is(room: OneRoom) -> None:
    windows = Prepared(_WINDOWS)
    with reading(room.world.database) as connection:
        texts = {windows.text(connection, {**SOME, "ids": list(range(count))}) for count in range(33)}

    assert len(texts) == 7  # 0, 1, 2, 4, 8, 16, 32


def test_it_reads_what_its_transaction_has_written(room: OneRoom) -> None:
    with writing(room.world.database) as connection:
        connection.execute(delete(Grant).where(Grant.school_id == 1))
        assert (
            Prepared(select(Grant.id).where(Grant.school_id == bindparam("school"))).rows(
                connection, {"school": 1}
            )
            == []
        )


def test_a_row_that_was_found_before_is_told_as_it_is_now(room: OneRoom) -> None:
    found: list[Any] = []
    for name in ("Noor", "Nour", "Noor"):
        room.change(Person, name=name)
        with reading(room.world.database) as connection:
            found += _NAME.rows(connection, {"person_id": 1})

    assert [row.name for row in found] == ["Noor", "Nour", "Noor"]


def test_a_row_is_made_once_for_as_long_as_it_says_the_same(room: OneRoom) -> None:
    with reading(room.world.database) as connection:
        one, again = (_NAME.row(connection, {"person_id": 1}) for _ in range(2))

    assert one is again


def test_a_value_that_is_missing_is_no_answer(room: OneRoom) -> None:
    asked = Prepared(select(Person.name).where(Person.id == bindparam("person_id")))
    with reading(room.world.database) as connection, pytest.raises(KeyError):
        asked.rows(connection, {"person": 1})


def test_an_instant_without_a_zone_is_refused(room: OneRoom) -> None:
    asked = Prepared(select(Person.name).where(Person.recorded_at > bindparam("from")))
    with reading(room.world.database) as connection, pytest.raises(ValueError, match="naive"):
        asked.rows(connection, {"from": NOW.replace(tzinfo=None)})


@pytest.mark.parametrize("where", [True, False])
def test_it_finds_the_same_whatever_the_type(room: OneRoom, *, where: bool) -> None:
    asked = Prepared(select(Person.name, Person.passkey_only).where(Person.passkey_only == bindparam("only")))
    with reading(room.world.database) as connection:
        assert [row.passkey_only for row in asked.rows(connection, {"only": where})] == [False] * (not where)


def test_a_name_that_stands_for_two_types_is_refused() -> None:
    two_types = select(Person.name).where(
        Person.recorded_at > bindparam("since"), Person.name == bindparam("since")
    )
    with pytest.raises(TypeError, match="since"):
        Prepared(two_types)


def asks(room: OneRoom, question: Prepared, *, cut_off: bool = False) -> list[Any]:
    with reading(room.world.database) as connection:
        if cut_off:
            cast("Any", connection.connection.driver_connection).close()
        return question.rows(connection, {"key": "k"})


def test_a_connection_that_is_gone_is_no_answer_and_the_next_one_is_another(room: OneRoom) -> None:
    nobody = Prepared(select(Person.name).where(Person.key == bindparam("key")))

    with pytest.raises(RecordsUnavailable):
        asks(room, nobody, cut_off=True)
    assert asks(room, nobody) == []


def test_what_the_driver_refuses_is_said_to_be_unavailable(room: OneRoom) -> None:
    nowhere = Prepared(
        select(column("name")).select_from(table("nowhere")).where(column("k") == bindparam("key"))
    )

    with pytest.raises(RecordsUnavailable, match=r"OperationalError|UndefinedTable"):
        asks(room, nowhere)


#: What a decision, a home page and a request ask with.
GIVEN: dict[str, Any] = {
    **{name: [1] for name in ("room_ids", "school_ids", "class_group_ids", "guardianship_ids", "child_ids")},
    "sign_in_id": 1,
    "person_id": 1,
    "room_id": 1,
    "school_id": 1,
    "room_key": None,
    "from": NOW - timedelta(days=2),
    "to": NOW + timedelta(days=20),
    "now": NOW,
    "purpose": "live_view",
    **dates_around(NOW),
    "token_hash": b"t" * 32,
}
ASKED = {
    f"{module.__name__}.{name}": question
    for module in (readings, ways, coverage_readings, sign_ins, memberships, revision)
    for name, question in vars(module).items()
    if isinstance(question, Prepared)
}


@pytest.mark.parametrize("name", sorted(ASKED))
@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_question_of_the_portal_is_answered_as_sqlalchemy_answers_it(
    room: OneRoom, name: str, count: int
) -> None:
    given = {key: [*range(1, count + 1)] if isinstance(one, list) else one for key, one in GIVEN.items()}
    statement = ASKED[name].statement
    with reading(room.world.database) as connection:
        theirs = connection.execute(statement, given).all()
        ours = ASKED[name].rows(connection, given)

    assert sorted(map(tuple, ours), key=str) == sorted(map(tuple, theirs), key=str)
    assert all(row._fields == one._fields for row, one in zip(ours, theirs, strict=True))
