"""The questions a decision asks of the database, built once.

Column rows only, never ORM objects: an identity map hands back old ones. Each
names the person, the rooms or the class groups it is about and their schools, and only
what touches the days around now, so the size of the school does not matter. A person and
their sign-in are of the installation; a room named in an address tells which school.
"""

from sqlalchemy import (
    ColumnElement,
    Date,
    String,
    and_,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from access.attendance import Attendance
from access.calendar_days import CALENDAR
from access.camera_gates import CameraGate
from access.custody_rules import CustodyRule
from access.database import UtcDateTime
from access.enrolment import Guardianship
from access.family_readings import DIVIDING, OF_NO_VIEWING, VIEWED
from access.grants import Grant
from access.look_records import SETUP
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomLoan, ViewingWindow
from access.prepared import Prepared
from access.school_closing import SchoolClosing
from access.ways import not_ended, touches_the_days

ROOM_COLUMNS = (
    Room.id,
    Room.key,
    Room.name,
    Room.level,
    Room.level_since,
    Room.kind.label("room_kind"),
    Room.kind_since.label("room_kind_since"),
    Room.school_id,
    School.revision,
    School.zone,
    School.attendance,
    School.attendance_since,
    School.day_minutes,
    School.viewing_minutes,
    School.family_devices,
    School.budgets_since,
    School.country,
    School.country_since,
    School.key.label("school_key"),
    School.name.label("school_name"),
)


def _of_the_schools(
    record: type[Room]
    | type[Grant]
    | type[Attendance]
    | type[CustodyRule]
    | type[ViewingWindow]
    | type[CurtainOpening]
    | type[RoomLoan]
    | type[SchoolClosing]
    | type[Camera]
    | type[CameraGate],
) -> ColumnElement[bool]:
    """Say that *record* belongs to one of the schools that the question is about."""
    return record.school_id.in_(bindparam("school_ids", expanding=True))


#: The school's revision with the sign-in, its person and the room, in one row.
WHO_AND_WHERE = Prepared(
    select(
        SignIn.person_id,
        SignIn.started_at,
        SignIn.expires_at,
        SignIn.ended_at,
        Person.recorded_at.label("person_recorded_at"),
        Person.closed_at,
        *ROOM_COLUMNS,
    )
    .select_from(SignIn)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Room, or_(Room.key == bindparam("room_key"), Room.id == bindparam("room_id")))
    .outerjoin(School, School.id == Room.school_id)
    .where(SignIn.id == bindparam("sign_in_id"))
)

PERSON = Prepared(select(Person.recorded_at, Person.closed_at).where(Person.id == bindparam("person_id")))

_ROOMS = select(*ROOM_COLUMNS).join(School, School.id == Room.school_id)
ROOMS = Prepared(_ROOMS.where(Room.id.in_(bindparam("room_ids", expanding=True)), _of_the_schools(Room)))
#: One room, that was found within its school.
ROOM = Prepared(_ROOMS.where(Room.id == bindparam("room_id")))

GRANT, CUSTODY, ATTENDANCE = "grant", "custody", "attendance"

#: A former tie of the same person to the same child, or the very one: what a court said of the
#: two is not over because the office tied them anew. Or a tie of whoever asks: it limits them
#: also where they watch for somebody else.
_Same = aliased(Guardianship)

#: What hangs on the ties: grants and custody rules, by guardianship; by child, who came and went and
#: what its family watched. Of the rules also what begins later than anything else that is read, so that none
#: is forgotten for as long as the others hold.
TIES = Prepared(
    union_all(
        select(
            literal(GRANT).label("kind"),
            Grant.id,
            Grant.guardianship_id.label("tie_id"),
            Grant.starts_at.label("at"),
            Grant.ends_at,
            Grant.revoked_at.label("ended_at"),
            Grant.recorded_at,
            literal("").label("what"),
            literal(0).label("weekdays"),
            *OF_NO_VIEWING,
        ).where(
            Grant.guardianship_id.in_(bindparam("guardianship_ids", expanding=True)),
            _of_the_schools(Grant),
            touches_the_days(Grant),
        ),
        select(
            literal(CUSTODY),
            CustodyRule.id,
            Guardianship.id,
            CustodyRule.starts_at,
            CustodyRule.ends_at,
            CustodyRule.ended_at,
            CustodyRule.recorded_at,
            CustodyRule.kind,
            CustodyRule.weekdays,
            *OF_NO_VIEWING,
        )
        .join(_Same, and_(_Same.id == CustodyRule.guardianship_id, _Same.school_id == CustodyRule.school_id))
        .join(
            Guardianship,
            and_(
                or_(
                    Guardianship.person_id == _Same.person_id,
                    _Same.person_id == bindparam("person_id"),
                ),
                Guardianship.child_id == _Same.child_id,
                Guardianship.school_id == _Same.school_id,
            ),
        )
        .where(
            Guardianship.id.in_(bindparam("guardianship_ids", expanding=True)),
            _of_the_schools(CustodyRule),
            not_ended(CustodyRule.ends_at),
            not_ended(CustodyRule.ended_at),
        ),
        select(
            literal(ATTENDANCE),
            Attendance.id,
            Attendance.child_id,
            Attendance.at,
            literal(None, UtcDateTime),
            literal(None, UtcDateTime),
            Attendance.recorded_at,
            Attendance.what,
            literal(0),
            *OF_NO_VIEWING,
        ).where(
            Attendance.child_id.in_(bindparam("child_ids", expanding=True)),
            _of_the_schools(Attendance),
            Attendance.recorded_at > bindparam("from"),
            Attendance.recorded_at < bindparam("to"),
        ),
        VIEWED,
        DIVIDING,
    )
)

