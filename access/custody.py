"""Turn the custody rules of a guardianship into the stretches in which they let it watch.

Pure. A rule leaves some days and takes the others away, in the school's local days; where
there are several, what one of them takes away is taken away. Days begin at 00:00 in the
school's zone, weeks on Monday and are numbered as in ISO 8601: a year of 53 weeks ends with
two odd ones in a row. Where a clock change makes a midnight mean two instants, an allowed
stretch begins at the later and ends at the earlier. What is not understood allows nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import TypeAlias
from zoneinfo import ZoneInfo

from access.spans import ALWAYS, Span, common, less, merged

#: Days around the present one that become spans. A named weekday of alternating weeks comes
#: again after three weeks at the latest: over a new year two odd weeks may be neighbours.
DAYS_BACK, DAYS_AHEAD = 1, 22
WEEKDAYS = range(7)


class CustodyKind(StrEnum):
    """What a custody rule leaves."""

    NO_CONTACT = "no_contact"
    ODD_WEEKS = "odd_weeks"
    EVEN_WEEKS = "even_weeks"
    WEEKDAYS = "weekdays"


#: A weekday (0 is Monday) in a week whose number is odd (1) or even (0).
Day: TypeAlias = tuple[int, int]
EVERY_DAY: frozenset[Day] = frozenset(product(WEEKDAYS, (0, 1)))


@dataclass(frozen=True, slots=True, order=True)
class Restriction:
    """What one rule allows while it is in force; outside of its span it takes nothing away."""

    kind: str
    #: Bit *n* is weekday *n*, 0 is Monday; read for named weekdays only.
    weekdays: int
    in_force: Span

    @property
    def allows(self) -> frozenset[Day]:
        """Return the days that the rule leaves; none where its kind is unknown."""
        if self.kind in (CustodyKind.ODD_WEEKS, CustodyKind.EVEN_WEEKS):
            parity = int(self.kind == CustodyKind.ODD_WEEKS)
            return frozenset(day for day in EVERY_DAY if day[1] == parity)
        if self.kind == CustodyKind.WEEKDAYS:
            return frozenset(day for day in EVERY_DAY if self.weekdays >> day[0] & 1)
        return frozenset()


def allowed_spans(restrictions: Iterable[Restriction], zone: str, now: datetime) -> tuple[Span, ...]:
    """Return when *restrictions* together let watch, from yesterday to three weeks ahead.

    Without any they let watch always.

    Args:
        restrictions: of one guardianship.
        zone: IANA name of the school's zone.
        now: aware; only its local day matters.
    """
    known = tuple(sorted(set(restrictions)))
    if not known:
        return (ALWAYS,)
    return _spans_around(known, zone, now.astimezone(ZoneInfo(zone)).date())


def contradict(restrictions: Iterable[Restriction]) -> bool:
    """Say whether rules that are in force together leave no day, though one of them alone leaves some."""
    allowed = [restriction.allows for restriction in restrictions]
    return any(allowed) and not EVERY_DAY.intersection(*allowed)


def weekdays_of(bits: int) -> list[int]:
    """Return the weekdays of a rule, 0 is Monday."""
    return [day for day in WEEKDAYS if bits >> day & 1]


def bits_of(weekdays: Iterable[int]) -> int:
    """Return weekdays, 0 is Monday, as a rule keeps them."""
    return sum(1 << day for day in set(weekdays))


@lru_cache(maxsize=1024)  # of a pure function: the same rules on the same day
def _spans_around(restrictions: tuple[Restriction, ...], zone: str, today: date) -> tuple[Span, ...]:
    days = [today + timedelta(days=n) for n in range(-DAYS_BACK, DAYS_AHEAD + 1)]
    whole = _stretch(days, zone)
    assert whole is not None  # noqa: S101  # three weeks are never empty
    taken = [
        span
        for restriction in restrictions
        for span in common([restriction.in_force], less([whole], _left_by(restriction, days, zone)))
    ]
    return tuple(less([whole], taken))


def _left_by(restriction: Restriction, days: Sequence[date], zone: str) -> list[Span]:
    """Return the runs of days that the rule leaves."""
    runs: list[list[date]] = [[]]
    for day in days:
        if (day.weekday(), day.isocalendar().week % 2) in restriction.allows:
            runs[-1].append(day)
        elif runs[-1]:
            runs.append([])
    stretches = [_stretch(run, zone) for run in runs if run]
    return merged(stretch for stretch in stretches if stretch is not None)


def _stretch(days: Sequence[date], zone: str) -> Span | None:
    """Return a run of local days as instants, the stricter reading of both midnights."""
    start, end = max(_midnights(days[0], zone)), min(_midnights(days[-1] + timedelta(days=1), zone))
    return Span(start, end) if start < end else None


def _midnights(day: date, zone: str) -> tuple[datetime, datetime]:
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
