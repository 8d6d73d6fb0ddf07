"""What the office sees of letters and identity checks: who waits for what.

Reads only. Every query says which schools; a key that belongs to another school is
answered like one that belongs to none.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from access.check_codes import needs_check
from access.delegations import Delegation, stands
from access.enrolment import Child, ClassGroup, Guardianship, of_child, of_guardianship
from access.invitations import MOST_WRONG, Invitation
from access.people import Membership, Person

#: More than an office reads; what comes after is found by its name.
MOST_ROWS = 200

_Issuer, _Hander = aliased(Person), aliased(Person)


@dataclass(frozen=True, slots=True)
class SomebodyHere:
    """A guardian or a member of the staff of a school."""

    id: int
    key: str
    name: str
    school_id: int
    #: Whether they have a passphrase, so that a letter is a recovery.
    chosen: bool
    #: Of this school.
    on_staff: bool
    children: str


@dataclass(frozen=True, slots=True)
class LetterHere:
    """A letter of a school."""

    id: int
    school_id: int
    key: str
    person_key: str
    name: str
    kind: str
    expires_at: datetime
    issued_by: str | None
    handed_by: str | None
    handed_at: datetime | None
    to_staff: bool
    released: bool

    @property
    def waits_for_release(self) -> bool:
        """Say whether a second member of the school's staff has to release it."""
        return self.to_staff and not self.released


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A guardianship whose identity check is missing, or runs out soon."""

    id: int
    school_id: int
    key: str
    guardian: str
    child: str
    recorded_at: datetime
    #: Aware; None where nobody has checked it yet.
    verified_until: datetime | None
    chosen: bool


def somebody_named(connection: Connection, school_id: int, name: str, now: datetime) -> list[SomebodyHere]:
    """Return the guardians and staff whose name has *name* in it, by name."""
    return _people(connection, school_id, now, Person.name.icontains(name, autoescape=True))


def without_letter(connection: Connection, school_id: int, now: datetime) -> list[SomebodyHere]:
    """Return the guardians and staff who have chosen nothing yet and wait for a letter."""
    letter = exists().where(Invitation.person_id == Person.id, _waits(now))
    return _people(connection, school_id, now, and_(Person.passphrase_hash == "", ~letter))


def letters_waiting(connection: Connection, school_id: int, now: datetime) -> list[LetterHere]:
    """Return the school's letters that could still be accepted, newest first."""
    waiting = (Invitation.school_id == school_id, _waits(now), Person.closed_at.is_(None))
    rows = connection.execute(_letters(now).where(*waiting).order_by(Invitation.id.desc()).limit(MOST_ROWS))
    return [LetterHere(*row) for row in rows]


def find_letter(
    connection: Connection, key: str, school_ids: Collection[int], now: datetime
) -> LetterHere | None:
    """Return a letter of one of these schools, also one that is over."""
    of_these = (Invitation.key == key, Invitation.school_id.in_(school_ids))
    row = connection.execute(_letters(now).where(*of_these)).one_or_none()
    return LetterHere(*row) if row else None


def unchecked(connection: Connection, school_id: int, now: datetime) -> list[Unchecked]:
    """Return the guardianships whose identity check is missing or runs out soon; oldest first."""
    rows = connection.execute(
        _unchecked()
        .where(Guardianship.school_id == school_id, needs_check(now), Person.closed_at.is_(None))
        .order_by(Guardianship.id)
        .limit(MOST_ROWS)
    )
    return [Unchecked(*row) for row in rows]


def find_unchecked(connection: Connection, key: str, school_ids: Collection[int]) -> Unchecked | None:
    """Return a guardianship of one of these schools, whether checked or not, also one that is over."""
    of_these = (Guardianship.key == key, Guardianship.school_id.in_(school_ids))
    row = connection.execute(_unchecked().where(*of_these)).one_or_none()
    return Unchecked(*row) if row else None


def find_somebody(
    connection: Connection, key: str, school_ids: Collection[int], now: datetime
) -> SomebodyHere | None:
    """Return somebody who belongs to one of these schools; to the first of them where to several."""
    for school_id in sorted(school_ids):
        for found in _people(connection, school_id, now, Person.key == key):
            return found
    return None


@dataclass(frozen=True, slots=True)
class ChildHere:
    """A child of a school."""

    id: int
    name: str
    school_id: int


