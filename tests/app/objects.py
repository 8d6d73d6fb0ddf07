"""One object of each kind, as it may be asked for by whoever it is not for.

Each is returned by its key.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from access import (
    acts_calendar,
    acts_invitations,
    acts_loans,
    acts_people,
    acts_places,
    acts_rooms,
    acts_subject,
)
from access.acts import Actor
from access.acts_custody import add_custody_rule
from access.acts_delegates import propose_delegate
from access.acts_doors import add_door
from access.calendar_records import CalendarDays
from access.custody_rules import CustodyRule
from access.database import connect, reading, writing
from access.delegations import Delegation
from access.devices import devices_of
from access.disowned import disown, waiting_alerts
from access.enrolment import Enrolment, Guardianship
from access.factors_held import factors_of
from access.grants import Grant
from access.invitations import Invitation
from access.look_records import DoorDisplay
from access.places import Room, RoomChange, RoomLoan
from access.sign_ins import recognise
from access.subject_dropped import erased_so_far
from access.subject_records import SubjectExport
from tests.access.with_factors import gives_passkey
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.consenting import agrees_on_paper
from tests.school import Guardian, School

THEIRS = "at the neighbour's"


def a_swap(school: School) -> str:
    """Return a swap of tomorrow's, which changes nothing today."""
    tomorrow = school.clock.now() + timedelta(days=1)
    one, other = school.class_groups.values()
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test", "class_group_ids": (one, other)}
    change, _ = acts_rooms.swap_rooms(
        school.world, **act, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1)
    )
    return key_of(school, RoomChange, change)


def a_loan(school: School) -> str:
    """Return a loan of tomorrow's."""
    tomorrow = school.clock.now() + timedelta(days=1)
    room = next(iter(school.rooms.values()))
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test", "room_id": room}
    acts_loans.lend_room(school.world, **act, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    with reading(school.world.database) as connection:
        newest = select(RoomLoan.id).where(RoomLoan.school_id == school.id).order_by(RoomLoan.id.desc())
        return key_of(school, RoomLoan, connection.execute(newest.limit(1)).scalar_one())


def a_closed_day(school: School) -> str:
    day = school.clock.now().date() + timedelta(days=30)
    acts_calendar.close_days(
        school.world, actor=school.office_actor, reason="test", school_id=school.id, first=day, last=day
    )
    with reading(school.world.database) as connection:
        asked = select(CalendarDays.key).where(CalendarDays.school_id == school.id)
        return connection.execute(asked).scalar_one()


def a_device(school: School, person: int) -> str:
    school.sign_in(person)
    with reading(school.world.database) as connection:
        return devices_of(connection, person, school.clock.now())[0].key


def a_passkey(school: School, person: int) -> str:
    found = recognise(school.world, school.sign_in(person))
    assert found
    gives_passkey(school.world, found.sign_in_id)
    with reading(school.world.database) as connection:
        return factors_of(connection, person).passkeys[0].key


def a_viewing_on_a_spare_device(school: School, guardian: Guardian, room: str) -> str:
    """Return the key of a viewing by somebody on one more device of theirs; it is over."""
    spare = Browser(school.app, school.sign_in(guardian.person))
    opened = spare.post(f"/rooms/{school.room_key(room)}/viewings")
    assert opened.status == 201, opened.body
    key = str(opened.json["viewing"])
    spare.ask("POST", f"/live/{key}/close", Sec_Fetch_Site="same-origin")
    return key


def an_alert(school: School, room: str) -> str:
    """Return the key of what calls the office: a viewing that was not its person's."""
    guardian = school.guardian(of=room)
    watch = guardian.opens(room)
    disown(school.world, actor=Actor(guardian.person, "web"), key=watch.key)
    with reading(school.world.database) as connection:
        return waiting_alerts(connection, school.id)[-1].key


def child_of(school: School, guardian: Guardian) -> int:
    """Return the child of a guardian."""
    with reading(school.world.database) as connection:
        tied = select(Guardianship.child_id).where(Guardianship.id == guardian.guardianship)
        return int(connection.execute(tied).scalar_one())


def a_relative(school: School, guardian: Guardian) -> str:
    """Return the key of a relative whom a guardian has proposed."""
    actor = Actor(guardian.person, "web")
    proposed = propose_delegate(school.world, actor=actor, guardianship_id=guardian.guardianship, name="阿公")
    return key_of(school, Delegation, proposed)


def a_released_copy(school: School, person: int) -> str:
    """Return the key of a copy that waits for somebody to download it."""
    act: dict[str, Any] = {"reason": "test", "school_id": school.id}
    office: Any = {"actor": school.office_actor, **act}
    asked: Any = {"export_id": acts_subject.ask_export(school.world, **office, person_id=person)}
    with reading(school.world.database) as connection:
        erased = erased_so_far(connection, school.id)
    digest = acts_subject.make_export(school.world, **office, **asked, content=b"PK", erased=erased)
    second: Any = {"actor": school.director_actor, **act, **asked}
    acts_subject.release_export(school.world, **second, sha256=digest)
    return key_of(school, SubjectExport, asked["export_id"])


def a_custody_rule(school: School, guardian: Guardian) -> str:
    """Return the key of a rule upon a guardian."""
    add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="test",
        guardianship_id=guardian.guardianship,
        kind="no_contact",
        starts_at=school.clock.now(),
    )
    with reading(school.world.database) as connection:
        last = select(CustodyRule.key).order_by(CustodyRule.id.desc()).limit(1)
        return str(connection.execute(last).scalar_one())


