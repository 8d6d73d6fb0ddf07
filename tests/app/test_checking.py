"""Somebody else checks the identity: with the code on the guardian's page, never alone."""

import re
from datetime import timedelta

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
from tests.browser import Browser
from tests.school import School


def test_after_ten_wrong_codes_the_form_says_when_to_come_again(school: School) -> None:
    office, director, phone = school.office(), school.director(), school.visitor()
    person = makes_family(school, office)
    tie = newest(school, Guardianship)
    accepts(phone, prints_letter(school, office, person), prints_slip(school, office))
    for _ in range(10):
        checks(school, director, tie, shown_code="0000-0000")

    answer = checks(school, director, tie)

    assert answer.status == 400
    assert "Too many wrong check codes." in words(answer)


def test_who_has_used_no_letter_yet_cannot_be_checked_and_the_office_is_told_so(school: School) -> None:
    director = school.director()
    makes_family(school, school.office())
    tie = newest(school, Guardianship)

    listed = words(director.get("/office/identity", **ENGLISH))
    page = director.get(f"/office/guardianships/{key_of(school, Guardianship, tie)}/identity", **ENGLISH)
    answer = checks(school, director, tie)

    assert "Has not used a letter yet, and cannot be checked before." in listed
    assert "This guardian has not used a letter yet" in words(page)
    assert b'name="shown_code"' not in page.body
    assert (answer.status, "This guardian has not used a letter yet" in words(answer)) == (400, True)
    assert school.log("guardianship:") == ["guardianship:added"]


def test_a_check_without_the_code_says_that_it_is_missing(school: School) -> None:
    office, director, phone = school.office(), school.director(), school.visitor()
    person = makes_family(school, office)
    accepts(phone, prints_letter(school, office, person), prints_slip(school, office))

    answer = checks(school, director, newest(school, Guardianship), shown_code="")

    assert answer.status == 400
    assert 'id="shown_code-wrong"' in answer.body.decode()
    assert school.log("guardianship:refused") == []


def test_a_check_that_runs_out_soon_shows_its_code_beforehand(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    assert code_on(guardian.get("/home")) == ""
    clock.advance(timedelta(days=80))
    phone = Browser(school.app, school.sign_in(guardian.person))

    page = phone.get("/home", **ENGLISH)

    assert code_on(page)
    assert "The school checks your identity again before 8 Jun 2026." in words(page)


def test_an_office_user_who_makes_themselves_a_guardian_is_refused_and_it_is_written_down(
    school: School,
) -> None:
    sibling, office = school.guardian(of="Elm"), school.office()
    child = key_of(school, Child, child_of(school, sibling))
    own = key_of(school, Person, school.staff["office"])
    before = newest(school, Guardianship)

    answer = office.post(
        f"/office/children/{child}/guardians/known", {"person": own}, Accept_Language="en-GB"
    )

    assert answer.status == 400
    assert "Nobody makes themselves a guardian" in words(answer)
    assert newest(school, Guardianship) == before
    assert school.last_entry("guardianship:refused")["reason"] == "guardianship:oneself"


def test_an_office_user_who_verifies_their_own_making_is_refused_and_it_is_written_down(
    school: School,
) -> None:
    office, phone = school.office(), school.visitor()
    person = makes_family(school, office)
    tie = newest(school, Guardianship)
    accepts(phone, prints_letter(school, office, person), prints_slip(school, office))

    answer = checks(school, office, tie)

    assert answer.status == 400
    assert "A colleague has to do this" in words(answer)
    assert "check your identity" in words(phone.get("/home", **ENGLISH))
    assert school.last_entry("guardianship:refused")["reason"] == "guardianship:same_person"
    read = words(school.administrator().get("/oversight", **ENGLISH))
    assert "tried alone to make 周敏 a viewer" in read


def test_who_prints_the_slip_cannot_check_the_identity(school: School) -> None:
    office, director = school.office(), school.director()
    person = makes_family(school, office)
    prints_letter(school, office, person)
    prints_slip(school, director)

    assert checks(school, director, newest(school, Guardianship)).status == 400


def test_a_number_in_the_note_is_refused_beside_its_field(school: School) -> None:
    office, director = school.office(), school.director()
    person = makes_family(school, office)
    accepts(school.visitor(), prints_letter(school, office, person), prints_slip(school, office))

    answer = checks(school, director, newest(school, Guardianship), note="身份证 110105194912310021")

    assert answer.status == 400
    page = answer.body.decode()
    assert "Numbers are never written down here" in page
    assert re.search(r'<input[^>]*checked[^>]*value="identity_card"', page)
    assert "110105194912310021" not in repr(school.log(""))
