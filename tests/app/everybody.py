"""Everybody there is and every kind of object, in two schools side by side.

Nothing here moves once it stands: the clock does not go on, so that what is open stays
open, and what a test may end is spare.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from access import acts_people
from access.database import reading
from access.enrolment import Child, Enrolment, Guardianship
from access.grants import Grant
from access.keys import new_key
from access.people import Person, SignIn
from access.people import School as SchoolRecord
from access.second_factors import FRESH
from access.sign_ins import end_sign_in, recognise
from access.viewing_records import Viewing
from tests.app.objects import (
    THEIRS,
    a_closed_day,
    a_custody_rule,
    a_device,
    a_door,
    a_loan,
    a_passkey,
    a_relative,
    a_released_copy,
    a_swap,
    a_viewing_on_a_spare_device,
    an_alert,
    another_adult,
    child_of,
    letters_of,
    rooms_of,
    ties_of,
)
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.guardian import Watching
from tests.looking import Display, an_agreed_look, asks, opens
from tests.school import Guardian, School

#: Longer than the ten minutes in which an ended viewing still says why.
LONG_AGO = timedelta(minutes=11)


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
        "room": rooms_of(school, neighbour),
        "grant": ties_of(school, Grant, spare.grant, ended.grant, elsewhere.grant),
        "guardianship": ties_of(
            school, Guardianship, spare.guardianship, ended.guardianship, elsewhere.guardianship
        )
        | {"told": another_adult(school, people["verified guardian"])},
        "child": {
            "spare": key_of(school, Child, child_of(school, spare)),
            THEIRS: key_of(school, Child, child_of(school, elsewhere)),
        },
        "person": {
            "spare": key_of(school, Person, people["verified guardian"].person),
            "ended": key_of(school, Person, ended.person),
            THEIRS: key_of(school, Person, elsewhere.person),
        },
        "letter": letters_of(school, neighbour),
        "camera": {"spare": school.camera("Oak").key, THEIRS: neighbour.camera("Rowan").key},
        "change": {"spare": a_swap(school), THEIRS: a_swap(neighbour)},
        "loan": {"spare": a_loan(school), THEIRS: a_loan(neighbour)},
        "calendar_days": {"spare": a_closed_day(school), THEIRS: a_closed_day(neighbour)},
        "delegate": {
            "spare": a_relative(school, people["verified guardian"]),
            THEIRS: a_relative(neighbour, people["guardian at the neighbour's"]),
        },
        "subject export": {
            "of verified guardian's": a_released_copy(school, people["verified guardian"].person),
            THEIRS: a_released_copy(neighbour, people["guardian at the neighbour's"].person),
        },
        "custody rule": {
            "spare": a_custody_rule(school, spare),
            THEIRS: a_custody_rule(neighbour, elsewhere),
        },
        "alert": {"spare": an_alert(school, "Oak"), THEIRS: an_alert(neighbour, "Rowan")},
        "door": {"spare": a_door(school), THEIRS: a_door(neighbour)},
        "enrolment": ties_of(school, Enrolment, spare.enrolment, ended.enrolment, elsewhere.enrolment),
    }
    school.clock.advance(FRESH)  # whatever matters asks everybody for the passphrase first
    for browser in people.values():
        school.is_there(browser)
    look = an_agreed_look(school, people["door display"])
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
    objects["look"] = {"of the office": look.key, THEIRS: asks(neighbour, "Rowan").key}
    objects["look opening"] = {"of the office": opens(people["office"], look).key}
    filmed["of the office"] = filmed["of Oak"]
    objects["device"] = {
        "a spare one of verified guardian's": a_device(school, people["verified guardian"].person)
    }
    objects["passkey"] = {"of verified guardian's": a_passkey(school, people["verified guardian"].person)}
    objects["own viewing"] = {
        "of Oak": a_viewing_on_a_spare_device(school, people["verified guardian"], "Oak"),
        "of Elm": a_viewing_on_a_spare_device(school, people["guardian of the other class"], "Elm"),
        THEIRS: a_viewing_on_a_spare_device(neighbour, people["guardian at the neighbour's"], "Rowan"),
    }
    objects["viewing"] = {name: watching.key for name, watching in viewings.items()}
    for kind in objects.values():
        kind.update({"never there": new_key(), "too short": "short", "a quote": "'" * 22})
    return Everybody(school, neighbour, people, objects, filmed)


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
    another_adult(school, ended)  # the child stays, and somebody has to answer for it
    return {
        "stranger": school.visitor(),
        "door display": Display(school, "Oak"),
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
        "office": school.office(),  # before whoever else draws a curtain: that ends their look
        "teacher": school.teacher(),
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
