"""What is known of who is in: corrections, sheets, and a slow reading of the same records."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.acts_attendance import note_all
from access.attendance import IN, OFF, OPTIONAL, OUT, REQUIRED, Attendance, is_in, present
from access.clock import FrozenClock
from access.database import reading
from access.errors import Refused
from access.spans import FAR, Span
from tests.access.attendance.coming import comes, goes
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, SECOND, TwoRooms, seen

ZONE = "Asia/Shanghai"


# -- corrections and sheets ------------------------------------------------------------


def test_a_correction_is_one_more_record_and_opens_nothing_in_the_past(
    noted: TwoRooms, clock: FrozenClock
) -> None:
    came = clock.now()
    clock.advance(HOUR)

    comes(noted, at=came)

    assert noted.since(OAK, OAK) == clock.now()
    (entry,) = [entry for entry in noted.entries() if entry.kind == "attendance:in"]
    assert entry.body["subject"]["at"] == "2026-03-10T01:00:00.000000Z"


def test_who_was_noted_as_out_by_mistake_is_in_again_and_both_stand_written(
    noted: TwoRooms, clock: FrozenClock
) -> None:
    comes(noted)
    clock.advance(HOUR)
    gone = clock.now()
    goes(noted)
    clock.advance(MINUTE)

    comes(noted, at=gone)

    assert noted.since(OAK, OAK) == clock.now()
    with reading(noted.world.database) as connection:
        rows = connection.execute(select(Attendance.what, Attendance.at).order_by(Attendance.id)).all()
    assert [row.what for row in rows] == [IN, OUT, IN]
    assert rows[1].at == rows[2].at == gone


def test_what_was_earlier_does_not_change_what_is_known_of_later(noted: TwoRooms, clock: FrozenClock) -> None:
    earlier = clock.now()
    clock.advance(HOUR)
    comes(noted)
    clock.advance(MINUTE)

    goes(noted, at=earlier)
    assert noted.sees(OAK) == [OAK]

    goes(noted)
    comes(noted, at=earlier)
    assert noted.sees(OAK) == []


def test_nothing_is_noted_of_the_future(noted: TwoRooms, clock: FrozenClock) -> None:
    for act in (comes, goes):
        with pytest.raises(Refused, match="attendance:future"):
            act(noted, at=clock.now() + SECOND)

    assert noted.sees(OAK) == []


def test_a_sheet_says_for_each_child_what_was_last(noted: TwoRooms, clock: FrozenClock) -> None:
    eight = clock.now()
    clock.advance(HOUR)
    oak, elm = noted.families[OAK].child, noted.families[ELM].child

    recorded = note_all(
        noted.world,
        **noted.act,
        lines=[(elm, OUT, eight + MINUTE), (oak, IN, eight), (elm, IN, eight)],
    )

    assert recorded
    assert seen(noted) == [[OAK], []]
    assert noted.since(OAK, OAK) == clock.now()


# -- the same, slowly ------------------------------------------------------------------


NOON = datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
STEP = timedelta(hours=3)
GRID = [NOON + n * STEP for n in range(-12, 13)]


@dataclass(frozen=True, slots=True)
class Noted:
    """A record as the questions answer it."""

    id: int
    what: str
    at: datetime
    recorded_at: datetime


@st.composite
def records(draw: st.DrawFn) -> list[Noted]:
    """Draw records in the order in which they were made, some of them of earlier instants."""
    made = sorted(draw(st.lists(st.sampled_from(GRID), max_size=6)))
    whats = st.sampled_from([IN, OUT])
    return [
        Noted(n, draw(whats), draw(st.sampled_from([at for at in GRID if at <= recorded])), recorded)
        for n, recorded in enumerate(made)
    ]


def slowly(rows: list[Noted], now: datetime) -> bool | None:
    """Read what was known at an instant: the last that was said to be so, of that day at the school."""
    known = [row for row in rows if row.recorded_at <= now]
    if not known:
        return None
    last = max(known, key=lambda row: (row.at, row.id))
    same_day = last.at.astimezone(ZoneInfo(ZONE)).date() == now.astimezone(ZoneInfo(ZONE)).date()
    return last.what == IN if same_day else None


@settings(deadline=None)
@given(records(), st.permutations(range(6)), st.none() | st.sampled_from(GRID))
def test_who_is_in_is_what_a_slow_reading_of_the_records_says(
    rows: list[Noted], order: list[int], since: datetime | None
) -> None:
    rows = sorted(rows, key=lambda row: order[row.id])
    for now in GRID:
        known = slowly(rows, now)
        chosen = since is None or since <= now

        for mode, counts in ((OFF, True), (OPTIONAL, known is not False), (REQUIRED, known is True)):
            spans = present(rows, mode, since, ZONE)
            assert any(now in span for span in spans) == (counts and chosen)
        assert is_in(rows, ZONE, now) == known


def test_an_unknown_choice_is_read_as_the_strictest() -> None:
    assert present([], "whatever", None, ZONE) == ()


def test_a_day_with_a_change_of_clocks_ends_at_its_midnight() -> None:
    eve = datetime(2026, 3, 29, 20, 0, tzinfo=UTC)  # the clocks of Berlin have changed that morning

    assert present([Noted(1, IN, eve, eve)], REQUIRED, None, "Europe/Berlin") == (
        Span(eve, datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
    )
    assert present([Noted(1, OUT, eve, eve)], OPTIONAL, None, "Europe/Berlin")[-1] == Span(
        datetime(2026, 3, 29, 22, 0, tzinfo=UTC), FAR
    )