def another_adult(school: School, guardian: Guardian) -> str:
    """Return the guardianship of somebody who was added to the guardian's child."""
    tie = acts_people.add_guardianship(
        school.world,
        actor=school.office_actor,
        reason="test",
        person_id=school.person(by=school.office_actor),
        child_id=child_of(school, guardian),
        starts_at=school.clock.now(),
    )
    agrees_on_paper(school.world, tie, office=school.office_actor, director=school.director_actor)
    return key_of(school, Guardianship, tie)


def letters_of(school: School, neighbour: School) -> dict[str, str]:
    """Return the keys of letters; each is to somebody of its own."""

    def letter(of: School, to: str) -> int:
        act: dict[str, Any] = {"actor": of.office_actor, "reason": "test"}
        person = of.guardian(of=to).person
        return acts_invitations.invite(of.world, **act, school_id=of.id, person_id=person).id

    withdrawn = letter(school, "Oak")
    acts_invitations.withdraw(school.world, actor=school.office_actor, reason="test", invitation_id=withdrawn)
    return {
        "spare": key_of(school, Invitation, letter(school, "Oak")),
        "ended": key_of(school, Invitation, withdrawn),
        THEIRS: key_of(school, Invitation, letter(neighbour, "Rowan")),
    }


def rooms_of(school: School, neighbour: School) -> dict[str, str]:
    return {
        "Oak": school.room_key("Oak"),
        "Elm": school.room_key("Elm"),
        "used until today": _room_used_until_today(school),
        "at the neighbour's": neighbour.room_key("Rowan"),
        "deleted": _deleted(school, Room, _room(school, "Gone room")),
    }


def _room(school: School, name: str) -> int:
    return acts_places.add_room(
        school.world, actor=school.office_actor, reason="test", school_id=school.id, name=name
    )


def _room_used_until_today(school: School) -> str:
    room = _room(school, "Former room")
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    use = acts_places.use_room(
        school.world,
        **act,
        room_id=room,
        class_group_id=school.class_groups["Oak"],
        starts_at=school.clock.now() - timedelta(days=1),
    )
    acts_places.end_room_use(school.world, **act, room_use_id=use)
    return key_of(school, Room, room)


def ties_of(
    school: School, record: Any, ours: int | None, ended: int | None, theirs: int | None
) -> dict[str, str]:
    """Return the keys of one kind of tie; the deleted one is a row that was there."""
    gone = school.guardian(of="Oak", granted=record is Grant, enrolled=record is Enrolment)
    number = {Grant: gone.grant, Guardianship: gone.guardianship, Enrolment: gone.enrolment}[record]
    return {
        "spare": key_of(school, record, ours),
        "ended": key_of(school, record, ended),
        "at the neighbour's": key_of(school, record, theirs),
        "deleted": _deleted(school, record, number),
    }


def _deleted(school: School, record: Any, number: int | None) -> str:
    """Return the key of a row that is not there any more."""
    key = key_of(school, record, number)
    behind_our_back = connect(str(school.world.database.url), foreign_keys=False)
    with writing(behind_our_back) as connection:
        connection.execute(delete(record).where(record.id == number))
    behind_our_back.dispose()
    return key


def a_door(school: School) -> str:
    """Return a door display that waits for its tablet."""
    room = next(iter(school.rooms.values()))
    made = add_door(school.world, actor=school.office_actor, reason="test", room_id=room)
    return key_of(school, DoorDisplay, made.id)
