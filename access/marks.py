"""What a stop mark names: one record, of one kind, whose right is stopped."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a mark can stop."""

    INSTALLATION = "installation"
    SCHOOL = "school"
    ROOM = "room"
    PERSON = "person"
    SIGN_IN = "sign_in"
    GUARDIANSHIP = "guardianship"
    GRANT = "grant"
    ENROLMENT = "enrolment"
    MEMBERSHIP = "membership"
    CALENDAR = "calendar"  # a school's hours, by its id: until the record that closes them is made
    #: A class group has left its rooms.
    CLASS_GROUP = "class_group"
    #: A room is lent to people from outside.
    ROOM_LOAN = "room_loan"
    #: A child has gone out.
    ATTENDANCE = "attendance"
    #: What custody leaves of a guardianship; the id is the guardianship's.
    CUSTODY = "custody"
    DELEGATION = "delegation"


#: Stands in the table: the order is never changed, only added to.
SCOPES = tuple(Scope)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One record whose right is stopped, whatever the database says."""

    scope: Scope
    id: int


#: Stops everything; :meth:`StopMarks.stopped` names it where everything is stopped.
EVERYTHING = Mark(Scope.INSTALLATION, 0)
