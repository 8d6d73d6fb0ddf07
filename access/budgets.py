"""How much a family watches: minutes of a day, devices at once, and who has to say that they still do.

Pure. What was watched are viewings, from open to end; :mod:`access.facts` says whose count
together. An opened picture counts by device, so a reconnection or a second room of the same device
spends nothing twice. A day is one of the school, from midnight to midnight.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from access.spans import FAR, LONG_AGO, Span, less, merged

#: Whoever is asked has so long to answer.
TIME_TO_ANSWER = timedelta(minutes=1)
#: The first instant of a day is in no budget: a right ends with the day, and the next day's own
#: spending says until when it goes on.
TURN_OF_DAY = datetime.resolution


@dataclass(frozen=True, slots=True)
class Budgets:
    """What a school lets each family watch; None: as much as it likes."""

    #: Of a family in one day of the school, all its devices together.
    day_minutes: int | None = None
    #: Of one viewing, before it is asked whether somebody still watches.
    viewing_minutes: int | None = None
    #: Of a family at once.
    devices: int | None = None


NO_BUDGETS = Budgets()
#: Of a new school; docs/design/017-budgets.md says why.
SENSIBLE = Budgets(day_minutes=120, viewing_minutes=20, devices=4)


@dataclass(frozen=True, slots=True)
class Watched:
    """One viewing of a family, as far as it is known at an instant."""

    sign_in_id: int
    #: Whose right it was: the guardian, also where a delegate watched.
    guardian_id: int
    opened_at: datetime
    #: ``FAR`` while it goes on.
    ended_at: datetime

    @property
    def runs(self) -> bool:
        """Say whether it goes on."""
        return self.ended_at == FAR


@dataclass(frozen=True, slots=True)
class Question:
    """When whoever watches is asked whether they still do, and when the viewing ends without an answer."""

    asked_at: datetime
    ends_at: datetime


def watched_until(
    opened_at: datetime, lease_until: datetime, closed_at: datetime | None, now: datetime
) -> datetime:
    """Return when a viewing ended: when it was closed, or with its lease; ``FAR`` where it goes on."""
    ended_at = lease_until if closed_at is None else closed_at
    return FAR if ended_at > now >= opened_at else ended_at


def day_of(instant: datetime, zone: str) -> Span:
    """Return the school's day of *instant*, from midnight to midnight."""
    return _whole(instant.astimezone(ZoneInfo(zone)).date(), zone)


@lru_cache(maxsize=1024)  # of a pure function
def _whole(day: date, zone: str) -> Span:
    first, after = (
        datetime.combine(midnight, time(), ZoneInfo(zone)).astimezone(UTC)
        for midnight in (day, day + timedelta(days=1))
    )
    return Span(first, after)


def in_budget(
    watched: Iterable[Watched], minutes: int | None, since: datetime | None, zone: str, now: datetime
) -> tuple[Span, ...]:
    """Return when a family has minutes left, today until they are used up and from tomorrow on.

    Args:
        watched: everything that counts for it, around today.
        minutes: of a day; None: as many as it likes.
        since: aware; when the school last let families watch more: nothing before is opened by that.
        zone: IANA name of the school's zone.
        now: aware; what goes on now is taken to go on.
    """
    if minutes is None:
        return _from(since)
    day = day_of(now, zone)
    used_up = _used_up(_by_sign_in(watched, day), timedelta(minutes=minutes)) or day.end
    start = max(day.start + TURN_OF_DAY, since or LONG_AGO)
    today = (Span(start, used_up),) if start < used_up else ()
    return (*today, Span(day.end + TURN_OF_DAY, FAR))


def left_of_day(
    watched: Iterable[Watched], minutes: int | None, zone: str, now: datetime
) -> timedelta | None:
    """Return how much a family may still watch today; None where it is as much as it likes."""
    if minutes is None:
        return None
    day = day_of(now, zone)
    spans = _by_sign_in(watched, day)
    spent = sum((min(span.end, now) - span.start for span in spans if span.start < now), timedelta())
    return max(timedelta(), timedelta(minutes=minutes) - spent)


def on_devices(
    watched: Sequence[Watched], most: int | None, since: datetime | None, sign_in_id: int | None
) -> tuple[Span, ...]:
    """Return when a device was, and is, among as many as may watch at once.

    Those that began first hold: one more is refused, and none that runs is cut for it.

    Args:
        watched: everything that counts for the family.
        most: devices at once; None: as many as it likes.
        since: as of :func:`in_budget`.
        sign_in_id: the device that is asked about; None: one that does not run.
    """
    if most is None:
        return _from(since)
    began = _began(watched)
    mine = (began.get(sign_in_id or 0, FAR), sign_in_id or 0)
    others: defaultdict[int, list[Span]] = defaultdict(list)
    for one in watched:
        start = began[one.sign_in_id] if one.runs else one.opened_at
        if one.sign_in_id != sign_in_id and (start, one.sign_in_id) < mine and start < one.ended_at:
            others[one.sign_in_id].append(Span(start, one.ended_at))
    full = _stretches([span for spans in others.values() for span in merged(spans)], most)
    return tuple(less(_from(since), full))


def question(answered_at: datetime, within: timedelta | None) -> Question | None:
    """Return when a viewing asks next whether somebody watches; None where it never does.

    Args:
        answered_at: aware; when it was opened, or last answered.
        within: how long one watches unasked.
    """
    if within is None:
        return None
    return Question(answered_at + within, answered_at + within + TIME_TO_ANSWER)


def _from(since: datetime | None) -> tuple[Span, ...]:
    return (Span(since or LONG_AGO, FAR),)


def _began(watched: Iterable[Watched]) -> dict[int, datetime]:
    """Return since when each device runs that does."""
    began: dict[int, datetime] = {}
    for one in watched:
        if one.runs:
            began[one.sign_in_id] = min(one.opened_at, began.get(one.sign_in_id, FAR))
    return began


def _by_sign_in(watched: Iterable[Watched], day: Span) -> list[Span]:
    """Return what of a day each device watched, or will where it goes on; each instant of a device once."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for one in watched:
        start, end = max(one.opened_at, day.start), min(one.ended_at, day.end)
        if start < end:
            spans[one.sign_in_id].append(Span(start, end))
    return [span for of_device in spans.values() for span in merged(of_device)]


def _used_up(spans: Iterable[Span], budget: timedelta) -> datetime | None:
    """Return when *spans*, several at once counting severally, first come to *budget*; None if never."""
    spent, at_once, last = timedelta(), 0, LONG_AGO
    for at, change in _edges(spans):
        if at_once and spent + (at - last) * at_once >= budget:
            return last + (budget - spent) // at_once
        spent += (at - last) * at_once
        at_once, last = at_once + change, at
    return None


def _stretches(spans: Iterable[Span], many: int) -> list[Span]:
    """Return when *many* of *spans* or more go on at once."""
    stretches: list[Span] = []
    at_once, begun = 0, LONG_AGO
    for at, change in _edges(spans):
        if at_once < many <= at_once + change:
            begun = at
        elif at_once + change < many <= at_once and begun < at:
            stretches.append(Span(begun, at))
        at_once += change
    return stretches


def _edges(spans: Iterable[Span]) -> list[tuple[datetime, int]]:
    """Return where spans begin (+1) and end (-1), in time; where both, the end first."""
    return sorted(edge for span in spans for edge in ((span.start, 1), (span.end, -1)))