def find_child(connection: Connection, key: str, school_ids: Collection[int]) -> ChildHere | None:
    """Return a child of one of these schools."""
    row = connection.execute(
        select(Child.id, Child.name, Child.school_id).where(Child.key == key, Child.school_id.in_(school_ids))
    ).one_or_none()
    return ChildHere(*row) if row else None


def find_class(connection: Connection, key: str, school_ids: Collection[int]) -> int | None:
    """Return the id of a class of one of these schools."""
    return connection.execute(
        select(ClassGroup.id).where(ClassGroup.key == key, ClassGroup.school_id.in_(school_ids))
    ).scalar_one_or_none()


def _people(
    connection: Connection, school_id: int, now: datetime, only: ColumnElement[bool]
) -> list[SomebodyHere]:
    tied = exists().where(
        Guardianship.person_id == Person.id, Guardianship.school_id == school_id, _holds(Guardianship, now)
    )
    watches = exists().where(
        Delegation.person_id == Person.id, Delegation.school_id == school_id, stands(now)
    )
    works = exists().where(
        Membership.person_id == Person.id, Membership.school_id == school_id, _not_over(Membership, now)
    )
    rows = connection.execute(
        select(
            Person.id,
            Person.key,
            Person.name,
            (Person.passphrase_hash != "").label("chosen"),
            _on_staff(Person.id, school_id, now).label("on_staff"),
        )
        .where(only, or_(tied, watches, works), Person.closed_at.is_(None))
        .order_by(Person.name, Person.id)
        .limit(MOST_ROWS)
    ).all()
    children = _children(connection, school_id, [row.id for row in rows], now)
    return [
        SomebodyHere(row.id, row.key, row.name, school_id, row.chosen, row.on_staff, children.get(row.id, ""))
        for row in rows
    ]


def _children(connection: Connection, school_id: int, people: list[int], now: datetime) -> dict[int, str]:
    """Return by person the names of their children, as one reads them."""
    rows = connection.execute(
        select(Guardianship.person_id, Child.name)
        .join(Child, of_child(Guardianship))
        .where(
            Guardianship.person_id.in_(people),
            Guardianship.school_id == school_id,
            _holds(Guardianship, now),
        )
        .order_by(Child.name)
    )
    of_delegates = connection.execute(
        select(Delegation.person_id, Child.name)
        .join(Guardianship, of_guardianship(Delegation))
        .join(Child, of_child(Guardianship))
        .where(Delegation.person_id.in_(people), Delegation.school_id == school_id, stands(now))
        .order_by(Child.name)
    )
    found: dict[int, list[str]] = {}
    for person_id, name in (*rows, *of_delegates):
        found.setdefault(person_id, []).append(name)
    return {person_id: ", ".join(dict.fromkeys(names)) for person_id, names in found.items()}


def _letters(now: datetime) -> Any:
    return (
        select(
            Invitation.id,
            Invitation.school_id,
            Invitation.key,
            Person.key,
            Person.name,
            Invitation.kind,
            Invitation.expires_at,
            _Issuer.name,
            _Hander.name,
            Invitation.handed_at,
            _on_staff(Person.id, Invitation.school_id, now),
            Invitation.released_at.is_not(None),
        )
        .join(Person, Person.id == Invitation.person_id)
        .outerjoin(_Issuer, _Issuer.id == Invitation.issued_by)
        .outerjoin(_Hander, _Hander.id == Invitation.handed_by)
    )


def _unchecked() -> Any:
    return (
        select(
            Guardianship.id,
            Guardianship.school_id,
            Guardianship.key,
            Person.name,
            Child.name,
            Guardianship.recorded_at,
            Guardianship.verified_until,
            (func.length(Person.passphrase_hash) > 0).label("chosen"),
        )
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
    )


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.accepted_at.is_(None),
        Invitation.ended_at.is_(None),
        Invitation.expires_at > now,
        Invitation.wrong_tries < MOST_WRONG,
    )


def _on_staff(person: Any, school: Any, now: datetime) -> ColumnElement[bool]:
    """Say whether somebody is on this school's staff; that of another is not its business."""
    here = (Membership.person_id == person, Membership.school_id == school)
    return exists().where(*here, _not_over(Membership, now))


def _holds(tie: type[Guardianship], now: datetime) -> ColumnElement[bool]:
    return and_(tie.ended_at.is_(None), _not_over(tie, now))


def _not_over(tie: type[Guardianship] | type[Membership], now: datetime) -> ColumnElement[bool]:
    return or_(tie.ends_at.is_(None), tie.ends_at > now)
