"""Decide whether one person may watch one room at one instant.

Pure: reads no database and no clock, so every rule can be tested as a table.
:mod:`access.facts` gathers what is true; this module says what follows from it.
Nothing is allowed unless every rule agrees along one and the same path.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from access.reasons import BY_HAND, MENDED_BY_TIME, NOT_THEIRS, Reason
from access.spans import Span, around, next_start, together

#: The only level at which a picture is shown until the privacy filter can do others.
CLEAR = "clear"
#: How far ahead an opening is looked for.
OPENING_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Dated:
    """A record that holds over a span: *record_id* is what a stop mark names."""

    record_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Path:
    """One way to the room: through one guardianship, its one child and one class.

    Spans are clipped to when they were recorded: nothing opens the past.
    """

    guardianship_id: int
    child_id: int
    class_group_id: int
    #: Where somebody else watches for the guardian: by which delegation, and who the guardian is.
    delegation_id: int | None = None
    guardian_id: int | None = None
    guardian: tuple[Span, ...] = ()
    #: When the delegation holds; always, where a guardian watches themself.
    delegated: tuple[Span, ...] = ()
    #: Of a delegate: while both of them are.
    verified: tuple[Span, ...] = ()
    enrolled: tuple[Dated, ...] = ()
    #: When the custody rules upon the guardianship let it watch.
    custody: tuple[Span, ...] = ()
    #: When the child is in, as far as the school wants to know.
    child_in: tuple[Span, ...] = ()
    #: When the class is in this room.
    used: tuple[Span, ...] = ()
    #: Viewing hours of the class as its school's calendar has them, from yesterday to two weeks ahead.
    hours: tuple[Span, ...] = ()
    granted: tuple[Dated, ...] = ()
    #: When the family has minutes left of its day.
    in_budget: tuple[Span, ...] = ()
    #: When this device is among as many of the family as may watch at once.
    on_devices: tuple[Span, ...] = ()
    #: How much the family may still watch today; None where that is not told.
    left_of_day: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """The room's current stream, from the database: what the ring says is only a claim."""

    room_id: int
    camera_key: str
    epoch: int
    level: str
    #: How many epochs the camera had before: the playlist's discontinuity sequence.
    ordinal: int


@dataclass(frozen=True, slots=True)
class ViewingFacts:
    """What the records say of one person and one room, and nothing else.

    ``room_id`` is None for a room that does not exist: it has no paths, so its
    answer is that of a room which is not theirs.
    """

    person_id: int | None = None
    sign_in_id: int | None = None
    school_id: int | None = None
    revision: int = 0
    room_id: int | None = None
    signed_in: tuple[Span, ...] = ()
    person: tuple[Span, ...] = ()
    paths: tuple[Path, ...] = ()
    #: When no outsiders have the room.
    not_lent: tuple[Span, ...] = ()
    activated: tuple[Span, ...] = ()
    #: When a camera was activated, and each of its gates and the kind of room let it be seen.
    gated: tuple[Span, ...] = ()
    #: When nobody had closed the whole school.
    school_open: tuple[Span, ...] = ()
    level: str = ""
    #: When it is shown at ``level``, as far as that was asked for.
    level_asked: tuple[Span, ...] = ()
    #: When everybody who is expected in the room has agreed to be shown at ``level``.
    covered: tuple[Span, ...] = ()
    #: The class groups that are in the room around now, whoever's they are.
    expected_classes: tuple[int, ...] = ()
    curtain_open: tuple[Span, ...] = ()
    stream: Stream | None = None
    #: How long one watches before being asked whether one still does; None: for ever.
    answer_within: timedelta | None = None
    #: The whole installation carries a stop mark.
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The records along which a right holds, as they stand in the log."""

    guardianship_id: int
    child_id: int
    class_group_id: int
    enrolment_ids: tuple[int, ...]
    grant_ids: tuple[int, ...]
    delegation_id: int | None = None
    #: The guardian for whom a delegate watches.
    guardian_id: int | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """Watching is allowed, for pictures filmed in ``[since, until)`` at *level*.

    A picture filmed before *since* belongs to a moment at which this right did
    not hold, such as the minutes behind a curtain, and is never shown under it.
    """

    since: datetime
    until: datetime
    level: str
    way: Way
    #: None while the camera gives no picture.
    stream: Stream | None


@dataclass(frozen=True, slots=True)
class Denied:
    """Watching is refused.

    ``opens_at`` is :func:`next_opening`, told only where time alone can mend the reason.
    """

    reason: Reason
    opens_at: datetime | None = None


Decision: TypeAlias = Allowed | Denied


def decide(facts: ViewingFacts, now: datetime) -> Decision:
    """Say whether the person may watch at *now*, since when, and for how long.

    Paths are never mixed: the enrolment of one child does not meet the grant for
    another. Total: every value of *facts* has an answer.

    Args:
        facts: everything known about this person and this room.
        now: the instant asked about; aware.

    Returns:
        ``Allowed`` over the stretch that ends last of those a path gives, or
        ``Denied`` with the reason of the path that got furthest.

    Source:
        product.md, "The right to view is computed, never ticked".
    """
    decision = _by_rules(facts, now)
    if facts.stopped and is_theirs(decision):
        return Denied(Reason.STOPPED)
    if isinstance(decision, Denied) and decision.reason in MENDED_BY_TIME:
        return Denied(decision.reason, next_opening(facts, now))
    return decision


def while_answered(decision: Decision, ends_at: datetime | None, now: datetime) -> Decision:
    """Return the decision upon one viewing, which ends at *ends_at* unless somebody says that they watch."""
    if ends_at is None or isinstance(decision, Denied):
        return decision
    if now >= ends_at:
        return Denied(Reason.UNANSWERED)
    return replace(decision, until=min(decision.until, ends_at))


def next_opening(facts: ViewingFacts, now: datetime) -> datetime | None:
    """Return the first instant after *now*, within 14 days, at which every rule will hold along one path.

    Left out are the sign-in, which is begun again, and what is done by hand: a curtain
    that is drawn this evening is no reason to expect it drawn tomorrow.

    Returns:
        None where nothing is known to open, or where only what is done by hand is missing.
    """
    ways = [_in_time(path, facts) for path in facts.paths]
    if any(around(now, stretches) for stretches in ways):
        return None
    openings = [opening for stretches in ways if (opening := next_start(now, stretches)) is not None]
    opens_at = min(openings, default=None)
    return opens_at if opens_at is not None and opens_at <= now + OPENING_AHEAD else None


def _in_time(path: Path, facts: ViewingFacts) -> list[Span]:
    timed = (spans for reason, spans in rules(path, facts) if reason not in BY_HAND)
    return together([facts.person, *timed])


def is_theirs(decision: Decision) -> bool:
    """Say whether the room is this person's, open or not; of any other nothing may be told."""
    return isinstance(decision, Allowed) or decision.reason not in NOT_THEIRS


