"""Hours of a week: windows of weekdays, and what is left of some without others.

Pure. All is the school's local time; which minutes they come to be on a day is
:mod:`access.hours`'s to say. Windows that touch and one over both are the same hours.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeAlias

from access.errors import Refused
from access.hours import MINUTES_OF_A_DAY

#: Weekday (0 is Monday), first minute, minute after the last.
WeekWindow: TypeAlias = tuple[int, int, int]


def checked_windows(windows: Iterable[WeekWindow]) -> list[WeekWindow]:
    """Return *windows* in order, if they are hours of a week.

    Raises:
        Refused: ``hours:backwards``, ``hours:overlap`` or ``hours:out_of_range``.
    """
    ordered = sorted(windows)
    for weekday, starts_minute, ends_minute in ordered:
        if ends_minute <= starts_minute:
            raise Refused("hours:backwards")
        if weekday not in range(7) or starts_minute < 0 or ends_minute > MINUTES_OF_A_DAY:
            raise Refused("hours:out_of_range")
    for one, following in pairwise(ordered):
        if one[0] == following[0] and following[1] < one[2]:
            raise Refused("hours:overlap")
    return ordered


def less(some: Iterable[WeekWindow], others: Iterable[WeekWindow]) -> list[WeekWindow]:
    """Return what of *some* lies in none of *others*, as unbroken windows."""
    return _windows(_minutes(some) - _minutes(others))


def same_hours(some: Iterable[WeekWindow], others: Iterable[WeekWindow]) -> bool:
    """Say whether both are the same minutes of the week."""
    return _minutes(some) == _minutes(others)


def _minutes(windows: Iterable[WeekWindow]) -> set[tuple[int, int]]:
    return {(weekday, minute) for weekday, first, after in windows for minute in range(first, after)}


def _windows(minutes: set[tuple[int, int]]) -> list[WeekWindow]:
    found: list[WeekWindow] = []
    for weekday, minute in sorted(minutes):
        if found and found[-1][0] == weekday and found[-1][2] == minute:
            found[-1] = (weekday, found[-1][1], minute + 1)
        else:
            found.append((weekday, minute, minute + 1))
    return found
