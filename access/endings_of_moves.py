"""What is written when classes leave their rooms, a room is lent, or a child goes or leaves the school."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from access.attendance import OUT, Attendance, is_stricter
from access.checked import find_one
from access.enrolment import Child, ClassGroup, Enrolment, Guardianship
from access.errors import Refused
from access.grants import Grant
from access.inserting import insert_one
from access.keys import new_key
from access.people import School
from access.places import Room, RoomChange, RoomLoan
from access.recorded import Recorded, Target
from access.whereabouts import rooms_at


def rooms_left(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write that class groups are in no room until an instant; where they go is another act's to say.

    Raises:
        Refused: ``act:overtaken``, where somebody has moved one of them meanwhile.
    """
    left = dict(zip(target["class_groups"], target["rooms"], strict=True))
    school_id = find_one(connection, ClassGroup, target["class_groups"][0]).school_id
    ends_at = _end(target, at)
    if rooms_at(connection, school_id, left, at) != left:
        raise Refused("act:overtaken", "a class was moved meanwhile")
    for class_group_id in left:
        find_one(connection, ClassGroup, class_group_id, school_id=school_id)
        insert_one(
            connection,
            RoomChange,
            school_id=school_id,
            key=new_key(),
            class_group_id=class_group_id,
            room_id=None,
            starts_at=at,
            ends_at=ends_at,
            recorded_at=at,
        )
    return Recorded(school_id, {"class_group": target["class_groups"][0], "class_groups": list(left)})


def room_lent(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write that outsiders have a room from now on."""
    room = find_one(connection, Room, target["room"])
    loan = insert_one(
        connection,
        RoomLoan,
        school_id=room.school_id,
        key=new_key(),
        room_id=room.id,
        starts_at=at,
        ends_at=_end(target, at),
        recorded_at=at,
    )
    return Recorded(room.school_id, {"room": room.id, "room_loan": loan})


def child_left(connection: Connection, target: Target, at: datetime) -> Recorded:
    """End whatever ties a child to people and classes, as far as it stood then."""
    child = find_one(connection, Child, target["child"])
    ended = {}
    guardianships = select(Guardianship.id).where(
        Guardianship.child_id == child.id, Guardianship.school_id == child.school_id
    )
    for model, of_child, column in (
        (Enrolment, Enrolment.child_id == child.id, Enrolment.ended_at),
        (Guardianship, Guardianship.child_id == child.id, Guardianship.ended_at),
        (Grant, Grant.guardianship_id.in_(guardianships), Grant.revoked_at),
    ):
        stands = (of_child, model.school_id == child.school_id, model.recorded_at <= at, column.is_(None))
        name = model.__tablename__.removeprefix("access_")
        ended[f"{name}s"] = list(connection.execute(select(model.id).where(*stands)).scalars())
        connection.execute(update(model).where(*stands).values({column: at}))
    return Recorded(child.school_id, {"child": child.id, **ended})


def child_went_out(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Note that a child went out, at that time or at the earlier one that was said."""
    child = find_one(connection, Child, target["child"])
    went_at = datetime.fromisoformat(target["at"]).astimezone(UTC) if "at" in target else at
    ids = {"school_id": child.school_id, "child_id": child.id}
    record = insert_one(connection, Attendance, **ids, what=OUT, at=went_at, recorded_at=at)
    said = {"at": target["at"]} if "at" in target else {}
    return Recorded(child.school_id, {"child": child.id, "attendance": record, **said})


def attendance_tightened(connection: Connection, target: Target, at: datetime) -> Recorded:
    """Write a stricter choice about attendance; one that stands already, or is stricter still, is left."""
    school, mode = find_one(connection, School, target["school"]), target["attendance"]
    if is_stricter(mode, school.attendance):
        chosen = update(School).where(School.id == school.id)
        connection.execute(chosen.values(attendance=mode, attendance_since=at))
    return Recorded(school.id, dict(target))


def _end(target: Target, at: datetime) -> datetime:
    """Return until when; what was over by the time it was asked for still ends after it starts."""
    return max(datetime.fromisoformat(target["ends_at"]).astimezone(UTC), at + datetime.resolution)
