"""Say why a person may or may not watch a room at an instant, rule by rule.

Data only; ``app/cli/explain.py`` prints it. Asks the same facts and the same
rules as a viewing does, so it cannot tell another story.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from access.facts import about_room, facts_of_rooms
from access.policy import Allowed, Decision, Path, ViewingFacts, decide, next_opening, rules
from access.readings import PERSON, ROOM
from access.reasons import Reason
from access.spans import ALWAYS, FAR, LONG_AGO, Span, around, next_start, span_of
from access.ways import PATHS_TO_ROOM, days_around


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule along one path: whether it holds, and over which stretch."""

    #: The reason that is given when it does not hold.
    reason: Reason
    holds: bool
    #: The unbroken stretch around the instant; both None where it does not hold.
    since: datetime | None
    until: datetime | None
    #: Where it does not hold: when it next will, as far as is known.
    next: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """One path, with its rules in the order in which they are asked."""

    guardianship_id: int
    child_id: int
    class_group_id: int
    rules: tuple[Rule, ...]
    #: Of a delegate: by which delegation, and who the guardian is.
    delegation_id: int | None = None
    guardian_id: int | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision, and everything it was made of."""

    at: datetime
    decision: Decision
    person: Rule
    ways: tuple[Way, ...]
    #: When it opens next by what is recorded now; None while it is open, and where nobody can say.
    opens_at: datetime | None
    #: The class groups that are in the room around then, whoever's they are.
    expected_classes: tuple[int, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return it as values for JSON; instants as ISO 8601."""
        allowed = self.decision if isinstance(self.decision, Allowed) else None
        return {
            "at": self.at.isoformat(),
            "allowed": allowed is not None,
            "reason": None if isinstance(self.decision, Allowed) else self.decision.reason.value,
            "since": _text(allowed.since if allowed else None),
            "until": _text(allowed.until if allowed else None),
            "opens_at": _text(self.opens_at),
            "person": _rule_record(self.person),
            "ways": [
                {
                    "guardianship": way.guardianship_id,
                    "delegation": way.delegation_id,
                    "child": way.child_id,
                    "class_group": way.class_group_id,
                    "rules": [_rule_record(rule) for rule in way.rules],
                }
                for way in self.ways
            ],
        }


def explain(connection: Connection, person_id: int, room_id: int, at: datetime) -> Explanation:
    """Explain the decision for a person, as if signed in, and a room at an instant.

    Only ways through the room's own school are told: the room was found within it.
    The records are today's: what was ended or replaced since *at* is known with its
    dates, but stop marks and what has been erased are not. Six questions.
    """
    facts = _facts(connection, person_id, room_id, at)
    return Explanation(
        at=at,
        decision=decide(facts, at),
        person=_rule(Reason.PERSON_CLOSED, facts.person, at),
        ways=tuple(_way(path, facts, at) for path in facts.paths),
        opens_at=next_opening(facts, at),
        expected_classes=facts.expected_classes,
    )


def _facts(connection: Connection, person_id: int, room_id: int, at: datetime) -> ViewingFacts:
    person = PERSON.row(connection, {"person_id": person_id})
    room = ROOM.row(connection, {"room_id": room_id})
    facts = ViewingFacts(person_id=person_id, signed_in=(ALWAYS,))
    if person is None:
        return facts
    facts = replace(facts, person=span_of(person.recorded_at, None, person.closed_at, person.recorded_at))
    if room is None:
        return facts
    names = {"person_id": person_id, "room_id": room_id, "school_id": room.school_id, **days_around(at)}
    paths = PATHS_TO_ROOM.rows(connection, names)
    if not any(path.room_id == room_id for path in paths):
        return replace(facts, **about_room(room))
    return facts_of_rooms(connection, facts, [room], paths, at)[room_id]


def _way(path: Path, facts: ViewingFacts, at: datetime) -> Way:
    return Way(
        path.guardianship_id,
        path.child_id,
        path.class_group_id,
        tuple(_rule(reason, spans, at) for reason, spans in rules(path, facts)),
        delegation_id=path.delegation_id,
        guardian_id=path.guardian_id,
    )


def _rule(reason: Reason, spans: tuple[Span, ...], at: datetime) -> Rule:
    stretch = around(at, spans)
    if stretch is None:
        return Rule(reason, False, None, None, next_start(at, spans))
    return Rule(reason, True, stretch.start, stretch.end, None)


def _rule_record(rule: Rule) -> dict[str, Any]:
    return {
        "reason": rule.reason.value,
        "holds": rule.holds,
        "since": _text(rule.since),
        "until": _text(rule.until),
        "next": _text(rule.next),
    }


def _text(instant: datetime | None) -> str | None:
    return None if instant in {None, LONG_AGO, FAR} else instant.isoformat()
