"""The days that are looked through for what is out of the usual, gathered from a school's log and records.

A week may have tens of thousands of entries, and what they say is not read of all: who, when and where stand
beside it, and from these follows of whom it could be unusual at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, case, extract, func, or_, select

from access.log.accounts import strangers_among
from access.log.day import CLOSED, OPENED
from access.log.entry import Entry, read_numbered
from access.log.finding import bounds_of
from access.log.incident_days import Searched, incidents_in
from access.log.store import LogEntry
from access.log.unusual import MANY_HOURS, MANY_ROOMS, REFUSED, Unusual, unusual

#: Entries that are looked through: a week of a school of 5,000 children has fewer.
MOST = 60_000
#: Entries of which is read what they say; those of whoever could be out of the usual.
MOST_READ = 1_500
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UnusualDays:
    """What was found, and how far was looked."""

    found: Sequence[Unusual]
    #: All since this instant was looked through; None: all of the days.
    back_to: datetime | None
    #: Incidents, which are looked for by themselves.
    incidents: Searched


def unusual_days(
    connection: Connection,
    school_id: int,
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    *,
    before: int | None = None,
) -> UnusualDays:
    """Return what is out of the usual in a school's log in ``[since, until)``; nothing of strangers.

    Args:
        connection: in a read transaction.
        school_id: whose log.
        zone: the school's.
        since: the first instant; aware.
        until: the first after the days.
        before: where the search for incidents goes on.
    """
    bounds = bounds_of(connection, school_id, since, until, None)
    bottom = max(bounds.bottom, bounds.top - MOST)
    within = (
        *(LogEntry.log == school_id, LogEntry.number >= bottom, LogEntry.number < bounds.top),
        *(LogEntry.at >= since, LogEntry.at < until),
    )
    numbers = _worth_reading(connection, within)
    kept = numbers[-MOST_READ:]
    cut = kept[0] if len(kept) < len(numbers) else bottom if bottom > bounds.bottom else None
    entries = read_some(connection, school_id, kept)
    strangers = strangers_among(connection, school_id, [one.number for one in entries if one.kind == REFUSED])
    told = [entry for entry in entries if entry.number not in strangers and entry.erased is None]
    return UnusualDays(
        unusual(told, zone=zone, until=until),
        None if cut is None else read_numbered(connection, school_id, [cut])[0].at,
        incidents_in(connection, school_id, since, until, before),
    )


def read_some(connection: Connection, log: int, numbers: Sequence[int]) -> list[Entry]:
    """Return the entries with some numbers, oldest first."""
    entries: list[Entry] = []
    for start in range(0, len(numbers), AT_ONCE):
        entries += read_numbered(connection, log, numbers[start : start + AT_ONCE])
    return sorted(entries, key=lambda one: one.number)


def _worth_reading(connection: Connection, within: Sequence[ColumnElement[bool]]) -> list[int]:
    """Return the numbers of what could be out of the usual, in their order: of some people all, and refusals.

    Whoever watched two things at once, or in all the days so much as would be out of the usual in one; and
    of whom not every viewing ended.
    """
    step = case((LogEntry.kind == OPENED, 1), else_=-1)
    watched = (
        select(
            LogEntry.person_id,
            LogEntry.room_id,
            step.label("step"),
            extract("epoch", LogEntry.at).label("second"),
            func.sum(step).over(partition_by=LogEntry.person_id, order_by=LogEntry.number).label("at_once"),
        )
        .where(*within, LogEntry.kind.in_((OPENED, CLOSED)))
        .subquery()
    )
    much = (
        select(watched.c.person_id)
        .group_by(watched.c.person_id)
        .having(
            or_(
                func.max(watched.c.at_once) > 1,
                func.count(watched.c.room_id.distinct()) >= MANY_ROOMS,
                func.sum(-watched.c.step * watched.c.second) >= MANY_HOURS.total_seconds(),
                func.sum(watched.c.step) != 0,
            )
        )
    )
    people = list(connection.execute(much).scalars())
    numbers = list(
        connection.execute(select(LogEntry.number).where(*within, LogEntry.kind == REFUSED)).scalars()
    )
    for start in range(0, len(people), AT_ONCE):
        theirs = LogEntry.person_id.in_(people[start : start + AT_ONCE])
        asked = select(LogEntry.number).where(*within, LogEntry.kind.in_((OPENED, CLOSED)), theirs)
        numbers += connection.execute(asked).scalars()
    return sorted(numbers)
