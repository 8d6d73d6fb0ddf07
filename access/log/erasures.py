"""What the erasures of a log say: which entries they took, when, and whether it is true.

Table ``log_erasure`` is how an erasure is found quickly; what counts is the body of its entry, which
is in the tree. Verification looks at both.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from access.log.store import LogEntry, LogErasure

#: The entry that names what was erased.
KIND = "log:erased"
#: Of so many erasures what they say is kept at hand.
AT_HAND = 64


class Span(NamedTuple):
    """Entries ``first`` to ``last`` that an erasure names."""

    first: int
    last: int
    #: The number of the entry that says so.
    entry: int


@dataclass(frozen=True, slots=True)
class Erased:
    """That an entry was erased."""

    at: datetime
    #: The number of the entry that says so.
    entry: int


@dataclass(slots=True)
class _Act:
    """One erasure, as its body has it."""

    spans: Sequence[tuple[int, int]]
    times: str
    known: frozenset[tuple[int, int]]


def erased_among(connection: Connection, log: int, numbers: Collection[int]) -> dict[int, Erased]:
    """Return which of some entries were erased, and under which entry."""
    if not numbers:
        return {}
    spans = spans_between(connection, log, min(numbers), max(numbers) + 1)
    acts = {span.entry for span in spans}
    asked = select(LogEntry.number, LogEntry.at).where(LogEntry.log == log, LogEntry.number.in_(acts))
    when = {row.number: row.at for row in connection.execute(asked)}
    found = {number: covering(spans, number) for number in numbers}
    return {
        number: Erased(when[span.entry], span.entry)
        for number, span in found.items()
        if span is not None and span.entry in when
    }


def spans_between(connection: Connection, log: int, start: int, end: int) -> list[Span]:
    """Return the spans that touch the entries ``[start, end)``, in their order."""
    of_log = LogErasure.log == log
    begins = select(func.max(LogErasure.first)).where(of_log, LogErasure.first <= start).scalar_subquery()
    rows = connection.execute(
        select(LogErasure.first, LogErasure.last, LogErasure.entry)
        .where(of_log, LogErasure.first >= func.coalesce(begins, start), LogErasure.first < end)
        .order_by(LogErasure.first)
    )
    return [Span(*row) for row in rows if row.last >= start]


def covering(spans: Sequence[Span], number: int) -> Span | None:
    """Return which of *spans*, in their order, covers an entry."""
    at = bisect_right(spans, number, key=lambda span: span.first) - 1
    return spans[at] if at >= 0 and spans[at].last >= number else None


@dataclass(slots=True)
class Judged:
    """The erasures of one log while its entries are gone through in their order, for verification."""

    connection: Connection
    log: int
    _spans: list[Span] = field(default_factory=list)
    _acts: dict[int, _Act | None] = field(default_factory=dict)
    _times: dict[int, Any] = field(default_factory=dict)
    _seen: set[int] = field(default_factory=set)

    def look_at(self, start: int, end: int) -> None:
        """Go on to the entries ``[start, end)``."""
        self._spans = spans_between(self.connection, self.log, start, end)

    def names(self, number: int) -> int | None:
        """Return which erasure names an entry, in the table and in its own body; None where none does."""
        span = covering(self._spans, number)
        if span is None or span.entry <= number:
            return None
        act = self._act(span.entry)
        return span.entry if act and (span.first, span.last) in act.known else None

    def took(self, number: int, at: str, entry: int) -> None:
        """Note that an entry of the instant *at* is gone by the erasure *entry*."""
        digest = self._times.setdefault(entry, hashlib.sha256())
        digest.update(f"{number} {at}\n".encode())

    def fault_of(self, number: int) -> tuple[int, int] | None:
        """Return the entries ``[start, until)`` of which the erasure *number* is not true.

        All before it have been gone through: the table says what it says, and the instants are
        those that it committed to.
        """
        self._seen.add(number)
        act = self._act(number)
        digest = self._times.pop(number, None)
        if act is None or not act.spans:
            return number, number + 1
        rows = self.connection.execute(
            select(LogErasure.first, LogErasure.last)
            .where(LogErasure.log == self.log, LogErasure.entry == number)
            .order_by(LogErasure.first)
        )
        if [tuple(row) for row in rows] != [tuple(span) for span in act.spans]:
            return number, number + 1
        if digest is None or digest.hexdigest() != act.times:
            return act.spans[0][0], act.spans[-1][1] + 1
        return None

    def strays(self) -> Span | None:
        """Return a span of the table whose entry is no erasure of this log, or None."""
        of_log = LogErasure.log == self.log
        named = set(self.connection.execute(select(LogErasure.entry).where(of_log).distinct()).scalars())
        for entry in sorted(named - self._seen):
            first, last = self.connection.execute(
                select(LogErasure.first, LogErasure.last).where(of_log, LogErasure.entry == entry).limit(1)
            ).one()
            return Span(first, last, entry)
        return None

    def _act(self, number: int) -> _Act | None:
        if number not in self._acts:
            while len(self._acts) >= AT_HAND:
                del self._acts[next(iter(self._acts))]
            self._acts[number] = self._read(number)
        return self._acts[number]

    def _read(self, number: int) -> _Act | None:
        asked = select(LogEntry.body).where(
            LogEntry.log == self.log, LogEntry.number == number, LogEntry.kind == KIND
        )
        try:
            said = json.loads(self.connection.execute(asked).scalar() or b"null")
            spans = [(first, last) for first, last in said["spans"]]
            return _Act(spans, str(said["times"]), frozenset(spans))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None  # the main check says what is wrong with it
