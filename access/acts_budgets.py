"""Acts by which a school chooses how much its families may watch."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from access.acts import Actor, Ending, end, widen
from access.budgets import Budgets
from access.database import reading
from access.errors import Refused
from access.people import School
from access.school_budgets import as_columns, as_subject, budgets_of, lessened, lower
from access.stops import Mark, Scope
from access.world import World

MOST_MINUTES, MOST_DEVICES = 24 * 60, 100


def set_budgets(
    world: World,
    *,
    actor: Actor,
    reason: str,
    school_id: int,
    budgets: Budgets,
    shown: Budgets | None = None,
) -> bool:
    """Choose the budgets of a school; say whether all of it is recorded already.

    What becomes less is so first, and waits for nothing: the school's hours are closed until the record
    is made, so whoever watches at that moment begins anew. What becomes more is an act after it, and
    shows nothing that was filmed before.

    Args:
        shown: those that whoever acts has seen. What is less than these becomes so, whatever stands;
            what is more only where they still stand, and what is the same leaves what stands.
            None: those that stand.

    Raises:
        Refused: ``budgets:range``; ``act:overtaken`` by somebody who chose otherwise meanwhile: what
            was to become less is so, and nothing is more.
        RecordsUnavailable, LogUnavailable: what was to become more did not. Where neither journal nor
            database took what becomes less, the whole school is stopped until two people open it,
            or the machine restarts.
    """
    check_budgets(budgets)
    with reading(world.database) as connection:
        stands = budgets_of(connection, school_id)
    seen = stands if shown is None else shown
    less = lessened(budgets, seen)
    recorded = lower(stands, less) == stands or _lower(world, actor, reason, school_id, less)
    left = lower(seen, less)
    if budgets == left:
        return recorded

    def apply(connection: Connection, now: datetime) -> None:
        if budgets_of(connection, school_id) != left:
            raise Refused("act:overtaken", "somebody chose otherwise meanwhile")
        chosen = update(School).where(School.id == school_id)
        connection.execute(chosen.values(**as_columns(budgets), budgets_since=now))

    act: dict[str, Any] = {"actor": actor, "reason": reason, "kind": "budgets:raised", "apply": apply}
    widen(world, school_id=school_id, subject=as_subject(school_id, budgets), **act)
    return True


def check_budgets(budgets: Budgets) -> None:
    """Let budgets pass that can be kept.

    Raises:
        Refused: ``budgets:range``.
    """
    for number, most in (
        (budgets.day_minutes, MOST_MINUTES),
        (budgets.viewing_minutes, MOST_MINUTES),
        (budgets.devices, MOST_DEVICES),
    ):
        if number is not None and not 1 <= number <= most:
            raise Refused("budgets:range", f"1 to {most}, or none")


def _lower(world: World, actor: Actor, reason: str, school_id: int, budgets: Budgets) -> bool:
    target = as_subject(school_id, budgets)
    marks = (Mark(Scope.CALENDAR, school_id),)
    name = "budgets:lowered"
    ending = Ending.now(world, name, actor=actor, reason=reason, target=target, marks=marks)
    return end(world, ending, untaken=[Mark(Scope.SCHOOL, school_id)])
