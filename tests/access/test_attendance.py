"""Who is in: what opens and closes with it, for whom, and what a correction changes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from access.acts import replay
from access.acts_attendance import check_in, check_out, note_all, set_attendance
from access.attendance import IN, OFF, OPTIONAL, OUT, REQUIRED, Attendance, is_in, present
from access.clock import FrozenClock
from access.database import reading
from access.errors import LogUnavailable, RecordsUnavailable, Refused
from access.home import load_home
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.spans import FAR, Span
from access.viewing import Leave, Viewings
from tests.access.one_room import SignedInHere
from tests.access.test_rooms import room_key
from tests.access.trouble import database_held, log_refusing
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, SECOND, Family, TwoRooms
from tests.access.watching_guardian import is_over

ZONE = "Asia/Shanghai"


@pytest.fixture
def noted(two: TwoRooms) -> TwoRooms:
    """A school that shows children to their families only while they are in."""
    chooses(two, REQUIRED)
    return two


def chooses(two: TwoRooms, mode: str) -> None:
    set_attendance(two.world, **two.act, school_id=two.id, mode=mode)


def comes(two: TwoRooms, family: str | Family = OAK, at: datetime | None = None) -> int:
    child = two.families[family].child if isinstance(family, str) else family.child
    return check_in(two.world, **two.act, child_id=child, at=at)


def goes(two: TwoRooms, family: str | Family = OAK, at: datetime | None = None) -> bool:
    child = two.families[family].child if isinstance(family, str) else family.child
    return check_out(two.world, **two.act, child_id=child, at=at)


def seen(two: TwoRooms) -> list[list[str]]:
    """Return what the family of Oak and that of Elm see."""
    return [two.sees(OAK), two.sees(ELM)]


# -- stories 9 and 10 ------------------------------------------------------------------


def test_twins_in_two_classes_have_two_tiles_and_only_that_of_the_absent_one_closes(noted: TwoRooms) -> None:
    twin = noted.family("twin", ELM, person=noted.guardian)
    comes(noted, OAK)
    comes(noted, twin)
    goes(noted, OAK)

    with reading(noted.world.database) as connection:
        tiles = load_home(connection, noted.guardian, noted.world.clock.now())

    shown = {tile.child_name: isinstance(tile.decision, Allowed) for tile in tiles}
    assert shown == {"小豆": False, "Twin": True}
    (closed,) = [tile.decision for tile in tiles if isinstance(tile.decision, Denied)]
    assert closed.reason is Reason.NOT_IN


def test_a_child_that_is_picked_up_while_its_family_watches_is_told_so_and_nobody_elses_picture_ends(
    noted: TwoRooms, clock: FrozenClock
) -> None:
    classmate = noted.family("classmate", OAK)
    comes(noted, OAK)
    comes(noted, classmate)
    clock.advance(SECOND)
    viewings = Viewings(noted.world)
    theirs, others = (
        viewings.open(SignedInHere(family.sign_in), room_key(noted, OAK), "Phone")
        for family in (noted.families[OAK], classmate)
    )
    assert isinstance(theirs, Leave)
    assert isinstance(others, Leave)
    clock.advance(SECOND)

    goes(noted, OAK)

    assert is_over(viewings, theirs)
    assert not is_over(viewings, others)
    ended = viewings.status(theirs.sign_in_id, theirs.viewing_key)
    assert getattr(ended, "reason", None) == "attendance:not_in"


def test_with_a_locked_database_a_child_that_goes_is_out_at_once(
    noted: TwoRooms, clock: FrozenClock, database: str
) -> None:
    comes(noted, OAK)
    comes(noted, ELM)
    clock.advance(MINUTE)

    with database_held(database):
        assert goes(noted, OAK) is False
        assert noted.told(OAK, OAK) == "attendance:not_in"
        assert noted.sees(ELM) == [ELM]
        with pytest.raises((RecordsUnavailable, LogUnavailable)):
            comes(noted, OAK)

    clock.advance(MINUTE)
    assert replay(noted.world) == 1
    assert noted.told(OAK, OAK) == "attendance:not_in"
    assert noted.world.stops.in_force() == frozenset()
    comes(noted, OAK)
    assert noted.since(OAK, OAK) == clock.now()


def test_an_out_that_neither_journal_nor_records_take_holds_until_the_child_comes_in(
    noted: TwoRooms, tmp_path: Path, database: str
) -> None:
    comes(noted)
    (tmp_path / "journal").rename(tmp_path / "away")
    with database_held(database), pytest.raises(RecordsUnavailable):
        goes(noted)
    (tmp_path / "away").rename(tmp_path / "journal")
    replay(noted.world)  # as the runner does every two seconds
    assert noted.told(OAK, OAK) == "attendance:not_in"

    comes(noted)

    assert noted.sees(OAK) == [OAK]


def test_an_out_that_the_log_refuses_holds_all_the_same(noted: TwoRooms, database: str) -> None:
    comes(noted)

    with log_refusing(database):
        assert goes(noted) is False

    assert noted.told(OAK, OAK) == "attendance:not_in"
    assert replay(noted.world) == 1
    assert noted.kinds()[-1] == "attendance:out"


# -- what a school chooses -------------------------------------------------------------


def test_a_school_that_notes_nothing_shows_everybody(two: TwoRooms) -> None:
    assert seen(two) == [[OAK], [ELM]]
    for act in (comes, goes):
        with pytest.raises(Refused, match="attendance:off"):
            act(two)


def test_where_it_is_required_a_child_is_seen_from_when_it_came(noted: TwoRooms, clock: FrozenClock) -> None:
    assert seen(noted) == [[], []]
    assert noted.told(OAK, OAK) == "attendance:not_in"
    clock.advance(MINUTE)

    comes(noted)

    assert seen(noted) == [[OAK], []]
    assert noted.since(OAK, OAK) == clock.now()


def test_where_it_is_optional_only_who_was_noted_as_out_is_not_seen(
    two: TwoRooms, clock: FrozenClock
) -> None:
    chooses(two, OPTIONAL)
    assert seen(two) == [[OAK], [ELM]]

    goes(two)
    assert seen(two) == [[], [ELM]]

    clock.advance(MINUTE)
    comes(two)
    assert seen(two) == [[OAK], [ELM]]
    assert two.since(OAK, OAK) == clock.now()


def test_tomorrow_everybody_begins_anew(two: TwoRooms, clock: FrozenClock) -> None:
    chooses(two, OPTIONAL)
    goes(two)
    clock.advance(timedelta(days=1))
    assert seen(two) == [[OAK], [ELM]]

    chooses(two, REQUIRED)
    comes(two)
    assert seen(two) == [[OAK], []]
    clock.advance(timedelta(days=1))
    assert seen(two) == [[], []]


@pytest.mark.parametrize("mode", [OFF, OPTIONAL])
def test_choosing_less_shows_nothing_that_was_filmed_before(
    noted: TwoRooms, clock: FrozenClock, mode: str
) -> None:
    clock.advance(MINUTE)

    chooses(noted, mode)

    assert noted.since(OAK, OAK) == clock.now()


def test_choosing_the_same_again_changes_nothing(noted: TwoRooms, clock: FrozenClock) -> None:
    comes(noted)
    came = clock.now()
    clock.advance(MINUTE)

    chooses(noted, REQUIRED)

    assert noted.since(OAK, OAK) == came
    with pytest.raises(Refused, match="attendance:mode"):
        chooses(noted, "sometimes")


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
