"""What each ending writes into the records, now or when they can be written again.

One function per kind of ending. Each can be run again and changes nothing more;
each but the drawing of a curtain ends only what stood at the instant of the act, so
that an ending recorded late does not undo what was opened since. Knows nothing of
marks and journal.

A target is the id of a record, which whoever asked found within their school; the record
says which school that is, and nothing outside of it is written.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, and_, delete, or_, select, update

from access.calendar import DaysKind
from access.calendar_records import CalendarDays
from access.camera_gates import GateKind
from access.checked import find_one
from access.delegations import Delegation
from access.disowned_records import disowned
from access.endings_of_consent import consent_refused, exemption_ended, guest_came
from access.endings_of_custody import custody_added
from access.endings_of_hours import hours_narrowed
from access.endings_of_moves import attendance_tightened, child_left, child_went_out, room_lent, rooms_left
from access.endings_of_rooms import draw, end_gates, end_signatures, gate_taken_back, kind_set
from access.enrolment import Enrolment, Guardianship
from access.errors import Refused
from access.factor_records import Passkey, RecoveryCode, Totp
from access.factors_held import factors_of, is_staff
from access.grants import Grant
from access.inserting import insert_one
from access.invitations import Invitation
from access.look_records import door_ended, look_ended
from access.people import Membership, Person, School, SignIn
from access.places import Camera, Room, RoomUse
from access.recorded import Recorded, Recorder, Target
from access.school_budgets import budgets_lowered
from access.school_closing import record_closing


def _grant(connection: Connection, target: Target, at: datetime) -> Recorded:
    grant = find_one(connection, Grant, target["grant"])
    tie = find_one(connection, Guardianship, grant.guardianship_id, school_id=grant.school_id)
    _set(connection, Grant, grant, Grant.revoked_at, at)
    ids = {"grant": grant.id, "guardianship": tie.id, "person": tie.person_id, "child": tie.child_id}
    return Recorded(grant.school_id, ids)


def _guardianship(connection: Connection, target: Target, at: datetime) -> Recorded:
    tie = find_one(connection, Guardianship, target["guardianship"])
    _set(connection, Guardianship, tie, Guardianship.ended_at, at)
    return Recorded(tie.school_id, {"guardianship": tie.id, "person": tie.person_id, "child": tie.child_id})


def _enrolment(connection: Connection, target: Target, at: datetime) -> Recorded:
    place = find_one(connection, Enrolment, target["enrolment"])
    _set(connection, Enrolment, place, Enrolment.ended_at, at)
    ids = {"enrolment": place.id, "child": place.child_id, "class_group": place.class_group_id}
    return Recorded(place.school_id, ids)


def _delegation(connection: Connection, target: Target, at: datetime) -> Recorded:
    known = find_one(connection, Delegation, target["delegation"])
    tie = find_one(connection, Guardianship, known.guardianship_id, school_id=known.school_id)
    _set(connection, Delegation, known, Delegation.ended_at, at)
    ids = {"delegation": known.id, "guardianship": tie.id, "child": tie.child_id}
    return Recorded(known.school_id, ids if known.person_id is None else {**ids, "person": known.person_id})


def _curtain(connection: Connection, target: Target, at: datetime) -> Recorded:
    room = find_one(connection, Room, target["room"])
    draw(connection, room.school_id, room.id, at, target["reason"])
    return Recorded(room.school_id, {"room": room.id})


def _level(connection: Connection, target: Target, at: datetime) -> Recorded:
    room = find_one(connection, Room, target["room"])
    draw(connection, room.school_id, room.id, at, target["reason"])
    connection.execute(_update(Room, room).values(level=target["level"], level_since=at))
    return Recorded(room.school_id, {"room": room.id, "level": target["level"]})


def _camera(connection: Connection, target: Target, at: datetime) -> Recorded:
    camera = find_one(connection, Camera, target["camera"])
    draw(connection, camera.school_id, camera.room_id, at, target["reason"])
    active_then = or_(Camera.activated_at.is_(None), Camera.activated_at <= at)
    connection.execute(_update(Camera, camera).where(active_then).values(activated_at=None))
    end_gates(connection, camera, at)
    return Recorded(camera.school_id, {"camera": camera.id, "room": camera.room_id})


def _masks(connection: Connection, target: Target, at: datetime) -> Recorded:
    camera = find_one(connection, Camera, target["camera"])
    draw(connection, camera.school_id, camera.room_id, at, target["reason"])
    connection.execute(_update(Camera, camera).values(masks=target["masks"]))
    end_gates(connection, camera, at, [GateKind.MASKS])
    ids = {"camera": camera.id, "room": camera.room_id, "masks": target["masks"]}
    return Recorded(camera.school_id, ids)


def _room_use(connection: Connection, target: Target, at: datetime) -> Recorded:
    use = find_one(connection, RoomUse, target["room_use"])
    draw(connection, use.school_id, use.room_id, at, target["reason"])
    _set(connection, RoomUse, use, RoomUse.ended_at, at)
    ids = {"room_use": use.id, "room": use.room_id, "class_group": use.class_group_id}
    return Recorded(use.school_id, ids)


def _sign_ins(connection: Connection, target: Target, at: datetime) -> Recorded:
    person_id = target.get("person")
    _end_sign_ins(connection, target["sign_ins"], at, everyone_of=person_id)
    if person_id is None:
        person_id = find_one(connection, SignIn, target["sign_ins"][0]).person_id
    return Recorded(None, {"person": person_id, "sign_ins": list(target["sign_ins"])})


def _end_sign_ins(
    connection: Connection, named: Collection[int], at: datetime, *, everyone_of: int | None
) -> None:
    """End these sign-ins, and of a whole person also one that began while they were being looked up."""
    which: ColumnElement[bool] = SignIn.id.in_(named)
    if everyone_of is not None:
        which = or_(which, and_(SignIn.person_id == everyone_of, SignIn.started_at <= at))
    ended = update(SignIn).where(which, _holds_at(SignIn.ended_at, at))
    connection.execute(ended.values(ended_at=at))


def _person(connection: Connection, target: Target, at: datetime) -> Recorded:
    person = find_one(connection, Person, target["person"])
    closed = update(Person).where(Person.id == person.id, _holds_at(Person.closed_at, at))
    connection.execute(closed.values(closed_at=at))
    living = (SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    connection.execute(update(SignIn).where(*living).values(ended_at=at))
    end_signatures(connection, person.id, at)
    return Recorded(None, {"person": person.id})


def _membership(connection: Connection, target: Target, at: datetime) -> Recorded:
    place = find_one(connection, Membership, target["membership"])
    # One that was to begin later never holds; it still ends after it starts.
    ends_at = max(at, place.starts_at + datetime.resolution)
    holds = _holds_at(Membership.ends_at, at)
    connection.execute(_update(Membership, place).where(holds).values(ends_at=ends_at))
    end_signatures(connection, place.person_id, at, left=place)
    return Recorded(place.school_id, {"membership": place.id, "person": place.person_id, "role": place.role})


def _factor(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Take one factor away, but never what somebody could not come in without.

    Of staff that is the last of them, and of whoever has no passphrase the last passkey.
    """
    person_id, passkey_id = target["person"], target.get("passkey")
    held = factors_of(connection, person_id)
    one = (
        (Passkey, Passkey.id == passkey_id, Passkey.person_id == person_id, Passkey.recorded_at <= at)
        if passkey_id is not None
        else (Totp, Totp.person_id == person_id, Totp.confirmed_at <= at)
    )
    is_there = (
        any(kept.id == passkey_id for kept in held.passkeys) if passkey_id else held.app_since is not None
    )
    if is_there and held.count == 1 and is_staff(connection, person_id, at):
        raise Refused("factor:last")
    if is_there and passkey_id and len(held.passkeys) == 1 and _has_no_passphrase(connection, person_id):
        raise Refused("passkey:only_way")
    connection.execute(delete(one[0]).where(*one[1:]))
    if not factors_of(connection, person_id).count:
        connection.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    ids = {name: target[name] for name in ("person", "sign_in", "factor", "passkey") if name in target}
    return Recorded(None, ids)


