"""What the ids in entries are called by people, for pages that show entries.

Entries hold ids only. Names are looked up when an entry is read, so a name that
was corrected is shown corrected, and one that was erased is gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, exists, select, true

from access.enrolment import Child, ClassGroup
from access.log.store import LogEntry
from access.people import Person, SignIn
from access.places import Camera, Room

#: Kinds of records that have a name, in the order in which people want to read them.
NAMED: Mapping[str, Any] = {
    "person": Person,
    "child": Child,
    "class_group": ClassGroup,
    "room": Room,
    "camera": Camera,
}

#: People offered by the page's filter.
MOST_PEOPLE = 500


class Said(Protocol):
    """An entry, as far as it matters here: what it says."""

    @property
    def body(self) -> Mapping[str, Any]:
        """Its body."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything that some entries mention."""

    found: Mapping[tuple[str, int], str]
    #: What each device is called on which somebody acted.
    devices: Mapping[int, str]

    def actor(self, entry: Said) -> str | None:
        """Return who acted, or None where it was the portal or the command line."""
        person = actor_id(entry)
        return None if person is None else self.found.get(("person", person), f"#{person}")

    def device(self, entry: Said) -> str | None:
        """Return on which device whoever acted did, or None where nobody was signed in."""
        sign_in = device_id(entry)
        return None if sign_in is None else self.devices.get(sign_in)

    def about(self, entry: Said) -> dict[str, str]:
        """Return the name of each record concerned, by its kind."""
        concerned = subject_ids(entry)
        return {
            kind: self.found.get((kind, concerned[kind]), f"#{concerned[kind]}")
            for kind in NAMED
            if kind in concerned
        }


def names_in(connection: Connection, school_id: int, entries: Collection[Said]) -> Names:
    """Look up every name that *entries* need; one question for each kind of record.

    A person is of the installation; what else is named is the school's, or has no name.
    """
    wanted: dict[str, set[int]] = {kind: set() for kind in NAMED}
    for entry in entries:
        for kind, number in subject_ids(entry).items():
            wanted[kind].add(number)
        actor = actor_id(entry)
        if actor is not None:
            wanted["person"].add(actor)
    found = {}
    for kind, numbers in wanted.items():
        record = NAMED[kind]
        if numbers:
            named = select(record.id, record.name).where(record.id.in_(numbers))
            if record is not Person:
                named = named.where(record.school_id == school_id)
            found.update({(kind, number): name for number, name in connection.execute(named)})
    return Names(found, _devices(connection, {device_id(entry) for entry in entries} - {None}))


def _devices(connection: Connection, sign_ins: set[int | None]) -> dict[int, str]:
    """Return what the devices of these sign-ins are called: a few words of the browser each."""
    if not sign_ins:
        return {}
    named = select(SignIn.id, SignIn.device).where(SignIn.id.in_(sign_ins))
    return {row.id: row.device for row in connection.execute(named)}


def subject_ids(entry: Said) -> dict[str, int]:
    """Return the ids of the named records that an entry is about, by kind."""
    subject = entry.body.get("subject", {})
    ids = {}
    for kind in NAMED:
        number = subject.get(kind, subject.get(f"{kind}_id"))
        if isinstance(number, int):
            ids[kind] = number
    return ids


def people_in(
    connection: Connection, log: int, only: ColumnElement[bool] | None = None
) -> list[tuple[str, str]]:
    """Return key and name of the people whom a log concerns, by name.

    Args:
        only: a further condition on the entries that are looked at.
    """
    rows = connection.execute(
        select(Person.key, Person.name)
        .where(_is_concerned(log, only))
        .order_by(Person.name, Person.id)
        .limit(MOST_PEOPLE)
    )
    return [(key, name) for key, name in rows]


def find_person_in(
    connection: Connection, log: int, key: str, only: ColumnElement[bool] | None = None
) -> int | None:
    """Return the id of a person whom the log concerns; anybody else is unknown."""
    return connection.execute(
        select(Person.id).where(Person.key == key, _is_concerned(log, only))
    ).scalar_one_or_none()


def _is_concerned(log: int, only: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """Return that some entry is about the person: one is enough, however many there are."""
    wanted = true() if only is None else only
    return exists().where(LogEntry.person_id == Person.id, LogEntry.log == log, wanted)


def actor_id(entry: Said) -> int | None:
    """Return who acted, or None where nobody is named."""
    actor = entry.body.get("actor") or {}
    person = actor.get("person")
    return person if isinstance(person, int) else None


def device_id(entry: Said) -> int | None:
    """Return the sign-in on which somebody acted, or that began; None where there was none."""
    actor, subject = entry.body.get("actor") or {}, entry.body.get("subject") or {}
    sign_in = actor.get("sign_in", subject.get("sign_in"))
    return sign_in if isinstance(sign_in, int) else None
