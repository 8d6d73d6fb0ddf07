"""The migrations: up, down, and nothing that the records' classes do not say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Select, Table, Update, delete, insert, inspect, select, update

from access import acts_people, schema
from access.acts import Actor
from access.calendar_records import CalendarDays
from access.camera_gates import CameraGate
from access.database import connect, reading, writing
from access.enrolment import Child
from access.errors import RecordsUnavailable
from access.log.store import LogEntry, LogHead
from access.people import Person, School
from access.places import Camera, Room
from tests.access.writing_school import PASSPHRASE, WHY, WritingSchool

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


def test_records_go_down_and_up_again_unharmed(written: WritingSchool) -> None:
    engine = written.world.database
    has_nothing_that_came_later(engine)
    before = everything(engine)

    schema.downgrade(engine, "0001")
    older = everything(engine)
    schema.upgrade(engine)

    after = everything(engine)
    assert "created_by" not in older["person"][0]
    assert len(before.pop("consent")) == 1  # asked for anew: that earlier version kept none
    assert after.pop("consent") == []
    for held, drawn in zip(before.pop("curtain_opening"), after.pop("curtain_opening"), strict=True):
        assert drawn.pop("drawn_at") is not None  # it would have shown whoever has not agreed
        assert drawn.items() <= held.items() | {("drawn_reason", "room:not_covered")}
    for held, dated in zip(before.pop("consent_text"), after.pop("consent_text"), strict=True):
        assert dated["starts_at"] == dated["published_at"] != held["published_at"]  # it can be answered
        assert {**dated, "published_at": 0, "starts_at": 0} == {**held, "published_at": 0, "starts_at": 0}
    assert after == before
    assert schema.difference(engine) == []


def test_who_made_an_account_is_read_from_the_log(written: WritingSchool) -> None:
    office, director, guardian = written.office, written.director, written.guardian
    for by in (office, director, Actor(guardian, "web")):
        acts_people.set_passphrase(
            written.world, actor=by, reason=WHY, person_id=guardian, passphrase=PASSPHRASE
        )

    schema.downgrade(written.world.database, "0001")
    schema.upgrade(written.world.database)

    with reading(written.world.database) as connection:
        hands = select(Person.created_by, Person.passphrase_given_by).order_by(Person.id)
        made = [tuple(row) for row in connection.execute(hands)]
    assert made == [(None, None), (None, None), (office.person_id, director.person_id)]


@pytest.mark.sqlite
def test_a_key_without_its_record_stops_a_migration(written: WritingSchool) -> None:
    engine = written.world.database
    careless = connect(str(engine.url), foreign_keys=False)
    with writing(careless) as connection:
        connection.execute(delete(Child))
    careless.dispose()

    with pytest.raises(RecordsUnavailable):
        schema.downgrade(engine, "0001")

    assert schema.is_current(engine)
    assert schema.difference(engine) == []


def has_nothing_that_came_later(engine: Engine) -> None:
    """Take away what no earlier version can keep: gates, the kind of a room, and what they open."""
    with writing(engine) as connection:
        connection.execute(delete(CameraGate))
        connection.execute(update(Room).values(kind=None, kind_since=None))
        connection.execute(update(Camera).values(activated_at=None))


@pytest.mark.parametrize(
    ("changed", "activated"),
    [
        pytest.param(None, True, id="which they open"),
        pytest.param(update(CameraGate).values(ended_at=NOW), False, id="which were taken back"),
        pytest.param(update(CameraGate).values(ends_at=NOW), False, id="which have lapsed"),
        pytest.param(update(Room).values(kind="nap"), False, id="in a room that nobody sees"),
    ],
)
def test_an_earlier_version_that_knows_no_gates_has_only_cameras(
    written: WritingSchool, changed: Update | None, activated: bool
) -> None:
    engine = written.world.database
    with writing(engine) as connection:
        connection.execute(update(CameraGate).values(ends_at=datetime(2999, 1, 1, tzinfo=UTC)))
        if changed is not None:
            connection.execute(changed)

    schema.downgrade(engine, "0014")

    assert [camera["activated_at"] is not None for camera in everything(engine)["camera"]] == [activated]


def test_an_earlier_version_that_knows_no_consent_finds_every_curtain_drawn(written: WritingSchool) -> None:
    engine = written.world.database
    assert {row["drawn_at"] for row in everything(engine)["curtain_opening"]} == {None}

    schema.downgrade(engine, "0015")

    drawn = [(row["drawn_reason"], row["drawn_at"]) for row in everything(engine)["curtain_opening"]]
    assert {reason for reason, _ in drawn} == {"room:not_covered"}
    assert all(at is not None for _, at in drawn)


def test_who_installed_a_camera_is_read_from_the_log(written: WritingSchool) -> None:
    schema.downgrade(written.world.database, "0014")

    schema.upgrade(written.world.database)

    with reading(written.world.database) as connection:
        assert connection.execute(select(Camera.added_by)).scalars().all() == [written.office.person_id]
        assert connection.execute(select(Room.kind)).scalars().all() == [None]


def everything(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Return every row of every table."""
    tables = MetaData()
    with reading(engine) as connection:
        tables.reflect(connection)
        return {
            name: [dict(row) for row in connection.execute(in_order(table)).mappings()]
            for name, table in tables.tables.items()
            if name != "alembic_version"
        }


def in_order(table: Table) -> Select[*tuple[Any, ...]]:
    """Ask for every row of a table, by its key."""
    return select(table).order_by(*table.primary_key.columns)


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


def test_a_terms_last_day_and_chinas_clocks_become_a_calendar_and_go_back(written: WritingSchool) -> None:
    engine, last_day = written.world.database, date(2026, 7, 10)
    schema.downgrade(engine, "0006")
    old = MetaData()
    with writing(engine) as connection:
        old.reflect(connection)
        connection.execute(update(old.tables["school"]).values(term_ends_on=last_day))

    schema.upgrade(engine)
    with reading(engine) as connection:
        term = connection.execute(select(CalendarDays)).one()
        country = connection.execute(select(School.country)).scalar_one()
    schema.downgrade(engine, "0006")

    assert (term.kind, term.starts_on, term.ends_on) == ("term", date(2026, 3, 9), date(2026, 7, 11))
    assert country == "CN"
    with reading(engine) as connection:
        assert connection.execute(select(old.tables["school"].c.term_ends_on)).scalar_one() == last_day
