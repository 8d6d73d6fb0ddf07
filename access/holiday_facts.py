"""What is published of a year's holidays: read once, when its calendar is prepared, and then kept as rows.

Never asked for a decision: the library takes a quarter of a second to come and goes by its own
release, not by ours. It lists the holidays of years whose make-up workdays are not announced yet, and
does not say so; whether it knows a year is found out here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

from access.statutory import CHINA, Period, statutory_periods

_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A day that follows the hours of another weekday; 0 is Monday."""

    day: date
    weekday: int


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year's holidays and make-up workdays."""

    periods: tuple[Period, ...]
    make_up: tuple[MakeUp, ...]
    #: False where only the law's days are known and not how they were moved around this year.
    announced: bool
    #: Where it comes from.
    source: str


def countries() -> frozenset[str]:
    """Return the countries whose holidays can be looked up, each as two letters of ISO 3166-1."""
    from holidays.registry import EntityLoader  # whose names are there without each country's own module

    known = EntityLoader.get_country_codes(include_aliases=False)
    return frozenset(code for code in known if len(code) == 2)


def is_country(code: str) -> bool:
    """Say whether the holidays of a country, named by two letters of ISO 3166-1, can be looked up."""
    return code in countries()


def known_year(country: str, year: int) -> KnownYear:
    """Return what is published of *year*, or else what the law alone gives.

    Args:
        country: one that :func:`is_country` knows.
    """
    import holidays

    source = f"holidays {version('holidays')}"
    language = "zh_CN" if country == CHINA else None
    listed = dict(holidays.country_holidays(country, years=[year], expand=False, language=language))
    if country != CHINA:
        guessed = any("estimated" in name.lower() for name in listed.values())
        return KnownYear(_periods(listed, set()), (), announced=not guessed, source=source)
    by_law, moved = statutory_periods(country, year) or (), _moved_in_china(year)
    if not moved:
        return KnownYear(by_law, (), announced=False, source="law")
    make_up = tuple(sorted((MakeUp(worked, off.weekday()) for off, worked in moved), key=lambda one: one.day))
    worked_days = {one.day for one in make_up}
    periods = [
        _with_its_weekends(_called_by_law(one, by_law), worked_days) for one in _periods(listed, worked_days)
    ]
    return KnownYear(tuple(periods), make_up, announced=True, source=source)


def _called_by_law(period: Period, by_law: Iterable[Period]) -> Period:
    """Name a period after the holidays in it, not after the first day off that was moved."""
    names = [one.name for one in by_law if one.first <= period.last and period.first <= one.last]
    return replace(period, name="、".join(names) or period.name)


def _with_its_weekends(period: Period, worked: set[date]) -> Period:
    """Let a period begin and end with the weekend that it touches, as the announcements count it."""
    first, last = period.first, period.last
    while (first - _DAY).weekday() >= SATURDAY and first - _DAY not in worked:
        first -= _DAY
    while (last + _DAY).weekday() >= SATURDAY and last + _DAY not in worked:
        last += _DAY
    return replace(period, first=first, last=last)


def _moved_in_china(year: int) -> list[tuple[date, date]]:
    """Return each weekday off with the weekend day worked for it; empty where not all of it is known."""
    import holidays

    china: Any = holidays.country_holidays(CHINA, years=[year])  # its class lists what the others lack
    found = []
    for moved in china.special_public_holidays.get(year, ()):
        if len(moved) < 4:  # a day off that nobody works for
            continue
        month, day, worked_month, worked_day, *worked_year = moved
        worked = date(worked_year[0] if worked_year else year, worked_month, worked_day)
        found.append((date(year, month, day), worked))
    said = {day for day in china.weekend_workdays if day.year == year}
    return found if {worked for _, worked in found if worked.year == year} == said else []


def _periods(listed: dict[date, str], worked: set[date]) -> tuple[Period, ...]:
    """Return listed days as periods; one goes on over a weekend between two of them that is not worked."""
    periods: list[Period] = []
    for day, name in sorted(listed.items()):
        if periods and _only_weekend(periods[-1].last, day, worked):
            last = periods.pop()
            periods.append(Period(last.name, last.first, day))
        else:
            periods.append(Period(name[:200], day, day))
    return tuple(periods)


def _only_weekend(last: date, day: date, worked: set[date]) -> bool:
    between = [last + _DAY * n for n in range(1, (day - last).days)]
    return all(one.weekday() >= SATURDAY and one not in worked for one in between)
