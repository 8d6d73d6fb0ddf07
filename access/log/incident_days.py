"""Incidents in some days of a school's log: looked for in all of them, however much was watched.

Every consent that was ever taken back is gone through, and of the viewings those in the class of its child.
Where a page's work is used up, the answer says how far back it looked.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from access.enrolment import Enrolment
from access.log.day import CLOSED, OPENED, Stretch, ended_at
from access.log.entry import Entry, read_numbered
from access.log.finding import Bounds, Filter, bounds_of, find, find_all
from access.log.incidents import (
    AGREED,
    COME,
    GONE,
    HIDING,
    WITHDRAWN,
    Withdrawal,
    agrees_again,
    incidents,
)
from access.log.mentions import What
from access.log.store import LogEntry, LogMention
from access.log.unusual import Unusual, subject_of

#: Consents taken back that are gone through, the newest; a school of 5,000 children has fewer in its years.
MOST_WITHDRAWN = 2_000
#: Entries about classes that are looked at for one page, all classes together.
LOOKED_AT = 6_000
#: No viewing is longer: the hours of a day end it.
LONGEST = timedelta(days=1)
AT_ONCE = 500

_HIDES = tuple(f'"level":"{level}"'.encode() for level in sorted(HIDING))


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found, and how far it was looked for."""

    found: Sequence[Unusual]
    #: Viewings in question that were looked at: of the classes, at a level that hides nobody or not.
    viewings: int
    #: All that began at or after this instant were looked at; None: all that there are.
    back_to: datetime | None
    #: Where to go on.
    go_on_before: int | None


@dataclass(frozen=True, slots=True)
class InForce:
    """A consent that was taken back, while it counts."""

    entry: Entry
    #: When it was given again, or was not asked for any more.
    until: datetime
    agreed: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Place:
    """A child's time in a class during which one of its consents was taken back."""

    force: InForce
    class_group: int
    start: datetime
    end: datetime


def incidents_in(
    connection: Connection, school_id: int, since: datetime, until: datetime, before: int | None = None
) -> Searched:
    """Return the incidents of a school's log in ``[since, until)``, the newest first.

    Args:
        connection: in a read transaction.
        school_id: whose log.
        since: the first instant; aware.
        until: the first after the days.
        before: only viewings with a smaller number: where the last search ended.
    """
    kinds = [Filter(What.KIND, (WITHDRAWN,))]
    withdrawn = find_all(connection, school_id, kinds, until=until, most=MOST_WITHDRAWN).entries
    return incidents_after(connection, school_id, withdrawn, since=since, until=until, before=before)


def incidents_after(
    connection: Connection,
    school_id: int,
    withdrawn: Sequence[Entry],
    *,
    since: datetime,
    until: datetime,
    before: int | None = None,
) -> Searched:
    """Return the incidents after some consents were taken back; as :func:`incidents_in`."""
    forces = [one for one in in_force(connection, school_id, withdrawn, until) if one.until > since]
    of_class: defaultdict[int, list[Place]] = defaultdict(list)
    for place in _places(connection, school_id, forces, since, until):
        of_class[place.class_group].append(place)
    found: dict[int, Unusual] = {}
    looked, cuts = 0, list[int]()
    for class_group, theirs in of_class.items():
        start, end = min(one.start for one in theirs), max(one.end for one in theirs)
        bounds = bounds_of(connection, school_id, start - LONGEST, end, before)
        count, clear, cut = _clear_viewings(
            connection, school_id, class_group, bounds, LOOKED_AT // len(of_class)
        )
        looked, cuts = looked + count, cuts + ([cut] if cut is not None else [])
        viewings = _with_ends(connection, school_id, clear, until)
        for place in theirs:
            for one in _of_place(connection, school_id, place, viewings):
                if one.until > since:
                    found.setdefault(one.amount, one)
    last = max(cuts, default=None)
    back_to = None if last is None else read_numbered(connection, school_id, [last])[0].at
    newest = sorted(found.values(), key=lambda one: -one.amount)
    return Searched(newest, looked, back_to, last)


def in_force(
    connection: Connection, school_id: int, withdrawn: Sequence[Entry], until: datetime
) -> list[InForce]:
    """Return for how long each of some consents stayed taken back, at most until an instant."""
    of_person: defaultdict[Any, list[Entry]] = defaultdict(list)
    for entry in withdrawn:
        if isinstance(subject_of(entry).get("child"), int):
            of_person[subject_of(entry).get("person")].append(entry)
    people = [person for person in of_person if isinstance(person, int)]
    agreed: defaultdict[Any, list[Entry]] = defaultdict(list)
    for some in _some(people):
        asked = select(LogEntry.number).where(
            LogEntry.log == school_id, LogEntry.person_id.in_(some), LogEntry.kind.in_(AGREED)
        )
        numbers = connection.execute(asked.where(LogEntry.at < until)).scalars().all()
        for part in _some(numbers):
            for entry in read_numbered(connection, school_id, part):
                agreed[subject_of(entry).get("person")].append(entry)
    found = []
    for person, entries in of_person.items():
        for entry in entries:
            later = [one for one in agreed[person] if one.number > entry.number and agrees_again(one, entry)]
            end = min((one.at for one in later), default=until)
            found.append(InForce(entry, end, sorted(later, key=lambda one: one.number)[:1]))
    return found


