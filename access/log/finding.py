"""Find entries by what they mention, newest first, and by a bounded amount of work.

Of several filters the one that reaches furthest back drives: its newest few thousand entries are
looked at, and the other filters are asked about those only. Two filters that each find half of a long
log and never the same entry would otherwise be gone through to the log's beginning. Where the
entries that are looked at are used up, the answer says how far back it looked, and from where to go on.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, union_all

from access.log.entry import Entry, read_between, read_numbered
from access.log.mentions import What
from access.log.store import LogEntry, LogHead, LogMention

#: Entries of the filter that drives, for one page.
LOOKED_AT = 2_000
#: Of them so many are asked about at once; first a few, since often the newest will do.
ASKED_AT_ONCE = (128, 512, 1_024)
#: Entries are numbered as they are recorded. An ending that waited for the database is recorded later than
#: it was asked for: by a filter of time it is found where it waited no longer than this.
LATE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Filter:
    """Entries that mention one of some values."""

    what: What
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers ``[bottom, top)`` among which entries are looked for."""

    bottom: int
    top: int


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found, newest first."""

    entries: list[Entry]
    #: The first number that was not looked at; None: all that there are have been.
    go_on_before: int | None


#: Lets go of entries that a reader may not find in this way.
Passes = Callable[[Sequence[Entry]], Sequence[Entry]]


def find(
    connection: Connection,
    log: int,
    filters: Sequence[Filter],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only: ColumnElement[bool] | None = None,
    passes: Passes = lambda entries: entries,
    before: int | None = None,
    limit: int,
) -> Found:
    """Return the newest entries of *log* that pass every filter.

    Args:
        connection: in a read transaction.
        log: the school's id, or ``INSTALLATION``.
        filters: what each entry must mention.
        since: only entries at or after this instant.
        until: only entries before this instant.
        only: a further condition on the entries.
        passes: a further one, asked of entries.
        before: only entries with a smaller number: where the last page ended.
        limit: at most so many.
    """
    bounds = bounds_of(connection, log, since, until, before)
    numbers, bottom = _driven(connection, log, filters, bounds)
    entries: list[Entry] = []
    for some in _some_at_once(numbers):
        matching = some
        for one in filters:
            matching = _mentioning(connection, log, one, matching) if len(filters) > 1 else matching
        read = read_numbered(connection, log, matching, since=since, until=until, only=only)
        entries += passes(read)
        if len(entries) >= limit:
            return Found(entries[:limit], entries[limit - 1].number)
    return Found(entries, bottom if bottom > bounds.bottom else None)


def find_all(
    connection: Connection,
    log: int,
    filters: Sequence[Filter],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int,
) -> Found:
    """Return every entry that passes, newest first; of more than *most*, the newest."""
    entries: list[Entry] = []
    before: int | None = None
    while len(entries) < most:
        limit = min(LOOKED_AT, most - len(entries))
        page = find(connection, log, filters, since=since, until=until, before=before, limit=limit)
        entries += page.entries
        before = page.go_on_before
        if before is None:
            break
    return Found(entries, before)


def find_between(
    connection: Connection,
    log: int,
    kinds: Sequence[str],
    *,
    since: datetime,
    until: datetime,
    most: int,
) -> Found:
    """Return every entry of some kinds in ``[since, until)``, newest first; of more than *most*, the newest.

    One after another as they stand, which is quick where most entries of the span are of these kinds.
    """
    bounds = bounds_of(connection, log, since, until, None)
    entries = read_between(
        connection, log, kinds, start=bounds.bottom, end=bounds.top, since=since, until=until, most=most
    )
    return Found(entries, entries[-1].number if len(entries) == most else None)


def bounds_of(
    connection: Connection, log: int, since: datetime | None, until: datetime | None, before: int | None
) -> Bounds:
    """Return the numbers among which the entries of a span are, with a day to spare on both sides."""
    size = connection.execute(select(LogHead.size).where(LogHead.log == log)).scalar() or 0
    bottom, top = 0, size if before is None else min(before, size)
    at, number = LogEntry.at, LogEntry.number + 0
    if since is not None:
        first = connection.execute(
            select(at).where(LogEntry.log == log, at >= since).order_by(at).limit(1)
        ).scalar()
        within = (at >= first, at <= first + LATE) if first else ()
        bottom = _outermost(connection, log, func.min(number), *within) if first else size
    if until is not None:
        last = connection.execute(
            select(at).where(LogEntry.log == log, at < until).order_by(at.desc()).limit(1)
        ).scalar()
        within = (at >= last - LATE, at <= last) if last else ()
        top = min(top, _outermost(connection, log, func.max(number), *within) + 1) if last else bottom
    return Bounds(bottom, max(top, bottom))


def _outermost(
    connection: Connection, log: int, which: ColumnElement[Any], *within: ColumnElement[bool]
) -> int:
    # Of the column itself PostgreSQL takes it from the index of numbers, and goes through the log to it.
    found: int = connection.execute(select(which).where(LogEntry.log == log, *within)).scalar_one()
    return found


def _driven(
    connection: Connection, log: int, filters: Sequence[Filter], bounds: Bounds
) -> tuple[list[int], int]:
    """Return the numbers to look at, newest first, and down to which number these are all there are."""
    if not filters:
        asked = _within(select(LogEntry.number).where(LogEntry.log == log), LogEntry.number, bounds)
    else:
        asked = _newest(log, min(filters, key=lambda one: _reach(connection, log, one, bounds)), bounds)
    numbers = list(connection.execute(asked).scalars())
    return numbers, numbers[-1] if len(numbers) == LOOKED_AT else bounds.bottom


def _reach(connection: Connection, log: int, one: Filter, bounds: Bounds) -> tuple[int, int]:
    """Return how far back the newest of a filter reach, and how many there are."""
    numbers = _newest(log, one, bounds).subquery()
    count, lowest = connection.execute(select(func.count(), func.min(numbers.c.number))).one()
    return (lowest if count == LOOKED_AT else -1), count


def _newest(log: int, one: Filter, bounds: Bounds) -> Select[Any]:
    """Ask for the newest numbers of a filter; each of several values by itself, or none would be in order."""
    each = [
        _within(
            select(LogMention.number).where(
                LogMention.log == log, LogMention.what == one.what.value, LogMention.value == value
            ),
            LogMention.number,
            bounds,
        )
        for value in one.values
    ]
    if len(each) == 1:
        return each[0]
    both = union_all(*(select(some.subquery()) for some in each)).subquery()
    return select(both.c.number).distinct().order_by(both.c.number.desc()).limit(LOOKED_AT)


def _within(asked: Select[Any], number: Any, bounds: Bounds) -> Select[Any]:
    within = number >= bounds.bottom, number < bounds.top
    return asked.where(*within).order_by(number.desc()).limit(LOOKED_AT)


def _some_at_once(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    start, step = 0, 0
    while start < len(numbers):
        size = ASKED_AT_ONCE[min(step, len(ASKED_AT_ONCE) - 1)]
        yield numbers[start : start + size]
        start, step = start + size, step + 1


#: A mention with a whole key is one look; to ask for many numbers of it at once reads all there are instead.
#: PostgreSQL would do so by itself: the offset keeps it from making a join of this.
_MENTIONING = select(LogEntry.number).where(
    LogEntry.log == bindparam("of_log"),
    LogEntry.number.in_(bindparam("numbers", expanding=True)),
    select(LogMention.number)
    .where(
        LogMention.log == LogEntry.log,
        LogMention.what == bindparam("of_what"),
        LogMention.value.in_(bindparam("values", expanding=True)),
        LogMention.number == LogEntry.number,
    )
    .offset(0)
    .exists(),
)


def _mentioning(connection: Connection, log: int, one: Filter, numbers: Sequence[int]) -> Sequence[int]:
    """Return those of *numbers* whose entries pass a filter."""
    if not numbers:
        return numbers
    asked = {"of_log": log, "of_what": one.what.value, "values": list(one.values), "numbers": list(numbers)}
    found = set(connection.execute(_MENTIONING, asked).scalars())
    return [number for number in numbers if number in found]