#: Weekly windows of class groups, and their schools' calendars: rows of two kinds, told apart by ``kind``.
HOURS = Prepared(
    union_all(
        select(
            cast(null(), String).label("kind"),
            ViewingWindow.school_id,
            ViewingWindow.class_group_id,
            ViewingWindow.weekday,
            ViewingWindow.starts_minute,
            ViewingWindow.ends_minute,
            cast(null(), Date).label("starts_on"),
            cast(null(), Date).label("ends_on"),
            ViewingWindow.recorded_at,
            ViewingWindow.ended_at,
        ).where(
            ViewingWindow.class_group_id.in_(bindparam("class_group_ids", expanding=True)),
            _of_the_schools(ViewingWindow),
            not_ended(ViewingWindow.ended_at),
        ),
        CALENDAR,
    )
)

CURTAIN, LOAN, CLOSING = "curtain", "loan", "closing"
#: What may hide the rooms from everybody: by room, openings of their curtains, and loans, which are not
#: clipped; by school, when it was closed; by camera, under the kind of each, the gates that were confirmed.
CURTAINS = Prepared(
    union_all(
        # Not as one question with OR: SQLite would read the openings of all years.
        *(
            select(
                literal(CURTAIN).label("kind"),
                CurtainOpening.room_id.label("of_id"),
                CurtainOpening.opened_at.label("starts_at"),
                CurtainOpening.drawn_at.label("ends_at"),
                CurtainOpening.drawn_at.label("ended_at"),
            ).where(
                CurtainOpening.room_id.in_(bindparam("room_ids", expanding=True)),
                _of_the_schools(CurtainOpening),
                still_open,
            )
            for still_open in (
                CurtainOpening.drawn_at.is_(None),
                CurtainOpening.drawn_at > bindparam("from"),
            )
        ),
        select(
            literal(LOAN).label("kind"),
            RoomLoan.room_id,
            RoomLoan.starts_at,
            RoomLoan.ends_at,
            RoomLoan.ended_at,
        ).where(
            RoomLoan.room_id.in_(bindparam("room_ids", expanding=True)),
            _of_the_schools(RoomLoan),
            touches_the_days(RoomLoan),
        ),
        select(
            literal(CLOSING),
            SchoolClosing.school_id,
            SchoolClosing.closed_at,
            SchoolClosing.opened_at,
            SchoolClosing.opened_at,
        ).where(_of_the_schools(SchoolClosing), not_ended(SchoolClosing.opened_at)),
        select(
            CameraGate.kind,
            CameraGate.camera_id,
            CameraGate.recorded_at,
            CameraGate.ends_at,
            CameraGate.ended_at,
        )
        .join(Camera, and_(Camera.id == CameraGate.camera_id, Camera.school_id == CameraGate.school_id))
        .where(
            Camera.room_id.in_(bindparam("room_ids", expanding=True)),
            _of_the_schools(CameraGate),
            CameraGate.ends_at > bindparam("from"),
            not_ended(CameraGate.ended_at),
        ),
    )
)

#: Cameras in the rooms, each with its epoch that has not ended, newest first; none that staff look at alone.
CAMERAS = Prepared(
    select(
        Camera.id.label("camera_id"),
        Camera.room_id,
        Camera.key,
        Camera.activated_at,
        Camera.ended_at,
        Epoch.id.label("epoch_id"),
        Epoch.level,
        Epoch.ordinal,
    )
    .outerjoin(
        Epoch,
        and_(
            Epoch.camera_id == Camera.id,
            Epoch.school_id == Camera.school_id,
            Epoch.room_id == Camera.room_id,
            Epoch.ended_at.is_(None),
            Epoch.started_at <= bindparam("now"),
            Epoch.level != SETUP,
        ),
    )
    .where(
        Camera.room_id.in_(bindparam("room_ids", expanding=True)),
        _of_the_schools(Camera),
        Camera.activated_at.is_not(None),
        not_ended(Camera.ended_at),
    )
    .order_by(Epoch.id.desc())
)
