"""The questions a decision asks of the database, built once.

Column rows only, never ORM objects: an identity map hands back old ones. Each
names the person, the rooms or the class groups it is about and their schools, and only
what touches the days around now, so the size of the school does not matter. A person and
their sign-in are of the installation; a room named in an address tells which school.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
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
from sqlalchemy.orm import InstrumentedAttribute

from access.calendar_days import CALENDAR
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomUse, ViewingWindow
from access.school_closing import SchoolClosing

ROOM_COLUMNS = (
    Room.id,
    Room.key,
    Room.name,
    Room.level,
    Room.school_id,
    School.revision,
    School.zone,
    School.country,
    School.country_since,
    School.key.label("school_key"),
    School.name.label("school_name"),
)


def _touches_the_days(
    record: type[Enrolment] | type[Guardianship] | type[RoomUse] | type[Grant],
) -> ColumnElement[bool]:
    """Say that *record* overlaps ``[:from, :to)``, as far as its own dates tell."""
    return and_(
        record.starts_at < bindparam("to"),
        or_(record.ends_at.is_(None), record.ends_at > bindparam("from")),
    )


def _of_the_schools(
    record: type[Room]
    | type[Grant]
    | type[ViewingWindow]
    | type[CurtainOpening]
    | type[SchoolClosing]
    | type[Camera],
) -> ColumnElement[bool]:
    """Say that *record* belongs to one of the schools that the question is about."""
    return record.school_id.in_(bindparam("school_ids", expanding=True))


def _not_ended(column: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    return or_(column.is_(None), column > bindparam("from"))


#: The school's revision with the sign-in, its person and the room, in one row.
WHO_AND_WHERE = (
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

PERSON = select(Person.recorded_at, Person.closed_at).where(Person.id == bindparam("person_id"))

_ROOMS = select(*ROOM_COLUMNS).join(School, School.id == Room.school_id)
ROOMS = _ROOMS.where(Room.id.in_(bindparam("room_ids", expanding=True)), _of_the_schools(Room))
#: One room, that was found within its school.
ROOM = _ROOMS.where(Room.id == bindparam("room_id"))

#: A person's own, in every school: guardianship → enrolment → use of a room; one row for each combination.
PATHS_OF_PERSON = (
    select(
        Guardianship.id.label("guardianship_id"),
        Guardianship.school_id,
        Guardianship.child_id,
        Guardianship.starts_at,
        Guardianship.ends_at,
        Guardianship.ended_at,
        Guardianship.recorded_at,
        Guardianship.verified_at,
        Guardianship.verified_until,
        Enrolment.id.label("enrolment_id"),
        Enrolment.class_group_id,
        Enrolment.starts_at.label("enrolled_from"),
        Enrolment.ends_at.label("enrolled_until"),
        Enrolment.ended_at.label("enrolment_ended_at"),
        Enrolment.recorded_at.label("enrolment_recorded_at"),
        RoomUse.room_id,
        RoomUse.starts_at.label("used_from"),
        RoomUse.ends_at.label("used_until"),
        RoomUse.ended_at.label("use_ended_at"),
        RoomUse.recorded_at.label("use_recorded_at"),
    )
    .select_from(Guardianship)
    .join(
        Enrolment,
        and_(Enrolment.child_id == Guardianship.child_id, Enrolment.school_id == Guardianship.school_id),
    )
    .join(
        RoomUse,
        and_(
            RoomUse.class_group_id == Enrolment.class_group_id,
            RoomUse.school_id == Enrolment.school_id,
        ),
    )
    .where(
        Guardianship.person_id == bindparam("person_id"),
        _touches_the_days(Guardianship),
        _touches_the_days(Enrolment),
        _touches_the_days(RoomUse),
    )
)
PATHS_TO_ROOM = PATHS_OF_PERSON.where(
    RoomUse.room_id == bindparam("room_id"), RoomUse.school_id == bindparam("school_id")
)

GRANTS = (
    select(
        Grant.id,
        Grant.guardianship_id,
        Grant.starts_at,
        Grant.ends_at,
        Grant.revoked_at,
        Grant.recorded_at,
    )
    .join(
        Guardianship,
        and_(Guardianship.id == Grant.guardianship_id, Guardianship.school_id == Grant.school_id),
    )
    .where(Guardianship.person_id == bindparam("person_id"), _of_the_schools(Grant), _touches_the_days(Grant))
)

#: Weekly windows of class groups, and their schools' calendars: rows of two kinds, told apart by ``kind``.
HOURS: CompoundSelect[Any] = union_all(
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
        _not_ended(ViewingWindow.ended_at),
    ),
    CALENDAR,
)

#: What hides rooms, by ``kind``: ``curtain``, open over a span in the room *of_id*; and
#: ``closing``, the school *of_id* closed over one.
CURTAINS = union_all(
    select(
        literal("curtain").label("kind"),
        CurtainOpening.room_id.label("of_id"),
        CurtainOpening.opened_at.label("starts_at"),
        CurtainOpening.drawn_at.label("ends_at"),
    ).where(
        CurtainOpening.room_id.in_(bindparam("room_ids", expanding=True)),
        _of_the_schools(CurtainOpening),
        _not_ended(CurtainOpening.drawn_at),
    ),
    select(
        literal("closing"), SchoolClosing.school_id, SchoolClosing.closed_at, SchoolClosing.opened_at
    ).where(_of_the_schools(SchoolClosing), _not_ended(SchoolClosing.opened_at)),
)

#: Cameras in the rooms, each with its epoch that has not ended, newest first.
CAMERAS = (
    select(
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
        ),
    )
    .where(
        Camera.room_id.in_(bindparam("room_ids", expanding=True)),
        _of_the_schools(Camera),
        Camera.activated_at.is_not(None),
        _not_ended(Camera.ended_at),
    )
    .order_by(Epoch.id.desc())
)
