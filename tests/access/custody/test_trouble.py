"""A custody rule holds though records, log or journal take nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from access.acts import replay
from access.custody_rules import CustodyRule
from access.database import reading
from access.errors import RecordsUnavailable
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.stops import Mark, Scope
from access.viewing import Viewings
from tests.access.custody.limiting import WEEK, limits
from tests.access.one_room import NOW, SINCE, OneRoom
from tests.access.trouble import database_held, log_refusing, no_file_beyond
from tests.access.watching_guardian import opened

CUSTODY_MARK = Mark(Scope.CUSTODY, 1)


def rule_ids(room: OneRoom) -> list[int]:
    """Return the rules there are, oldest first."""
    with reading(room.world.database) as connection:
        return list(connection.execute(select(CustodyRule.id).order_by(CustodyRule.id)).scalars())


def test_with_a_locked_database_it_holds_at_once_and_the_rule_is_recorded_later(
    room: OneRoom, viewings: Viewings
) -> None:
    leave = opened(viewings)

    with database_held(room.address):
        recorded = limits(room, "odd_weeks")
        stopped = viewings.stopped(leave, NOW)
        closed = room.decides()

    assert (recorded, stopped, closed) == (False, True, Denied(Reason.CUSTODY))
    assert room.decides() == Denied(Reason.CUSTODY)  # and until it is recorded
    room.clock.advance(timedelta(minutes=1))
    assert replay(room.world) == 1
    assert isinstance(room.decides(), Allowed)  # by the rule: it is an odd week
    assert room.world.stops.in_force() == frozenset()
    room.clock.advance(WEEK)
    assert room.decides() == Denied(Reason.CUSTODY, SINCE + 2 * WEEK)


def test_a_log_that_refuses_leaves_one_rule_in_force(room: OneRoom) -> None:
    with log_refusing(room.address):
        recorded = limits(room, "no_contact")
        again = replay(room.world)
        closed = room.decides()

    assert (recorded, again, closed) == (False, 0, Denied(Reason.CUSTODY))
    assert replay(room.world) == 1
    assert len(rule_ids(room)) == 1
    assert room.decides() == Denied(Reason.CUSTODY)
    assert room.world.stops.in_force() == frozenset()


def test_a_mark_that_a_killed_process_left_goes_and_one_that_waits_stays(room: OneRoom) -> None:
    room.mark(Scope.CUSTODY)
    room.mark(Scope.GUARDIANSHIP)
    assert room.decides() == Denied(Reason.NOT_GUARDIAN)

    replay(room.world)

    assert room.world.stops.in_force() == frozenset({Mark(Scope.GUARDIANSHIP, 1)})
    with database_held(room.address):
        limits(room, "odd_weeks")
        replay(room.world)
        assert CUSTODY_MARK in room.world.stops.in_force()


def test_without_a_journal_the_mark_stays_until_there_is_one(room: OneRoom, tmp_path: Path) -> None:
    (tmp_path / "journal").rename(tmp_path / "away")

    assert limits(room, "odd_weeks")

    assert room.decides() == Denied(Reason.CUSTODY)
    (tmp_path / "away").rename(tmp_path / "journal")
    replay(room.world)
    assert isinstance(room.decides(), Allowed)


def test_what_neither_disk_nor_database_took_stays_closed_whatever_is_recorded_later(room: OneRoom) -> None:
    with database_held(room.address), no_file_beyond(0), pytest.raises(RecordsUnavailable):
        limits(room, "no_contact")

    limits(room, "odd_weeks")
    replay(room.world)

    assert room.decides() == Denied(Reason.NOT_GUARDIAN)
