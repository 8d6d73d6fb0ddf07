"""Ending a right never waits: not for a lock, not for the disk, not for the log."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Ending, end, replay
from access.clock import FrozenClock
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.grants import Grant
from access.journal import Journal, Pending
from access.places import CurtainOpening
from access.stops import Mark, Scope, StopMarks
from tests.access.trouble import database_held, log_refusing
from tests.access.writing_school import WHY, WritingSchool

ROOT = Path(__file__).parents[2]

#: Does an ending in a process of its own, and stops for ever at the step named.
ENDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from access import acts
from access.clock import FrozenClock
from access.database import connect
from access.journal import Journal, Pending
from access.stops import Mark, Scope, StopMarks
from access.vault import Vault
from access.world import World

home, step, room, database = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]

class Stopping(Journal):
    def append(self, line):
        if step == "marked":
            wait()
        sequence = super().append(line)
        if step == "journalled":
            wait()
        return sequence

    def done(self, sequence):
        if step == "recorded":
            wait()
        super().done(sequence)

def wait():
    print(step, flush=True)
    time.sleep(60)

stops = StopMarks(home / "marks", Stopping(home / "journal"))
clock = FrozenClock(datetime(2026, 3, 10, 1, 0, tzinfo=UTC))
world = World(connect(database), clock, stops, Vault(bytes(32)))
from access.acts_places import draw_curtain
draw_curtain(world, actor=acts.Actor(None, "cli:test"), reason="now", room_id=room)
"""


def curtain_is_open(written: WritingSchool) -> bool:
    with reading(written.world.database) as connection:
        standing = select(CurtainOpening.id).where(CurtainOpening.drawn_at.is_(None))
        return connection.execute(standing).first() is not None


def draw(written: WritingSchool) -> bool:
    return acts_places.draw_curtain(written.world, actor=written.office, reason="nap", room_id=written.room)


def hidden(written: WritingSchool) -> bool:
    return bool(written.world.stops.stopped([Mark(Scope.ROOM, written.room)]))


def test_an_ending_is_in_force_while_the_database_is_locked_and_recorded_once_later(
    written: WritingSchool, database: str, clock: FrozenClock
) -> None:
    asked_at = clock.now()
    with database_held(database):
        before = time.monotonic()
        assert draw(written) is False
        took = time.monotonic() - before
        assert hidden(written)
        assert replay(written.world) == 0
    clock.advance(timedelta(seconds=30))

    assert replay(written.world) == 1
    assert replay(written.world) == 0

    assert took < 3
    assert not curtain_is_open(written)
    (entry,) = [entry for entry in written.entries() if entry.kind == "curtain:drawn"]
    assert entry.at == asked_at
    assert entry.body["recorded_at"] == "2026-03-10T01:00:30.000000Z"
    assert hidden(written)


def test_nothing_widens_over_an_ending_that_waits(written: WritingSchool, database: str) -> None:
    with database_held(database):
        draw(written)
        with pytest.raises((LogUnavailable, RecordsUnavailable)):
            acts_places.open_curtain(written.world, actor=written.office, reason=WHY, room_id=written.room)
        assert hidden(written)

    acts_places.open_curtain(written.world, actor=written.office, reason=WHY, room_id=written.room)

    assert not hidden(written)
    assert [entry.kind for entry in written.entries()][:2] == ["curtain:opened", "curtain:drawn"]


def test_a_curtain_drawn_while_somebody_opens_it_stays_drawn(written: WritingSchool, tmp_path: Path) -> None:
    class Slow(Journal):
        """Has somebody draw the curtain when it is asked what waits."""

        def pending(self) -> list[Pending]:
            waiting = super().pending()
            draw(written)
            return waiting

    draw(written)
    slow = replace(written.world, stops=StopMarks(tmp_path / "marks", Slow(tmp_path / "journal")))

    with pytest.raises(Refused, match="act:overtaken"):
        acts_places.open_curtain(slow, actor=written.office, reason=WHY, room_id=written.room)

    assert hidden(written)
    assert not curtain_is_open(written)


