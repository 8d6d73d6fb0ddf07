"""When a class is in a room, against a slow reading of the same records minute by minute."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from access.policy import Allowed, Dated, Path, ViewingFacts, decide
from access.spans import FAR, LONG_AGO, Span
from access.stays import CHANGE, USE, not_lent, room_at, stays

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
#: All instants of these tests lie on a grid of quarters of an hour around now.
STEP = timedelta(minutes=15)
GRID = [NOW + n * STEP for n in range(-24, 25)]
OAK_ROOM, ELM_ROOM = 1, 2
MORNING_MINUTES = (10 * 60, 11 * 60)


@dataclass(frozen=True, slots=True)
class Stay:
    """A use or a change as the questions answer it."""

    kind: str
    stay_id: int
    room_id: int | None
    used_from: datetime
    used_until: datetime | None
    use_ended_at: datetime | None = None
    use_recorded_at: datetime = LONG_AGO
    weekday: int | None = None
    starts_minute: int | None = None
    ends_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan as the questions answer it."""

    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None


HOME = Stay(USE, 1, OAK_ROOM, LONG_AGO, None)
#: Tuesdays from ten to eleven, which is when these tests are.
TUESDAYS = Stay(USE, 2, ELM_ROOM, LONG_AGO, None, None, LONG_AGO, 1, *MORNING_MINUTES)


def change(number: int, room: int | None, start: int, end: int, *, recorded: int = -24) -> Stay:
    """Return a change over quarters of an hour from now, recorded at another."""
    return Stay(CHANGE, number, room, NOW + start * STEP, NOW + end * STEP, None, NOW + recorded * STEP)


def where(rows: list[Stay], at: datetime = NOW) -> int | None:
    return room_at(rows, ZONE, at)


def test_a_class_is_where_it_regularly_is() -> None:
    assert where([HOME]) == OAK_ROOM


def test_during_a_change_a_class_is_there_and_nowhere_else() -> None:
    rows = [HOME, change(1, ELM_ROOM, 0, 4)]

    assert stays(rows, ELM_ROOM, ZONE, NOW) == (Span(NOW, NOW + 4 * STEP),)
    assert stays(rows, OAK_ROOM, ZONE, NOW) == (Span(LONG_AGO, NOW), Span(NOW + 4 * STEP, FAR))


def test_of_two_changes_the_one_that_was_recorded_last_holds() -> None:
    rows = [HOME, change(1, ELM_ROOM, -1, 4), change(2, 3, 0, 2)]

    assert [where(rows, NOW + n * STEP) for n in (-1, 0, 2, 4)] == [ELM_ROOM, 3, ELM_ROOM, OAK_ROOM]


def test_a_change_that_is_recorded_late_gives_nothing_before_and_takes_all_the_same() -> None:
    rows = [HOME, change(1, ELM_ROOM, -4, 4, recorded=0)]

    assert [where(rows, NOW + n * STEP) for n in (-5, -4, -1, 0)] == [OAK_ROOM, None, None, ELM_ROOM]


def test_a_class_that_has_left_its_rooms_is_nowhere() -> None:
    assert where([HOME, change(1, None, 0, 1)]) is None


def test_a_class_that_uses_two_rooms_is_in_no_one_of_them() -> None:
    assert where([HOME, Stay(USE, 2, ELM_ROOM, LONG_AGO, None)]) is None


def test_a_room_that_is_used_on_tuesdays_is_used_then_only() -> None:
    ten = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)

    spans = stays([TUESDAYS], ELM_ROOM, ZONE, NOW)

    assert spans == tuple(
        Span(day, day + timedelta(hours=1)) for day in (ten + timedelta(weeks=week) for week in range(3))
    )


