"""Who has not agreed to be shown, and who is not asked: told to the school's staff, to families never."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, literal, null, or_, select

from access.consent_records import LEVELS, Audience, Consent, ConsentExemption, StaffDuty
from access.consent_texts import in_force, texts_of
from access.consents_seen import stands
from access.coverage_facts import unanswered_ties
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.people import Person


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who has not agreed to the text in force, and is asked; or a child for whom nobody can be."""

    #: The guardianship's; empty of staff.
    key: str
    #: Empty where nobody can be asked: every guardianship is over, or exempt.
    name: str
    #: The child's name; empty of staff.
    child: str
    class_group: str
    #: ``no``, what they agreed to if that hides something, or empty where nothing was said yet.
    answer: str
    #: A paper that waits for a second look, and who entered it.
    paper_key: str
    paper_by: int | None
    #: A proposal not to ask them that waits for a second person, and who made it.
    exemption_key: str
    exemption_by: int | None
    #: They are a guardian no more, and had not agreed when that ended: two of the staff let them go.
    over: bool = False


def missing_in(connection: Connection, school_id: int, now: datetime) -> list[Missing]:
    """Return who has not agreed, by class and name: guardians of enrolled children, and staff on duty.

    Also guardians who were, and had not agreed when that ended; and each enrolled child for whom
    nobody can be asked.
    """
    enrolled = _enrolled(connection, school_id, now)
    over = unanswered_ties(connection, school_id, {row.class_group_id for row in enrolled}, now)
    tied = _tied(connection, school_id, over, now)
    on_duty = _on_duty(connection, school_id, now)
    answers = _answers(connection, school_id, now)
    exempt, proposed = _exemptions(connection, school_id, {row.id for row in tied})
    answered_for = {row.child_id for row in tied if row.id not in exempt | over}
    found = [
        Missing("", "", row.child, row.class_group, "", "", None, "", None)
        for row in enrolled
        if row.child_id not in answered_for
    ]
    for row in [*tied, *on_duty]:
        said = answers[row.id, row.person_id]
        counting = next((one.level for one in said if one.counts_from is not None), "")
        if (counting == LEVELS[0] and row.id not in over) or row.id in exempt:
            continue
        paper = next((one for one in said if one.counts_from is None and row.id not in over), None)
        proposal = proposed.get(row.id) if row.id is not None else None
        found.append(
            Missing(
                key=row.key,
                name=row.name,
                child=row.child,
                class_group=row.class_group,
                answer=counting,
                paper_key=paper.key if paper else "",
                paper_by=paper.entered_by if paper else None,
                exemption_key=proposal.key if proposal else "",
                exemption_by=proposal.proposed_by if proposal else None,
                over=row.id in over,
            )
        )
    return sorted(found, key=lambda one: (one.class_group, one.child, one.name, one.key))


@dataclass(frozen=True, slots=True)
class Exempt:
    """A guardian whose consent is not asked for."""

    key: str
    name: str
    child: str
    reason: str


def exempt_in(connection: Connection, school_id: int, now: datetime) -> list[Exempt]:
    """Return which guardians of a school are not asked, by name; of those who were one, who would be."""
    of, tie = ConsentExemption, Guardianship
    groups = {row.class_group_id for row in _enrolled(connection, school_id, now)}
    over = unanswered_ties(connection, school_id, groups, now)
    rows = connection.execute(
        select(of.key, Person.name, Child.name, of.reason)
        .join(tie, and_(tie.id == of.guardianship_id, tie.school_id == of.school_id))
        .join(Person, Person.id == tie.person_id)
        .join(Child, and_(Child.id == tie.child_id, Child.school_id == tie.school_id))
        .where(
            of.school_id == school_id,
            of.confirmed_at.is_not(None),
            of.ended_at.is_(None),
            or_(stands(tie, now), tie.id.in_(over)),
        )
        .order_by(Child.name, Person.name, of.id)
    )
    return [Exempt(*row) for row in rows]


def _tied(connection: Connection, school_id: int, over: Collection[int], now: datetime) -> list[Any]:
    """Return the guardianships of enrolled children that stand, and those of *over*."""
    tie, place = Guardianship, Enrolment
    names = (Person.name, Child.name.label("child"), ClassGroup.name.label("class_group"))
    rows = connection.execute(
        select(tie.id, tie.key, tie.person_id, tie.child_id, *names)
        .join(Person, Person.id == tie.person_id)
        .join(Child, and_(Child.id == tie.child_id, Child.school_id == tie.school_id))
        .join(place, and_(place.child_id == tie.child_id, place.school_id == tie.school_id))
        .join(
            ClassGroup,
            and_(ClassGroup.id == place.class_group_id, ClassGroup.school_id == place.school_id),
        )
        .where(tie.school_id == school_id, or_(stands(tie, now), tie.id.in_(over)), stands(place, now))
    )
    return list(rows)


def _enrolled(connection: Connection, school_id: int, now: datetime) -> list[Any]:
    of = Enrolment
    rows = connection.execute(
        select(
            of.child_id, of.class_group_id, Child.name.label("child"), ClassGroup.name.label("class_group")
        )
        .join(Child, and_(Child.id == of.child_id, Child.school_id == of.school_id))
        .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
        .where(of.school_id == school_id, stands(of, now))
    )
    return list(rows)


def _on_duty(connection: Connection, school_id: int, now: datetime) -> list[Any]:
    of = StaffDuty
    rows = connection.execute(
        select(
            null().label("id"),
            literal("").label("key"),
            of.person_id,
            Person.name,
            literal("").label("child"),
            ClassGroup.name.label("class_group"),
        )
        .join(Person, Person.id == of.person_id)
        .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
        .where(of.school_id == school_id, stands(of, now))
    )
    return list(rows)


def _answers(
    connection: Connection, school_id: int, now: datetime
) -> dict[tuple[int | None, int], list[Any]]:
    """Return the standing answers to the texts in force, by guardianship and person."""
    asked = [
        text.id
        for audience in Audience
        if (text := in_force(texts_of(connection, school_id, audience), now)) is not None
    ]
    said: defaultdict[tuple[int | None, int], list[Any]] = defaultdict(list)
    columns = (Consent.guardianship_id, Consent.person_id, Consent.key, Consent.level, Consent.entered_by)
    for row in connection.execute(
        select(*columns, Consent.counts_from).where(
            Consent.school_id == school_id,
            Consent.consent_text_id.in_(asked),
            Consent.ended_at.is_(None),
        )
    ):
        said[row.guardianship_id, row.person_id].append(row)
    return said


def _exemptions(
    connection: Connection, school_id: int, ties: Collection[int]
) -> tuple[frozenset[int], dict[int, Any]]:
    """Return which of the guardianships are exempt, and the proposals that wait, by guardianship."""
    of = ConsentExemption
    rows = connection.execute(
        select(of.key, of.guardianship_id, of.proposed_by, of.confirmed_at).where(
            of.school_id == school_id, of.guardianship_id.in_(ties), of.ended_at.is_(None)
        )
    ).all()
    exempt = frozenset(row.guardianship_id for row in rows if row.confirmed_at is not None)
    return exempt, {row.guardianship_id: row for row in rows if row.confirmed_at is None}
