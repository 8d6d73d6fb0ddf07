"""Custody rules as stretches of time: which days of which weeks they leave."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.custody import (
    DAYS_AHEAD,
    DAYS_BACK,
    CustodyKind,
    Restriction,
    allowed_spans,
    bits_of,
    contradict,
    weekdays_of,
)
from access.spans import ALWAYS, FAR, LONG_AGO, Span

ZONE = "Asia/Shanghai"
MONDAY, TUESDAY, SUNDAY = 0, 1, 6


def utc(text: str) -> datetime:
    """Return an instant written ``2026-03-10 12:05``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rule(kind: str, *weekdays: int, since: datetime = LONG_AGO, until: datetime = FAR) -> Restriction:
    """Return what one rule says."""
    return Restriction(kind, bits_of(weekdays), Span(since, until))


ODD, EVEN = rule(CustodyKind.ODD_WEEKS), rule(CustodyKind.EVEN_WEEKS)
NEVER = rule(CustodyKind.NO_CONTACT)


def spans_of(*rules: Restriction, zone: str = ZONE, now: datetime) -> tuple[Span, ...]:
    """Return when *rules* let watch."""
    return allowed_spans(rules, zone, now)


def lets_watch(*rules: Restriction, now: datetime) -> bool:
    """Say whether *rules* let watch at *now*."""
    return any(now in span for span in allowed_spans(rules, ZONE, now))


def test_without_a_rule_nothing_is_taken_away() -> None:
    assert spans_of(now=utc("2026-03-10 02:00")) == (ALWAYS,)


def test_an_odd_week_begins_and_ends_on_monday_midnight_at_the_school() -> None:
    # Week 11 of 2026 is Monday 9 to Sunday 15 March; midnight in Shanghai is 16:00 UTC.
    spans = spans_of(ODD, now=utc("2026-03-10 02:00"))

    assert spans == (
        Span(utc("2026-03-08 16:00"), utc("2026-03-15 16:00")),
        Span(utc("2026-03-22 16:00"), utc("2026-03-29 16:00")),
    )


def test_over_a_year_of_53_weeks_two_odd_weeks_are_one_stretch() -> None:
    # 2026 has 53 weeks: 28 December to 3 January is week 53, then comes week 1.
    odd, even = (spans_of(one, now=utc("2026-12-30 02:00")) for one in (ODD, EVEN))

    assert odd[0] == Span(utc("2026-12-28 16:00"), utc("2027-01-10 16:00"))
    assert even[0].start == utc("2027-01-10 16:00")


def test_named_weekdays_in_a_row_are_one_stretch() -> None:
    spans = spans_of(rule(CustodyKind.WEEKDAYS, MONDAY, TUESDAY), now=utc("2026-03-10 02:00"))

    assert spans[0] == Span(utc("2026-03-08 16:00"), utc("2026-03-10 16:00"))
    assert spans[1] == Span(utc("2026-03-15 16:00"), utc("2026-03-17 16:00"))


def test_no_contact_leaves_nothing() -> None:
    assert spans_of(NEVER, now=utc("2026-03-10 02:00")) == ()


def test_a_rule_takes_nothing_away_before_it_begins_and_after_it_ends() -> None:
    ten, noon = utc("2026-03-10 02:07"), utc("2026-03-10 04:00")
    spans = spans_of(rule(CustodyKind.NO_CONTACT, since=ten, until=noon), now=ten)

    assert [span for span in spans if span.start <= noon][-2:] == [
        Span(utc("2026-03-08 16:00"), ten),
        Span(noon, utc("2026-04-01 16:00")),
    ]


def test_of_two_rules_the_stricter_holds() -> None:
    tuesdays = rule(CustodyKind.WEEKDAYS, TUESDAY)

    assert lets_watch(ODD, tuesdays, now=utc("2026-03-10 02:00"))  # Tuesday of week 11
    assert not lets_watch(ODD, tuesdays, now=utc("2026-03-11 02:00"))
    assert not lets_watch(ODD, tuesdays, now=utc("2026-03-17 02:00"))  # Tuesday of week 12
    assert not lets_watch(ODD, NEVER, now=utc("2026-03-10 02:00"))


def test_odd_weeks_only_and_even_weeks_only_is_never() -> None:
    assert spans_of(ODD, EVEN, now=utc("2026-03-10 02:00")) == ()
    assert contradict([ODD, EVEN])


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        pytest.param([], False, id="no rule"),
        pytest.param([NEVER], False, id="no contact is meant so"),
        pytest.param([NEVER, NEVER], False, id="said twice"),
        pytest.param([NEVER, ODD], True, id="never, and in odd weeks"),
        pytest.param([ODD, rule(CustodyKind.WEEKDAYS, MONDAY)], False, id="Mondays of odd weeks"),
        pytest.param(
            [rule(CustodyKind.WEEKDAYS, MONDAY), rule(CustodyKind.WEEKDAYS, TUESDAY)],
            True,
            id="two other days",
        ),
    ],
)
def test_rules_contradict_that_leave_no_day_together(rules: list[Restriction], said: bool) -> None:
    assert contradict(rules) is said


