"""The act by which a school chooses what a room shows where somebody has not agreed."""

from datetime import datetime

from sqlalchemy import Connection, update

from access.acts import Actor, widen
from access.checked import check_shown, find_one
from access.coverage import POLICIES
from access.errors import Refused
from access.people import School
from access.world import World


def choose_for_uncovered(
    world: World, *, actor: Actor, reason: str, school_id: int, policy: str, shown: str | None = None
) -> None:
    """Choose what a room shows at most where somebody expected in it has not agreed.

    Nobody's picture begins or ends with it while any level but ``clear`` shows nothing, so either
    choice waits for its entry.

    Args:
        policy: ``figures`` or ``closed``.
        shown: the one that whoever acts has seen.

    Raises:
        Refused: ``coverage:policy``; ``act:overtaken``, where another one stands than *shown*.
        RecordsUnavailable, LogUnavailable: nothing happened.
    """
    if policy not in POLICIES:
        raise Refused("coverage:policy", f"one of {', '.join(POLICIES)}")

    def apply(connection: Connection, now: datetime) -> None:
        del now
        check_shown(shown, find_one(connection, School, school_id).uncovered)
        connection.execute(update(School).where(School.id == school_id).values(uncovered=policy))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="coverage:policy_set",
        subject={"school": school_id, "uncovered": policy},
        apply=apply,
    )
