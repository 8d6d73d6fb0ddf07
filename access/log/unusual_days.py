"""The days that are looked through for what is out of the usual, gathered from a school's log and records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.enrolment import Enrolment
from access.log.accounts import strangers_in
from access.log.entry import Entry
from access.log.finding import Filter, find, find_all
from access.log.mentions import What
from access.log.unusual import AGREED, COME, GONE, WATCHED, WITHDRAWN, Unusual, Withdrawal, unusual

#: Entries that are looked through: a week of a school of 5,000 children has fewer.
MOST = 10_000
#: Consents that were taken back, the newest; and entries about the child of each since then.
MOST_WITHDRAWN, MOST_LATER = 50, 400


@dataclass(frozen=True, slots=True)
class UnusualDays:
    """What was found, and whether all of the days were looked through."""

    found: Sequence[Unusual]
    is_cut: bool


def unusual_days(
    connection: Connection, school_id: int, zone: ZoneInfo, since: datetime, until: datetime
) -> UnusualDays:
    """Return what is out of the usual in a school's log in ``[since, until)``; nothing of strangers.

    Args:
        connection: in a read transaction.
        school_id: whose log.
        zone: the school's.
        since: the first instant; aware.
        until: the first after the days.
    """
    kinds = [Filter(What.KIND, WATCHED)]
    page = find_all(connection, school_id, kinds, since=since, until=until, most=MOST)
    entries = page.entries[::-1]
    if entries:
        ends = entries[0].number, entries[-1].number + 1
        strangers = strangers_in(connection, school_id, *ends)
        entries = [entry for entry in entries if entry.number not in strangers]
    withdrawn = find(
        connection, school_id, [Filter(What.KIND, (WITHDRAWN,))], until=until, limit=MOST_WITHDRAWN
    ).entries
    withdrawals = [_withdrawal(connection, school_id, entry, until) for entry in withdrawn]
    found = unusual(entries, withdrawals, zone=zone, until=until)
    return UnusualDays(found, page.go_on_before is not None)


def _withdrawal(connection: Connection, school_id: int, entry: Entry, until: datetime) -> Withdrawal:
    subject: dict[str, Any] = entry.body.get("subject") or {}
    child, person = subject.get("child"), subject.get("person")
    if not isinstance(child, int):
        return Withdrawal(entry, (), ())
    groups = select(Enrolment.class_group_id).where(
        Enrolment.school_id == school_id, Enrolment.child_id == child
    )
    later = [
        *_since(connection, school_id, Filter(What.CHILD, (str(child),)), entry, until),
        *_since(connection, school_id, Filter(What.PERSON, (str(person),)), entry, until),
    ]
    once = {one.number: one for one in later}
    return Withdrawal(
        entry,
        frozenset(connection.execute(groups).scalars()),
        [once[number] for number in sorted(once)],
    )


def _since(
    connection: Connection, school_id: int, about: Filter, entry: Entry, until: datetime
) -> list[Entry]:
    kinds = Filter(What.KIND, tuple(sorted({*AGREED, *GONE, COME})))
    found = find_all(connection, school_id, [about, kinds], since=entry.at, until=until, most=MOST_LATER)
    return [one for one in found.entries if one.number > entry.number]
