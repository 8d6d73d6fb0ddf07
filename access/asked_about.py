"""Of whom the office can ask why they see a room: guardians, and the delegates of a school.

Reads only. Every query says which school; a key of another school is answered like one of none.
"""

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from access.delegations import Delegation
from access.enrolment import Child, Guardianship, of_child, of_guardianship
from access.people import Person
from access.roster import Named

_Guardian = aliased(Person)


def families(connection: Connection, school_id: int) -> list[Named]:
    """Return every guardianship there is or was, named by child and guardian."""
    rows = connection.execute(
        select(Guardianship.id, Guardianship.key, Person.name.label("person"), Child.name.label("child"))
        .join(Person, Person.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Guardianship.school_id == school_id)
        .order_by(Child.name, Person.name, Guardianship.id)
    )
    return [Named(row.id, row.key, f"{row.child} · {row.person}") for row in rows]


def delegates(connection: Connection, school_id: int) -> list[Named]:
    """Return every delegation that was ever approved, named by child, delegate and guardian."""
    rows = connection.execute(
        select(
            Delegation.id,
            Delegation.key,
            Person.name.label("person"),
            _Guardian.name.label("guardian"),
            Child.name.label("child"),
        )
        .join(Person, Person.id == Delegation.person_id)
        .join(Guardianship, of_guardianship(Delegation))
        .join(_Guardian, _Guardian.id == Guardianship.person_id)
        .join(Child, of_child(Guardianship))
        .where(Delegation.school_id == school_id)
        .order_by(Child.name, Person.name, Delegation.id)
    )
    return [Named(row.id, row.key, f"{row.child} · {row.person} ({row.guardian})") for row in rows]


def find_watcher(connection: Connection, key: str, school_id: int) -> int | None:
    """Return who watches by the guardianship or the delegation of this name, if it is this school's."""
    for tie in (Guardianship, Delegation):
        this = (tie.key == key, tie.school_id == school_id)
        person: int | None = connection.execute(select(tie.person_id).where(*this)).scalar_one_or_none()
        if person is not None:
            return person
    return None
