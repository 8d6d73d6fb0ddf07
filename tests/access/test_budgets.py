"""What a family has watched, what is left of it, and on how many devices: pure, and read second by second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.budgets import (
    TIME_TO_ANSWER,
    Watched,
    day_of,
    in_budget,
    left_of_day,
    on_devices,
    question,
    watched_until,
)
from access.spans import FAR, LONG_AGO, Span, around, next_start

ZONE = "Asia/Shanghai"
#: 10:00 at the school.
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
MIDNIGHT, NEXT_MIDNIGHT = NOW - timedelta(hours=10), NOW + timedelta(hours=14)
MINUTE, TICK = timedelta(minutes=1), timedelta.resolution
PHONE, TABLET, OFFICE = 1, 2, 3


def ago(minutes: float) -> datetime:
    return NOW - minutes * MINUTE


def watched(device: int, from_ago: float, until_ago: float | None = None) -> Watched:
    return Watched(device, 1, ago(from_ago), FAR if until_ago is None else ago(until_ago))


def budget_ends(*of: Watched, minutes: int = 60) -> datetime | None:
    stretch = around(NOW, in_budget(of, minutes, None, ZONE, NOW))
    return stretch.end if stretch else None


def test_where_nobody_watched_the_budget_holds_until_the_day_is_over() -> None:
    assert budget_ends() == NEXT_MIDNIGHT
    assert left_of_day([], 60, ZONE, NOW) == 60 * MINUTE


def test_without_a_budget_nothing_is_counted() -> None:
    of = [watched(PHONE, 600)]

    assert in_budget(of, None, None, ZONE, NOW) == (Span(LONG_AGO, FAR),)
    assert left_of_day(of, None, ZONE, NOW) is None


def test_whoever_watches_has_as_long_as_is_left() -> None:
    of = [watched(PHONE, 100, 80), watched(PHONE, 10)]

    assert budget_ends(*of) == NOW + 30 * MINUTE
    assert left_of_day(of, 60, ZONE, NOW) == 30 * MINUTE


def test_two_devices_at_once_spend_twice_as_fast() -> None:
    assert budget_ends(watched(PHONE, 10), watched(TABLET, 10)) == NOW + 20 * MINUTE


def test_one_device_in_two_rooms_spends_once() -> None:
    assert budget_ends(watched(PHONE, 10), watched(PHONE, 5)) == NOW + 50 * MINUTE


def test_a_reconnection_spends_nothing_twice() -> None:
    lapsed, again = watched(PHONE, 10, 5 - 10 / 60), watched(PHONE, 5)

    assert budget_ends(lapsed, again) == NOW + 50 * MINUTE


def test_what_is_used_up_opens_again_after_midnight() -> None:
    spans = in_budget([watched(PHONE, 100, 30)], 60, None, ZONE, NOW)

    assert around(NOW, spans) is None
    assert next_start(NOW, spans) == NEXT_MIDNIGHT + TICK
    assert left_of_day([watched(PHONE, 100, 30)], 60, ZONE, NOW) == timedelta()


def test_yesterday_is_not_counted() -> None:
    overnight = Watched(PHONE, 1, MIDNIGHT - 50 * MINUTE, MIDNIGHT + 20 * MINUTE)

    assert left_of_day([overnight], 60, ZONE, NOW) == 40 * MINUTE


def test_a_right_ends_with_the_day_and_goes_on_by_the_next_days_spending() -> None:
    late = NEXT_MIDNIGHT - 10 * MINUTE
    of = [Watched(PHONE, 1, late, FAR)]

    before = around(late, in_budget(of, 60, None, ZONE, late))
    after = around(NEXT_MIDNIGHT + TICK, in_budget(of, 60, None, ZONE, NEXT_MIDNIGHT + TICK))

    assert before is not None
    assert before.end == NEXT_MIDNIGHT
    assert after == Span(NEXT_MIDNIGHT + TICK, NEXT_MIDNIGHT + 60 * MINUTE)


def test_a_larger_budget_opens_nothing_before_it_was_given() -> None:
    spans = in_budget([watched(PHONE, 100, 30)], 90, ago(1), ZONE, NOW)

    assert around(NOW, spans) == Span(ago(1), NEXT_MIDNIGHT)


def test_one_device_more_than_are_let_is_refused_and_none_is_cut() -> None:
    of = [watched(PHONE, 10), watched(TABLET, 5)]

    assert around(NOW, on_devices(of, 2, None, PHONE))
    assert around(NOW, on_devices(of, 2, None, TABLET))
    assert around(NOW, on_devices(of, 2, None, OFFICE)) is None
    assert around(NOW, on_devices(of, 2, None, None)) is None
    assert around(NOW, on_devices(of, 3, None, OFFICE))


def test_where_fewer_are_let_than_run_the_youngest_is_one_too_many() -> None:
    of = [watched(PHONE, 10), watched(TABLET, 5)]

    assert around(NOW, on_devices(of, 1, None, PHONE))
    assert around(NOW, on_devices(of, 1, None, TABLET)) is None


def test_a_second_room_does_not_make_a_device_younger() -> None:
    of = [watched(PHONE, 10), watched(TABLET, 5), watched(PHONE, 1)]

    assert around(NOW, on_devices(of, 1, None, PHONE))


def test_what_was_filmed_while_a_device_had_no_place_stays_unseen() -> None:
    of = [watched(PHONE, 10, 2)]

    assert around(NOW, on_devices(of, 1, None, TABLET)) == Span(ago(2), FAR)
    assert around(NOW, on_devices(of, 1, ago(1), TABLET)) == Span(ago(1), FAR)


def test_a_viewing_ends_when_it_was_closed_or_with_its_lease() -> None:
    lease = NOW + timedelta(seconds=8)

    assert watched_until(ago(9), lease, None, NOW) == FAR
    assert watched_until(ago(9), ago(1), None, NOW) == ago(1)
    assert watched_until(ago(9), ago(1), ago(2), NOW) == ago(2)
    assert watched_until(ago(9), lease, NOW + MINUTE, NOW) == FAR  # asked about an instant that has passed


def test_whoever_is_asked_has_a_minute_to_answer() -> None:
    asked = question(ago(3), 20 * MINUTE)

    assert asked is not None
    assert (asked.asked_at, asked.ends_at) == (NOW + 17 * MINUTE, NOW + 17 * MINUTE + TIME_TO_ANSWER)
    assert question(ago(3), None) is None


@pytest.mark.parametrize(
    ("instant", "hours"),
    [
        pytest.param(datetime(2026, 3, 29, 12, tzinfo=UTC), 23, id="an hour is left out"),
        pytest.param(datetime(2026, 10, 25, 12, tzinfo=UTC), 25, id="an hour comes twice"),
        pytest.param(datetime(2026, 7, 1, 12, tzinfo=UTC), 24, id="any other"),
    ],
)
def test_a_day_is_the_schools(instant: datetime, hours: int) -> None:
    day = day_of(instant, "Europe/London")

    assert instant in day
    assert day.end - day.start == timedelta(hours=hours)


minutes_ago = st.integers(1, 200)
viewings = st.lists(
    st.builds(
        lambda device, first, last: watched(device, max(first, last) + 1, min(first, last)),
        st.integers(1, 3),
        minutes_ago,
        minutes_ago,
    )
    | st.builds(watched, st.integers(1, 3), minutes_ago),
    max_size=6,
)


@given(viewings, st.integers(1, 300))
def test_the_horizon_is_the_very_minute_that_a_count_by_hand_finds(of: list[Watched], budget: int) -> None:
    def spent(at: datetime) -> int:
        """Count minutes of devices from midnight on, one by one."""
        count = 0
        for minute in range(int((at - MIDNIGHT) / MINUTE)):
            instant = MIDNIGHT + minute * MINUTE
            count += len({one.sign_in_id for one in of if one.opened_at <= instant < one.ended_at})
        return count

    ends = budget_ends(*of, minutes=budget)

    if ends is None:
        assert spent(NOW) >= budget
        return
    assert spent(NOW) < budget
    if ends < NEXT_MIDNIGHT:
        whole = NOW + int((ends - NOW) / MINUTE) * MINUTE
        assert spent(whole) <= budget <= spent(whole + MINUTE)
    else:
        assert spent(NEXT_MIDNIGHT) <= budget


@given(viewings, st.integers(1, 3))
def test_never_do_more_devices_hold_than_are_let(of: list[Watched], most: int) -> None:
    running = {one.sign_in_id for one in of if one.runs}

    holding = {device for device in running if around(NOW, on_devices(of, most, None, device))}

    assert len(holding) == min(most, len(running))
    for device in {1, 2, 3} - running:
        assert bool(around(NOW, on_devices(of, most, None, device))) == (len(running) < most)
