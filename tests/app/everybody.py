"""Everybody there is and every kind of object, in two schools side by side.

Nothing here moves once it stands: the clock does not go on, so that what is open stays
open, and what a test may end is spare.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select

from access import acts_calendar, acts_invitations, acts_loans, acts_people, acts_places, acts_rooms
from access.acts import Actor
from access.acts_custody import add_custody_rule
from access.acts_delegates import propose_delegate
from access.calendar_records import CalendarDays
from access.custody_rules import CustodyRule
from access.database import connect, reading, writing
from access.delegations import Delegation
from access.devices import devices_of
from access.enrolment import Child, Enrolment, Guardianship
from access.factors_held import factors_of
from access.grants import Grant
from access.invitations import Invitation
from access.keys import new_key
from access.people import Person, SignIn
from access.people import School as SchoolRecord
from access.places import Room, RoomChange, RoomLoan
from access.second_factors import FRESH
from access.sign_ins import end_sign_in, recognise
from access.viewing_records import Viewing
from tests.access.with_factors import gives_passkey
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.consenting import agrees_on_paper
from tests.guardian import Watching
from tests.school import Guardian, School

#: Longer than the ten minutes in which an ended viewing still says why.
LONG_AGO = timedelta(minutes=11)
THEIRS = "at the neighbour's"


@dataclass(frozen=True, slots=True)
class Everybody:
    """Browsers by who they are, and keys by kind and by whose they are."""

    school: School
    neighbour: School
    people: dict[str, Browser]
    objects: dict[str, dict[str, str]]
    #: By whose viewing it is: the numbers of an init section and of a segment that are there.
    filmed: dict[str, tuple[int, int]]

    def another_device(self, browser: Browser) -> Browser:
        """Return a second device of the same person, signed in too; of a stranger, the same."""
        found = recognise(self.school.world, browser.cookie("__Host-sign-in") or "")
        return Browser(self.school.app, self.school.sign_in(found.person_id)) if found else browser


def build(school: School) -> Everybody:
    """Return everybody, with nobody having done anything yet."""
    neighbour = school.neighbour()
    long_over = _watches_and_leaves(school)
    school.clock.advance(LONG_AGO)
    people = _people(school, neighbour)
    spare, ended, elsewhere = school.guardian(of="Oak"), _ended_family(school), neighbour.guardian(of="Rowan")
    objects = {
        "file": {"a style": "css/plain.css", "out of the folder": "../wsgi.py"},
        "school": {
            "ours": key_of(school, SchoolRecord, school.id),
            "at the neighbour's": key_of(school, SchoolRecord, neighbour.id),
        },
        "room": _rooms(school, neighbour),
        "grant": _ties(school, Grant, spare.grant, ended.grant, elsewhere.grant),
        "guardianship": _ties(
            school, Guardianship, spare.guardianship, ended.guardianship, elsewhere.guardianship
        )
        | {"told": _another_adult(school, people["verified guardian"])},
        "child": {
            "spare": key_of(school, Child, child_of(school, spare)),
            THEIRS: key_of(school, Child, child_of(school, elsewhere)),
        },
        "person": {
            "spare": key_of(school, Person, people["verified guardian"].person),
            "ended": key_of(school, Person, ended.person),
            THEIRS: key_of(school, Person, elsewhere.person),
        },
        "letter": _letters(school, neighbour),
        "camera": {"spare": school.camera("Oak").key, THEIRS: neighbour.camera("Rowan").key},
        "change": {"spare": _change(school), THEIRS: _change(neighbour)},
        "loan": {"spare": _loan(school), THEIRS: _loan(neighbour)},
        "calendar_days": {"spare": _closes_a_day(school), THEIRS: _closes_a_day(neighbour)},
        "delegate": {
            "spare": _proposed(school, people["verified guardian"]),
            THEIRS: _proposed(neighbour, people["guardian at the neighbour's"]),
        },
        "custody rule": {
            "spare": _custody_rule(school, spare),
            THEIRS: _custody_rule(neighbour, elsewhere),
        },
        "enrolment": _ties(school, Enrolment, spare.enrolment, ended.enrolment, elsewhere.enrolment),
    }
    school.clock.advance(FRESH)  # whatever matters asks everybody for the passphrase first
    for browser in people.values():
        school.is_there(browser)
    # From here on the clock stands still, so that no lease runs out.
    cameras = {
        "of Oak": school.camera("Oak"),
        "of Elm": school.camera("Elm"),
        "at the neighbour's": neighbour.camera("Rowan"),
    }
    filmed = {whose: (camera.films_segment(), camera.films_segment()) for whose, camera in cameras.items()}
    just_over = people["verified guardian"].opens("Oak")
    just_over.close()
    viewings = {
        "of Oak": people["verified guardian"].opens("Oak"),
        "of Elm": people["guardian of the other class"].opens("Elm"),
        "at the neighbour's": people["guardian at the neighbour's"].opens("Rowan"),
        "just over": just_over,
        "long over": long_over,
    }
    objects["device"] = {
        "a spare one of verified guardian's": _spare_device(school, people["verified guardian"].person)
    }
    objects["passkey"] = {"of verified guardian's": _passkey(school, people["verified guardian"].person)}
    objects["viewing"] = {name: watching.key for name, watching in viewings.items()}
    for kind in objects.values():
        kind.update({"never there": new_key(), "too short": "short", "a quote": "'" * 22})
    return Everybody(school, neighbour, people, objects, filmed)


def _change(school: School) -> str:
    """Return a swap of tomorrow's, which changes nothing today."""
    tomorrow = school.clock.now() + timedelta(days=1)
    one, other = school.class_groups.values()
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test", "class_group_ids": (one, other)}
    change, _ = acts_rooms.swap_rooms(
        school.world, **act, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1)
    )
    return key_of(school, RoomChange, change)


