"""How much of a room may be shown: what everybody who is expected in it has agreed to.

Pure. A room is covered at a level at the instants at which nobody is expected in it who has not
agreed to be shown at that level or at one that shows more. Where nobody is expected there is
nobody to agree. Who it is that has not agreed cannot be told from the answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from access.consent_records import LEVELS
from access.spans import ALWAYS, FAR, Span, less, merged

#: The level at which nothing is shown.
CLOSED: Final = "closed"
#: What a school lets a room show where somebody has not agreed: figures, in which nobody is to be
#: made out, or nothing. The first is every school's until it chooses.
POLICIES: Final = ("figures", CLOSED)


@dataclass(frozen=True, slots=True)
class Tie:
    """One guardian whose answer is asked for."""

    #: When their consent is needed: the tie's dates less what two of the staff exempted.
    required: tuple[Span, ...]
    #: ``(level, when)`` of their answers that count; a refusal is none of them.
    agreed: tuple[tuple[str, Span], ...] = ()
    #: From when the tie is over, less what was exempted: it stays in the way where it had not agreed.
    afterwards: tuple[Span, ...] = ()
    #: When it is over.
    over_from: datetime = FAR

    def missing(self, enough: Collection[str]) -> list[Span]:
        """Return when one of these levels is needed of them, and not there.

        Nobody takes a refusal away by ending the tie: what it had not agreed to when it ended
        stays missing. What it had agreed to then is needed no more.
        """
        agreed = [span for at, span in self.agreed if at in enough]
        had_agreed = any(span.start < self.over_from <= span.end for span in agreed)
        return [*less(self.required, agreed), *(() if had_agreed else self.afterwards)]


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is expected in the room, whoever it is.

    Attributes:
        when: when they are expected in it.
        ties: whoever answers for them; a guest has nobody, staff themselves.
    """

    when: tuple[Span, ...]
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """When a room may be shown at each level, as unbroken stretches."""

    by_level: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    #: The class groups that are in the room some time around now: a mark on one of them stops it.
    class_group_ids: tuple[int, ...] = ()

    def at(self, level: str) -> tuple[Span, ...]:
        """Return when the room may be shown at *level*; never where the level is unknown."""
        return self.by_level.get(level, ())


def best_level(coverage: Coverage, asked: str, now: datetime, *, uncovered: str) -> str:
    """Return the level that a room has: of those that show no more than *asked*, the best that all cover now.

    Strict: one person who has agreed to less lowers it for everybody.

    Args:
        asked: what the school asks for; nothing is covered at ``closed`` or at a level nobody knows.
        uncovered: the school's policy, one of :data:`POLICIES`; any other is read as ``closed``.
    """
    lower = LEVELS[LEVELS.index(asked) :] if asked in LEVELS else ()
    covered = (level for level in lower if any(now in span for span in coverage.at(level)))
    return next(covered, uncovered if uncovered in POLICIES and lower else CLOSED)


def agreed_at(expected: Expected, level: str) -> list[Span]:
    """Return when somebody has agreed to be shown at *level*: all who answer for them, and at least one.

    Who was a guardian and did not agree while they were is one of all, and never the one.

    Args:
        expected: with the ties of whoever answers.
        level: one of ``LEVELS``.
    """
    enough = LEVELS[: LEVELS.index(level) + 1]
    asked = merged(span for tie in expected.ties for span in tie.required)
    for tie in expected.ties:
        asked = less(asked, tie.missing(enough))
    return asked


def cover(people: Sequence[Expected], class_group_ids: Iterable[int] = ()) -> Coverage:
    """Return when a room is covered at each level, given everybody who is expected in it."""
    by_level = {
        level: tuple(
            less(
                [ALWAYS],
                (span for person in people for span in less(person.when, agreed_at(person, level))),
            )
        )
        for level in LEVELS
    }
    return Coverage(by_level, tuple(sorted(class_group_ids)))
