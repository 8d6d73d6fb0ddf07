"""Who acts and why, and an ending whole enough to be recorded by another process later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from access.database import now_utc_text
from access.errors import Refused
from access.keys import new_key
from access.networks import network_here
from access.stops import Mark, Scope
from access.world import World

REASON_LETTERS = 500


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and by which way."""

    #: None where nobody is named, such as the portal itself.
    person_id: int | None
    #: ``web``, ``cli:<operating-system user>`` or ``portal``.
    via: str
    #: On which device; None at the machine, and where nobody is signed in.
    sign_in_id: int | None = None
    #: From where, by :mod:`access.networks`; None where no request is answered.
    network: str | None = field(default_factory=network_here)

    def as_json(self) -> dict[str, Any]:
        """Return the actor as it stands in entries: who, through what, on which device, from where."""
        said = {"person": self.person_id, "via": self.via, "sign_in": self.sign_in_id, "from": self.network}
        return {name: value for name, value in said.items() if name == "person" or value is not None}


@dataclass(frozen=True, slots=True)
class Ending:
    """An act that ends a right, whole enough to be recorded by another process later."""

    #: Names its recorder in :mod:`access.endings`; the kind of its entry.
    name: str
    actor: Actor
    reason: str
    #: When it was asked for; aware.
    at: datetime
    #: Ids of what ends, as the recorder wants them.
    target: Mapping[str, Any]
    marks: tuple[Mark, ...]
    key: str = field(default_factory=new_key)

    @classmethod
    def now(
        cls,
        world: World,
        name: str,
        *,
        actor: Actor,
        reason: str,
        target: Mapping[str, Any],
        marks: tuple[Mark, ...] = (),
    ) -> "Ending":
        """Return the ending that is asked for at this instant.

        Raises:
            Refused: no reason was given.
        """
        return cls(name, actor, checked_reason(reason), world.clock.now(), target, marks)

    def as_line(self) -> dict[str, Any]:
        """Return the ending as the journal keeps it."""
        return {
            "key": self.key,
            "name": self.name,
            "actor": [self.actor.person_id, self.actor.via, self.actor.sign_in_id],
            "from": self.actor.network,
            "reason": self.reason,
            "at": now_utc_text(self.at),
            "target": dict(self.target),
            "marks": [[mark.scope.value, mark.id] for mark in self.marks],
        }

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> "Ending":
        """Return the ending that the journal kept."""
        person_id, via, sign_in_id = line["actor"]
        return cls(
            name=line["name"],
            # A line of an older version says no network.
            actor=Actor(person_id, via, sign_in_id, line.get("from")),
            reason=line["reason"],
            at=datetime.fromisoformat(line["at"]).astimezone(UTC),
            target=line["target"],
            marks=tuple(Mark(Scope(scope), number) for scope, number in line["marks"]),
            key=line["key"],
        )


def checked_reason(reason: str) -> str:
    """Return *reason* as it is written down.

    Raises:
        Refused: nothing was said, or too much.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("reason:missing")
    if len(reason) > REASON_LETTERS:
        raise Refused("reason:long", f"more than {REASON_LETTERS} letters")
    return reason
