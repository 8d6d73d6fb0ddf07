"""Acts upon custody rules: one person adds a rule, and it takes two to end it.

A rule only takes away, so adding one waits for nothing: the guardianship is stopped first,
and goes on under the rule once that is recorded. Ending one opens: somebody asks for it and
somebody else confirms, neither of them an adult of the child.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select, union, update

from access.acts import Actor, Ending, end, school_of, widen
from access.check_codes import REFUSED
from access.checked import check_span, find_one
from access.custody import WEEKDAYS, CustodyKind, bits_of
from access.custody_rules import CustodyRule
from access.database import now_utc_text, reading
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.errors import RecordsUnavailable, Refused
from access.keys import new_key
from access.stops import Mark, Scope
from access.two_people import may_end_custody
from access.world import World


def add_custody_rule(
    world: World,
    *,
    actor: Actor,
    reason: str,
    guardianship_id: int,
    kind: str,
    starts_at: datetime,
    weekdays: Collection[int] = (),
    ends_at: datetime | None = None,
    court_on: date | None = None,
) -> bool:
    """Limit a guardianship, at once; say whether it is recorded already.

    Whoever watches by the guardianship is stopped now, and may begin anew where the rule lets
    them. A rule that begins later stops them too: it may not be recorded by then.

    Args:
        kind: one of :class:`~access.custody.CustodyKind`.
        weekdays: those that the rule leaves, 0 is Monday; for that kind only.
        ends_at: aware; None where somebody has to end it.
        court_on: the day on which a court will say how it goes on. The rule holds beyond it,
            until somebody ends it.

    Raises:
        Refused: ``custody:kind``, ``custody:weekdays``, ``custody:two_ends``.
        RecordsUnavailable: neither journal nor database took it. The whole guardianship is
            stopped until the machine restarts.
    """
    _check_kind(kind, weekdays)
    check_span(starts_at, ends_at)
    if ends_at is not None and court_on is not None:
        raise Refused("custody:two_ends", "a rule ends on a day, or waits for a court")
    target = {
        "key": new_key(),
        "guardianship": guardianship_id,
        "kind": str(kind),
        "weekdays": bits_of(weekdays),
        "starts_at": now_utc_text(starts_at),
        "ends_at": None if ends_at is None else now_utc_text(ends_at),
        "court_on": None if court_on is None else court_on.isoformat(),
    }
    marks = (Mark(Scope.CUSTODY, guardianship_id),)
    ending = Ending.now(world, "custody:added", actor=actor, reason=reason, target=target, marks=marks)
    try:
        return end(world, ending)
    except RecordsUnavailable:
        # Nothing carries this rule: what recording another one clears must not let it pass.
        world.stops.set([Mark(Scope.GUARDIANSHIP, guardianship_id)])
        raise


def ask_to_end_custody_rule(world: World, *, actor: Actor, reason: str, custody_rule_id: int) -> None:
    """Ask for the end of a rule; it holds on until somebody else confirms that.

    Raises:
        Refused: ``custody:over``; ``custody:same_person``, where whoever asks is not named or
            is an adult of the child; that they tried is an entry.
    """
    _towards_the_end(world, actor, reason, custody_rule_id, confirming=False)


def end_custody_rule(world: World, *, actor: Actor, reason: str, custody_rule_id: int) -> None:
    """End a rule that somebody else asked to end; what it took away is open again.

    Raises:
        Refused: ``custody:not_asked``, ``custody:over``; ``custody:same_person``, where they
            asked for it themselves, are not named, or are an adult of the child; that they
            tried is an entry.
    """
    _towards_the_end(world, actor, reason, custody_rule_id, confirming=True)


def _towards_the_end(
    world: World, actor: Actor, reason: str, custody_rule_id: int, *, confirming: bool
) -> None:
    school_id = school_of(world, CustodyRule, custody_rule_id)
    with reading(world.database) as connection:
        rule = find_one(connection, CustodyRule, custody_rule_id, school_id=school_id)
        tie = find_one(connection, Guardianship, rule.guardianship_id, school_id=school_id)
    ids = {"guardianship": tie.id, "person": tie.person_id, "child": tie.child_id}
    subject: dict[str, Any] = {"custody_rule": custody_rule_id, **ids}

    def apply(connection: Connection, now: datetime) -> None:
        rule = find_one(connection, CustodyRule, custody_rule_id, school_id=school_id)
        if rule.ended_at is not None:
            raise Refused("custody:over")
        if confirming and rule.end_asked_by is None:
            raise Refused("custody:not_asked", "somebody has to ask for it first")
        asked_by = rule.end_asked_by if confirming else None
        if not may_end_custody(actor.person_id, asked_by=asked_by, tied=_adults(connection, tie)):
            raise Refused("custody:same_person")
        values = {"ended_at": now} if confirming else {"end_asked_by": actor.person_id, "end_asked_at": now}
        its = (CustodyRule.id == custody_rule_id, CustodyRule.school_id == school_id)
        connection.execute(update(CustodyRule).where(*its).values(**values))

    widen(
        world,
        school_id=school_id,
        actor=actor,
        reason=reason,
        kind="custody:ended" if confirming else "custody:end_asked",
        subject=subject,
        apply=apply,
        tells={"custody:same_person": REFUSED},
    )


def _adults(connection: Connection, tie: Row[Any]) -> list[int]:
    """Return whoever is or was a guardian of the child or a guardian's delegate."""
    of_child = (Guardianship.child_id == tie.child_id, Guardianship.school_id == tie.school_id)
    delegated = and_(
        Delegation.guardianship_id == Guardianship.id, Delegation.school_id == Guardianship.school_id
    )
    delegates = select(Delegation.person_id).join(Guardianship, delegated).where(*of_child)
    return list(
        connection.execute(union(select(Guardianship.person_id).where(*of_child), delegates)).scalars()
    )


def _check_kind(kind: str, weekdays: Collection[int]) -> None:
    if kind not in set(CustodyKind):
        raise Refused("custody:kind", f"one of {', '.join(CustodyKind)}")
    named = set(weekdays)
    if (kind == CustodyKind.WEEKDAYS) != bool(named) or not named <= set(WEEKDAYS) or len(named) == 7:
        raise Refused("custody:weekdays", "one to six of them, where the rule is of weekdays")
