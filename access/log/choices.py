"""Whom and what of a school a reader of its log can ask for: found by key, offered by name.

Every question names the school: a key of another school is answered like one of none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select

from access.delegations import Delegation
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.log.accounts import about_people_of, ever_known
from access.log.entry import INSTALLATION
from access.log.mentions import What
from access.log.store import LogEntry
from access.people import Person, SignIn
from access.places import Room

#: Names that are offered; whoever comes after is found by name, or reached from an entry.
MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """One record that can be asked for."""

    id: int
    key: str
    name: str


def choices(connection: Connection, school_id: int, what: What, *, accounts: bool = False) -> list[Choice]:
    """Return the people, children, classes or rooms of a school, by name.

    Args:
        accounts: of people, those with an entry of the installation's log that is this school's business.
    """
    asked = _asked(school_id, what, accounts=accounts)
    name, number = asked.selected_columns["name"], asked.selected_columns["id"]
    return [
        Choice(*row) for row in connection.execute(asked.order_by(name, number).limit(MOST_OFFERED)).all()
    ]


def find_choice(
    connection: Connection, school_id: int, what: What, key: str, *, accounts: bool = False
) -> Choice | None:
    """Return the person, child, class, room or device of a school that has this key."""
    asked = _asked(school_id, what, accounts=accounts)
    row = connection.execute(asked.where(asked.selected_columns["key"] == key)).one_or_none()
    return None if row is None else Choice(*row)


def find_named(connection: Connection, school_id: int, what: What, name: str, *, limit: int) -> list[Choice]:
    """Return the people or children of a school in whose name something stands, those called just so first.

    Args:
        name: some of it, or all; empty finds nobody.
        limit: at most so many.
    """
    if not name:
        return []
    asked = _asked(school_id, what, accounts=False)
    column = asked.selected_columns["name"]
    found = asked.where(column.icontains(name, autoescape=True))
    ordered = found.order_by(column != name, column, asked.selected_columns["id"]).limit(limit)
    return [Choice(*row) for row in connection.execute(ordered).all()]


def known_by(connection: Connection, school_id: int, what: What, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return by what people who are called the same are told apart: children, or classes."""
    asked: list[Any]
    if what is What.CHILD:
        asked = [
            select(Enrolment.child_id, ClassGroup.name)
            .join(ClassGroup, ClassGroup.id == Enrolment.class_group_id)
            .where(Enrolment.school_id == school_id, ClassGroup.school_id == school_id)
            .where(Enrolment.child_id.in_(ids))
        ]
    else:
        here = (Guardianship.school_id == school_id, Child.school_id == school_id)
        ties = select(Guardianship.person_id, Child.name).join(Child, Child.id == Guardianship.child_id)
        delegates = (
            select(Delegation.person_id, Child.name)
            .join(Guardianship, Guardianship.id == Delegation.guardianship_id)
            .join(Child, Child.id == Guardianship.child_id)
        )
        asked = [
            ties.where(*here, Guardianship.person_id.in_(ids)),
            delegates.where(*here, Delegation.school_id == school_id, Delegation.person_id.in_(ids)),
        ]
    found: dict[int, list[str]] = {}
    for some in asked:
        for number, name in connection.execute(some.distinct()):
            found.setdefault(number, []).append(name)
    return found


def _asked(school_id: int, what: What, *, accounts: bool) -> Select[int, str, str]:
    if what is What.PERSON:
        named = select(Person.id, Person.key, Person.name).where(Person.id.in_(ever_known(school_id)))
        return named.where(_has_account_entries(school_id, Person.id)) if accounts else named
    if what is What.SIGN_IN:
        of_device = select(SignIn.id, SignIn.key, SignIn.device.label("name"))
        of_device = of_device.where(SignIn.person_id.in_(ever_known(school_id)))
        return of_device.where(_has_account_entries(school_id, SignIn.person_id)) if accounts else of_device
    record: Any = {What.CHILD: Child, What.CLASS_GROUP: ClassGroup, What.ROOM: Room}[what]
    of_school: Select[int, str, str] = select(record.id, record.key, record.name)
    return of_school.where(record.school_id == school_id)


def _has_account_entries(school_id: int, person: Any) -> ColumnElement[bool]:
    """Return that some entry about a person's account is the school's business: one is enough."""
    return exists().where(
        LogEntry.log == INSTALLATION, LogEntry.person_id == person, about_people_of(school_id)
    )


def offered(connection: Connection, school_id: int, *, accounts: bool) -> dict[str, list[Choice]]:
    """Return what is offered of each sort, by its word."""
    whats = (What.PERSON,) if accounts else (What.PERSON, What.CHILD, What.CLASS_GROUP, What.ROOM)
    return {what.value: choices(connection, school_id, what, accounts=accounts) for what in whats}
