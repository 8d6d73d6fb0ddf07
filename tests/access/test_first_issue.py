"""A school that has been on the first version for a while gets this one, and can go back.

The database is the one that the first version wrote, as text.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Engine, select

from access import schema
from access.camera_sources import load_source
from access.clock import FrozenClock
from access.closings import sweep
from access.database import connect, reading
from access.explain import explain
from access.journal import Journal
from access.log.entry import INSTALLATION
from access.log.store import LogEntry
from access.log.verify import verify
from access.passphrases import check_passphrase
from access.policy import Allowed
from access.reasons import Reason
from access.stops import StopMarks
from access.vault import Vault
from access.viewing_records import Viewing
from access.world import World
from tests.access.test_schema import everything
from tests.conftest import MORNING

pytestmark = pytest.mark.sqlite

WRITTEN = Path(__file__).with_name("first_issue.sql")
REVISION = "0002"
#: Whoever they are in that school.
GUARDIAN, FORMER, ROOM, SCHOOL = 3, 4, 1, 1
PASSPHRASE = "willow lantern drum 42"
Everything: TypeAlias = dict[str, list[dict[str, object]]]
WITHIN_HOURS = MORNING + timedelta(hours=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the file of such a database."""
    path = tmp_path / "first.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(WRITTEN.read_text("utf-8"))
    return path


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    """Open it."""
    engine = connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def verified(engine: Engine, log: int) -> list[str]:
    """Return the kinds of a log's entries, having checked the log."""
    with reading(engine) as connection:
        assert verify(connection, log).findings == []
        kinds = select(LogEntry.kind).where(LogEntry.log == log).order_by(LogEntry.number)
        return list(connection.execute(kinds).scalars())


def rights(engine: Engine) -> dict[int, Reason | None]:
    """Return for each adult why they may not watch within the hours; None where they may."""
    found = {}
    with reading(engine) as connection:
        for person in (GUARDIAN, FORMER):
            decision = explain(connection, person, ROOM, WITHIN_HOURS).decision
            found[person] = None if isinstance(decision, Allowed) else decision.reason
    return found


def test_its_people_rights_and_log_come_along(engine: Engine) -> None:
    before = everything(engine)["log_entry"]

    schema.upgrade(engine)

    assert schema.is_current(engine)
    assert schema.difference(engine) == []
    assert everything(engine)["log_entry"] == before
    assert len(verified(engine, INSTALLATION)) + len(verified(engine, SCHOOL)) == len(before)
    # Of its camera nobody has confirmed anything yet.
    assert rights(engine) == {GUARDIAN: Reason.CAMERA_GATE, FORMER: Reason.NOT_GUARDIAN}


def test_its_cameras_open_with_the_key_they_were_sealed_with(engine: Engine) -> None:
    schema.upgrade(engine)

    with reading(engine) as connection:
        assert load_source(connection, Vault(bytes(32)), 1).address.startswith("rtsp://")


def test_its_people_sign_in_and_what_a_power_cut_left_open_is_closed(
    engine: Engine, clock: FrozenClock, tmp_path: Path
) -> None:
    schema.upgrade(engine)
    world = World(
        engine, clock, StopMarks(tmp_path / "marks", Journal(tmp_path / "journal")), Vault(bytes(32))
    )
    clock.advance(timedelta(hours=1))

    known = check_passphrase(world, "guardian", PASSPHRASE)
    closed = sweep(world, starting=True)

    world.stops.close()
    assert known is not None
    assert (known.person_id, closed) == (GUARDIAN, 1)
    with reading(engine) as connection:
        assert connection.execute(select(Viewing.id).where(Viewing.closed_at.is_(None))).all() == []
    assert verified(engine, SCHOOL)[-2:] == ["viewing:opened", "viewing:closed"]


def test_down_again_and_up_again_nothing_of_it_is_lost(engine: Engine) -> None:
    first = everything(engine)
    schema.upgrade(engine)

    schema.downgrade(engine, REVISION)
    again = everything(engine)
    schema.upgrade(engine)

    assert all(curtain["drawn_at"] for curtain in again["curtain_opening"])
    assert without_drawing(again) == without_drawing(taken_off(first))
    assert everything(engine)["log_entry"] == first["log_entry"]
    assert rights(engine) == {GUARDIAN: Reason.CAMERA_NOT_ACTIVATED, FORMER: Reason.NOT_GUARDIAN}


def test_each_step_up_has_its_step_down_with_all_that_is_in_it(engine: Engine) -> None:
    steps = [revision for revision in reversed(schema.revisions()) if revision > REVISION]
    shapes = [(REVISION, everything(engine))]
    for revision in steps:
        schema.upgrade(engine, revision)
        shapes.append((revision, everything(engine)))

    for revision, held in reversed(shapes[:-1]):
        schema.downgrade(engine, revision)
        known = held if revision >= "0017" else taken_off(held)
        if revision >= "0019":
            assert everything(engine) == known
        else:
            assert undated(without_drawing(everything(engine))) == undated(without_drawing(known))


def taken_off(held: Everything) -> Everything:
    """Return these records with cameras that are not activated: gates kept them closed."""
    cameras = [{**camera, "activated_at": None} for camera in held["camera"]]
    return {**held, "camera": cameras}


def undated(held: Everything) -> Everything:
    """Return these records without since when the first texts ask: later than an earlier version says."""
    texts = [{**text, "published_at": 0, "starts_at": 0} for text in held.get("consent_text", [])]
    return {**held, "consent_text": texts}


def without_drawing(held: Everything) -> Everything:
    """Return these records without when and why curtains were drawn: no earlier version knows of consent."""
    curtains = [
        {name: value for name, value in curtain.items() if not name.startswith("drawn_")}
        for curtain in held["curtain_opening"]
    ]
    return {**held, "curtain_opening": curtains}
