"""Endings that wait: what is recorded later, what cannot be read, and what neither disk nor records take."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Ending, replay
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable
from access.grants import Grant
from access.stops import Mark, Scope
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.writing_school import WHY, WritingSchool


def revoke(written: WritingSchool) -> bool:
    return acts_people.revoke_grant(written.world, actor=written.office, reason=WHY, grant_id=written.grant)


def is_stopped(written: WritingSchool) -> bool:
    return bool(written.world.stops.stopped([Mark(Scope.GRANT, written.grant)]))


def is_revoked(written: WritingSchool) -> bool:
    with reading(written.world.database) as connection:
        return connection.execute(select(Grant.revoked_at)).scalar_one() is not None


def opens_curtain(written: WritingSchool) -> None:
    acts_places.open_curtain(written.world, actor=written.office, reason=WHY, room_id=written.room)


def of_nothing(written: WritingSchool) -> Ending:
    """Return an ending of a grant that there is not."""
    return Ending.now(
        written.world,
        "grant:revoked",
        actor=written.office,
        reason=WHY,
        target={"grant": 999},
        marks=(Mark(Scope.GRANT, 999),),
    )


def test_without_a_journal_an_ending_is_recorded_all_the_same(written: WritingSchool, tmp_path: Path) -> None:
    (tmp_path / "journal").unlink()  # the disk went away

    assert revoke(written) is True

    assert is_revoked(written)
    assert is_stopped(written)


def test_what_neither_journal_nor_records_take_is_in_force_and_said(
    written: WritingSchool, tmp_path: Path, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "journal").unlink()

    with database_held(database), pytest.raises(RecordsUnavailable):
        revoke(written)

    assert is_stopped(written)
    assert not is_revoked(written)
    assert "an ending could not be kept" in caplog.text


def test_without_a_journal_nothing_widens(written: WritingSchool, tmp_path: Path) -> None:
    revision = written.revision()
    (tmp_path / "journal").unlink()

    with pytest.raises(LogUnavailable):
        opens_curtain(written)

    assert written.revision() == revision


def test_while_the_log_refuses_what_waits_goes_on_waiting(written: WritingSchool, database: str) -> None:
    with log_refusing(database):
        revoke(written)
        assert replay(written.world) == 0

    assert len(written.world.stops.journal.pending()) == 1
    assert replay(written.world) == 1


def test_an_ending_that_cannot_be_read_keeps_everything_from_widening(
    written: WritingSchool, caplog: pytest.LogCaptureFixture
) -> None:
    written.world.stops.journal.append({"name": "of another version", "marks": [["grant", written.grant]]})
    written.world.stops.hold()

    assert replay(written.world) == 0

    assert is_stopped(written)
    with pytest.raises(LogUnavailable):
        opens_curtain(written)
    assert "cannot be read" in caplog.text
    assert len(written.world.stops.journal.pending()) == 1


def test_a_waiting_ending_of_nothing_is_dropped_and_its_mark_with_it(
    written: WritingSchool, caplog: pytest.LogCaptureFixture
) -> None:
    ending = of_nothing(written)
    written.world.stops.journal.append(ending.as_line())
    written.world.stops.hold()

    assert replay(written.world) == 0

    assert written.world.stops.journal.pending() == []
    assert not written.world.stops.stopped(ending.marks)
    assert "dropped: access_grant:unknown" in caplog.text


def test_a_report_that_the_disk_does_not_take_makes_no_difference(
    written: WritingSchool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written.world.stops.journal.append(of_nothing(written).as_line())
    end = (tmp_path / "journal").read_bytes().index(b"\0")

    with caplog.at_level(logging.WARNING), no_file_beyond(end):
        replay(written.world)

    assert "journal: OSError" in caplog.text
    assert len(written.world.stops.journal.pending()) == 1, "it will be done once more"
    replay(written.world)
    assert written.world.stops.journal.pending() == []
