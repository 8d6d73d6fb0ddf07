"""A passkey instead of a passphrase at the letter, over HTTP; and what the pages ask such a person later."""

import pytest

from access import acts_people
from access.clock import FrozenClock
from access.devices import set_pin, try_pin
from access.factor_records import Passkey
from access.people import Person
from access.presence import AWAY
from access.second_factors import FRESH
from access.sign_ins import PIN_TRIES
from tests.app.factors.steps import proves, sign_in_of, signs
from tests.app.letters import ENGLISH, makes_family, newest, prints_letter, prints_slip, words
from tests.app.public_keys import key_of
from tests.authenticator import Authenticator
from tests.browser import Answer, Browser
from tests.school import School


def asks(phone: Browser, token: str, secret: str, **said: str) -> Answer:
    """Do what the page's script does first."""
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", **said}
    return phone.ask("POST", "/i/passkey", form, Sec_Fetch_Site="same-origin")


def answers(phone: Browser, token: str, secret: str, answer: str) -> Answer:
    """Do what it does once the device has answered."""
    form = {"token": token, "secret": secret, "sign_in_name": "zhou", "answer": answer}
    return phone.ask("POST", "/i", form, Sec_Fetch_Site="same-origin")


def comes_in(school: School, device: Authenticator) -> Browser:
    """Have a new guardian choose a passkey with their letter; return their browser."""
    office, phone = school.office(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)
    accepted = answers(phone, token, secret, device.makes(asks(phone, token, secret).json))
    assert accepted.status == 201, accepted.json
    return phone


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def test_a_guardian_comes_in_with_a_passkey_and_again_later(school: School, device: Authenticator) -> None:
    phone = comes_in(school, device)

    assert phone.get("/").header("Location") == "/home"
    assert "The school still has to check your identity." in words(phone.get("/home", **ENGLISH))
    another = school.visitor()
    assert signs(another, device).status == 200
    assert another.get("/home").status == 200


def test_the_challenge_goes_to_this_browser_only_and_is_over_afterwards(
    school: School, device: Authenticator
) -> None:
    office, phone = school.office(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)

    asked = asks(phone, token, secret)
    accepted = answers(phone, token, secret, device.makes(asked.json))

    (kept,) = [value for name, value in asked.headers if name == "Set-Cookie"]
    assert kept.startswith("__Host-ceremony=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict", "Max-Age=300"):
        assert part in kept
    assert accepted.json == {"next": "/welcome"}
    assert phone.cookie("__Host-ceremony") in {None, ""}
    assert signs(school.visitor(), device).status == 200


def test_another_browsers_answer_is_refused_and_the_letter_still_holds(
    school: School, device: Authenticator
) -> None:
    office, phone, thief = school.office(), school.visitor(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)
    answer = device.makes(asks(phone, token, secret).json)

    assert answers(thief, token, secret, answer).json == {"refused": "passkey:wrong"}
    assert thief.cookie("__Host-sign-in") is None

    assert answers(phone, token, secret, answer).status == 201


def test_a_letter_that_does_not_hold_gives_no_challenge_and_tells_nothing(school: School) -> None:
    office, phone = school.office(), school.visitor()
    token = prints_letter(school, office, makes_family(school, office))
    secret = prints_slip(school, office)

    unknown, wrong = asks(phone, "0" * 26, secret), asks(phone, token, "00000-00000")
    taken = asks(phone, token, secret, sign_in_name=" ")
    too_long = asks(phone, token, "0" * 201)

    assert [(one.status, one.json["refused"]) for one in (unknown, wrong, taken, too_long)] == [
        (400, "invitation:over"),
        (400, "invitation:wrong_secret"),
        (400, "name:missing"),
        (400, "form:long"),
    ]
    assert phone.cookie("__Host-ceremony") is None


def test_no_challenge_is_asked_for_from_a_foreign_page(school: School) -> None:
    office = school.office()
    token = prints_letter(school, office, makes_family(school, office))
    form = {"token": token, "secret": prints_slip(school, office), "sign_in_name": "zhou"}

    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        assert school.visitor().ask("POST", "/i/passkey", form, **headers) == school.not_found


def test_tries_at_either_step_are_counted_together(school: School) -> None:
    phone = school.visitor()
    for number in range(60):
        tried = asks(phone, "0" * 26, "x") if number % 2 else answers(phone, "0" * 26, "x", "{}")
        assert tried.status == 400

    assert asks(phone, "0" * 26, "x").status == 429
    assert answers(phone, "0" * 26, "x", "{}").status == 429


