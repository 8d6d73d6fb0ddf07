"""Pictures that were served although a consent had been taken back. Pure: entries go in, findings come out.

At a level which a withdrawn consent did not allow any more nothing may be served. It must be impossible, and
is looked for in the log alone, so that a slip in the rules does not hide itself.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from access.log.day import OPENED, Stretch
from access.log.entry import Entry
from access.log.unusual import Sort, Unusual, person_of, subject_of

WITHDRAWN = "consent:withdrawn"
#: The level that whoever has not agreed may be in, and below which nothing is shown.
HIDING = frozenset({"figures", "closed"})
#: How long a picture may still be on its way: product.md, "Promises", 3.
BLACK_AT_THE_LATEST = timedelta(seconds=3)
#: By which a child's consent counts again, or is not asked for any more.
AGREED = frozenset({"consent:given", "consent:paper_confirmed", "consent:exempted", "guardianship:ended"})
GONE = frozenset({"attendance:out", "child:left", "child:moved", "enrolment:ended"})
COME = "attendance:in"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A consent that was taken back, and what was written about the child afterwards."""

    entry: Entry
    #: Classes in which the child was at the time.
    class_groups: Collection[int]
    #: Entries about the child or the guardian since then, oldest first.
    later: Sequence[Entry]


def incidents(viewings: Iterable[Stretch], withdrawal: Withdrawal) -> list[Unusual]:
    """Return the viewings that showed a child clearly although its consent had been taken back."""
    counts = _in_force(withdrawal)
    return [
        Unusual(Sort.INCIDENT, person_of(one.entry), one.entry.number, one.start, one.end)
        for one in viewings
        if one.entry is not None
        and one.entry.kind == OPENED
        and one.entry.body.get("level") not in HIDING
        and subject_of(one.entry).get("class_group") in withdrawal.class_groups
        and any(one.start < end and one.end > start + BLACK_AT_THE_LATEST for start, end in counts)
    ]


def agrees_again(entry: Entry, withdrawn: Entry) -> bool:
    """Say whether by a later *entry* the consent that was taken back counts again, or is not asked for."""
    person, child = subject_of(withdrawn).get("person"), subject_of(withdrawn).get("child")
    subject = subject_of(entry)
    same = subject.get("person") == person and subject.get("child", child) == child
    return entry.kind in AGREED and same


def _in_force(withdrawal: Withdrawal) -> list[tuple[datetime, datetime]]:
    """Return while the child was there, and not agreed for."""
    last = datetime.max.replace(tzinfo=withdrawal.entry.at.tzinfo)
    child = subject_of(withdrawal.entry).get("child")
    stretches: list[tuple[datetime, datetime]] = []
    began, there = withdrawal.entry.at, True
    for entry in withdrawal.later:
        if agrees_again(entry, withdrawal.entry):
            return [*stretches, (began, entry.at)] if there else stretches
        if subject_of(entry).get("child") != child:
            continue
        if entry.kind in GONE and there:
            stretches.append((began, entry.at))
            there = False
        elif entry.kind == COME and not there:
            began, there = entry.at, True
    return [*stretches, (began, last)] if there else stretches
