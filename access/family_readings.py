"""What a family has watched, as arms of the question about ties (:data:`access.readings.TIES`).

The family of a child is whoever is a guardian of the child, and with them the child's siblings: the other
children of these guardians at the school. What anybody watched of one of these children counts for it,
also what a delegate watched. A tie that ended within the days that are read still belongs to it, so that
ending one gives nobody minutes back.
"""

from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, literal, select
from sqlalchemy.orm import aliased

from access.custody_rules import CustodyRule
from access.enrolment import Guardianship
from access.viewing_records import Viewing
from access.ways import not_ended

WATCHED, DIVIDED = "watched", "divided"

#: What the other arms say of whose device it was, and of which guardian.
OF_NO_VIEWING: tuple[Any, ...] = (
    literal(None, Integer).label("sign_in_id"),
    literal(None, Integer).label("guardian_id"),
)

#: Of the child itself; of the same guardian, to it or a sibling; and of anybody to either.
_Of, _Tie, _Any = aliased(Guardianship), aliased(Guardianship), aliased(Guardianship)


def _of_family(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .distinct()
        .select_from(_Of)
        .join(_Tie, and_(_Tie.person_id == _Of.person_id, _Tie.school_id == _Of.school_id))
        .where(
            _Of.child_id.in_(bindparam("child_ids", expanding=True)),
            _Of.school_id.in_(bindparam("school_ids", expanding=True)),
            *(not_ended(tie.ends_at) for tie in (_Of, _Tie)),
            *(not_ended(tie.ended_at) for tie in (_Of, _Tie)),
        )
    )


#: Viewings by child, the family's and whoever's, of the days around now.
VIEWED = (
    _of_family(
        literal(WATCHED),
        Viewing.id,
        _Of.child_id,
        Viewing.opened_at,
        Viewing.lease_until,
        Viewing.closed_at,
        Viewing.opened_at,
        literal(""),
        literal(0),
        Viewing.sign_in_id,
        _Any.person_id,
    )
    .join(Viewing, and_(Viewing.child_id == _Tie.child_id, Viewing.school_id == _Tie.school_id))
    .join(_Any, and_(_Any.id == Viewing.guardianship_id, _Any.school_id == Viewing.school_id))
    .where(Viewing.lease_until > bindparam("from"))
)

#: Custody rules within the family, by child: then each of its guardians has a budget of their own.
DIVIDING = (
    _of_family(
        literal(DIVIDED),
        CustodyRule.id,
        _Of.child_id,
        CustodyRule.recorded_at,
        CustodyRule.ends_at,
        CustodyRule.ended_at,
        CustodyRule.recorded_at,
        literal(""),
        literal(0),
        *OF_NO_VIEWING,
    )
    .join(_Any, and_(_Any.child_id == _Tie.child_id, _Any.school_id == _Tie.school_id))
    .join(CustodyRule, and_(CustodyRule.guardianship_id == _Any.id, CustodyRule.school_id == _Any.school_id))
    .where(not_ended(CustodyRule.ends_at), not_ended(CustodyRule.ended_at))
)
