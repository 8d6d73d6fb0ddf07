"""What an entry fails to say of what its kind must."""

from collections.abc import Mapping
from typing import Any

from access.log.kinds import KINDS, By, Log


def unplaced(kind: str, body: Mapping[str, Any]) -> list[str]:
    """Return what an entry fails to say of a request over the web.

    An act says on which device, unless nobody is signed in, and from where. What the portal
    itself ends it may end at anybody's request.
    """
    wanted, actor = KINDS[kind], body.get("actor", {})
    if wanted.by == {By.PORTAL}:
        return []
    needed = ["from"] if By.VISITOR in wanted.by else ["from", "sign_in"]
    return [f"{kind}: no actor.{name}" for name in needed if name not in actor]


def faults(log: Log, kind: str, body: Mapping[str, Any]) -> list[str]:
    """Return what an entry fails to say of what its kind must."""
    wanted, subject = KINDS[kind], body.get("subject", {})
    found = [f"{kind}: no subject.{name}" for name in sorted(wanted.subject - subject.keys())]
    needed = wanted.besides | {"actor", "reason", "revision", "subject"}
    found += [f"{kind}: no {name}" for name in sorted(needed - body.keys())]
    if log not in wanted.logs:
        found.append(f"{kind}: in another log")
    return found
