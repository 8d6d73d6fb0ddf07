"""Requests for a copy of what a school keeps about somebody, as pages and commands read them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, func, select
from sqlalchemy.orm import aliased

from access.log.accounts import ever_known
from access.people import Person, School
from access.subject_records import SubjectExport

#: On one page: those that wait, and as many that are over.
MOST_OVER = 20


@dataclass(frozen=True, slots=True)
class Export:
    """One request, with how far it has come."""

    id: int
    key: str
    person_id: int
    person: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    maker_id: int | None
    made_by: str | None
    made_at: datetime | None
    sha256: str | None
    released_by: str | None
    released_at: datetime | None
    downloaded_at: datetime | None
    handed_at: datetime | None

    @property
    def waits(self) -> bool:
        """Say whether whoever asked was given nothing yet: neither handed over nor downloaded."""
        return self.handed_at is None and self.downloaded_at is None

    def days_left(self, now: datetime) -> int:
        """Return the whole days until it is due; less than none where that is over."""
        return math.floor((self.due_at - now) / timedelta(days=1))


@dataclass(frozen=True, slots=True)
class SchoolAsked:
    """A school that ever knew somebody, and what they asked it for last."""

    id: int
    key: str
    name: str
    zone: str
    last: Export | None


def exports_of(connection: Connection, school_id: int, *, person_id: int | None = None) -> Sequence[Export]:
    """Return a school's requests, or a person's at it: those that are not over first, each by their day."""
    asker, maker, releaser = (aliased(Person) for _ in range(3))
    names = "id key person_id asked_at due_at made_at sha256 released_at downloaded_at handed_at"
    named = [getattr(SubjectExport, name) for name in names.split()]
    asked = (
        select(
            *named,
            Person.name.label("person"),
            asker.name.label("asked_by"),
            SubjectExport.made_by.label("maker_id"),
            maker.name.label("made_by"),
            releaser.name.label("released_by"),
        )
        .join(Person, Person.id == SubjectExport.person_id)
        .join(asker, asker.id == SubjectExport.asked_by)
        .outerjoin(maker, maker.id == SubjectExport.made_by)
        .outerjoin(releaser, releaser.id == SubjectExport.released_by)
        .where(SubjectExport.school_id == school_id)
    )
    if person_id is not None:
        asked = asked.where(SubjectExport.person_id == person_id)
    open_ones = asked.where(SubjectExport.handed_at.is_(None)).order_by(
        SubjectExport.due_at, SubjectExport.id
    )
    over = asked.where(SubjectExport.handed_at.is_not(None)).order_by(SubjectExport.id.desc())
    rows = [*connection.execute(open_ones), *connection.execute(over.limit(MOST_OVER))]
    return [Export(**row._mapping) for row in rows]


def schools_asked_by(connection: Connection, person_id: int) -> Sequence[SchoolAsked]:
    """Return every school that ever knew somebody, whatever has become of them, with their last request."""
    schools = connection.execute(select(School.id, School.key, School.name, School.zone).order_by(School.id))
    found = []
    for school in schools.all():
        known = select(exists().where(Person.id == person_id, Person.id.in_(ever_known(school.id))))
        if connection.execute(known).scalar():
            last = next(iter(exports_of(connection, school.id, person_id=person_id)), None)
            found.append(SchoolAsked(**school._mapping, last=last))
    return found


def find_export(
    connection: Connection, key: str, school_ids: Sequence[int], *, person_id: int | None = None
) -> tuple[int, int] | None:
    """Return the ids of a request and of its school; None of another school's, or of another person's."""
    where: list[ColumnElement[bool]] = [SubjectExport.key == key, SubjectExport.school_id.in_(school_ids)]
    if person_id is not None:
        where.append(SubjectExport.person_id == person_id)
    row = connection.execute(select(SubjectExport.id, SubjectExport.school_id).where(*where)).one_or_none()
    return None if row is None else (row.id, row.school_id)


def waiting_exports(connection: Connection, school_id: int, now: datetime) -> tuple[int, int]:
    """Return how many requests of a school wait for an answer, and how many of them are overdue."""
    waits = (
        SubjectExport.school_id == school_id,
        SubjectExport.handed_at.is_(None),
        SubjectExport.downloaded_at.is_(None),
    )
    asked = select(func.count(), func.count().filter(SubjectExport.due_at <= now))
    row = connection.execute(asked.select_from(SubjectExport).where(*waits)).one()
    return int(row[0]), int(row[1])
