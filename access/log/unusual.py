"""What is out of the usual in some days of a school's log. Pure: entries go in, findings come out.

None of it says that somebody did wrong; what must be impossible is :mod:`access.log.incidents`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from access.log.day import OPENED, Stretch, viewings_among
from access.log.entry import Entry
from access.log.names import actor_id

#: In one day.
MANY_ROOMS = 4
MANY_HOURS = timedelta(hours=3)
#: Refusals of one person within so long.
BURST, BURST_WITHIN = 10, timedelta(minutes=10)
#: Tries of one person outside the hours, in all the days.
AFTER_HOURS = 3
OUTSIDE = frozenset({"hours:closed", "school:closed"})
REFUSED = "viewing:refused"


class Sort(StrEnum):
    """What is out of the usual; in this order it is shown."""

    INCIDENT = "incident"
    #: One sign-in, from both: perhaps a copy of it.
    ONE_SIGN_IN = "one_sign_in"
    TWO_NETWORKS = "two_networks"
    MANY_ROOMS = "many_rooms"
    MANY_HOURS = "many_hours"
    BURST = "burst"
    AFTER_HOURS = "after_hours"


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing: of what sort, about whom, and where to look."""

    sort: Sort
    person_id: int
    #: How much: rooms, minutes, refusals or networks; of an incident the entry's number.
    amount: int
    since: datetime
    until: datetime


def unusual(entries: Sequence[Entry], *, zone: ZoneInfo, until: datetime) -> list[Unusual]:
    """Return what is out of the usual, by its sort and then the newest first.

    Args:
        entries: viewings opened, closed and refused, oldest first.
        zone: the school's, whose days count.
        until: when the days end; what is still open is open until then.
    """
    since = entries[0].at if entries else until
    viewings = [
        one
        for one in viewings_among(entries, since, until)
        if one.entry is not None and one.entry.kind == OPENED
    ]
    found = [
        *_two_networks(viewings),
        *_by_day(viewings, zone),
        *_refusals([entry for entry in entries if entry.kind == REFUSED]),
    ]
    return in_order(found)


def in_order(found: Iterable[Unusual]) -> list[Unusual]:
    """Return findings as they are shown."""
    order = list(Sort)
    return sorted(found, key=lambda one: (order.index(one.sort), -one.until.timestamp()))


def _two_networks(viewings: Sequence[Stretch]) -> list[Unusual]:
    """Return who watched from two networks at once: on two devices, or, which is stranger, on one."""
    of_person: defaultdict[int, list[Stretch]] = defaultdict(list)
    for one in viewings:
        if one.entry is not None and _network(one.entry):
            of_person[person_of(one.entry)].append(one)
    found: list[Unusual] = []
    for person, theirs in of_person.items():
        first: dict[Sort, Unusual] = {}
        for nth, one in enumerate(theirs):
            for other in _meanwhile(theirs, nth):
                if _network(other.entry) != _network(one.entry):
                    sort = Sort.ONE_SIGN_IN if _sign_in(other) == _sign_in(one) else Sort.TWO_NETWORKS
                    both = other.start, min(one.end, other.end)
                    first.setdefault(sort, Unusual(sort, person, 2, *both))
        found += first.values()
    return found


def _sign_in(one: Stretch) -> object:
    """Return the sign-in of a viewing; of two that say none, neither is the other's."""
    return subject_of(one.entry).get("sign_in", one)


def _meanwhile(theirs: Sequence[Stretch], nth: int) -> Iterator[Stretch]:
    """Yield those that began while the *nth* lasted; they are in the order in which they began."""
    for later in range(nth + 1, len(theirs)):
        if theirs[later].start >= theirs[nth].end:
            return
        yield theirs[later]


def _by_day(viewings: Sequence[Stretch], zone: ZoneInfo) -> list[Unusual]:
    of_day: defaultdict[tuple[int, Any], list[Stretch]] = defaultdict(list)
    for one in viewings:
        if one.entry is not None:
            of_day[person_of(one.entry), one.start.astimezone(zone).date()].append(one)
    found = []
    for (person, _), theirs in of_day.items():
        start, end = theirs[0].start, max(one.end for one in theirs)
        rooms = {subject_of(one.entry).get("room") for one in theirs}
        watched = sum(((one.end - one.start) for one in theirs), timedelta())
        if len(rooms) >= MANY_ROOMS:
            found.append(Unusual(Sort.MANY_ROOMS, person, len(rooms), start, end))
        if watched >= MANY_HOURS:
            minutes = int(watched.total_seconds() // 60)
            found.append(Unusual(Sort.MANY_HOURS, person, minutes, start, end))
    return found


def _refusals(refused: Sequence[Entry]) -> list[Unusual]:
    of_person: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in refused:
        of_person[person_of(entry)].append(entry)
    found = []
    for person, theirs in of_person.items():
        most, first, last = _densest(theirs)
        if most >= BURST:
            found.append(Unusual(Sort.BURST, person, most, first, last))
        outside = [entry for entry in theirs if entry.body.get("reason") in OUTSIDE]
        if (tries := sum(map(_times, outside))) >= AFTER_HOURS:
            found.append(Unusual(Sort.AFTER_HOURS, person, tries, outside[0].at, outside[-1].at))
    return found


def _densest(entries: Sequence[Entry]) -> tuple[int, datetime, datetime]:
    """Return how many refusals there were at most within a short time, and from when until when."""
    best, start, count = (0, entries[0].at, entries[0].at), 0, 0
    for entry in entries:
        count += _times(entry)
        while entry.at - entries[start].at > BURST_WITHIN:
            count -= _times(entries[start])
            start += 1
        if count > best[0]:
            best = (count, entries[start].at, entry.at)
    return best


def _times(entry: Entry) -> int:
    times = entry.body.get("times", 1)
    return times if isinstance(times, int) else 1


def subject_of(entry: Entry | None) -> Mapping[str, Any]:
    """Return what an entry is about; nothing of none."""
    return {} if entry is None else entry.body.get("subject") or {}


def person_of(entry: Entry) -> int:
    """Return whom a viewing is of; 0 where that is not told."""
    person = subject_of(entry).get("person", actor_id(entry))
    return person if isinstance(person, int) else 0


def _network(entry: Entry | None) -> str | None:
    return None if entry is None else (entry.body.get("actor") or {}).get("from")
