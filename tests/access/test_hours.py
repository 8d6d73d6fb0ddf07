"""Viewing windows as stretches of time, also in the weeks when clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from access import calendar
from access.calendar import Calendar
from access.hours import Window
from access.spans import Span, next_start

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MONDAY, SUNDAY = 0, 6


def window(weekday: int, starts: str, ends: str, **dates: datetime) -> Window:
    """Return a window from ``hh:mm`` to ``hh:mm``."""
    begin, end = (60 * int(text[:2]) + int(text[3:]) for text in (starts, ends))
    return Window(weekday, begin, end, dates.get("recorded_at", LONG_AGO), dates.get("ended_at"))


def opening_spans(windows: list[Window], zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when *windows* are open where a school keeps no calendar."""
    return calendar.opening_spans(windows, Calendar(zone), now)


def utc(text: str) -> datetime:
    """Return an instant written ``2026-03-10 12:05``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_hours_are_the_schools_local_time() -> None:
    spans = opening_spans([window(MONDAY, "09:00", "11:30")], "Asia/Shanghai", utc("2026-11-24 10:00"))

    assert spans == (
        Span(utc("2026-11-23 01:00"), utc("2026-11-23 03:30")),
        Span(utc("2026-11-30 01:00"), utc("2026-11-30 03:30")),
        Span(utc("2026-12-07 01:00"), utc("2026-12-07 03:30")),
    )


def test_a_window_does_not_shift_when_the_clock_changes() -> None:
    spans = opening_spans([window(MONDAY, "09:00", "10:00")], "Europe/London", utc("2026-03-23 12:00"))

    assert [span.start for span in spans] == [
        utc("2026-03-23 09:00"),
        utc("2026-03-30 08:00"),
        utc("2026-04-06 08:00"),
    ]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param(
            "01:30", "04:00", ("2026-03-29 01:30", "2026-03-29 03:00"), id="begins in the hour that is not"
        ),
        pytest.param(
            "00:10", "01:30", ("2026-03-29 00:10", "2026-03-29 00:30"), id="ends in the hour that is not"
        ),
    ],
)
def test_the_lost_hour_is_read_strictly(starts: str, ends: str, expected: tuple[str, str]) -> None:
    spans = opening_spans([window(SUNDAY, starts, ends)], "Europe/London", utc("2026-03-29 12:00"))

    assert spans[0] == Span(*map(utc, expected))


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param(
            "01:30", "04:00", ("2026-10-25 01:30", "2026-10-25 04:00"), id="begins in the hour that is twice"
        ),
        pytest.param(
            "00:30", "01:30", ("2026-10-24 23:30", "2026-10-25 00:30"), id="ends in the hour that is twice"
        ),
    ],
)
def test_the_hour_that_comes_twice_is_read_strictly(
    starts: str, ends: str, expected: tuple[str, str]
) -> None:
    spans = opening_spans([window(SUNDAY, starts, ends)], "Europe/London", utc("2026-10-25 12:00"))

    assert spans[0] == Span(*map(utc, expected))


def test_a_window_swallowed_by_the_lost_hour_does_not_open() -> None:
    spans = opening_spans([window(SUNDAY, "01:10", "01:50")], "Europe/London", utc("2026-03-27 12:00"))

    assert spans == (Span(utc("2026-04-05 00:10"), utc("2026-04-05 00:50")),)


def test_midnight_that_ends_the_day_touches_the_next_day() -> None:
    around_the_clock = [window(weekday, "00:00", "24:00") for weekday in range(7)]

    spans = opening_spans(around_the_clock, "Europe/London", utc("2026-03-28 12:00"))

    assert spans == (Span(utc("2026-03-27 00:00"), utc("2026-04-11 23:00")),)


def test_hours_written_later_do_not_open_the_past() -> None:
    written = utc("2026-11-24 10:15")

    spans = opening_spans([window(1, "10:00", "12:00", recorded_at=written)], "UTC", utc("2026-11-24 11:00"))

    assert spans[0] == Span(written, utc("2026-11-24 12:00"))


def test_hours_that_were_replaced_hold_until_then() -> None:
    replaced = utc("2026-11-24 11:15")

    spans = opening_spans([window(1, "10:00", "12:00", ended_at=replaced)], "UTC", replaced)

    assert spans == (Span(utc("2026-11-24 10:00"), replaced),)


def test_a_class_open_once_a_week_has_a_next_opening() -> None:
    now = utc("2026-11-24 12:00")

    spans = opening_spans([window(1, "10:00", "12:00")], "UTC", now)

    assert next_start(now, spans) == utc("2026-12-01 10:00")


def test_no_windows_no_opening() -> None:
    now = utc("2026-11-24 12:00")

    assert opening_spans([], "UTC", now) == ()
    assert next_start(now, ()) is None


def test_an_opening_under_way_is_not_the_next_one() -> None:
    now = utc("2026-11-24 12:00")
    under_way, later = (
        Span(now, now + timedelta(hours=1)),
        Span(now + timedelta(hours=3), utc("2027-01-01 00:00")),
    )

    assert next_start(now, [later, under_way]) == later.start