def _loan(school: School) -> str:
    """Return a loan of tomorrow's."""
    tomorrow = school.clock.now() + timedelta(days=1)
    room = next(iter(school.rooms.values()))
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test", "room_id": room}
    acts_loans.lend_room(school.world, **act, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    with reading(school.world.database) as connection:
        newest = select(RoomLoan.id).where(RoomLoan.school_id == school.id).order_by(RoomLoan.id.desc())
        return key_of(school, RoomLoan, connection.execute(newest.limit(1)).scalar_one())


def _closes_a_day(school: School) -> str:
    day = school.clock.now().date() + timedelta(days=30)
    acts_calendar.close_days(
        school.world, actor=school.office_actor, reason="test", school_id=school.id, first=day, last=day
    )
    with reading(school.world.database) as connection:
        asked = select(CalendarDays.key).where(CalendarDays.school_id == school.id)
        return connection.execute(asked).scalar_one()


def _spare_device(school: School, person: int) -> str:
    school.sign_in(person)
    with reading(school.world.database) as connection:
        return devices_of(connection, person, school.clock.now())[0].key


def _passkey(school: School, person: int) -> str:
    found = recognise(school.world, school.sign_in(person))
    assert found
    gives_passkey(school.world, found.sign_in_id)
    with reading(school.world.database) as connection:
        return factors_of(connection, person).passkeys[0].key


def child_of(school: School, guardian: Guardian) -> int:
    """Return the child of a guardian."""
    with reading(school.world.database) as connection:
        tied = select(Guardianship.child_id).where(Guardianship.id == guardian.guardianship)
        return int(connection.execute(tied).scalar_one())


def _proposed(school: School, guardian: Guardian) -> str:
    """Return the key of a relative whom a guardian has proposed."""
    actor = Actor(guardian.person, "web")
    proposed = propose_delegate(school.world, actor=actor, guardianship_id=guardian.guardianship, name="阿公")
    return key_of(school, Delegation, proposed)


def _custody_rule(school: School, guardian: Guardian) -> str:
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


def _another_adult(school: School, guardian: Guardian) -> str:
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


def _letters(school: School, neighbour: School) -> dict[str, str]:
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


def _rooms(school: School, neighbour: School) -> dict[str, str]:
    return {
        "Oak": school.room_key("Oak"),
        "Elm": school.room_key("Elm"),
        "used until today": _room_used_until_today(school),
        "at the neighbour's": neighbour.room_key("Rowan"),
        "deleted": _deleted(school, Room, _room(school, "Gone room")),
    }


def standing(everybody: Everybody) -> dict[str, object]:
    """Return what no request of somebody without a right may change."""
    with reading(everybody.school.world.database) as connection:

        def asked(statement: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in connection.execute(statement)]

        return {
            "revisions": asked(select(SchoolRecord.id, SchoolRecord.revision)),
            "viewings": asked(select(Viewing.id, Viewing.closed_at)),
            "living sign-ins": asked(select(func.count()).where(SignIn.ended_at.is_(None))),
            "marks": everybody.school.world.stops.in_force(),
        }


def _people(school: School, neighbour: School) -> dict[str, Any]:
    signed_out = school.guardian(of="Oak")
    end_sign_in(school.world, _last_sign_in(school))
    revoked, ended, left = (school.guardian(of="Oak") for _ in range(3))
    closed, dismissed = school.guardian(of="Oak"), _dismissed_teacher(school)
    for act, record in (
        (acts_people.revoke_grant, {"grant_id": revoked.grant}),
        (acts_people.end_guardianship, {"guardianship_id": ended.guardianship}),
        (acts_people.end_enrolment, {"enrolment_id": left.enrolment}),
        (acts_people.close_person, {"person_id": closed.person}),
    ):
        act(school.world, actor=school.office_actor, reason="test", **record)
    _another_adult(school, ended)  # the child stays, and somebody has to answer for it
    return {
        "stranger": school.visitor(),
        "signed out": signed_out,
        "account closed": closed,
        "dismissed teacher": dismissed,
        "guardian until today": ended,
        "verified guardian": school.guardian(of="Oak"),
        "delegate": school.delegate(of=school.guardian(of="Oak")),
        "unverified guardian": school.guardian(of="Oak", verified=False),
        "revoked guardian": revoked,
        "guardian of a child who left": left,
        "guardian of the other class": school.guardian(of="Elm"),
        "guardian at the neighbour's": neighbour.guardian(of="Rowan"),
        "teacher": school.teacher(),
        "office": school.office(),
        "director": school.director(),
        "administrator": school.administrator(),
        "director at the neighbour's": neighbour.director(),
        "teacher of both": _teacher_of_both(school, neighbour),
    }


def _teacher_of_both(school: School, neighbour: School) -> Browser:
    """Return somebody on the staff of two schools, who works in ours now; there they could do more."""
    person = school.person()
    for place, role in ((school, "teacher"), (neighbour, "director")):
        acts_people.appoint(
            school.world,
            actor=place.director_actor,
            reason="test",
            school_id=place.id,
            person_id=person,
            role=role,
        )
    browser = Browser(school.app, school.sign_in(person))
    assert browser.post(f"/schools/{key_of(school, SchoolRecord, school.id)}/choose").status == 303
    return browser


def _dismissed_teacher(school: School) -> Browser:
    person = school.person()
    act: dict[str, Any] = {"actor": school.director_actor, "reason": "test"}
    membership = acts_people.appoint(
        school.world, **act, school_id=school.id, person_id=person, role="teacher"
    )
    browser = Browser(school.app, school.sign_in(person))
    school.clock.advance(timedelta(minutes=1))
    acts_people.dismiss(school.world, **act, membership_id=membership)
    return browser


def _last_sign_in(school: School) -> int:
    with reading(school.world.database) as connection:
        return int(connection.execute(select(func.max(SignIn.id))).scalar_one())


def _watches_and_leaves(school: School) -> Watching:
    watching = school.guardian(of="Oak").opens("Oak")
    watching.close()
    return watching


def _ended_family(school: School) -> Guardian:
    family = school.guardian(of="Oak")
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    assert family.grant is not None
    assert family.enrolment is not None
    acts_people.revoke_grant(school.world, **act, grant_id=family.grant)
    acts_people.end_guardianship(school.world, **act, guardianship_id=family.guardianship)
    acts_people.end_enrolment(school.world, **act, enrolment_id=family.enrolment)
    return family


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


def _ties(
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
