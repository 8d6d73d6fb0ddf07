"""When pictures were filmed: never later than it was, whatever arrives late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.film_clock import FilmClock
from streaming.ticks import TICKS_PER_SECOND

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
ALLOWANCE, SECOND = timedelta(seconds=2), timedelta(seconds=1)


def test_a_span_starts_earlier_by_the_allowance() -> None:
    clock = FilmClock(ALLOWANCE)
    clock.saw(5 * TICKS_PER_SECOND, NINE)

    assert clock.filmed(5 * TICKS_PER_SECOND, 6 * TICKS_PER_SECOND) == (NINE - ALLOWANCE, NINE + SECOND)


def test_film_time_does_not_move_forward_when_pictures_come_late() -> None:
    clock = FilmClock(ALLOWANCE)
    clock.saw(0, NINE)

    late = clock.saw(TICKS_PER_SECOND, NINE + 4 * SECOND)

    assert late == 3 * SECOND
    assert clock.filmed(TICKS_PER_SECOND, 2 * TICKS_PER_SECOND)[1] == NINE + 2 * SECOND


def test_a_quicker_picture_corrects_film_time_backwards() -> None:
    clock = FilmClock(ALLOWANCE)
    clock.saw(0, NINE + SECOND)

    clock.saw(TICKS_PER_SECOND, NINE + SECOND)

    assert clock.filmed(0, TICKS_PER_SECOND)[1] == NINE + SECOND


@given(st.lists(st.integers(0, 2_000_000), min_size=1, max_size=30))
def test_what_was_filmed_lies_in_its_span_if_one_picture_was_quick_enough(delays: list[int]) -> None:
    clock = FilmClock(ALLOWANCE)

    for number, delay in enumerate(delays):
        clock.saw(number * TICKS_PER_SECOND, NINE + number * SECOND + timedelta(microseconds=delay))

    for number in range(len(delays)):
        start, end = clock.filmed(number * TICKS_PER_SECOND, (number + 1) * TICKS_PER_SECOND)
        assert start <= NINE + number * SECOND
        assert NINE + (number + 1) * SECOND <= end


def test_before_any_picture_there_is_no_film_time() -> None:
    with pytest.raises(ValueError, match="no picture"):
        FilmClock(ALLOWANCE).filmed(0, 1)