def _places(
    connection: Connection, school_id: int, forces: Iterable[InForce], since: datetime, until: datetime
) -> Iterator[Place]:
    """Yield in which class the child of each was, and when, in the days that are asked for."""
    of_child: defaultdict[int, list[InForce]] = defaultdict(list)
    for one in forces:
        of_child[subject_of(one.entry)["child"]].append(one)
    for some in _some(list(of_child)):
        asked = select(
            Enrolment.child_id,
            Enrolment.class_group_id,
            Enrolment.starts_at,
            Enrolment.ends_at,
            Enrolment.ended_at,
        ).where(Enrolment.school_id == school_id, Enrolment.child_id.in_(some))
        for row in connection.execute(asked):
            left = min((one for one in (row.ends_at, row.ended_at) if one is not None), default=until)
            for force in of_child[row.child_id]:
                start, end = max(since, force.entry.at, row.starts_at), min(until, force.until, left)
                if start < end:
                    yield Place(force, row.class_group_id, start, end)


def _clear_viewings(
    connection: Connection, log: int, class_group: int, bounds: Bounds, most: int
) -> tuple[int, list[Entry], int | None]:
    """Return the viewings of a class: how many, those that hid nobody, and down to where if not all."""
    mentioned = (
        select(LogMention.number)
        .where(
            LogMention.log == log,
            LogMention.what == What.CLASS_GROUP.value,
            LogMention.value == str(class_group),
            LogMention.number >= bounds.bottom,
            LogMention.number < bounds.top,
        )
        .order_by(LogMention.number.desc())
        .limit(most)
        .subquery()
    )
    looked, lowest = connection.execute(select(func.count(), func.min(mentioned.c.number))).one()
    asked = (
        select(LogEntry.number, LogEntry.at, LogEntry.body, LogEntry.person_id, LogEntry.room_id)
        .join(mentioned, mentioned.c.number == LogEntry.number)
        .where(LogEntry.log == log, LogEntry.kind == OPENED)
    )
    count, clear = 0, []
    for row in connection.execute(asked):
        count += 1
        # A mark inside what somebody typed would be escaped: this is the level, or nothing.
        if row.body is not None and not any(level in row.body for level in _HIDES):
            entry = Entry(log, row.number, OPENED, row.at, json.loads(row.body), row.person_id, row.room_id)
            clear.append(entry)
    return count, clear, lowest if looked == most else None


def _with_ends(connection: Connection, log: int, opened: Sequence[Entry], until: datetime) -> list[Stretch]:
    """Return the viewings that some entries began, each with its end; what did not end, to the end."""
    keys = {subject_of(entry).get("viewing"): entry for entry in opened}
    ends: dict[Any, datetime] = {}
    for some in _some([key for key in keys if isinstance(key, str)]):
        asked = (
            select(LogMention.number)
            .join(LogEntry, (LogEntry.log == LogMention.log) & (LogEntry.number == LogMention.number))
            .where(
                LogMention.log == log,
                LogMention.what == What.VIEWING.value,
                LogMention.value.in_(some),
                LogEntry.kind == CLOSED,
            )
        )
        for entry in read_numbered(connection, log, connection.execute(asked).scalars().all()):
            ends[subject_of(entry).get("viewing")] = ended_at(entry)
    return [
        Stretch(entry.at, max(entry.at, ends.get(subject_of(entry).get("viewing"), until)), entry)
        for entry in opened
    ]


def _of_place(
    connection: Connection, log: int, place: Place, viewings: Sequence[Stretch]
) -> Sequence[Unusual]:
    """Return the viewings that showed a child in its class; whether it was there is asked last."""
    meanwhile = [one for one in viewings if one.start < place.end and one.end > place.start]
    alone = Withdrawal(place.force.entry, (place.class_group,), place.force.agreed)
    if not incidents(meanwhile, alone):
        return ()
    later = [*_comings(connection, log, place), *place.force.agreed]
    later.sort(key=lambda one: one.number)
    return incidents(meanwhile, Withdrawal(place.force.entry, (place.class_group,), later))


def _comings(connection: Connection, log: int, place: Place) -> list[Entry]:
    """Return when the child came and went: the last time before, and all within."""
    child = str(subject_of(place.force.entry)["child"])
    asked = [Filter(What.CHILD, (child,)), Filter(What.KIND, tuple(sorted({*GONE, COME})))]
    start = place.start - LONGEST
    within = find_all(connection, log, asked, since=start, until=place.end, most=LOOKED_AT).entries
    since = place.force.entry.at
    before = find(connection, log, asked, since=since, until=start, limit=1).entries if since < start else []
    return [one for one in [*before, *within] if one.number > place.force.entry.number]


def _some(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]