@pytest.mark.parametrize("kind", ["", "odd", "every_day"])
def test_a_rule_that_nobody_understands_allows_nothing(kind: str) -> None:
    assert spans_of(rule(kind, MONDAY), now=utc("2026-03-09 02:00")) == ()


def test_a_rule_of_no_weekday_allows_nothing() -> None:
    assert spans_of(rule(CustodyKind.WEEKDAYS), now=utc("2026-03-09 02:00")) == ()


def test_weekdays_survive_being_kept_as_bits() -> None:
    assert weekdays_of(bits_of([SUNDAY, MONDAY, MONDAY])) == [MONDAY, SUNDAY]


def test_a_midnight_that_comes_twice_opens_at_the_second_and_closes_at_the_first() -> None:
    # In Havana clocks go back at 01:00 on Sunday 1 November 2026: 00:00 is 04:00 and 05:00 UTC.
    now, havana = utc("2026-10-31 15:00"), "America/Havana"
    sundays, saturdays = (rule(CustodyKind.WEEKDAYS, day) for day in (SUNDAY, SUNDAY - 1))

    assert spans_of(sundays, zone=havana, now=now)[0].start == utc("2026-11-01 05:00")
    assert spans_of(saturdays, zone=havana, now=now)[0].end == utc("2026-11-01 04:00")


KINDS = st.sampled_from([*CustodyKind, "", "unknown"])
DAYS = st.integers(-40, 40)


@st.composite
def several_rules(draw: st.DrawFn, around: datetime) -> list[Restriction]:
    """Draw some rules that begin and end, or not, on some hour around an instant."""
    rules = []
    for _ in range(draw(st.integers(0, 4))):
        begins = draw(st.one_of(st.none(), DAYS))
        lasts = draw(st.one_of(st.none(), st.integers(1, 40 * 24)))
        start = LONG_AGO if begins is None else around + timedelta(days=begins)
        end = FAR if lasts is None or begins is None else start + timedelta(hours=lasts)
        rules.append(Restriction(draw(KINDS), draw(st.integers(0, 127)), Span(start, end)))
    return rules


def slowly(rules: Sequence[Restriction], zone: str, instant: datetime) -> bool:
    """Say of one instant whether the rules let watch: the days counted one by one from a known Monday."""
    day = instant.astimezone(ZoneInfo(zone)).date()
    return all(not (one.in_force.start <= instant < one.in_force.end) or _leaves(one, day) for one in rules)


def _leaves(one: Restriction, day: date) -> bool:
    if one.kind == "weekdays":
        return bool(one.weekdays // 2 ** day.weekday() % 2)
    if one.kind not in ("odd_weeks", "even_weeks"):
        return False
    monday = day - timedelta(days=day.weekday())
    # Week 1 is the one with the year's first Thursday; count from its Monday to ours.
    year = (monday + timedelta(days=3)).year
    first = next(date(year, 1, n) for n in range(1, 8) if date(year, 1, n).weekday() == 3)
    number = (monday - (first - timedelta(days=3))).days // 7 + 1
    return number % 2 == (1 if one.kind == "odd_weeks" else 0)


#: Around the turns of years of 52 and of 53 weeks, and of clocks.
NOWS = st.one_of(
    st.datetimes(datetime(2026, 12, 10), datetime(2027, 1, 20), timezones=st.just(UTC)),  # noqa: DTZ001  # made aware
    st.datetimes(datetime(2020, 12, 10), datetime(2021, 1, 20), timezones=st.just(UTC)),  # noqa: DTZ001  # made aware
    st.datetimes(datetime(2024, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # made aware
)


@given(st.data(), NOWS, st.sampled_from([ZONE, "Europe/London", "America/New_York", "UTC", "Pacific/Apia"]))
def test_the_spans_are_those_of_the_days_counted_one_by_one(
    data: st.DataObject, now: datetime, zone: str
) -> None:
    rules = data.draw(several_rules(now))

    spans = allowed_spans(rules, zone, now)

    known = timedelta(days=DAYS_BACK) + timedelta(days=DAYS_AHEAD)
    edges = [edge for one in rules for edge in (one.in_force.start, one.in_force.end)]
    hours = [now + timedelta(hours=n) for n in range(-20, int(known / timedelta(hours=1)) - 48, 5)]
    near = [
        edge + offset
        for edge in edges
        for offset in (timedelta(0), -timedelta.resolution)
        if edge not in {LONG_AGO, FAR}
    ]
    for instant in [now, *hours, *(one for one in near if abs(one - now) < timedelta(hours=20))]:
        assert any(instant in span for span in spans) == slowly(rules, zone, instant), instant


@given(st.data(), NOWS)
def test_one_more_rule_never_opens(data: st.DataObject, now: datetime) -> None:
    rules = data.draw(several_rules(now))
    more = data.draw(several_rules(now))

    before, after = (allowed_spans(some, ZONE, now) for some in (rules, rules + more))

    assert all(any(b.start <= a.start and a.end <= b.end for b in before) for a in after)
