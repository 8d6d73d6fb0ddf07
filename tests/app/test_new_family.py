"""The office makes a family: from its form to the open room, and what is refused beside a field."""

import re
from datetime import timedelta

from access import acts_people
from access.clock import FrozenClock
from access.enrolment import Child, Guardianship
from access.people import Person
from tests.app.letters import (
    ENGLISH,
    accepts,
    checks,
    code_on,
    makes_family,
    newest,
    prints_letter,
    prints_slip,
    words,
)
from tests.app.objects import child_of
from tests.app.public_keys import key_of
from tests.school import School


def grants(school: School, tie: int) -> None:
    acts_people.issue_grant(
        school.world,
        actor=school.director_actor,
        reason="test",
        guardianship_id=tie,
        starts_at=school.clock.now(),
        ends_at=school.clock.now() + timedelta(days=30),
    )


def test_from_the_familys_form_to_the_open_room(school: School, clock: FrozenClock) -> None:
    office, director, phone = school.office(), school.director(), school.visitor()
    person = makes_family(school, office)
    tie = newest(school, Guardianship)
    grants(school, tie)
    token = prints_letter(school, office, person)
    secret = prints_slip(school, office)

    accepted = accepts(phone, token, secret)

    assert (accepted.status, accepted.json) == (201, {"next": "/welcome"})
    assert phone.get("/").header("Location") == "/home"
    waiting = words(phone.get("/home", **ENGLISH))
    assert "The school still has to check your identity." in waiting
    assert "Open now" not in waiting
    assert "周敏" in words(director.get("/office/identity", **ENGLISH))
    code = code_on(phone.get("/home"))
    assert code in waiting
    assert checks(school, director, tie, shown_code=code.lower()).status == 303
    asked = words(phone.get("/consent", **ENGLISH))
    assert "You have not answered yet." in asked
    form = {"of": key_of(school, Guardianship, tie), "version": "1", "answer": "yes"}
    assert phone.post("/consent", form).status == 303
    clock.advance(timedelta(minutes=1))
    seen = words(phone.get("/home", **ENGLISH))
    assert "Open now, until 11:30" in seen
    assert "check your identity" not in seen
    assert code_on(phone.get("/home")) == ""
    assert "Nobody waits for an identity check." in words(director.get("/office/identity", **ENGLISH))


def test_two_papers_in_one_hand_make_no_viewer(school: School) -> None:
    """The office prints both papers and accepts in the mother's place; she comes to the director."""
    office, director, insider = school.office(), school.director(), school.visitor()
    person = makes_family(school, office)
    tie = newest(school, Guardianship)
    accepts(insider, prints_letter(school, office, person), prints_slip(school, office))

    answer = checks(school, director, tie, shown_code="K7QM-2X9R")

    assert answer.status == 400
    assert "That is not the check code of this guardian." in words(answer)
    assert school.last_entry("guardianship:refused")["reason"] == "guardianship:wrong_code"
    assert "K7QM" not in repr(school.last_entry("guardianship:refused"))
    read = words(school.administrator().get("/oversight", **ENGLISH))
    assert "tried to verify 周敏 for 周米粒 without the right check code" in read
    stolen = code_on(insider.get("/home"))
    mother = school.visitor()
    accepts(mother, prints_letter(school, office, person), prints_slip(school, office), sign_in_name="mother")
    assert insider.get("/home") == school.not_found
    assert checks(school, director, tie, shown_code=stolen).status == 400
    assert checks(school, director, tie, shown_code=code_on(mother.get("/home"))).status == 303


def test_a_form_that_is_wrong_keeps_what_was_typed(school: School) -> None:
    office = school.office()

    answer = office.post(
        "/office/families/new", {"child": "周米粒", "guardian": "a\u202eb"}, Accept_Language="en-GB"
    )

    page = answer.body.decode()
    assert answer.status == 400
    assert 'value="周米粒"' in page
    assert "characters in this that cannot be seen" in page
    assert school.log("child:") == []


def test_a_class_of_another_school_is_no_choice(school: School) -> None:
    neighbour = school.neighbour()
    page = neighbour.director().get("/office/families/new").body.decode()
    theirs = re.search(r'<option value="([^"]{22})">Rowan', page)
    assert theirs

    answer = school.office().post(
        "/office/families/new", {"child": "周米粒", "class_group": theirs.group(1), "guardian": "周敏"}
    )

    assert answer.status == 400
    assert neighbour.log("child:") == school.log("child:") == []


def test_another_guardian_of_a_child_is_told_to_the_first(school: School) -> None:
    mother = school.guardian(of="Oak")
    child = key_of(school, Child, child_of(school, mother))

    added = school.office().post(f"/office/children/{child}/guardians", {"guardian": "周爷爷"})

    assert added.status == 303
    told = words(mother.get("/home", **ENGLISH))
    assert "There is another adult for 小豆" in told
    assert "周爷爷" in told
    assert "Ask the office at once if this is wrong." in told
    seen = key_of(school, Guardianship, newest(school, Guardianship))
    assert school.guardian(of="Oak").post(f"/notices/{seen}/seen") == school.not_found
    assert mother.post(f"/notices/{seen}/seen").status == 303
    assert "周爷爷" not in words(mother.get("/home", **ENGLISH))
    assert mother.post(f"/notices/{seen}/seen") == school.not_found


def test_somebody_whom_the_school_knows_is_tied_by_their_name(school: School) -> None:
    mother, sibling = school.guardian(of="Oak"), school.guardian(of="Elm")
    child = key_of(school, Child, child_of(school, sibling))
    office = school.office()
    found = office.get(f"/office/children/{child}/guardians?name=小明", **ENGLISH).body.decode()
    key = key_of(school, Person, mother.person)
    assert f'value="{key}"' in found

    assert office.post(f"/office/children/{child}/guardians/known", {"person": key}).status == 303

    assert school.last_entry("guardianship:added")["subject"]["person"] == mother.person