def _by_rules(facts: ViewingFacts, now: datetime) -> Decision:
    signed_in = around(now, facts.signed_in)
    if signed_in is None:
        return Denied(Reason.SIGNED_OUT)
    person = around(now, facts.person)
    if person is None:
        return Denied(Reason.PERSON_CLOSED)
    decisions = [_along(path, facts, (signed_in, person), now) for path in facts.paths]
    allowed = [decision for decision in decisions if isinstance(decision, Allowed)]
    if allowed:
        return max(allowed, key=lambda decision: (decision.until, _name(decision.way)))
    denied = [decision for decision in decisions if isinstance(decision, Denied)]
    return _furthest(denied)


def rules(path: Path, facts: ViewingFacts) -> tuple[tuple[Reason, tuple[Span, ...]], ...]:
    """Return the rules of one path in the order asked, each with when it holds."""
    return (
        (Reason.NOT_GUARDIAN, path.guardian),
        (Reason.NOT_DELEGATE, path.delegated),
        (Reason.NOT_ENROLLED, _spans(path.enrolled)),
        (Reason.NOT_VERIFIED, path.verified),
        (Reason.CUSTODY, path.custody),
        (Reason.NOT_IN, path.child_in),
        (Reason.ROOM_NOT_USED, path.used),
        (Reason.ROOM_LENT, facts.not_lent),
        (Reason.CAMERA_NOT_ACTIVATED, facts.activated),
        (Reason.CAMERA_GATE, facts.gated),
        (Reason.SCHOOL_CLOSED, facts.school_open),
        (Reason.OUTSIDE_HOURS, path.hours),
        (Reason.NO_GRANT, _spans(path.granted)),
        (Reason.BUDGET_SPENT, path.in_budget),
        (Reason.BUDGET_DEVICES, path.on_devices),
        (Reason.LEVEL_CLOSED, facts.level_asked if facts.level == CLEAR else ()),
        (Reason.NOT_COVERED, facts.covered),
        (Reason.CURTAIN_DRAWN, facts.curtain_open),
    )


def _along(path: Path, facts: ViewingFacts, holding: Iterable[Span], now: datetime) -> Decision:
    stretches = list(holding)
    for reason, spans in rules(path, facts):
        stretch = around(now, spans)
        if stretch is None:
            return Denied(reason)
        stretches.append(stretch)
    span = Span(max(s.start for s in stretches), min(s.end for s in stretches))
    way = Way(
        path.guardianship_id,
        path.child_id,
        path.class_group_id,
        enrolment_ids=_carrying(path.enrolled, span),
        grant_ids=_carrying(path.granted, span),
        delegation_id=path.delegation_id,
        guardian_id=path.guardian_id,
    )
    stream = facts.stream if facts.stream and facts.stream.level == facts.level else None
    return Allowed(span.start, span.end, facts.level, way, stream)


def _spans(dated: Iterable[Dated]) -> tuple[Span, ...]:
    return tuple(record.span for record in dated)


def _carrying(dated: Iterable[Dated], span: Span) -> tuple[int, ...]:
    """Return the records that carry some of *span*: a mark on one of them cuts it."""
    return tuple(sorted(d.record_id for d in dated if d.span.start < span.end and span.start < d.span.end))


def _name(way: Way) -> tuple[int, int, int, int]:
    return way.guardianship_id, way.child_id, way.class_group_id, way.delegation_id or 0


def _furthest(denied: list[Denied]) -> Denied:
    if not denied:
        return Denied(Reason.NO_CHILD_HERE)
    order = list(Reason)
    return Denied(max((decision.reason for decision in denied), key=order.index))
