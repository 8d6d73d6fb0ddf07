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
    Integer,
    Select,
    and_,
    bindparam,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from access.custody_rules import CustodyRule
from access.database import UtcDateTime
from access.delegations import Delegation
from access.enrolment import Enrolment, Guardianship
from access.grants import Grant
from access.people import Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomUse, ViewingWindow

ROOM_COLUMNS = (
    Room.id,
    Room.key,
    Room.name,
    Room.level,
    Room.school_id,
    School.revision,
    School.zone,
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
    | type[CustodyRule]
    | type[ViewingWindow]
    | type[CurtainOpening]
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

_NO_INSTANT, _NO_ID = type_coerce(null(), UtcDateTime()), type_coerce(null(), Integer())
#: Of a path through the person's own guardianship: nobody delegated anything.
_THEMSELVES = (
    _NO_ID.label("delegation_id"),
    _NO_ID.label("guardian_id"),
    _NO_INSTANT.label("guardian_closed_at"),
    _NO_INSTANT.label("delegated_from"),
    _NO_INSTANT.label("delegated_until"),
    _NO_INSTANT.label("delegation_ended_at"),
    _NO_INSTANT.label("delegate_verified_at"),
    _NO_INSTANT.label("delegate_verified_until"),
)
_FOR_A_GUARDIAN = (
    Delegation.id,
    Guardianship.person_id,
    Person.closed_at,
    Delegation.approved_at,
    Delegation.ends_at,
    Delegation.ended_at,
    Delegation.verified_at,
    Delegation.verified_until,
)


def _through_ties(*delegated: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """Return guardianship → enrolment → use of a room; one row for each combination."""
    return (
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
            *delegated,
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
        .where(_touches_the_days(Guardianship), _touches_the_days(Enrolment), _touches_the_days(RoomUse))
    )


def _paths(*only: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the ways of a person, through their own guardianships and those they are delegates of."""
    return union_all(
        _through_ties(*_THEMSELVES).where(Guardianship.person_id == bindparam("person_id"), *only),
        _through_ties(*_FOR_A_GUARDIAN)
        .join(
            Delegation,
            and_(
                Delegation.guardianship_id == Guardianship.id, Delegation.school_id == Guardianship.school_id
            ),
        )
        .join(Person, Person.id == Guardianship.person_id)
        .where(
            Delegation.person_id == bindparam("person_id"),
            Delegation.approved_at.is_not(None),
            _not_ended(Delegation.ends_at),
            *only,
        ),
    )


#: In every school.
PATHS_OF_PERSON = _paths()
PATHS_TO_ROOM = _paths(RoomUse.room_id == bindparam("room_id"), RoomUse.school_id == bindparam("school_id"))

GRANT, CUSTODY = "grant", "custody"


#: A former tie of the same person to the same child, or the very one: what a court said of the
#: two is not over because the office tied them anew. Or a tie of whoever asks: it limits them
#: also where they watch for somebody else.
_Same = aliased(Guardianship)


#: What hangs on the guardianships: grants and custody rules. Of the latter also what begins later
#: than anything else that is read, so that none is forgotten for as long as the others hold.
TIES: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        literal(GRANT).label("kind"),
        Grant.id,
        Grant.guardianship_id,
        Grant.starts_at,
        Grant.ends_at,
        Grant.revoked_at.label("ended_at"),
        Grant.recorded_at,
        literal("").label("rule"),
        literal(0).label("weekdays"),
    ).where(
        Grant.guardianship_id.in_(bindparam("guardianship_ids", expanding=True)),
        _of_the_schools(Grant),
        _touches_the_days(Grant),
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
        _not_ended(CustodyRule.ends_at),
        _not_ended(CustodyRule.ended_at),
    ),
)

WINDOWS = select(
    ViewingWindow.class_group_id,
    ViewingWindow.weekday,
    ViewingWindow.starts_minute,
    ViewingWindow.ends_minute,
    ViewingWindow.recorded_at,
    ViewingWindow.ended_at,
).where(
    ViewingWindow.class_group_id.in_(bindparam("class_group_ids", expanding=True)),
    _of_the_schools(ViewingWindow),
    _not_ended(ViewingWindow.ended_at),
)

CURTAINS = select(CurtainOpening.room_id, CurtainOpening.opened_at, CurtainOpening.drawn_at).where(
    CurtainOpening.room_id.in_(bindparam("room_ids", expanding=True)),
    _of_the_schools(CurtainOpening),
    _not_ended(CurtainOpening.drawn_at),
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
