"""What the office sees of custody: the rules upon a guardianship, and what somebody has to do about them.

Reads only. Every query says which school.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.orm import aliased

from access.custody import Restriction, contradict
from access.custody_rules import CustodyRule
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.people import Person
from access.spans import ALWAYS

Row = Any  # a named row of columns

_Asker = aliased(Person)
_Now = aliased(Guardianship)


@dataclass(frozen=True, slots=True)
class RuleHere:
    """One rule that is not over."""

    id: int
    key: str
    kind: str
    weekdays: int
    starts_at: datetime
    ends_at: datetime | None
    court_on: date | None
    #: Whoever wants it to end; None where nobody does.
    end_asked_by: int | None
    end_asked_by_name: str | None


@dataclass(frozen=True, slots=True)
class TieHere:
    """A guardianship of a school."""

    id: int
    key: str
    guardian: str
    child: str


class CustodyTask(StrEnum):
    """Why somebody has to look at the rules of a guardianship."""

    CONTRADICTION = "contradiction"
    COURT_DATE_OVER = "court_date_over"
    END_ASKED = "end_asked"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, and about whom."""

    why: CustodyTask
    #: Of the guardianship.
    key: str
    guardian: str
    child: str


def find_guardianship(connection: Connection, key: str, school_id: int) -> TieHere | None:
    """Return a guardianship of the school, also one that is over."""
    row = connection.execute(
        select(Guardianship.id, Guardianship.key, Person.name, Child.name)
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Guardianship.key == key, Guardianship.school_id == school_id)
    ).one_or_none()
    return TieHere(*row) if row else None


def rules_upon(connection: Connection, school_id: int, guardianship_id: int, now: datetime) -> list[RuleHere]:
    """Return the rules that limit a guardianship now or later, also those of a former tie of the two."""
    rows = connection.execute(
        select(
            CustodyRule.id,
            CustodyRule.key,
            CustodyRule.kind,
            CustodyRule.weekdays,
            CustodyRule.starts_at,
            CustodyRule.ends_at,
            CustodyRule.court_on,
            CustodyRule.end_asked_by,
            _Asker.name,
        )
        .join(Guardianship, of_guardianship(CustodyRule))
        .join(
            _Now,
            and_(
                _Now.person_id == Guardianship.person_id,
                _Now.child_id == Guardianship.child_id,
                _Now.school_id == Guardianship.school_id,
            ),
        )
        .outerjoin(_Asker, _Asker.id == CustodyRule.end_asked_by)
        .where(CustodyRule.school_id == school_id, _Now.id == guardianship_id, *_not_over(now))
        .order_by(CustodyRule.id)
    )
    return [RuleHere(*row) for row in rows]


def find_rule(connection: Connection, key: str, school_id: int) -> tuple[int, int | None, str] | None:
    """Return the id of a rule of the school, who asked for its end, and the key of the guardianship."""
    row = connection.execute(
        select(CustodyRule.id, CustodyRule.end_asked_by, Guardianship.key)
        .join(Guardianship, of_guardianship(CustodyRule))
        .where(CustodyRule.key == key, CustodyRule.school_id == school_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def custody_tasks(connection: Connection, school_id: int, zone: str, now: datetime) -> list[Task]:
    """Return what the office has to do about rules that are in force."""
    rows = connection.execute(
        select(
            CustodyRule.kind,
            CustodyRule.weekdays,
            CustodyRule.court_on,
            CustodyRule.end_asked_by,
            Guardianship.key,
            Guardianship.person_id,
            Guardianship.child_id,
            Person.name.label("guardian"),
            Child.name.label("child"),
        )
        .join(Guardianship, of_guardianship(CustodyRule))
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(CustodyRule.school_id == school_id, CustodyRule.starts_at <= now, *_not_over(now))
        .order_by(CustodyRule.id)
    )
    upon: defaultdict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in rows:
        upon[row.person_id, row.child_id].append(row)
    today = now.astimezone(ZoneInfo(zone)).date()
    return [
        Task(why, rules[-1].key, rules[-1].guardian, rules[-1].child)
        for rules in upon.values()
        for why in _to_do(rules, today)
    ]


def _to_do(rules: Sequence[Row], today: date) -> list[CustodyTask]:
    found = []
    if contradict(Restriction(rule.kind, rule.weekdays, ALWAYS) for rule in rules):
        found.append(CustodyTask.CONTRADICTION)
    if any(rule.court_on is not None and rule.court_on < today for rule in rules):
        found.append(CustodyTask.COURT_DATE_OVER)
    if any(rule.end_asked_by is not None for rule in rules):
        found.append(CustodyTask.END_ASKED)
    return found


def _not_over(now: datetime) -> tuple[Any, Any]:
    return CustodyRule.ended_at.is_(None), or_(CustodyRule.ends_at.is_(None), CustodyRule.ends_at > now)