def test_a_curtain_drawn_before_it_was_opened_and_recorded_after_stays_drawn(
    written: WritingSchool, clock: FrozenClock
) -> None:
    draw(written)
    drawing = Ending.now(
        written.world,
        "curtain:drawn",
        actor=written.office,
        reason="nap",
        target={"room": written.room},
        marks=(Mark(Scope.ROOM, written.room),),
    )
    clock.advance(timedelta(milliseconds=1))
    acts_places.open_curtain(written.world, actor=written.office, reason=WHY, room_id=written.room)

    end(written.world, drawing)

    assert hidden(written)
    assert not curtain_is_open(written)


@pytest.mark.parametrize(
    ("step", "waiting"),
    [("marked", 0), ("journalled", 1), ("recorded", 1)],
    ids=["after the mark", "after the journal", "after the record"],
)
def test_a_kill_between_the_steps_of_an_ending_loses_nothing(
    written: WritingSchool, tmp_path: Path, database: str, step: str, waiting: int
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", ENDER, str(tmp_path), step, str(written.room), database],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline().decode().strip() == step
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()

    assert hidden(written)
    assert len(written.world.stops.journal.pending()) == waiting
    replay(written.world)

    drawn = [entry for entry in written.entries() if entry.kind == "curtain:drawn"]
    assert len(drawn) == waiting
    assert curtain_is_open(written) == (waiting == 0)
    assert written.world.stops.journal.pending() == []


def test_a_lost_table_of_marks_comes_back_with_what_waits(
    written: WritingSchool, tmp_path: Path, database: str
) -> None:
    with database_held(database):
        draw(written)
    (tmp_path / "marks").unlink()  # the machine was switched off

    stops = StopMarks(tmp_path / "marks", Journal(tmp_path / "journal"))

    assert stops.stopped([Mark(Scope.ROOM, written.room)])
    stops.close()


def test_a_log_that_refuses_keeps_no_right_from_ending(written: WritingSchool, database: str) -> None:
    with log_refusing(database):
        revoked = acts_people.revoke_grant(
            written.world, actor=written.office, reason=WHY, grant_id=written.grant
        )

    assert revoked is False
    with reading(written.world.database) as connection:
        assert connection.execute(select(Grant.revoked_at)).scalar_one() is not None
    revision = written.revision()

    assert replay(written.world) == 1

    assert [entry.kind for entry in written.entries()].count("grant:revoked") == 1
    assert written.revision() == revision
    numbers = [entry.number for entry in written.entries()]
    assert numbers == list(reversed(range(len(numbers))))  # the refused one left no gap


def test_a_widening_whose_entry_is_refused_leaves_nothing(written: WritingSchool, database: str) -> None:
    draw(written)
    revision, entries = written.revision(), len(written.entries())

    with log_refusing(database), pytest.raises(LogUnavailable):
        acts_places.open_curtain(written.world, actor=written.office, reason=WHY, room_id=written.room)

    assert not curtain_is_open(written)
    assert hidden(written)
    assert (written.revision(), len(written.entries())) == (revision, entries)


def test_ending_what_there_is_not_is_refused_and_leaves_no_mark(written: WritingSchool) -> None:
    with pytest.raises(Refused, match="access_grant:unknown"):
        acts_people.revoke_grant(written.world, actor=written.office, reason=WHY, grant_id=999)

    assert not written.world.stops.stopped([Mark(Scope.GRANT, 999)])
    assert written.world.stops.journal.pending() == []


def test_the_journal_gives_back_the_very_ending(written: WritingSchool) -> None:
    ending = Ending.now(
        written.world,
        "curtain:drawn",
        actor=written.office,
        reason="幼儿午睡",
        target={"room": written.room},
        marks=(Mark(Scope.ROOM, written.room),),
    )

    assert Ending.from_line(ending.as_line()) == ending


def test_an_ending_recorded_twice_at_once_has_one_entry(written: WritingSchool) -> None:
    ending = Ending.now(
        written.world, "curtain:drawn", actor=written.office, reason="nap", target={"room": written.room}
    )

    assert end(written.world, ending)
    assert end(written.world, ending)

    assert [entry.kind for entry in written.entries()].count("curtain:drawn") == 1
