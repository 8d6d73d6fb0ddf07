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
    #: Somebody who is expected where a class group is has taken their consent back.
    COVERAGE = "coverage"
    #: Somebody on no roster has come into a room.
    GUEST = "guest"
    #: Hours of the week were taken away from a class group; the id is the class group's.
    HOURS = "hours"
    #: A setup look was ended.
    LOOK = "look"
    #: A door display was signed out.
    DOOR = "door"


#: Stands in the table: the order is never changed, only added to.
SCOPES = tuple(Scope)

#: Marks of endings whose record says what is left, and not only that something is over. Once it
#: is made they go, or they would stop for ever what the record allows; whoever read facts
#: before that reads them again, because the count of marks and the revision have moved.
CARRIED = frozenset(
    {
        *(Scope.CALENDAR, Scope.CLASS_GROUP, Scope.ROOM_LOAN, Scope.ATTENDANCE, Scope.CUSTODY),
        *(Scope.COVERAGE, Scope.GUEST),
        *(Scope.HOURS, Scope.LOOK, Scope.DOOR),
    }
)
#: Of these also one that a killed process left: where nothing took the rule, another mark stops it.
#: Any other may be all there is of an ending that neither disk nor database took.
LEFT_BEHIND = frozenset({Scope.CUSTODY, Scope.COVERAGE, Scope.GUEST})


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One record whose right is stopped, whatever the database says."""

    scope: Scope
    id: int


#: Stops everything; :meth:`StopMarks.stopped` names it where everything is stopped.
EVERYTHING = Mark(Scope.INSTALLATION, 0)
