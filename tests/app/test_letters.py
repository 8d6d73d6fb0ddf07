"""The office makes a family, its letter and its slip; the guardian accepts; somebody else checks."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from access import acts_invitations, acts_people
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Child, Guardianship
from access.invitations import Invitation
from access.passphrases import check_passphrase
from access.people import Person
from access.second_factors import FRESH
from access.sign_ins import recognise
from tests.app.account.trying import PASSPHRASE, chooses_passphrase
from tests.app.everybody import child_of
from tests.app.public_keys import key_of
from tests.browser import Answer, Browser
from tests.school import School
from tests.shown_codes import shown_code
from tests.two_schools import appoints

ENGLISH = {"Accept_Language": "en-GB"}
THE_TEACHERS = "the teacher's"
CHOSEN = "卖豆腐的老钟敲了七下，风筝就醒"


def newest(school: School, record: type) -> int:
    with reading(school.world.database) as connection:
        return int(connection.execute(select(func.max(record.id))).scalar_one())  # type: ignore[attr-defined]


def words(answer: Answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body.decode())))


def sign_in_name_of(school: School, person: int) -> str:
    with reading(school.world.database) as connection:
        return str(connection.execute(select(Person.sign_in_name).where(Person.id == person)).scalar_one())


def makes_family(school: School, by: Browser, guardian: str = "周敏") -> int:
    """Fill in the form of a new family; return the guardian."""
    page = by.get("/office/families/new", **ENGLISH).body.decode()
    group = re.search(r'<option value="([^"]{22})">Oak', page)
    assert group
    answer = by.post(
        "/office/families/new", {"child": "周米粒", "class_group": group.group(1), "guardian": guardian}
    )
    assert (answer.status, answer.header("Location")) == (303, "/office/letters")
    return newest(school, Person)


def prints_letter(school: School, by: Browser, person: int) -> str:
    """Return the token of a new letter."""
    answer = by.post(f"/office/people/{key_of(school, Person, person)}/letter", Accept_Language="en-GB")
    assert answer.status == 200
    tokens = set(re.findall(r"data-token>([0-9A-Z-]+)<", answer.body.decode()))
    assert len(tokens) == 1
    return str(tokens.pop())


def prints_slip(school: School, by: Browser, letter: int | None = None) -> str:
    """Return the secret of a letter's slip."""
    key = key_of(school, Invitation, letter or newest(school, Invitation))
    answer = by.post(f"/office/letters/{key}/slip", Accept_Language="en-GB")
    assert answer.status == 200
    secret = re.search(r"data-secret>([0-9A-Z-]+)<", answer.body.decode())
    assert secret
    return secret.group(1)


def accepts(phone: Browser, token: str, secret: str, **said: str) -> Answer:
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", "passphrase": CHOSEN, **said}
    return phone.ask("POST", "/i", form, Sec_Fetch_Site="same-origin")


def checks(school: School, by: Browser, tie: int, **said: str) -> Answer:
    """Fill in the form of the identity check, with the code that the guardian's page shows."""
    address = f"/office/guardianships/{key_of(school, Guardianship, tie)}/identity"
    seen = {"document": "identity_card", "shown_code": shown_code(school.world, tie) or "none"}
    return by.post(address, {**seen, **said}, Accept_Language="en-GB")


def code_on(page: Answer) -> str:
    """Return the check code that stands on a page; empty where none does."""
    codes = re.findall(r"data-check-code>([0-9A-Z-]+)<", page.body.decode())
    assert len(codes) <= 1
    return codes[0] if codes else ""


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

    assert school.last_entry("guardianship:added")["subject"]["person"] == mother.person  # type: ignore[index]


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

    assert answer.status == 303
    assert "Nobody makes themselves a guardian" in words(office.get("/office", **ENGLISH))
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


# -- the page that a letter opens -----------------------------------------------------


def test_the_page_is_the_same_for_everybody(school: School) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()

    answers = {
        without_nonce(browser.get("/i", **headers))
        for browser in (school.visitor(), guardian, office)
        for headers in (ENGLISH, {"Accept_Language": "zh-CN"}, {})
    }

    assert len(answers) == 1
    assert "Set-Cookie" not in str(answers)