def _has_no_passphrase(connection: Connection, person_id: int) -> bool:
    return bool(connection.execute(select(Person.passkey_only).where(Person.id == person_id)).scalar_one())


def forget_factors(connection: Connection, person_id: int, at: datetime) -> None:
    """Take away every second factor that somebody had at *at*."""
    for kind in (Totp, Passkey, RecoveryCode):
        connection.execute(delete(kind).where(kind.person_id == person_id, kind.recorded_at <= at))


def _every_factor(connection: Connection, target: Target, at: datetime) -> Recorded:
    person_id = find_one(connection, Person, target["person"]).id
    forget_factors(connection, person_id, at)
    _end_sign_ins(connection, target["sign_ins"], at, everyone_of=person_id)
    connection.execute(update(Person).where(Person.id == person_id).values(factors_reset_by=target["by"]))
    return Recorded(None, {"person": person_id, "sign_ins": list(target["sign_ins"])})


def _invitation(connection: Connection, target: Target, at: datetime) -> Recorded:
    letter = find_one(connection, Invitation, target["invitation"])
    waiting = (Invitation.id == letter.id, Invitation.accepted_at.is_(None), Invitation.ended_at.is_(None))
    connection.execute(update(Invitation).where(*waiting).values(ended_at=at))
    return Recorded(letter.school_id, {"invitation": letter.id, "person": letter.person_id})


