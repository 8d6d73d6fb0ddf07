"""Whom and what entries mention: written with them, read from their bodies, and kept as they are kept."""

import pytest
from sqlalchemy import delete, select, update

from access import schema
from access.database import reading, writing
from access.errors import RecordsUnavailable
from access.log.entry import append, read_entries
from access.log.mentions import mentions_of, remove_mentions
from access.log.store import LogMention
from access.log.verify import verify
from tests.access.writing_school import WHY, WritingSchool
from tests.conftest import MORNING


def mentions(school: WritingSchool) -> list[tuple[str, str, int]]:
    asked = select(LogMention.what, LogMention.value, LogMention.number).where(LogMention.log == school.id)
    with reading(school.world.database) as connection:
        return sorted((row.what, row.value, row.number) for row in connection.execute(asked))


def test_an_entry_is_found_by_whoever_acted_and_by_all_that_it_concerns() -> None:
    body = {
        "actor": {"person": 3, "via": "web", "sign_in": 8, "from": "192.0.2.0/24"},
        "reason": "hours:closed",
        "subject": {"person": 4, "child": 5, "room": 6, "class_groups": [7, 9], "viewing": 10, "times": 2},
    }

    assert mentions_of("viewing:refused", body) == {
        ("kind", "viewing:refused"),
        ("person", "3"),
        ("person", "4"),
        ("child", "5"),
        ("room", "6"),
        ("class_group", "7"),
        ("class_group", "9"),
        ("sign_in", "8"),
        ("viewing", "10"),
        ("from", "192.0.2.0/24"),
        ("reason", "hours:closed"),
    }


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "the father called: he is ill"},
        {"reason": 7, "actor": [], "subject": "x"},
        {"subject": {"person": True, "child": None, "room": "6", "sign_ins": [[], {}]}},
        {"actor": {"from": "x" * 81}},
        {"actor": {"from": "a\0b"}},
    ],
)
def test_what_was_typed_or_is_no_name_of_a_record_is_not_mentioned(body: dict[str, object]) -> None:
    assert mentions_of("log:read", body) == {("kind", "log:read")}


def test_what_a_log_mentions_is_read_from_its_bodies_by_the_migration(written: WritingSchool) -> None:
    before = mentions(written)
    assert ("child", str(written.child), 0) in [(what, value, 0) for what, value, _ in before]

    schema.downgrade(written.world.database, "0023")
    schema.upgrade(written.world.database)

    assert mentions(written) == before
    with reading(written.world.database) as connection:
        assert verify(connection, written.id).findings == []


@pytest.mark.parametrize(
    "slip", [update(LogMention).values(value="x"), delete(LogMention)], ids=["changed", "taken away"]
)
def test_a_mention_cannot_be_changed_by_a_slip_of_our_own(written: WritingSchool, slip: object) -> None:
    before = mentions(written)

    with pytest.raises(RecordsUnavailable), writing(written.world.database) as connection:
        connection.execute(slip)  # type: ignore[call-overload]  # either kind of statement

    assert mentions(written) == before


def test_the_mentions_of_one_entry_stay_as_long_as_its_body(written: WritingSchool) -> None:
    with writing(written.world.database) as connection:
        number = append(connection, log=written.id, kind="log:read", at=MORNING, body={"reason": WHY})
        (entry,) = read_entries(connection, written.id, limit=1)
    assert entry.number == number
    before = mentions(written)

    with reading(written.world.database) as connection:
        found = read_entries(connection, written.id, person_id=written.guardian, limit=1)[0]
    with pytest.raises(RecordsUnavailable), writing(written.world.database) as connection:
        remove_mentions(connection, written.id, found.number, found.kind, found.body)

    assert mentions(written) == before