def test_a_timetabled_use_holds_within_its_dates_and_from_its_recording() -> None:
    half_past = datetime(2026, 3, 10, 10, 30, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    late = Stay(USE, 2, ELM_ROOM, LONG_AGO, NOW + timedelta(days=1), None, half_past, 1, *MORNING_MINUTES)

    assert stays([late], ELM_ROOM, ZONE, NOW) == (Span(half_past, half_past + timedelta(minutes=30)),)


def test_a_loan_that_never_began_took_nothing() -> None:
    assert not_lent([Loan(NOW, NOW + STEP, NOW - STEP)]) == (Span(LONG_AGO, FAR),)


# -- a slow reading of the same records ------------------------------------------------

instants = st.sampled_from(GRID)
spans = st.tuples(instants, instants).filter(lambda two: two[0] < two[1])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Stay], list[Loan]]:
    """Draw uses, changes in the order of their recording, and loans."""
    rows = []
    for number in range(draw(st.integers(0, 3))):
        start, end = draw(spans)
        timetable = draw(st.sampled_from([(None, None, None), (1, 9 * 60, 12 * 60), (0, 22 * 60, 1440)]))
        ended, recorded = draw(st.none() | instants), draw(instants)
        room = draw(st.sampled_from([OAK_ROOM, ELM_ROOM]))
        rows.append(
            Stay(USE, number, room, start, draw(st.sampled_from([None, end])), ended, recorded, *timetable)
        )
    for number, recorded in enumerate(sorted(draw(st.lists(instants, max_size=4)))):
        start, end = draw(spans)
        room_or_none = draw(st.sampled_from([OAK_ROOM, ELM_ROOM, None]))
        rows.append(Stay(CHANGE, number, room_or_none, start, end, draw(st.none() | instants), recorded))
    loans = [Loan(*draw(spans), draw(st.none() | instants)) for _ in range(draw(st.integers(0, 2)))]
    return draw(st.permutations(rows)), loans


def is_there(rows: list[Stay], room: int, at: datetime) -> bool:
    """Read slowly whether the class is in *room*: by the last change meant for now, or by its uses."""
    meant = [
        row
        for row in rows
        if row.kind == CHANGE and row.used_from <= at < min(row.used_until or FAR, row.use_ended_at or FAR)
    ]
    if meant:
        last = max(meant, key=lambda row: row.stay_id)
        return last.room_id == room and last.use_recorded_at <= at
    return any(row.kind == USE and row.room_id == room and uses(row, at) for row in rows)


def uses(use: Stay, at: datetime) -> bool:
    """Read slowly whether a regular use holds at an instant."""
    if (
        not max(use.used_from, use.use_recorded_at)
        <= at
        < min(use.used_until or FAR, use.use_ended_at or FAR)
    ):
        return False
    if use.weekday is None or use.starts_minute is None or use.ends_minute is None:
        return True
    local = at.astimezone(ZoneInfo(ZONE))
    minute = 60 * local.hour + local.minute
    return local.weekday() == use.weekday and use.starts_minute <= minute < use.ends_minute


def is_lent(loans: list[Loan], at: datetime) -> bool:
    return any(loan.starts_at <= at < min(loan.ends_at, loan.ended_at or FAR) for loan in loans)


def in_order(used: tuple[Span, ...], lent: tuple[Span, ...]) -> ViewingFacts:
    """Return facts in which everything else has held for ever."""
    always = Span(LONG_AGO, FAR)
    path = Path(
        1,
        1,
        1,
        guardian=(always,),
        delegated=(always,),
        verified=(always,),
        enrolled=(Dated(1, always),),
        custody=(always,),
        child_in=(always,),
        used=used,
        hours=(always,),
        granted=(Dated(1, always),),
        in_budget=(always,),
        on_devices=(always,),
    )
    names = ("signed_in", "person", "activated", "gated", "level_asked", "school_open", "covered")
    held = dict.fromkeys((*names, "curtain_open"), (always,))
    return ViewingFacts(1, 1, 1, 1, 1, paths=(path,), not_lent=lent, level="clear", **held)  # type: ignore[arg-type]  # spans, all of them


@settings(deadline=None)
@given(histories(), st.sampled_from([OAK_ROOM, ELM_ROOM]))
def test_stays_and_loans_are_what_a_slow_reading_of_them_is(
    history: tuple[list[Stay], list[Loan]], room: int
) -> None:
    rows, loans = history
    used, lent = stays(rows, room, ZONE, NOW), not_lent(loans)
    may = {at: is_there(rows, room, at) and not is_lent(loans, at) for at in GRID}
    facts = in_order(used, lent)

    for number, at in enumerate(GRID):
        decision = decide(facts, at)
        assert isinstance(decision, Allowed) == may[at]
        if isinstance(decision, Allowed):
            before = [one for one in GRID[:number] if not may[one]]
            after = [one for one in GRID[number:] if not may[one]]
            assert decision.since == max(before) + STEP if before else decision.since <= GRID[0]
            assert decision.until == min(after) if after else decision.until > GRID[-1]
