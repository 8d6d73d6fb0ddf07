"""Half-open stretches of time, and what can be said of several of them.

Pure. Instants are aware; a span whose end is not known ends at ``FAR``, and what always
held begins at ``LONG_AGO``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce

FAR = datetime.max.replace(tzinfo=UTC)
#: Before anything was recorded.
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants *t* with ``start <= t < end``."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a span ends after it starts: {self}")

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end


#: What holds whatever the time is, such as a rule that a school does not use.
ALWAYS = Span(LONG_AGO, FAR)


def clipped(start: datetime, end: datetime | None, *, recorded_at: datetime) -> Span | None:
    """Return ``[max(start, recorded_at), end)``, or None where nothing is left of it.

    Nothing that is written later opens the past.
    """
    start, end = max(start, recorded_at), end or FAR
    return Span(start, end) if start < end else None


def span_of(
    starts_at: datetime, ends_at: datetime | None, ended_at: datetime | None, recorded_at: datetime
) -> tuple[Span, ...]:
    """Return when a dated record holds: from its recording, until its end or its being ended."""
    end = min(ends_at or FAR, ended_at or FAR)
    span = clipped(starts_at, end, recorded_at=recorded_at)
    return () if span is None else (span,)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same instants as unbroken stretches: touching spans become one."""
    stretches: list[Span] = []
    for span in sorted(spans):
        if stretches and span.start <= stretches[-1].end:
            last = stretches.pop()
            stretches.append(Span(last.start, max(last.end, span.end)))
        else:
            stretches.append(span)
    return stretches


def common(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return the instants that are in one of *some* and in one of *others*, as unbroken stretches."""
    others = merged(others)
    return [
        Span(max(one.start, other.start), min(one.end, other.end))
        for one in merged(some)
        for other in others
        if max(one.start, other.start) < min(one.end, other.end)
    ]


def around(now: datetime, spans: Iterable[Span]) -> Span | None:
    """Return the unbroken stretch of *spans* in which *now* lies, if any."""
    spans = tuple(spans)
    if len(spans) == 1:
        return spans[0] if now in spans[0] else None
    return next((stretch for stretch in merged(spans) if now in stretch), None)


def next_start(now: datetime, spans: Iterable[Span]) -> datetime | None:
    """Return when the next unbroken stretch of *spans* begins after *now*, if one does."""
    return next((stretch.start for stretch in merged(spans) if stretch.start > now), None)


def less(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return the instants of *some* that lie in none of *others*, as unbroken stretches."""
    left = merged(some)
    for other in others:
        left = [
            Span(start, end)
            for span in left
            for start, end in (
                (span.start, min(span.end, other.start)),
                (max(span.start, other.end), span.end),
            )
            if start < end
        ]
    return left


def together(many: Iterable[Iterable[Span]]) -> list[Span]:
    """Return the stretches that every one of *many* holds."""
    return reduce(common, many, [ALWAYS])
