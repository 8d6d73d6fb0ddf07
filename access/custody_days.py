"""When custody rules concern children, for what is told of other people's days.

Stricter than the rules themselves: whichever guardian a rule is about, from when it was recorded or
began, whichever came first, until it is over; and one that waits to begin concerns the child already.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select, union

from access.custody_rules import CustodyRule
from access.delegations import Delegation
from access.enrolment import Guardianship
from access.spans import FAR, Span


@dataclass(frozen=True, slots=True)
class CustodyDays:
    """When any rule concerned any of some children."""

    spans: tuple[Span, ...]
    #: One does now, or will.
    is_concerned: bool

    def held_within(self, span: Span) -> bool:
        """Say whether a rule concerned one of them at any instant of *span*."""
        return any(rule.start < span.end and span.start < rule.end for rule in self.spans)


def children_ever_tied(connection: Connection, school_id: int, person_id: int) -> set[int]:
    """Return the children of a school whose guardian or delegate a person is, or was, however that stands.

    A tie that an order has ended must not tell more than the order did.
    """
    own = select(Guardianship.child_id).where(
        Guardianship.school_id == school_id, Guardianship.person_id == person_id
    )
    for_a_guardian = (
        select(Guardianship.child_id)
        .join(
            Delegation,
            and_(
                Delegation.guardianship_id == Guardianship.id, Delegation.school_id == Guardianship.school_id
            ),
        )
        .where(Guardianship.school_id == school_id, Delegation.person_id == person_id)
    )
    return set(connection.execute(union(own, for_a_guardian)).scalars())


def custody_days(
    connection: Connection, school_id: int, child_ids: Collection[int], now: datetime
) -> CustodyDays:
    """Return when custody rules concern one of these children.

    Args:
        connection: of a transaction.
        school_id: the children's school.
        child_ids: whom it is about.
        now: aware.
    """
    rows = connection.execute(
        select(CustodyRule.starts_at, CustodyRule.recorded_at, CustodyRule.ends_at, CustodyRule.ended_at)
        .join(
            Guardianship,
            and_(
                Guardianship.id == CustodyRule.guardianship_id,
                Guardianship.school_id == CustodyRule.school_id,
            ),
        )
        .where(CustodyRule.school_id == school_id, Guardianship.child_id.in_(child_ids))
    )
    spans = []
    for row in rows:
        start, end = min(row.starts_at, row.recorded_at), min(row.ends_at or FAR, row.ended_at or FAR)
        if start < end:
            spans.append(Span(start, end))
    return CustodyDays(tuple(spans), any(span.end > now for span in spans))