def without_nonce(answer: Answer) -> str:
    """Return all of an answer but the number that is another one each time."""
    nonce = re.search(rb'nonce="([^"]+)"', answer.body)
    assert nonce
    return f"{answer.status} {answer.headers} {answer.body.decode()}".replace(nonce[1].decode(), "")


@pytest.mark.parametrize("kind", ["unknown", "expired", "used", "withdrawn", "replaced", "ten wrong tries"])
def test_what_does_not_hold_any_more_is_told_alike(school: School, clock: FrozenClock, kind: str) -> None:
    office, phone = school.office(), school.visitor()
    person = makes_family(school, office)
    token, secret = prints_letter(school, office, person), prints_slip(school, office)
    letter = newest(school, Invitation)
    unknown = accepts(phone, "0" * 26, secret)
    if kind == "unknown":
        token = "1" * 26
    elif kind == "expired":
        clock.advance(timedelta(days=14))
    elif kind == "used":
        accepts(school.visitor(), token, secret)
    elif kind == "withdrawn":
        acts_invitations.withdraw(
            school.world, actor=school.office_actor, reason="test", invitation_id=letter
        )
    elif kind == "replaced":
        prints_letter(school, school.director(), person)
    else:
        for _ in range(10):
            assert accepts(phone, token, "0000000000").json == {"refused": "invitation:wrong_secret"}

    assert accepts(phone, token, secret) == unknown
    assert unknown.json == {"refused": "invitation:over"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"secret": "00000-00000"}, "invitation:wrong_secret"),
        ({"passphrase": "short"}, "passphrase:short"),
        ({"passphrase": "passwordpassword123"}, "passphrase:guessable"),
        ({"sign_in_name": THE_TEACHERS}, "person:sign_in_name_taken"),
        ({"sign_in_name": " "}, "name:missing"),
        ({"secret": "0" * 201}, "form:long"),
        ({"passphrase": "长" * 1001}, "form:long"),
    ],
)
def test_what_is_wrong_is_told_and_the_letter_still_holds(
    school: School, said: dict[str, str], reason: str
) -> None:
    office, phone = school.office(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)

    if said.get("sign_in_name") == THE_TEACHERS:
        said = {"sign_in_name": sign_in_name_of(school, school.staff["teacher"]).upper()}

    wrong = accepts(phone, token, **{"secret": secret, **said})

    assert (wrong.status, wrong.json) == (400, {"refused": reason})
    assert wrong.header("Set-Cookie") is None
    assert accepts(phone, token, secret).status == 201


def test_every_reason_has_its_sentences_in_the_page(school: School) -> None:
    page = school.visitor().get("/i").body.decode()

    told = dict(re.findall(r'data-reason="([a-z_:]+)"(.*?)</p>', page, re.DOTALL))
    for reason in (
        *("invitation:over", "invitation:wrong_secret", "invitation:not_released", "form:long"),
        *("person:sign_in_name_taken", "name:missing", "name:long", "name:characters"),
        *("passphrase:short", "passphrase:long", "passphrase:plain", "passphrase:guessable"),
    ):
        assert 'data-in="zh"' in told[reason], reason
        assert 'data-in="en"' in told[reason], reason


def test_a_letter_is_not_accepted_from_a_foreign_page(school: School) -> None:
    office = school.office()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", "passphrase": CHOSEN}

    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        assert school.visitor().ask("POST", "/i", form, **headers) == school.not_found

    assert check_passphrase(school.world, "zhou", CHOSEN) is None


def test_too_many_tries_from_one_address_have_to_wait(school: School) -> None:
    phone, elsewhere = school.visitor(), school.visitor()
    elsewhere.address = "192.0.2.44"

    statuses = [accepts(phone, "0" * 26, "x").status for _ in range(61)]

    assert statuses == [400] * 60 + [429]
    assert accepts(elsewhere, "0" * 26, "x").status == 400


def test_the_device_of_somebody_else_becomes_theirs(school: School) -> None:
    """A phone on which somebody else is signed in: the older sign-in ends."""
    office, phone = school.office(), school.guardian(of="Oak")
    before = phone.cookie("__Host-sign-in")
    assert before
    token = prints_letter(school, office, makes_family(school, office))

    accepts(phone, token, prints_slip(school, office), language="en")

    assert recognise(school.world, before) is None
    assert "周敏" in words(phone.get("/home"))
    assert 'lang="en"' in phone.get("/home").body.decode()


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
