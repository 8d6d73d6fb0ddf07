"""Refusals of some days by their reason: how many, and of whom. Nothing of strangers."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from access.log.accounts import strangers_among
from access.log.finding import bounds_of
from access.log.mentions import What
from access.log.store import LogEntry, LogMention
from access.log.unusual import REFUSED

#: Refusals that are counted; of more, the newest.
MOST = 4_000


@dataclass(frozen=True, slots=True)
class OfReason:
    """The refusals with one reason."""

    reason: str
    #: How often; one entry may stand for several.
    times: int
    #: Person → how often, most often first.
    people: Mapping[int, int]
    #: Room → how often, most often first.
    rooms: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refusals of a span, the most frequent reason first."""

    reasons: Sequence[OfReason]
    #: All since this instant are counted; None: all of the span.
    back_to: datetime | None


def refusals_by_reason(connection: Connection, school_id: int, since: datetime, until: datetime) -> Refusals:
    """Count the refusals in a school's log in ``[since, until)`` by reason.

    Args:
        connection: in a read transaction.
        school_id: whose log.
        since: the first instant; aware.
        until: the first after the span.
    """
    rows = _refused(connection, school_id, since, until)
    strangers = strangers_among(connection, school_id, [row.number for row in rows])
    people: defaultdict[str, Counter[int]] = defaultdict(Counter)
    rooms: defaultdict[str, Counter[int]] = defaultdict(Counter)
    times: Counter[str] = Counter()
    for row in rows:
        if row.body is None or row.number in strangers:
            continue
        said = json.loads(row.body)
        reason, count, subject = (
            str(said.get("reason") or ""),
            said.get("times", 1),
            said.get("subject") or {},
        )
        count = count if isinstance(count, int) else 1
        times[reason] += count
        for of, name in ((people, "person"), (rooms, "room")):
            if isinstance(subject.get(name), int):
                of[reason][subject[name]] += count
    return Refusals(
        [
            OfReason(reason, count, dict(people[reason].most_common()), dict(rooms[reason].most_common()))
            for reason, count in times.most_common()
        ],
        rows[-1].at if len(rows) == MOST else None,
    )


def _refused(connection: Connection, log: int, since: datetime, until: datetime) -> Sequence[Any]:
    bounds = bounds_of(connection, log, since, until, None)
    asked = (
        select(LogEntry.number, LogEntry.at, LogEntry.body)
        .join(LogMention, (LogMention.log == LogEntry.log) & (LogMention.number == LogEntry.number))
        .where(
            LogMention.log == log,
            LogMention.what == What.KIND.value,
            LogMention.value == REFUSED,
            LogMention.number >= bounds.bottom,
            LogMention.number < bounds.top,
            LogEntry.at >= since,
            LogEntry.at < until,
        )
        .order_by(LogMention.number.desc())
        .limit(MOST)
    )
    return connection.execute(asked).all()
