"""What people are shown of consents: guardians and staff their own, the office who is missing.

Who has not agreed is told to the school's staff only; a family reads its own answers and nothing else.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal, null, or_, select

from access.consent_records import NO, Audience, Consent, ConsentExemption, ConsentText, StaffDuty
from access.consent_texts import Text, in_force, texts_of
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.people import Person, School


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer, as it was given."""

    key: str
    level: str
    how: str
    version: int
    recorded_at: datetime
    #: None of a paper that waits for the second look.
    counts_from: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What one person is asked in one school, for a child or for themselves, and what they answered."""

    #: Of the guardianship, or of the school where staff are asked for themselves.
    key: str
    guardianship_id: int | None
    school_id: int
    #: The child's name; empty of staff.
    child: str
    school: str
    zone: str
    text: Text | None
    #: Newest first, to whatever version.
    receipts: tuple[Receipt, ...]

    @property
    def answer(self) -> Receipt | None:
        """Return the answer that counts to the text in force; None where there is none."""
        version = self.text.version if self.text else 0
        counting = (r for r in self.receipts if r.counts_from is not None and r.ended_at is None)
        return next((receipt for receipt in counting if receipt.version == version), None)

    @property
    def has_agreed(self) -> bool:
        """Say whether that answer is an agreement."""
        return self.answer is not None and self.answer.level != NO


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
    #: ``no``, or empty where nothing was said yet.
    answer: str
    #: A paper that waits for a second look, and who entered it.
    paper_key: str
    paper_by: int | None
    #: A proposal not to ask them that waits for a second person, and who made it.
    exemption_key: str
    exemption_by: int | None


def own_consents(connection: Connection, person_id: int, now: datetime) -> list[Asked]:
    """Return what a guardian is asked for each of their children, by name, in whatever school."""
    rows = connection.execute(
        select(
            Guardianship.key,
            Guardianship.id,
            Guardianship.school_id,
            Child.name.label("child"),
            School.name.label("school"),
            School.zone,
        )
        .join(Child, and_(Child.id == Guardianship.child_id, Child.school_id == Guardianship.school_id))
        .join(School, School.id == Guardianship.school_id)
        .where(Guardianship.person_id == person_id, _stands(Guardianship, now))
        .order_by(Child.name, Guardianship.id)
    ).all()
    texts = {
        school_id: in_force(texts_of(connection, school_id, Audience.FAMILY), now)
        for school_id in sorted({row.school_id for row in rows})
    }
    return [
        Asked(
            *(row.key, row.id, row.school_id, row.child, row.school, row.zone),
            texts[row.school_id],
            _receipts(connection, row.school_id, Consent.guardianship_id == row.id),
        )
        for row in rows
    ]


def own_staff_consent(connection: Connection, person_id: int, school_id: int, now: datetime) -> Asked:
    """Return what somebody of the staff is asked for themselves in one school."""
    school = connection.execute(
        select(School.key, School.name, School.zone).where(School.id == school_id)
    ).one()
    mine = and_(Consent.guardianship_id.is_(None), Consent.person_id == person_id)
    text = in_force(texts_of(connection, school_id, Audience.STAFF), now)
    receipts = _receipts(connection, school_id, mine)
    return Asked(school.key, None, school_id, "", school.name, school.zone, text, receipts)


def missing_in(connection: Connection, school_id: int, now: datetime) -> list[Missing]:
    """Return who has not agreed, by class and name: guardians of enrolled children, and staff on duty.

    Also each enrolled child for whom nobody can be asked.
    """
    tied = _tied(connection, school_id, now)
    on_duty = _on_duty(connection, school_id, now)
    answers = _answers(connection, school_id, now)
    exempt, proposed = _exemptions(connection, school_id, {row.id for row in tied})
    answered_for = {row.child_id for row in tied if row.id not in exempt}
    found = [
        Missing("", "", child, class_group, "", "", None, "", None)
        for child_id, child, class_group in _enrolled(connection, school_id, now)
        if child_id not in answered_for
    ]
    for row in [*tied, *on_duty]:
        said = answers[row.id, row.person_id]
        agreed = any(one.counts_from is not None and one.level != NO for one in said)
        if agreed or row.id in exempt:
            continue
        paper = next((one for one in said if one.counts_from is None), None)
        proposal = proposed.get(row.id) if row.id is not None else None
        found.append(
            Missing(
                key=row.key,
                name=row.name,
                child=row.child,
                class_group=row.class_group,
                answer=NO if any(one.level == NO for one in said) else "",
                paper_key=paper.key if paper else "",
                paper_by=paper.entered_by if paper else None,
                exemption_key=proposal.key if proposal else "",
                exemption_by=proposal.proposed_by if proposal else None,
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


def exempt_in(connection: Connection, school_id: int) -> list[Exempt]:
    """Return which guardians of a school are not asked, by name."""
    of, tie = ConsentExemption, Guardianship
    rows = connection.execute(
        select(of.key, Person.name, Child.name, of.reason)
        .join(tie, and_(tie.id == of.guardianship_id, tie.school_id == of.school_id))
        .join(Person, Person.id == tie.person_id)
        .join(Child, and_(Child.id == tie.child_id, Child.school_id == tie.school_id))
        .where(
            of.school_id == school_id,
            of.confirmed_at.is_not(None),
            of.ended_at.is_(None),
            tie.ended_at.is_(None),
        )
        .order_by(Child.name, Person.name, of.id)
    )
    return [Exempt(*row) for row in rows]


def _stands(record: Any, now: datetime) -> ColumnElement[bool]:
    return and_(record.ended_at.is_(None), or_(record.ends_at.is_(None), record.ends_at > now))


def _receipts(connection: Connection, school_id: int, whose: ColumnElement[bool]) -> tuple[Receipt, ...]:
    columns = (Consent.key, Consent.level, Consent.how, ConsentText.version)
    rows = connection.execute(
        select(*columns, Consent.recorded_at, Consent.counts_from, Consent.ended_at)
        .join(
            ConsentText,
            and_(ConsentText.id == Consent.consent_text_id, ConsentText.school_id == Consent.school_id),
        )
        .where(Consent.school_id == school_id, whose)
        .order_by(Consent.id.desc())
    )
    return tuple(Receipt(*row) for row in rows)


def _tied(connection: Connection, school_id: int, now: datetime) -> list[Any]:
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
        .where(tie.school_id == school_id, _stands(tie, now), _stands(place, now))
    )
    return list(rows)


def _enrolled(connection: Connection, school_id: int, now: datetime) -> list[Any]:
    of = Enrolment
    rows = connection.execute(
        select(of.child_id, Child.name, ClassGroup.name)
        .join(Child, and_(Child.id == of.child_id, Child.school_id == of.school_id))
        .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
        .where(of.school_id == school_id, _stands(of, now))
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
        .where(of.school_id == school_id, _stands(of, now))
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
