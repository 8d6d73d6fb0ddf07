"""Why somebody may not watch: every reason by its name, and what can be said of each."""

from enum import StrEnum


class Reason(StrEnum):
    """Why viewing was refused. Written to the access log, so never renamed.

    In the order in which the rules are asked, from the person outwards; first whose
    room it is, so that of a former one nothing is told. The last three concern one
    viewing and the portal, and are told only of a room that is this person's.
    """

    SIGNED_OUT = "sign_in:ended"
    PERSON_CLOSED = "person:closed"
    NO_CHILD_HERE = "child:none_here"
    NOT_GUARDIAN = "guardianship:none"
    NOT_DELEGATE = "delegation:none"
    NOT_ENROLLED = "enrolment:none"
    NOT_VERIFIED = "guardianship:not_verified"
    CUSTODY = "custody:not_now"
    NOT_IN = "attendance:not_in"
    ROOM_NOT_USED = "room:not_used"
    ROOM_LENT = "room:lent"
    CAMERA_NOT_ACTIVATED = "camera:not_activated"
    CAMERA_GATE = "camera:gate"
    SCHOOL_CLOSED = "school:closed"
    OUTSIDE_HOURS = "hours:closed"
    NO_GRANT = "grant:none"
    BUDGET_SPENT = "budget:spent"
    BUDGET_DEVICES = "budget:devices"
    LEVEL_CLOSED = "room:level"
    NOT_COVERED = "room:not_covered"
    CURTAIN_DRAWN = "room:curtain"
    UNANSWERED = "viewing:unanswered"
    CLOCK = "clock:not_believable"
    STOPPED = "right:stopped"


#: What somebody hides, opens or notes by hand, at whatever hour; no timetable says when. A device of the
#: family is closed by hand too. In another parent's week an opening that followed attendance would tell
#: whether the child is in.
BY_HAND = frozenset({Reason.CURTAIN_DRAWN, Reason.BUDGET_DEVICES, Reason.NOT_IN})

#: Refusals that time alone can mend: with them it is told when the room opens next.
MENDED_BY_TIME = frozenset(
    {
        Reason.CUSTODY,
        Reason.ROOM_NOT_USED,
        Reason.ROOM_LENT,
        Reason.OUTSIDE_HOURS,
        Reason.NO_GRANT,
        Reason.BUDGET_SPENT,
    }
)

#: The room is not this person's: for them it does not exist.
NOT_THEIRS = frozenset(
    {
        Reason.SIGNED_OUT,
        Reason.PERSON_CLOSED,
        Reason.NO_CHILD_HERE,
        Reason.NOT_GUARDIAN,
        Reason.NOT_DELEGATE,
        Reason.NOT_ENROLLED,
    }
)
