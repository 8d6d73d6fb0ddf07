"""Whom a text asks, and papers of the staff that wait: for the school's staff only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, select

from access.consent_records import Audience, Consent, ConsentExemption, StaffDuty
from access.consent_texts import in_force, texts_of
from access.consents_seen import stands
from access.enrolment import ClassGroup, Enrolment, Guardianship
from access.people import Person


@dataclass(frozen=True, slots=True)
class AskedOfAll:
    """How many people a text asks, and in which classes: whose rooms wait for every one of them."""

    people: int
    class_groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StaffPaper:
    """A paper of somebody of the staff that waits for the second look."""

    key: str
    name: str
    level: str
    entered_by: int | None


def asked_of_all(connection: Connection, school_id: int, audience: Audience, now: datetime) -> AskedOfAll:
    """Return whom a text of this audience asks, now or as soon as their place with a class begins.

    Of families who stands as a guardian of an enrolled child and is not exempt; of the staff who is on
    a class's list.
    """
    found = _families(school_id, now) if audience is Audience.FAMILY else _staff(school_id, now)
    rows = connection.execute(found).all()
    return AskedOfAll(len({row.person_id for row in rows}), tuple(sorted({row.class_group for row in rows})))


def waiting_staff_papers(connection: Connection, school_id: int, now: datetime) -> list[StaffPaper]:
    """Return the papers of the staff that somebody else has to look at, by name."""
    text = in_force(texts_of(connection, school_id, Audience.STAFF), now)
    of = Consent
    rows = connection.execute(
        select(of.key, Person.name, of.level, of.entered_by)
        .join(Person, Person.id == of.person_id)
        .where(
            of.school_id == school_id,
            of.guardianship_id.is_(None),
            of.consent_text_id == (text.id if text else None),
            of.counts_from.is_(None),
            of.ended_at.is_(None),
        )
        .order_by(Person.name, of.id)
    )
    return [StaffPaper(*row) for row in rows]


def _families(school_id: int, now: datetime) -> Select[int, str]:
    tie, place, exempt = Guardianship, Enrolment, ConsentExemption
    is_exempt = and_(
        exempt.guardianship_id == tie.id,
        exempt.school_id == tie.school_id,
        exempt.confirmed_at.is_not(None),
        exempt.ended_at.is_(None),
    )
    return (
        select(tie.person_id, ClassGroup.name.label("class_group"))
        .join(place, and_(place.child_id == tie.child_id, place.school_id == tie.school_id))
        .join(
            ClassGroup,
            and_(ClassGroup.id == place.class_group_id, ClassGroup.school_id == place.school_id),
        )
        .outerjoin(exempt, is_exempt)
        .where(tie.school_id == school_id, stands(tie, now), stands(place, now), exempt.id.is_(None))
    )


def _staff(school_id: int, now: datetime) -> Select[int, str]:
    of = StaffDuty
    return (
        select(of.person_id, ClassGroup.name.label("class_group"))
        .join(ClassGroup, and_(ClassGroup.id == of.class_group_id, ClassGroup.school_id == of.school_id))
        .where(of.school_id == school_id, stands(of, now))
    )