def test_staff_are_in_by_it_and_print_their_sheet_first(school: School, device: Authenticator) -> None:
    office, director, phone = school.office(), school.director(), school.visitor()
    teacher = school.staff["teacher"]
    token, secret = prints_letter(school, office, teacher), prints_slip(school, office)
    assert asks(phone, token, secret).json == {"refused": "invitation:not_released"}
    page = director.get("/office/letters").body.decode()
    (address,) = {
        part.split('"')[0] for part in page.split('action="')[1:] if part.split('"')[0].endswith("/release")
    }
    director.post(address, {"reason": "asked_in_person"})

    accepted = answers(phone, token, secret, device.makes(asks(phone, token, secret).json))

    assert accepted.json == {"next": "/factors/sheet"}
    assert phone.get("/factors/sheet").status == 200
    assert phone.get("/office").status == 200


# -- whoever has no passphrase is never asked for one -------------------------------------


def test_before_what_matters_the_passkey_is_asked_for(
    school: School, device: Authenticator, clock: FrozenClock
) -> None:
    phone = comes_in(school, device)
    clock.advance(FRESH)
    school.is_there(phone)

    asked = phone.get("/passphrase", **ENGLISH).body.decode()

    assert 'data-passkey="prove"' in asked
    assert 'name="proof"' not in asked
    assert proves(phone, device, to="/passphrase").json["to"] == "/passphrase"
    assert "Choose a passphrase" in words(phone.get("/passphrase", **ENGLISH))


def test_a_device_left_alone_asks_for_the_passkey_also_once_the_pin_is_used_up(
    school: School, device: Authenticator, clock: FrozenClock
) -> None:
    phone = comes_in(school, device)
    set_pin(school.world, sign_in_of(school, phone), "482915")
    clock.advance(AWAY)
    asked = phone.get("/unlock", **ENGLISH).body.decode()
    assert 'name="pin"' in asked
    assert 'name="passphrase"' not in asked

    for _ in range(PIN_TRIES):
        try_pin(school.world, sign_in_of(school, phone), "482910")
    last = phone.post("/unlock/pin", {"pin": "482910", "to": "/home"}, **ENGLISH)

    assert last.status == 400
    assert "The PIN was wrong too often. Please use your passkey." in words(last)
    assert 'data-passkey="prove"' in last.body.decode()
    assert 'name="passphrase"' not in last.body.decode()
    assert proves(phone, device, to="/home").json["to"] == "/home"
    assert phone.get("/home").status == 200


def test_a_passphrase_chosen_later_is_asked_for_from_then_on(
    school: School, device: Authenticator, clock: FrozenClock
) -> None:
    phone = comes_in(school, device)
    assert "Choose a passphrase" in words(phone.get("/devices", **ENGLISH))

    chosen = "卖豆腐的老钟敲了七下，风筝就醒"
    assert phone.post("/passphrase", {"passphrase": chosen}).status == 303

    assert "Change the passphrase" in words(phone.get("/devices", **ENGLISH))
    clock.advance(FRESH)
    school.is_there(phone)
    asked = phone.get("/passphrase").body.decode()
    assert 'name="proof"' in asked
    assert 'data-passkey="prove"' in asked
    another = school.visitor()
    assert another.post("/sign-in", {"sign_in_name": "zhou", "passphrase": chosen}).status == 303


def test_the_only_passkey_stays_and_the_page_says_why(school: School, device: Authenticator) -> None:
    phone = comes_in(school, device)
    page = phone.get("/factors", **ENGLISH)
    assert "It is your only way in." in words(page)
    assert "/remove" not in page.body.decode()

    key = key_of_passkey(school)
    phone.post(f"/factors/passkeys/{key}/remove", None, **ENGLISH)

    assert "This passkey is your only way in." in words(phone.get("/factors", **ENGLISH))
    assert signs(school.visitor(), device).status == 200


def key_of_passkey(school: School) -> str:
    return key_of(school, Passkey, newest(school, Passkey))


def test_a_passphrase_given_at_the_desk_takes_the_passkey_away(school: School, device: Authenticator) -> None:
    comes_in(school, device)
    person = newest(school, Person)

    acts_people.set_passphrase(
        school.world,
        actor=school.office_actor,
        reason="test",
        person_id=person,
        passphrase="seven paper kettles under the blue stairs",
    )

    assert signs(school.visitor(), device).status == 400


def test_the_page_has_words_for_what_a_passkey_is_refused_for(school: School) -> None:
    page = school.visitor().get("/i").body.decode()

    for reason in ("passkey:wrong", "passkey:known", "factor:held", "way:missing"):
        (said,) = [line for line in page.splitlines() if f'data-reason="{reason}"' in line]
        assert 'data-in="zh"' in said
        assert 'data-in="en"' in said
