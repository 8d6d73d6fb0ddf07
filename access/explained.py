"""Explain to somebody of the staff, or at the machine: each rule with the entry it rests on.

The one act behind ``./portal explain`` and the office's page. Asking is a look at somebody, so it is
written down before anything is answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.acts import Actor, widen
from access.database import reading
from access.explain import Explanation, explain
from access.grounds import Ground, Grounds, load_grounds
from access.log.names import Names, names_in
from access.reasons import Reason
from access.world import World


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation, what its rules rest on, and what the records in those entries are called."""

    explanation: Explanation
    grounds: Grounds
    names: Names

    def as_record(self) -> dict[str, Any]:
        """Return it as values for JSON: the explanation's, with ``rests_on`` in each rule."""
        record = self.explanation.as_record()
        record["person"]["rests_on"] = _ground_record(self.grounds.person)
        for way, grounds in zip(record["ways"], self.grounds.ways, strict=True):
            for rule in way["rules"]:
                rule["rests_on"] = _ground_record(grounds.get(Reason(rule["reason"])))
        return record


def explain_to(
    world: World, *, actor: Actor, reason: str, school_id: int, person_id: int, room_id: int, at: datetime
) -> Explained:
    """Write down that somebody asks why a person can see a room at an instant, or not, and answer it.

    Args:
        school_id: the room's, in whose log it is written and whose entries are read.
        at: aware.

    Raises:
        Refused: the reason's rule refused it.
        RecordsUnavailable, LogUnavailable: nothing was written, and nothing is answered.
    """
    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="explanation:read",
        subject={"person": person_id, "room": room_id, "at": at.isoformat()},
        apply=lambda _connection, _at: None,
    )
    with reading(world.database) as connection:
        found = explain(connection, person_id, room_id, at)
        grounds = load_grounds(connection, school_id, person_id, room_id, found)
        names = names_in(connection, school_id, [ground.entry for ground in _every(grounds) if ground.named])
    return Explained(found, grounds, names)


def _every(grounds: Grounds) -> list[Ground]:
    ways: list[Mapping[Reason, Ground]] = list(grounds.ways)
    return [*([grounds.person] if grounds.person else []), *(one for way in ways for one in way.values())]


def _ground_record(ground: Ground | None) -> dict[str, Any] | None:
    if ground is None:
        return None
    body = ground.entry.body
    return {
        "n": ground.entry.number,
        "kind": ground.entry.kind,
        "at": ground.entry.at.isoformat(),
        "actor": body.get("actor") if ground.named else None,
        "why": body.get("reason") if ground.named else None,
    }
