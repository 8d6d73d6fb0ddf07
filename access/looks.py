"""Looks at records that are acts themselves: written down before anything is shown."""

from datetime import datetime

from access.acts import Actor, widen
from access.world import World


def look(world: World, kind: str, *, actor: Actor, reason: str, school_id: int, first: datetime) -> None:
    """Write that somebody looks at a month of a school.

    Args:
        kind: stable ``subject:what`` of the entry.
        first: aware; when the month began.

    Raises:
        LogUnavailable, RecordsUnavailable: it could not be written, so nothing may be shown.
    """
    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind=kind,
        subject={"school": school_id, "since": first.isoformat()},
        apply=lambda _connection, _at: None,
    )
