"""What the ids in entries are called by people, for pages that show entries.

Entries hold ids only. Names are looked up when an entry is read, so a name that
was corrected is shown corrected, and one that was erased is gone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, select

from access.enrolment import Child, ClassGroup
from access.log.accounts import ever_known
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
    #: Under which key each record stands in addresses; of a device as ``("sign_in", id)``.
    keys: Mapping[tuple[str, int], str]

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
    found, keys = {}, {}
    for kind, numbers in wanted.items():
        record = NAMED[kind]
        if numbers:
            named = select(record.id, record.name, record.key).where(record.id.in_(numbers))
            if record is not Person:
                named = named.where(record.school_id == school_id)
            for number, name, key in connection.execute(named):
                found[kind, number], keys[kind, number] = name, key
    known = _known(connection, school_id, wanted["person"])
    keys = {of: key for of, key in keys.items() if of[0] != "person" or of[1] in known}
    devices = _devices(connection, {device_id(entry) for entry in entries} - {None})
    keys |= {("sign_in", number): key for number, (_, key) in devices.items()}
    return Names(found, {number: device for number, (device, _) in devices.items()}, keys)


def _known(connection: Connection, school_id: int, people: Collection[int]) -> set[int]:
    """Return who of *people* can be asked for in this school: a key leads nobody else anywhere."""
    if not people:
        return set()
    asked = select(Person.id).where(Person.id.in_(people), Person.id.in_(ever_known(school_id)))
    return set(connection.execute(asked).scalars())


def _devices(connection: Connection, sign_ins: set[int | None]) -> dict[int, tuple[str, str]]:
    """Return what the devices of these sign-ins are called, and their keys."""
    if not sign_ins:
        return {}
    named = select(SignIn.id, SignIn.device, SignIn.key).where(SignIn.id.in_(sign_ins))
    return {row.id: (row.device, row.key) for row in connection.execute(named)}


def subject_ids(entry: Said) -> dict[str, int]:
    """Return the ids of the named records that an entry is about, by kind."""
    subject = entry.body.get("subject", {})
    ids = {}
    for kind in NAMED:
        number = subject.get(kind, subject.get(f"{kind}_id"))
        if isinstance(number, int):
            ids[kind] = number
    return ids


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
