"""What guardians and staff are shown of their own consents; of nobody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from access.consent_records import NO, Audience, Consent, ConsentText
from access.consent_texts import Text, coming, in_force, texts_of
from access.consenting import Whose, class_groups
from access.enrolment import Child, Guardianship
from access.people import School


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
    #: The next text, published and not in force yet: it can be agreed to already.
    coming: Text | None = None
    #: Whether whoever it is about has a place with a class, now or later: else no room waits for it.
    is_expected: bool = True

    @property
    def answer(self) -> Receipt | None:
        """Return the answer that counts to the text in force; None where there is none."""
        return self._answer_to(self.text)

    @property
    def has_agreed(self) -> bool:
        """Say whether that answer is an agreement."""
        return self.answer is not None and self.answer.level != NO

    @property
    def has_agreed_already(self) -> bool:
        """Say whether they have agreed to the text that is coming."""
        answer = self._answer_to(self.coming)
        return answer is not None and answer.level != NO

    def _answer_to(self, text: Text | None) -> Receipt | None:
        counting = (r for r in self.receipts if r.counts_from is not None and r.ended_at is None)
        return next((r for r in counting if text is not None and r.version == text.version), None)


def own_consents(connection: Connection, person_id: int, now: datetime) -> list[Asked]:
    """Return what a guardian is asked for each of their children, by name, in whatever school."""
    rows = connection.execute(
        select(
            Guardianship.key,
            Guardianship.id,
            Guardianship.school_id,
            Guardianship.child_id,
            Child.name.label("child"),
            School.name.label("school"),
            School.zone,
        )
        .join(Child, and_(Child.id == Guardianship.child_id, Child.school_id == Guardianship.school_id))
        .join(School, School.id == Guardianship.school_id)
        .where(Guardianship.person_id == person_id, stands(Guardianship, now))
        .order_by(Child.name, Guardianship.id)
    ).all()
    texts = {
        school_id: texts_of(connection, school_id, Audience.FAMILY)
        for school_id in sorted({row.school_id for row in rows})
    }
    return [
        Asked(
            *(row.key, row.id, row.school_id, row.child, row.school, row.zone),
            in_force(texts[row.school_id], now),
            _receipts(connection, row.school_id, Consent.guardianship_id == row.id),
            coming(texts[row.school_id], now),
            bool(class_groups(connection, Whose(row.school_id, person_id, row.id, row.child_id), now)),
        )
        for row in rows
    ]


def own_staff_consent(connection: Connection, person_id: int, school_id: int, now: datetime) -> Asked:
    """Return what somebody of the staff is asked for themselves in one school."""
    school = connection.execute(
        select(School.key, School.name, School.zone).where(School.id == school_id)
    ).one()
    mine = and_(Consent.guardianship_id.is_(None), Consent.person_id == person_id)
    texts = texts_of(connection, school_id, Audience.STAFF)
    receipts = _receipts(connection, school_id, mine)
    is_expected = bool(class_groups(connection, Whose(school_id, person_id, None), now))
    return Asked(
        *(school.key, None, school_id, "", school.name, school.zone),
        in_force(texts, now),
        receipts,
        coming(texts, now),
        is_expected,
    )


def stands(record: Any, now: datetime) -> ColumnElement[bool]:
    """Say that a dated record is not over; it may begin later."""
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
