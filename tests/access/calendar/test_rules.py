"""On which days hours hold: against a slow reading of the same rules, and rule by rule."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from access.calendar import DAYS_AHEAD, Calendar, Days, DaysKind, opening_spans, whole_year
from access.hours import Window
from access.spans import Span, next_start
from tests.access.calendar.years import (
    DAY,
    LONG_AGO,
    PLAIN,
    SATURDAY,
    SHANGHAI,
    WEEKDAYS,
    days,
    noon,
    on,
    open_days,
)
from tests.access.calendars import is_open

#: Changes of the clock (Havana's at midnight); a festival, a turn of the year, a plain week.
CLOCKS = [date(2026, 3, 28), date(2026, 10, 24), date(2026, 3, 7), date(2026, 10, 31), date(2026, 4, 4)]
ABOUT = [*CLOCKS, date(2026, 2, 14), date(2026, 12, 30), date(2026, 6, 2)]
ZONES = ["Asia/Shanghai", "Europe/London", "America/Havana", "Australia/Lord_Howe", "UTC"]
near = some.integers(-3, 4).map(lambda n: timedelta(days=n))
minutes = some.integers(0, 1440).map(lambda n: n - n % 10)
stretch = some.tuples(minutes, minutes).filter(lambda pair: pair[0] < pair[1])


@some.composite
def instants(draw: some.DrawFn, about: date) -> datetime:
    """Some instant around a day, on a tenth of a minute so that edges are met."""
    start = datetime(about.year, about.month, about.day, tzinfo=UTC)
    return start + draw(near) + timedelta(minutes=draw(minutes))


@some.composite
def histories(draw: some.DrawFn, about: date) -> dict[str, datetime | None]:
    """When a row was recorded and ended: mostly long ago and never."""
    recorded = draw(some.just(LONG_AGO) | instants(about))
    ended = draw(some.none() | instants(about))
    return {"recorded_at": recorded, "ended_at": ended}


@some.composite
def rows(draw: some.DrawFn, about: date) -> Days:
    """One row of any kind."""
    kind = draw(some.sampled_from(DaysKind))
    history = draw(histories(about))
    if kind in {DaysKind.PREPARED, DaysKind.CONFIRMED}:
        first, after = whole_year(about.year + draw(some.integers(0, 1)))
        return Days(kind, first, after, **history)  # type: ignore[arg-type]  # its two fields
    first = about + draw(near)
    after = first + DAY * draw(some.integers(1, 3))
    starts, ends = draw(stretch) if kind is DaysKind.OPENING else (0, 0)
    weekday = draw(some.integers(0, 6)) if kind is DaysKind.MAKE_UP else 0
    return Days(
        kind,
        first,
        after,
        weekday=weekday,
        starts_minute=starts,
        ends_minute=ends,
        **history,  # type: ignore[arg-type]  # its two fields
    )


@some.composite
def cases(draw: some.DrawFn) -> tuple[tuple[Window, ...], Calendar, datetime]:
    """Weekly hours, a calendar, and an instant near the days that it speaks of."""
    about = draw(some.sampled_from(ABOUT))
    windows = draw(
        some.lists(
            some.builds(
                lambda weekday, pair, history: Window(weekday, *pair, **history),
                some.integers(0, 6),
                stretch,
                histories(about),
            ),
            max_size=6,
        )
    )
    calendar = Calendar(
        draw(some.sampled_from(ZONES)),
        draw(some.sampled_from([None, None, "CN", "GB"])),
        draw(some.none() | instants(about)),
        frozenset(draw(some.lists(rows(about), max_size=6))),
    )
    return tuple(windows), calendar, draw(instants(about))


@settings(max_examples=120, deadline=None)
@given(cases())
def test_a_slow_reading_of_the_rules_minute_by_minute_agrees(
    case: tuple[tuple[Window, ...], Calendar, datetime],
) -> None:
    windows, calendar, at = case
    spans = opening_spans(windows, calendar, at)

    moments = [at + timedelta(minutes=10 * n) for n in range(-72, 73)]
    edges = [
        edge + tiny
        for span in spans
        for edge in (span.start, span.end)
        for tiny in (timedelta(), -datetime.resolution)
    ]
    for moment in (*moments, *(edge for edge in edges if abs(edge - at) < DAY / 2)):
        assert any(moment in span for span in spans) == is_open(windows, calendar, moment), moment


@settings(max_examples=60, deadline=None)
@given(cases(), some.data())
def test_another_closure_never_opens_anything(
    case: tuple[tuple[Window, ...], Calendar, datetime], data: some.DataObject
) -> None:
    windows, calendar, at = case
    closure = replace(data.draw(rows(at.date())), kind=DaysKind.CLOSURE)

    before = opening_spans(windows, calendar, at)
    after = opening_spans(windows, replace(calendar, days=calendar.days | {closure}), at)

    for span in after:
        assert any(other.start <= span.start and span.end <= other.end for other in before)


def test_weekly_hours_hold_where_the_calendar_says_nothing() -> None:
    assert SATURDAY not in open_days(PLAIN, SATURDAY)
    assert date(2026, 6, 8) in open_days(PLAIN, SATURDAY)


def test_a_make_up_workday_follows_the_hours_of_the_day_that_it_makes_up_for() -> None:
    windows = [Window(0, 540, 660, LONG_AGO), Window(1, 600, 720, LONG_AGO), Window(5, 480, 500, LONG_AGO)]
    calendar = on(PLAIN, days(DaysKind.MAKE_UP, SATURDAY, weekday=1))

    spans = opening_spans(windows, calendar, noon(SATURDAY))

    assert spans[0] == Span(noon(SATURDAY) - timedelta(hours=2), noon(SATURDAY))


def test_a_make_up_workday_written_during_the_day_counts_from_then() -> None:
    windows = [Window(0, 540, 660, LONG_AGO), Window(1, 600, 720, LONG_AGO)]
    monday = date(2026, 6, 8)
    written = noon(monday) - timedelta(minutes=90)
    calendar = on(PLAIN, days(DaysKind.MAKE_UP, monday, weekday=1, recorded_at=written))

    spans = opening_spans(windows, calendar, noon(monday))

    assert spans[0] == Span(noon(monday) - timedelta(hours=3), noon(monday))
    alone = opening_spans(windows[1:], calendar, noon(monday))
    assert alone[0] == Span(written, noon(monday))
    own = opening_spans(windows[:1], calendar, noon(monday))
    assert own[0] == Span(noon(monday) - timedelta(hours=3), written)


def test_two_make_up_rows_that_contradict_each_other_close_the_day() -> None:
    calendar = on(PLAIN, *(days(DaysKind.MAKE_UP, SATURDAY, weekday=weekday) for weekday in (0, 1)))

    assert SATURDAY not in open_days(calendar, SATURDAY)


@pytest.mark.parametrize("kind", [DaysKind.CLOSURE, DaysKind.HOLIDAY])
def test_what_closes_is_stronger_than_hours_make_up_and_opening(kind: DaysKind) -> None:
    monday = date(2026, 6, 8)
    opens = (
        days(DaysKind.OPENING, monday, starts_minute=840, ends_minute=900),
        days(DaysKind.MAKE_UP, monday, weekday=0),
    )
    assert open_days(on(PLAIN, *opens), monday).count(monday) == 2

    calendar = on(PLAIN, *opens, days(kind, monday))

    assert monday not in open_days(calendar, monday)


def test_an_opening_of_one_class_is_not_anothers() -> None:
    calendar = on(
        PLAIN, days(DaysKind.OPENING, SATURDAY, starts_minute=840, ends_minute=900, class_group_id=7)
    )

    assert SATURDAY in open_days(calendar.of_class(7), SATURDAY)
    assert SATURDAY not in open_days(calendar.of_class(8), SATURDAY)


def test_weekly_hours_hold_in_terms_only_and_an_opening_outside_too() -> None:
    term = days(DaysKind.TERM, date(2026, 3, 2), date(2026, 6, 9))
    party = days(DaysKind.OPENING, date(2026, 6, 13), starts_minute=840, ends_minute=900)

    assert open_days(on(PLAIN, term, party), date(2026, 6, 9)) == [
        date(2026, 6, 8),
        date(2026, 6, 9),
        date(2026, 6, 13),
    ]


def test_a_closure_that_begins_tomorrow_does_not_close_today() -> None:
    monday = date(2026, 6, 8)
    calendar = on(PLAIN, days(DaysKind.CLOSURE, monday + DAY, monday + 2 * DAY))

    assert open_days(calendar, monday)[0] == monday
    assert monday + DAY not in open_days(calendar, monday)
    assert monday + 3 * DAY in open_days(calendar, monday)


def test_a_closure_taken_back_opens_from_then_and_not_before() -> None:
    monday = date(2026, 6, 8)
    taken_back = noon(monday) - timedelta(hours=2)
    calendar = on(PLAIN, days(DaysKind.CLOSURE, monday, ended_at=taken_back))

    assert opening_spans(WEEKDAYS, calendar, noon(monday))[0].start == taken_back


def test_the_next_opening_is_found_two_weeks_ahead_and_no_further() -> None:
    monday = date(2026, 6, 8)
    once = [Window(0, 540, 660, LONG_AGO)]
    for closed, expected in ((DAYS_AHEAD - 1, monday + DAYS_AHEAD * DAY), (DAYS_AHEAD, None)):
        calendar = on(PLAIN, days(DaysKind.CLOSURE, monday, monday + closed * DAY))

        found = next_start(noon(monday), opening_spans(once, calendar, noon(monday)))

        assert (found and found.astimezone(SHANGHAI).date()) == expected
