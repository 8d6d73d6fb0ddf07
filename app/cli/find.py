"""From the words a person types to the one record they mean.

A word is a record's key, its id, or its name where only one carries it. Two of a
name are never guessed between.
"""

from enum import Enum
from typing import Any

from sqlalchemy import Connection, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from access.calendar_records import CalendarDays
from access.consent_records import Consent, ConsentExemption, Guest, StaffDuty
from access.custody_rules import CustodyRule
from access.delegations import Delegation
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.look_records import DoorDisplay, SetupLook
from access.people import Person, School
from access.places import Camera, Recorder, Room, RoomChange, RoomLoan


class Kind(Enum):
    """What can be named, with the columns that name it."""

    SCHOOL = (School, "name")
    PERSON = (Person, "sign_in_name", "name")
    CLASS = (ClassGroup, "name")
    CHILD = (Child, "name")
    ENROLMENT = (Enrolment,)
    GUARDIANSHIP = (Guardianship,)
    GRANT = (Grant,)
    CUSTODY = (CustodyRule,)
    DELEGATE = (Delegation,)
    ROOM = (Room, "name")
    ROOM_CHANGE = (RoomChange,)
    ROOM_LOAN = (RoomLoan,)
    RECORDER = (Recorder, "name")
    CAMERA = (Camera, "name")
    CALENDAR_DAYS = (CalendarDays,)
    CONSENT = (Consent,)
    CONSENT_EXEMPTION = (ConsentExemption,)
    STAFF_DUTY = (StaffDuty,)
    GUEST = (Guest,)
    SETUP_LOOK = (SetupLook,)
    DOOR_DISPLAY = (DoorDisplay,)

    @property
    def record(self) -> Any:
        """Return the record's class."""
        return self.value[0]

    @property
    def is_of_a_school(self) -> bool:
        """Say whether each belongs to a school; schools and people are of the installation."""
        return hasattr(self.record, "school_id")

    @property
    def names(self) -> tuple[InstrumentedAttribute[str], ...]:
        """Return the columns that a person may name it by."""
        return tuple(getattr(self.record, name) for name in self.value[1:])


def one(connection: Connection, kind: Kind, word: str, school_id: int | None = None) -> int:
    """Return the id of the one record that *word* names, within a school where it is of one.

    Raises:
        Refused: ``<kind>:unknown`` or ``<kind>:ambiguous``.
    """
    record = kind.record
    here = record.school_id == school_id if kind.is_of_a_school else true()
    exact = select(record.id).where(
        here,
        or_(record.key == word, record.id == int(word)) if word.isdecimal() else record.key == word,
    )
    found = connection.execute(exact).scalars().all()
    if not found and kind.names:
        found = (
            connection.execute(select(record.id).where(here, or_(*(c == word for c in kind.names))))
            .scalars()
            .all()
        )
    if len(found) == 1:
        return int(found[0])
    subject = kind.name.lower()
    if found:
        raise Refused(f"{subject}:ambiguous", f"{len(found)} are called that; use the key")
    raise Refused(f"{subject}:unknown", "nobody and nothing is called that")


def school(connection: Connection, word: str | None) -> int:
    """Return the id of the school *word* names; without a word, of the only one."""
    if word is not None:
        return one(connection, Kind.SCHOOL, word)
    found = connection.execute(select(School.id)).scalars().all()
    if len(found) != 1:
        raise Refused("school:unknown", f"there are {len(found)} schools; say which with --school")
    return int(found[0])
