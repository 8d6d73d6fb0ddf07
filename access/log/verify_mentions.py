"""Check what entries are found by against what they say: one that is gone hides an entry from the page.

The mentions of a log lie in the order of what is looked for, and not of the entries. So each side is
summed up by itself, for some thousand entries at a time, and only where the sums differ are
the mentions themselves compared. A sum is of 64-bit hashes under a secret of this run: nobody can choose
mentions that add up to the same.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from access.log.mentions import Mention
from access.log.store import LogMention

#: Entries whose mentions are summed up together.
AT_ONCE = 4_096
#: So many of these are compared mention by mention; the first is what matters.
MOST_COMPARED = 3
_WHOLE = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Misfit:
    """A mention that an entry does not make, or one that it makes and that is not there."""

    number: int
    mention: Mention
    is_missing: bool


class Mentioned:
    """What the entries of one log mention, summed up."""

    def __init__(self) -> None:
        self._secret = os.urandom(16).hex()
        self._sums: defaultdict[int, int] = defaultdict(int)
        #: Entries that are not what was committed to: what they mention says nothing.
        self._passed_over: set[int] = set()
        #: Mentions that were added.
        self.noted = 0

    def note(self, number: int, mentions: Iterable[Mention]) -> None:
        """Add what an entry mentions."""
        secret, added = self._secret, 0
        for what, value in mentions:
            added += hash(f"{secret}{what} {value} {number}")
            self.noted += 1
        self._sums[number // AT_ONCE] += added

    def pass_over(self, number: int) -> None:
        """Leave an entry out."""
        self._passed_over.add(number)

    def misfits(
        self,
        connection: Connection,
        log: int,
        mentions_between: Callable[[int, int], Mapping[int, frozenset[Mention]]],
        progress: Callable[[int], None] = lambda _seen: None,
    ) -> Iterator[Misfit]:
        """Yield what is missing and what is too much, by entry.

        Args:
            connection: of the read transaction in which the entries were noted.
            log: theirs.
            mentions_between: returns what the entries ``[start, end)`` mention.
            progress: is told after every few thousand mentions how many have been looked at.
        """
        kept = self._sums_of_stored(connection, log, progress)
        other = [
            place
            for place in sorted(kept.keys() | self._sums.keys())
            if (kept.get(place, 0) ^ self._sums[place]) & _WHOLE
        ]
        for place in other[:MOST_COMPARED]:
            start, end = place * AT_ONCE, (place + 1) * AT_ONCE
            wanted = {(*m, number) for number, of in mentions_between(start, end).items() for m in of}
            there = {tuple(row) for rows in _stored(connection, log, start, end) for row in rows}
            for what, value, number in sorted(wanted ^ there, key=lambda one: (one[2], one[0], one[1])):
                if number not in self._passed_over:
                    yield Misfit(number, (what, value), (what, value, number) in wanted)

    def _sums_of_stored(
        self, connection: Connection, log: int, progress: Callable[[int], None]
    ) -> Mapping[int, int]:
        """Sum up the mentions that are kept, as :meth:`note` sums up those that there should be."""
        sums: defaultdict[int, int] = defaultdict(int)
        secret, passed_over, seen = self._secret, self._passed_over, 0
        for rows in _stored(connection, log):
            for what, value, number in rows:
                if number not in passed_over:
                    sums[number // AT_ONCE] += hash(f"{secret}{what} {value} {number}")
            seen += len(rows)
            progress(seen)
        return sums


def _stored(
    connection: Connection, log: int, start: int | None = None, end: int | None = None
) -> Iterator[Sequence[Any]]:
    """Yield the mentions that are kept of a log, or of some of its entries, some thousand at a time."""
    asked = select(LogMention.what, LogMention.value, LogMention.number).where(LogMention.log == log)
    if start is not None and end is not None:
        asked = asked.where(LogMention.number >= start, LogMention.number < end)
    yield from connection.execute(asked.execution_options(yield_per=10_000)).partitions()
