"""The three questions that a setup look asks of the database, built once; each names the school."""

from typing import Any

from sqlalchemy import CompoundSelect, Integer, String, and_, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from access.database import UtcDateTime
from access.look_records import SETUP, DoorDisplay, LookOpening, SetupLook
from access.people import Membership, Person, School, SignIn
from access.places import Camera, CurtainOpening, Epoch, Room, RoomLoan
from access.policy import CLEAR
from access.school_closing import SchoolClosing

PLACE, CLOSING, LOAN, CURTAIN, DOOR, DEVICE = "place", "closing", "loan", "curtain", "door", "device"

_AT = bindparam("now", type_=UtcDateTime())
_Second = aliased(Person)
#: The look with its camera and room, and the device that asks with its person, in one row.
LOOK = (
    select(
        SetupLook.id,
        SetupLook.school_id,
        SetupLook.camera_id,
        SetupLook.kind,
        SetupLook.words,
        SetupLook.asked_by,
        SetupLook.asked_at,
        SetupLook.agreed_by,
        SetupLook.agreed_at,
        SetupLook.ends_at,
        SetupLook.ended_at,
        Camera.room_id,
        Camera.key.label("camera_key"),
        Camera.recorded_at.label("camera_recorded_at"),
        Camera.ended_at.label("camera_ended_at"),
        Room.kind.label("room_kind"),
        Room.kind_since,
        Room.level,
        Room.level_since,
        School.revision,
        SignIn.id.label("sign_in_id"),
        SignIn.person_id,
        SignIn.started_at,
        SignIn.expires_at,
        SignIn.ended_at.label("sign_in_ended_at"),
        SignIn.second_at,
        Person.recorded_at.label("person_recorded_at"),
        Person.closed_at,
        _Second.recorded_at.label("second_recorded_at"),
        _Second.closed_at.label("second_closed_at"),
    )
    .join(Camera, and_(Camera.id == SetupLook.camera_id, Camera.school_id == SetupLook.school_id))
    .join(Room, and_(Room.id == Camera.room_id, Room.school_id == Camera.school_id))
    .join(School, School.id == SetupLook.school_id)
    .join(SignIn, SignIn.id == bindparam("sign_in_id"))
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(_Second, _Second.id == SetupLook.agreed_by)
    .where(SetupLook.id == bindparam("look_id"), SetupLook.school_id == bindparam("school_id"))
)
#: What else is asked of the school and the room, told apart by ``what``.
AROUND: CompoundSelect[Any] = union_all(
    select(
        literal(PLACE).label("what"),
        Membership.id.label("of_id"),
        Membership.person_id.label("person_id"),
        Membership.role.label("role"),
        Membership.starts_at.label("starts_at"),
        Membership.ends_at.label("ends_at"),
        Membership.recorded_at.label("recorded_at"),
    ).where(
        Membership.school_id == bindparam("school_id"),
        Membership.person_id.in_(bindparam("person_ids", expanding=True)),
    ),
    select(
        literal(CLOSING),
        SchoolClosing.id,
        literal(0, Integer),
        literal("", String),
        SchoolClosing.closed_at,
        SchoolClosing.opened_at,
        SchoolClosing.closed_at,
    ).where(SchoolClosing.school_id == bindparam("school_id")),
    select(
        literal(LOAN),
        RoomLoan.id,
        literal(0, Integer),
        literal("", String),
        RoomLoan.starts_at,
        RoomLoan.ends_at,
        RoomLoan.recorded_at,
    ).where(
        RoomLoan.school_id == bindparam("school_id"),
        RoomLoan.room_id == bindparam("room_id"),
        or_(RoomLoan.ended_at.is_(None), RoomLoan.ended_at > _AT),
    ),
    select(
        literal(CURTAIN),
        CurtainOpening.id,
        literal(0, Integer),
        literal("", String),
        CurtainOpening.opened_at,
        CurtainOpening.drawn_at,
        CurtainOpening.opened_at,
    ).where(
        CurtainOpening.school_id == bindparam("school_id"),
        CurtainOpening.room_id == bindparam("room_id"),
        CurtainOpening.drawn_at.is_(None),
    ),
    select(
        literal(DOOR),
        DoorDisplay.id,
        DoorDisplay.added_by,
        literal("", String),
        DoorDisplay.on_since,
        DoorDisplay.recorded_at,
        DoorDisplay.seen_at,
    ).where(
        DoorDisplay.school_id == bindparam("school_id"),
        DoorDisplay.room_id == bindparam("room_id"),
        DoorDisplay.token_hash.is_not(None),
        DoorDisplay.ended_at.is_(None),
    ),
    select(
        literal(DEVICE),
        LookOpening.sign_in_id,
        literal(0, Integer),
        literal("", String),
        LookOpening.opened_at,
        LookOpening.closed_at,
        LookOpening.opened_at,
    ).where(
        LookOpening.school_id == bindparam("school_id"),
        LookOpening.look_id == bindparam("look_id"),
        LookOpening.sign_in_id != bindparam("sign_in_id"),
    ),
)
#: The camera's newest stream: filmed for families, or for staff alone.
STREAM = (
    select(Epoch.room_id, Epoch.id, Epoch.level, Epoch.ordinal)
    .where(
        Epoch.school_id == bindparam("school_id"),
        Epoch.camera_id == bindparam("camera_id"),
        Epoch.ended_at.is_(None),
        Epoch.started_at <= _AT,
        Epoch.level.in_((CLEAR, SETUP)),
    )
    .order_by(Epoch.id.desc())
    .limit(1)
)
