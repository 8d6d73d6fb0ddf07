"""An older version knows less: what it cannot know of leaves nobody with more than they had."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, MetaData, Table, func, select, update

from access import schema
from access.database import reading, writing
from tests.access import later_records as later
from tests.access.two_rooms import ELM, OAK, TwoRooms

BOTH, ONLY_ELM, ONLY_OAK, NOBODY = {OAK, ELM}, {ELM}, {OAK}, set[str]()


def tables_of(engine: Engine) -> dict[str, Table]:
    """Return the tables as the database has them, whatever this version knows."""
    tables = MetaData()
    with reading(engine) as connection:
        tables.reflect(connection)
    return dict(tables.tables)


def seen_by_records(two: TwoRooms) -> set[str]:
    """Return which families see their room by what every version knows: no end, no curtain."""
    old = tables_of(two.world.database)
    ties, grants, uses = old["guardianship"], old["access_grant"], old["room_use"]
    places, curtains = old["enrolment"], old["curtain_opening"]
    standing = (
        select(ties.c.person_id, uses.c.room_id)
        .join(grants, grants.c.guardianship_id == ties.c.id)
        .join(places, places.c.child_id == ties.c.child_id)
        .join(uses, uses.c.class_group_id == places.c.class_group_id)
        .join(curtains, curtains.c.room_id == uses.c.room_id)
        .where(ties.c.ended_at.is_(None), grants.c.revoked_at.is_(None), places.c.ended_at.is_(None))
        .where(ties.c.verified_until.is_not(None), uses.c.ended_at.is_(None), curtains.c.drawn_at.is_(None))
    )
    with reading(two.world.database) as connection:
        seen = {tuple(row) for row in connection.execute(standing)}
    own = {(two.families[name].person, two.rooms[name]): name for name in (OAK, ELM)}
    assert seen <= own.keys()
    return {own[pair] for pair in seen}


def open_every_curtain(engine: Engine) -> None:
    """Open what a later step drew, as somebody would in the version in between."""
    curtains = tables_of(engine)["curtain_opening"]
    with writing(engine) as connection:
        connection.execute(update(curtains).values(drawn_at=None, drawn_reason=""))


#: The migration by which it came; what there is of it; who sees their room once it is gone.
CASES: dict[str, tuple[str, Callable[[TwoRooms], object], set[str]]] = {
    "nothing where uncovered": ("0020", later.nothing_where_uncovered, NOBODY),
    "budgets": ("0015", later.has_budgets, NOBODY),
    "closed": ("0012", later.closed, NOBODY),
    "attendance": ("0011", later.notes_who_is_in, NOBODY),
    "a time of the week": ("0010", later.at_a_time_of_the_week, BOTH),
    "lent": ("0010", later.lent, ONLY_ELM),
    "merged": ("0010", later.merged, ONLY_OAK),
    "no contact": ("0008", lambda two: later.limited(two, "no_contact"), ONLY_ELM),
    "no contact, and tied anew": ("0008", later.limited_and_tied_anew, ONLY_ELM),
    "a closed day": ("0007", later.closed_on_a_day, NOBODY),
}


@pytest.mark.parametrize(("revision", "act", "sees"), CASES.values(), ids=CASES)
def test_an_older_version_shows_nobody_more_than_before(
    two: TwoRooms, revision: str, act: Callable[[TwoRooms], object], sees: set[str]
) -> None:
    act(two)

    engine = two.world.database
    schema.downgrade(engine, revision)
    open_every_curtain(engine)
    schema.downgrade(engine, "-1")

    assert seen_by_records(two) == sees


#: What everybody loses: that a refusal stands, and every consent.
OF_EVERYBODY = {"0019", "0016"}


def test_what_is_over_or_opens_nothing_draws_no_curtain(two: TwoRooms) -> None:
    engine = two.world.database
    later.over_by_then(two)
    later.looked_at(two)
    later.with_a_delegate(two)

    for revision in schema.revisions()[:-1]:
        open_every_curtain(engine)
        schema.downgrade(engine, "-1")
        assert seen_by_records(two) == (NOBODY if revision in OF_EVERYBODY else BOTH), revision


def test_whose_custody_an_older_version_forgot_stays_without_leave(two: TwoRooms) -> None:
    engine = two.world.database
    later.limited(two, "weekdays", weekdays=[1])

    schema.downgrade(engine, "0007")
    schema.upgrade(engine)
    open_every_curtain(engine)

    assert seen_by_records(two) == ONLY_ELM


def test_everything_of_later_goes_down_and_up_again(two: TwoRooms) -> None:
    engine = two.world.database
    later.with_everything(two)
    before = counted(engine)
    assert not {name for name, rows in before.items() if not rows} & LATER_TABLES

    schema.downgrade(engine, "0001")
    older = counted(engine)
    schema.upgrade(engine)

    assert schema.difference(engine) == []
    after = counted(engine)
    assert not LATER_TABLES & older.keys()
    assert {name: after[name] for name in older} == older == {name: before[name] for name in older}
    assert {name for name in LATER_TABLES if after[name]} == {"consent_text"}
    assert seen_by_records(two) == NOBODY


#: Where each of these records came with a migration after the first.
LATER_TABLES = {
    *("attendance", "calendar_days", "camera_gate", "consent", "consent_exemption", "consent_text"),
    *("custody_rule", "delegation", "door_display", "guest", "room_change", "room_loan"),
    *("school_closing", "setup_look", "staff_duty"),
}


def counted(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with reading(engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables_of(engine).items()
            if name != "alembic_version"
        }
