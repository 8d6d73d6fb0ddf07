"""What is out of the usual in some days of a school's log. Pure: entries go in, findings come out.

None of it says that somebody did wrong. One is different: a picture that was served at a level which a
withdrawn consent did not allow any more must be impossible, and is an incident.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from access.log.day import CLOSED, OPENED, Stretch, viewings_among
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
WITHDRAWN = "consent:withdrawn"
#: The level that whoever has not agreed may be in, and below which nothing is shown.
HIDING = frozenset({"figures", "closed"})
#: How long a picture may still be on its way: product.md, "Promises", 3.
BLACK_AT_THE_LATEST = timedelta(seconds=3)
#: By which a child's consent counts again, or is not asked for any more.
AGREED = frozenset({"consent:given", "consent:paper_confirmed", "consent:exempted", "guardianship:ended"})
GONE = frozenset({"attendance:out", "child:left", "child:moved", "enrolment:ended"})
COME = "attendance:in"


class Sort(StrEnum):
    """What is out of the usual; in this order it is shown."""

    INCIDENT = "incident"
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


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A consent that was taken back, and what was written about the child afterwards."""

    entry: Entry
    #: Classes in which the child was at the time.
    class_groups: Collection[int]
    #: Entries about the child or the guardian since then, oldest first.
    later: Sequence[Entry]


def unusual(
    entries: Sequence[Entry],
    withdrawals: Iterable[Withdrawal],
    *,
    zone: ZoneInfo,
    until: datetime,
) -> list[Unusual]:
    """Return what is out of the usual, incidents first and then the newest.

    Args:
        entries: viewings opened, closed and refused, oldest first.
        withdrawals: consents that were taken back.
        zone: the school's, whose days count.
        until: when the days end; what is still open is open until then.
    """
    since = entries[0].at if entries else until
    viewings = [one for one in viewings_among(entries, since, until) if one.entry is not None]
    found = [
        *(one for withdrawal in withdrawals for one in incidents(viewings, withdrawal)),
        *_two_networks(viewings),
        *_by_day(viewings, zone),
        *_refusals([entry for entry in entries if entry.kind == REFUSED]),
    ]
    order = list(Sort)
    return sorted(found, key=lambda one: (order.index(one.sort), -one.until.timestamp()))


def incidents(viewings: Iterable[Stretch], withdrawal: Withdrawal) -> list[Unusual]:
    """Return the viewings that showed a child clearly although its consent had been taken back."""
    counts = _in_force(withdrawal)
    return [
        Unusual(Sort.INCIDENT, _person(one.entry), one.entry.number, one.start, one.end)
        for one in viewings
        if one.entry is not None
        and one.entry.kind == OPENED
        and one.entry.body.get("level") not in HIDING
        and _subject(one.entry).get("class_group") in withdrawal.class_groups
        and any(
            one.start < end and one.end > start + BLACK_AT_THE_LATEST and one.end > start
            for start, end in counts
        )
    ]


def _in_force(withdrawal: Withdrawal) -> list[tuple[datetime, datetime]]:
    """Return while the child was there, and not agreed for."""
    last = datetime.max.replace(tzinfo=withdrawal.entry.at.tzinfo)
    person, child = _subject(withdrawal.entry).get("person"), _subject(withdrawal.entry).get("child")
    stretches: list[tuple[datetime, datetime]] = []
    began, there = withdrawal.entry.at, True
    for entry in withdrawal.later:
        subject = _subject(entry)
        same_person = subject.get("person") == person and subject.get("child", child) == child
        if entry.kind in AGREED and same_person:
            return [*stretches, (began, entry.at)] if there else stretches
        if subject.get("child") == child and entry.kind in GONE and there:
            stretches.append((began, entry.at))
            there = False
        elif subject.get("child") == child and entry.kind == COME and not there:
            began, there = entry.at, True
    return [*stretches, (began, last)] if there else stretches


def _two_networks(viewings: Sequence[Stretch]) -> list[Unusual]:
    of_person: defaultdict[int, list[Stretch]] = defaultdict(list)
    for one in viewings:
        if one.entry is not None and one.entry.kind == OPENED and _network(one.entry):
            of_person[_person(one.entry)].append(one)
    found = []
    for person, theirs in of_person.items():
        for nth, one in enumerate(theirs):
            others = [
                other for other in _meanwhile(theirs, nth) if _network(other.entry) != _network(one.entry)
            ]
            if others:
                until = min(one.end, others[0].end)
                found.append(Unusual(Sort.TWO_NETWORKS, person, 2, others[0].start, until))
                break
    return found


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
            of_day[_person(one.entry), one.start.astimezone(zone).date()].append(one)
    found = []
    for (person, _), theirs in of_day.items():
        start, end = theirs[0].start, max(one.end for one in theirs)
        rooms = {_subject(one.entry).get("room") for one in theirs}
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
        of_person[_person(entry)].append(entry)
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


def _subject(entry: Entry | None) -> Mapping[str, Any]:
    return {} if entry is None else entry.body.get("subject") or {}


def _person(entry: Entry) -> int:
    person = _subject(entry).get("person", actor_id(entry))
    return person if isinstance(person, int) else 0


def _network(entry: Entry | None) -> str | None:
    return None if entry is None else (entry.body.get("actor") or {}).get("from")


#: The kinds that are looked through.
WATCHED = (OPENED, CLOSED, REFUSED)
