"""What is written when a custody rule limits a guardianship."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from access.checked import find_one
from access.custody_rules import CustodyRule
from access.enrolment import Guardianship
from access.inserting import insert_one
from access.recorded import Recorded, Target


def custody_added(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write a rule once, with the key that the act gave it."""
    tie = find_one(connection, Guardianship, target["guardianship"])
    made = select(CustodyRule.id).where(
        CustodyRule.key == target["key"], CustodyRule.school_id == tie.school_id
    )
    rule = connection.execute(made).scalar_one_or_none() or _add(connection, tie, target, at)
    ids = {"custody_rule": rule, "guardianship": tie.id, "person": tie.person_id, "child": tie.child_id}
    return Recorded(tie.school_id, {**ids, "rule": target["kind"]})


def _add(connection: Connection, tie: Any, target: Target, at: datetime) -> int:
    ends_at, court_on = target["ends_at"], target["court_on"]
    return insert_one(
        connection,
        CustodyRule,
        school_id=tie.school_id,
        key=target["key"],
        guardianship_id=tie.id,
        kind=target["kind"],
        weekdays=target["weekdays"],
        starts_at=datetime.fromisoformat(target["starts_at"]),
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
        court_on=date.fromisoformat(court_on) if court_on else None,
        recorded_at=at,
    )
