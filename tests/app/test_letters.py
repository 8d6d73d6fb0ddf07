"""Letters and slips are printed, replaced and withdrawn."""

import re
from datetime import timedelta

from access.clock import FrozenClock
from access.enrolment import Guardianship
from access.invitations import Invitation
from access.people import Person
from access.second_factors import FRESH
from tests.app.account.trying import PASSPHRASE, chooses_passphrase
from tests.app.letters import (
    ENGLISH,
    accepts,
    checks,
    makes_family,
    newest,
    prints_letter,
    prints_slip,
    words,
)
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.school import School
from tests.two_schools import appoints


def test_a_letter_speaks_both_languages_and_is_a_code_to_scan(school: School) -> None:
    office = school.office()
    person = makes_family(school, office)

    answer = office.post(f"/office/people/{key_of(school, Person, person)}/letter", Accept_Language="en-GB")

    page = answer.body.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert page.index("邀请您使用小窗") < page.index("Your invitation to the little window")
    assert 'lang="zh-CN"' in page
    assert answer.header("Cache-Control") == "no-store, private"
    assert "2026年3月24日" in page
    assert "24 Mar 2026" in page


def test_slip_and_letter_are_never_on_one_sheet(school: School) -> None:
    office = school.office()
    person = makes_family(school, office)
    letter = office.post(f"/office/people/{key_of(school, Person, person)}/letter").body.decode()
    slip = office.post(f"/office/letters/{key_of(school, Invitation, newest(school, Invitation))}/slip")

    assert "data-secret" not in letter
    assert "data-token" not in slip.body.decode()
    assert "<svg xmlns" not in slip.body.decode()


def test_what_was_printed_is_on_no_other_page(school: School) -> None:
    office = school.office()
    person = makes_family(school, office)
    token, secret = prints_letter(school, office, person), prints_slip(school, office)

    listed = office.get("/office/letters", **ENGLISH).body.decode()

    assert "周敏" in listed
    assert token not in listed
    assert secret not in listed


def test_a_lost_phone_is_signed_out_when_the_new_letter_is_accepted(
    school: School, clock: FrozenClock
) -> None:
    office, director, lost = school.office(), school.director(), school.visitor()
    person = makes_family(school, office)
    tie = newest(school, Guardianship)
    accepts(lost, prints_letter(school, office, person), prints_slip(school, office))
    checks(school, director, tie)
    clock.advance(timedelta(minutes=4))
    found = office.get("/office/letters?name=周", **ENGLISH).body.decode()
    assert f"/office/people/{key_of(school, Person, person)}/letter" in found
    new = school.visitor()

    accepted = accepts(new, prints_letter(school, office, person), prints_slip(school, office))

    assert accepted.status == 201
    assert lost.get("/home") == school.not_found
    assert "check your identity" in words(new.get("/home", **ENGLISH))
    assert checks(school, office, tie).status == 400
    assert checks(school, director, tie).status == 303
    assert "check your identity" not in words(new.get("/home", **ENGLISH))


def test_a_colleagues_letter_waits_for_a_second_one(school: School) -> None:
    office, director, phone = school.office(), school.director(), school.visitor()
    teacher = school.staff["teacher"]
    token, secret = prints_letter(school, office, teacher), prints_slip(school, office)
    letter = key_of(school, Invitation, newest(school, Invitation))

    assert accepts(phone, token, secret).json == {"refused": "invitation:not_released"}
    office.post(f"/office/letters/{letter}/release", {"reason": "asked_in_person"})
    assert accepts(phone, token, secret).json == {"refused": "invitation:not_released"}
    director.post(f"/office/letters/{letter}/release", {"reason": "asked_in_person"})

    assert accepts(phone, token, secret).status == 201
    assert phone.get("/").header("Location") == "/second"  # a letter is no second factor


def test_whoever_is_staff_elsewhere_looks_like_any_guardian_and_comes_in(school: School) -> None:
    neighbour, office, phone = school.neighbour(), school.office(), school.visitor()
    person = school.guardian(of="Oak").person
    plain = letters_of(school, office, person)

    appoints(neighbour, person, "teacher")

    assert letters_of(school, office, person) == plain
    token, secret = prints_letter(school, office, person), prints_slip(school, office)
    letter = key_of(school, Invitation, newest(school, Invitation))
    assert accepts(phone, token, secret).json == {"refused": "invitation:not_released"}
    page = school.director().get("/office/letters", **ENGLISH).body.decode()
    assert "If the letter’s page asks for it" in page
    assert f'action="/office/letters/{letter}/release"' in page
    assert neighbour.director().post(f"/office/letters/{letter}/release", {"reason": "x"}) == school.not_found
    office.post(f"/office/letters/{letter}/release", {"reason": "asked_in_person"})
    assert accepts(phone, token, secret).json == {"refused": "invitation:not_released"}
    school.director().post(f"/office/letters/{letter}/release", {"reason": "asked_in_person"})
    assert accepts(phone, token, secret).status == 201


def letters_of(school: School, office: Browser, person: int) -> list[str]:
    """Print a letter, and return what its sheet and the list say, less what is drawn by chance."""
    sheet = office.post(f"/office/people/{key_of(school, Person, person)}/letter", None, **ENGLISH)
    listed = office.get("/office/letters?name=林", **ENGLISH)
    return [re.sub("[-0-9A-Z]{31}", "…", words(page)) for page in (sheet, listed)]


def test_a_withdrawn_letter_does_not_hold(school: School) -> None:
    office = school.office()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)
    letter = key_of(school, Invitation, newest(school, Invitation))

    assert school.director().post(f"/office/letters/{letter}/withdraw", {"reason": "x"}).status == 303

    assert accepts(school.visitor(), token, secret).json == {"refused": "invitation:over"}


def test_nobody_prints_their_own_letter(school: School) -> None:
    office = school.office()

    answer = office.post(
        f"/office/people/{key_of(school, Person, school.staff['office'])}/letter", Accept_Language="en-GB"
    )

    assert answer.status == 303
    assert "Nobody prints a letter or slip for themselves" in words(office.get("/office/letters", **ENGLISH))


def test_letter_slip_and_identity_ask_for_the_passphrase_first(school: School, clock: FrozenClock) -> None:
    chooses_passphrase(school, "office")
    office, letters = school.office(), len(school.log("invitation:issued"))
    person = makes_family(school, office)
    key = key_of(school, Person, person)
    tie = key_of(school, Guardianship, newest(school, Guardianship))
    clock.advance(FRESH)
    school.is_there(office)

    asked = office.post(f"/office/people/{key}/letter")
    unknown = office.post(f"/office/people/{'x' * 22}/letter")
    identity = office.post(
        f"/office/guardianships/{tie}/identity",
        {"document": "passport", "note": "seen <b>", "shown_code": "K7QM-2X9R"},
    )
    wrong = office.post(f"/office/people/{key}/letter", {"proof": "somebody else's"})

    assert b'name="proof"' in asked.body
    assert unknown == school.not_found
    assert b'name="document" value="passport"' in identity.body
    assert b'name="shown_code" value="K7QM-2X9R"' in identity.body
    assert b'name="note" value="seen &lt;b&gt;"' in identity.body
    assert wrong.status == 400
    assert len(school.log("invitation:issued")) == letters
    right = office.post(f"/office/people/{key}/letter", {"proof": PASSPHRASE})
    assert right.status == 200
    assert len(school.log("invitation:issued")) == letters + 1
    slip = key_of(school, Invitation, newest(school, Invitation))
    assert b'name="proof"' not in office.post(f"/office/letters/{slip}/slip").body
