"""What a stop mark can stop; the marks themselves are in :mod:`access.stops`."""

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
    #: What custody leaves of a guardianship; the id is the guardianship's.
    CUSTODY = "custody"
    DELEGATION = "delegation"


#: Stands in the table: the order is never changed, only added to.
SCOPES = tuple(Scope)