def _closure(connection: Connection, target: Target, at: datetime) -> Recorded:
    school_id = find_one(connection, School, target["school"]).id
    first, after = (date.fromisoformat(target[name]) for name in ("starts_on", "ends_on"))
    this = select(CalendarDays.id).where(
        CalendarDays.school_id == school_id, CalendarDays.key == target["key"]
    )
    days_id = connection.execute(this).scalar_one_or_none() or insert_one(
        connection,
        CalendarDays,
        school_id=school_id,
        key=target["key"],
        kind=DaysKind.CLOSURE.value,
        starts_on=first,
        ends_on=after,
        name=target["name"],
        recorded_at=at,
    )
    return Recorded(
        school_id, {"calendar_days": days_id, "starts_on": target["starts_on"], "ends_on": target["ends_on"]}
    )


def _days(connection: Connection, target: Target, at: datetime) -> Recorded:
    days = find_one(connection, CalendarDays, target["calendar_days"])
    _set(connection, CalendarDays, days, CalendarDays.ended_at, at)
    return Recorded(
        days.school_id, {"calendar_days": days.id, "kind": days.kind, "starts_on": days.starts_on.isoformat()}
    )


def _school(connection: Connection, target: Target, at: datetime) -> Recorded:
    school_id = find_one(connection, School, target["school"]).id
    record_closing(connection, school_id, at, by=target["by"], reason=target["reason"])
    return Recorded(school_id, {"school": school_id})


#: By the ending's name, which is also the kind of its entry.
RECORDERS: Mapping[str, Recorder] = {
    "grant:revoked": _grant,
    "guardianship:ended": _guardianship,
    "enrolment:ended": _enrolment,
    "custody:added": custody_added,
    "delegation:ended": _delegation,
    "consent:refused": consent_refused,
    "consent:withdrawn": consent_refused,
    "consent:exemption_ended": exemption_ended,
    "guest:came": guest_came,
    "curtain:drawn": _curtain,
    "room:level_set": _level,
    "camera:deactivated": _camera,
    "camera:masked": _masks,
    "gate:taken_back": gate_taken_back,
    "room:kind_set": kind_set,
    "room_use:ended": _room_use,
    "sign_in:ended": _sign_ins,
    "sign_in:every_ended": _sign_ins,
    "person:closed": _person,
    "membership:ended": _membership,
    "factor:removed": _factor,
    "factor:reset": _every_factor,
    "invitation:withdrawn": _invitation,
    "class_group:left_rooms": rooms_left,
    "room:lent": room_lent,
    "child:left": child_left,
    "attendance:out": child_went_out,
    "attendance:tightened": attendance_tightened,
    "calendar:closed": _closure,
    "calendar:removed": _days,
    "school:closed": _school,
    "budgets:lowered": budgets_lowered,
    "hours:narrowed": hours_narrowed,
    "viewing:disowned": disowned,
    "look:ended": look_ended,
    "door:ended": door_ended,
}


def _set(connection: Connection, model: Any, record: Any, column: Any, at: datetime) -> None:
    """Write that the record ended, unless it had ended before."""
    connection.execute(_update(model, record).where(_holds_at(column, at)).values({column: at}))


def _update(model: Any, record: Any) -> Update:
    """Change one record, in its school."""
    return update(model).where(model.id == record.id, model.school_id == record.school_id)


def _holds_at(column: Any, at: datetime) -> ColumnElement[bool]:
    return or_(column.is_(None), column > at)
