"""“This was not me”: the device is out at once, and the office is called."""

import re
from datetime import timedelta

from access.acts_families import end_guardianship
from access.clock import FrozenClock
from access.sign_ins import recognise
from tests.app.who_watched import ENGLISH, page, watches
from tests.browser import Browser
from tests.school import Guardian, School


def test_this_was_not_me_signs_that_device_out_and_calls_the_office(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    phone = Browser(school.app, school.sign_in(mother.person))

    answer = phone.post(f"/viewings/{viewing}/not-me", {}, **ENGLISH)

    assert answer.status == 303
    assert recognise(school.world, mother.cookie("__Host-sign-in") or "") is None
    assert mother.get("/home", **ENGLISH).status != 200
    assert "The office has been told" in page(school, phone)
    for reader, is_told in ((school.office(), True), (school.director(), True), (school.teacher(), False)):
        assert ("This was not me" in page(school, reader, "/office")) == is_told
    said = school.last_entry("viewing:disowned")
    assert (said["subject"]["person"], said["subject"]["viewing"]) == (mother.person, viewing)


def test_the_office_writes_down_what_it_found_once(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    mother.post(f"/viewings/{viewing}/not-me")
    office = school.office()
    told = page(school, office, "/office")
    address = told.split('action="/office/alerts/')[1].split('"')[0]

    first = office.post(f"/office/alerts/{address}", {"reason": "her sister's tablet"}, **ENGLISH)
    second = office.post(f"/office/alerts/{address}", {"reason": "again"}, **ENGLISH)

    assert (first.status, second.status) == (303, 303)
    assert office.post(f"/office/alerts/{'x' * 22}/answer", {"reason": "what?"}) == school.not_found
    assert school.log("viewing:disowned_") == ["viewing:disowned_answered"]
    assert "This was not me" not in page(school, office, "/office")
    assert school.last_entry("viewing:disowned_answered")["reason"] == "her sister's tablet"


def test_saying_it_twice_calls_the_office_once(school: School, mother: Guardian) -> None:
    viewing = watches(school, mother)
    phone = Browser(school.app, school.sign_in(mother.person))
    for _ in range(2):
        phone.post(f"/viewings/{viewing}/not-me")

    assert page(school, school.office(), "/office").count("“This was not me”") == 1


def test_a_viewing_of_long_ago_calls_nobody_and_one_said_twice_is_one_entry(
    school: School, clock: FrozenClock, mother: Guardian
) -> None:
    old, new = watches(school, mother), watches(school, mother)
    phone = Browser(school.app, school.sign_in(mother.person))
    for _ in range(2):
        phone.post(f"/viewings/{new}/not-me")
    clock.advance(timedelta(days=31))
    phone = Browser(school.app, school.sign_in(mother.person))

    assert phone.post(f"/viewings/{old}/not-me") == school.not_found
    assert f"/viewings/{old}/not-me" not in page(school, phone)
    assert school.log("viewing:disowned") == ["viewing:disowned"]


def test_who_has_moved_on_is_no_name_to_the_former_school(
    school: School, clock: FrozenClock, mother: Guardian
) -> None:
    neighbour = school.neighbour()
    viewing = watches(school, mother)
    neighbour.guardian(of="Rowan", person=mother.person)
    clock.advance(timedelta(hours=1))
    end_guardianship(
        school.world, actor=school.office_actor, reason="moved", guardianship_id=mother.guardianship
    )
    clock.advance(timedelta(hours=1))
    phone = Browser(school.app, school.sign_in(mother.person))
    phone.post(f"/viewings/{viewing}/not-me")

    told = school.administrator().get("/oversight", **ENGLISH).body.decode()
    (line,) = re.findall(r'data-kind="viewing:disowned">.*?</li>', told, re.DOTALL)

    assert "Somebody outside this school" in line
    assert f"林小明 {mother.person}" not in line
    assert "127.0.0.0" not in line
