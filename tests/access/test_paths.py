"""What is remembered of a path: right for every instant of the day that it was made on, and for no other."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from access.budgets import day_of
from access.calendar import Calendar, Days, DaysKind, opening_spans
from access.custody import CustodyKind
from access.hours import Window
from access.paths import custody_of
from access.readings import CUSTODY
from access.spans import LONG_AGO
from access.stays import USE, stays
from tests.access.one_room import OneRoom
from tests.access.test_stays import Stay

#: Where clocks change at night, where they change at midnight, and where they never do.
ZONES = ("Asia/Shanghai", "Europe/London", "Asia/Beirut", "America/Havana", "Pacific/Kiritimati")
DAY = timedelta(days=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class Rule(NamedTuple):
    """A custody rule as the questions answer it."""

    kind: str
    what: str
    weekdays: int
    at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    recorded_at: datetime


instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))


@given(now=instants, zone=st.sampled_from(ZONES))
@settings(max_examples=300, deadline=None)
def test_any_instant_of_a_day_is_as_good_as_another(now: datetime, zone: str) -> None:
    first = day_of(now, zone).start
    windows = [Window(weekday, 0, 1440, LONG_AGO) for weekday in range(0, 7, 2)]
    rules = [
        Rule(CUSTODY, kind, 0b0010101, now - 9 * DAY, now + 3 * DAY, None, LONG_AGO)
        for kind in (CustodyKind.ODD_WEEKS, CustodyKind.WEEKDAYS)
    ]
    closed = Days(DaysKind.CLOSURE, now.date() + 2 * DAY, now.date() + 3 * DAY, LONG_AGO)
    calendar = Calendar(zone, days=frozenset({closed}))
    tuesdays = Stay(USE, 1, 1, LONG_AGO, None, None, LONG_AGO, 1, 600, 660)

    assert opening_spans(windows, calendar, now) == opening_spans(windows, calendar, first)
    assert custody_of(rules, zone, now) == custody_of(rules, zone, first)
    assert stays([tuesdays], 1, zone, now) == stays([tuesdays], 1, zone, first)


@given(now=instants, zone=st.sampled_from(ZONES))
@settings(max_examples=300, deadline=None)
def test_the_day_of_an_instant_is_the_schools_and_holds_it(now: datetime, zone: str) -> None:
    day = day_of(now, zone)

    assert now in day
    assert local(day.start, zone) == local(now, zone)
    assert local(day.end, zone) == local(now, zone) + DAY


def local(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def test_what_was_remembered_two_days_ago_is_not_told_today(room: OneRoom) -> None:
    (before,) = room.facts().paths
    room.clock.advance(2 * DAY)  # what is told begins with yesterday: this week's hours are gone
    (after,) = room.facts().paths
    room.clock.advance(-2 * DAY)

    assert after.hours[0].start == before.hours[0].start + 7 * DAY
    assert room.facts().paths == (before,)
