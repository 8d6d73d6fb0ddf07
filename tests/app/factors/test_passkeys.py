"""Passkeys over HTTP: who comes in, and that whoever does not learns nothing."""

from collections.abc import Callable

import pytest

from access.presence import AWAY
from access.second_factors import FRESH
from tests.app.account.test_rotation import sends, token_on
from tests.app.factors.steps import at_the_second_step, makes_passkey, plain, proves, sign_in_of, signs
from tests.authenticator import Authenticator
from tests.browser import Answer, Browser
from tests.school import School

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0"
BUTTON = 'data-passkey="sign-in"'


def test_staff_come_in_with_a_passkey_and_need_nothing_more(school: School, known: str) -> None:
    device = makes_passkey(at_the_second_step(school, known))
    browser = school.visitor()

    answer = signs(browser, device)

    assert (answer.status, answer.json["to"]) == (200, "/welcome")
    assert browser.get("/office").status == 200


def test_a_guardian_comes_in_with_one_too(school: School) -> None:
    device = makes_passkey(school.guardian())
    browser = school.visitor()

    assert signs(browser, device).status == 200
    assert browser.get("/home").status == 200


def test_the_cookies_are_for_this_host_only(school: School) -> None:
    device = makes_passkey(school.guardian())
    browser = school.visitor()
    asked = browser.post("/passkey/ask")
    answer = browser.post("/passkey/sign-in", {"answer": device.signs(asked.json)})

    def cookie(of: Answer, name: str) -> set[str]:
        (found,) = (value for key, value in of.headers if key == "Set-Cookie" and value.startswith(name))
        return {part.strip() for part in found.split(";")}

    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict", "Max-Age=300"} <= cookie(
        asked, "__Host-ceremony="
    )
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= cookie(answer, "__Host-sign-in=")
    assert "Max-Age=0" in cookie(answer, "__Host-ceremony=")


def removed(school: School) -> Callable[[], Answer]:
    owner = school.guardian()
    device = makes_passkey(owner)
    page = owner.get("/factors").body.decode()
    address = page.split('action="/factors/passkeys/')[1].split('"')[0]
    assert owner.post(f"/factors/passkeys/{address}").status == 303
    return lambda: signs(school.visitor(), device)


def unknown(school: School) -> Callable[[], Answer]:
    return lambda: signs(school.visitor(), Authenticator())


def of_another_portal(school: School) -> Callable[[], Answer]:
    device = makes_passkey(school.guardian())
    device.origin, device.host = "https://other.example", "other.example"
    return lambda: signs(school.visitor(), device)


def not_made_sure_of(school: School) -> Callable[[], Answer]:
    device = makes_passkey(school.guardian())
    device.verifies = False
    return lambda: signs(school.visitor(), device)


def another_challenge(school: School) -> Callable[[], Answer]:
    device = makes_passkey(school.guardian())
    return lambda: signs(school.visitor(), device, challenge="A" * 43)


def nothing_asked(school: School) -> Callable[[], Answer]:
    device = makes_passkey(school.guardian())
    asked = school.visitor().post("/passkey/ask").json
    return lambda: school.visitor().post("/passkey/sign-in", {"answer": device.signs(asked)})


def nonsense(school: School) -> Callable[[], Answer]:
    return lambda: school.visitor().post("/passkey/sign-in", {"answer": "{"})


def test_whoever_does_not_come_in_learns_nothing(school: School) -> None:
    kinds = (
        removed,
        unknown,
        of_another_portal,
        not_made_sure_of,
        another_challenge,
        nothing_asked,
        nonsense,
    )

    answers = {kind.__name__: plain(kind(school)()) for kind in kinds}

    assert len(set(answers.values())) == 1, answers


def test_questions_do_not_differ_by_who_asks(school: School) -> None:
    asked = school.visitor().post("/passkey/ask").json

    assert "allowCredentials" not in asked or asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost"


def test_a_passkey_unlocks_and_leads_back(school: School) -> None:
    browser = school.guardian()
    device = makes_passkey(browser)
    school.clock.advance(AWAY)
    assert browser.get("/home").header("Location") == "/unlock?to=%2Fhome"
    assert 'data-passkey="prove"' in browser.get("/unlock?to=/home").body.decode()

    answer = proves(browser, device, to="/home")

    assert answer.json["to"] == "/home"
    assert browser.get("/home").status == 200


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_passkey_leads_nowhere_else(school: School, to: str) -> None:
    browser = school.guardian()

    assert proves(browser, makes_passkey(browser), to=to).json["to"] == "/"


def test_a_passkey_stands_for_the_passphrase_before_what_matters(school: School) -> None:
    browser = school.guardian()
    device = makes_passkey(browser)
    school.clock.advance(FRESH)
    asks = browser.get("/factors").body.decode()
    assert 'id="proof-form"' in asks
    assert 'data-form="proof-form"' in asks

    proves(browser, device, to="/factors")

    led = browser.post("/prove", {"to": "/factors", "proof": ""})
    assert (led.status, led.header("Location")) == (303, "/factors")
    assert 'id="proof-form"' not in browser.get("/factors").body.decode()


def test_who_does_not_have_one_is_not_offered_it(school: School) -> None:
    browser = school.guardian()
    school.clock.advance(FRESH)

    assert "data-passkey" not in browser.get("/factors").body.decode()


def test_anothers_passkey_proves_nothing(school: School) -> None:
    other = makes_passkey(school.guardian())
    browser = school.guardian()

    answer = proves(browser, other)

    assert answer.status == 400
    assert set(answer.json) == {"words", "again"}


def test_a_proof_that_is_too_old_asks_the_page_again(school: School) -> None:
    browser = school.guardian()
    school.clock.advance(FRESH)

    answer = browser.post("/factors/passkeys/ask")

    assert (answer.status, answer.json["again"]) == (400, True)


def test_signing_in_again_ends_the_devices_earlier_sign_in(school: School) -> None:
    browser = school.guardian()
    device = makes_passkey(browser)
    before = browser.cookie("__Host-sign-in") or ""

    signs(browser, device)

    assert Browser(school.app, before).get("/home") == school.not_found
    assert sign_in_of(school, browser)


def test_the_button_is_there_where_passkeys_can_be(school: School) -> None:
    page = school.visitor().get("/").body.decode()

    assert BUTTON in page
    assert "hidden" in page.split(BUTTON)[1].split(">")[0], "until the script finds that the browser has any"
    assert BUTTON not in school.visitor().get("/", User_Agent=WECHAT).body.decode()
    assert BUTTON not in school.visitor().get("/", Host="127.0.0.1").body.decode()


def test_nobody_asks_for_challenges_without_end(school: School) -> None:
    visitor = school.visitor()
    visitor.address = "203.0.113.77"

    answers = [visitor.post("/passkey/ask").status for _ in range(121)]

    assert answers == [200] * 120 + [429]


def test_wrong_answers_are_tried_only_so_often(school: School) -> None:
    visitor = school.visitor()
    visitor.address = "203.0.113.78"

    answers = [visitor.post("/passkey/sign-in", {"answer": "{"}).status for _ in range(61)]

    assert answers == [400] * 60 + [429]


def test_a_proof_hands_the_page_new_forms_for_those_that_are_worth_nothing_now(school: School) -> None:
    browser = school.guardian()
    device = makes_passkey(browser)
    school.clock.advance(FRESH)
    before = token_on(browser.get("/factors"))

    proven = proves(browser, device, to="/factors")

    assert sends(browser, "/prove", before, to="/factors", proof="") == 400
    assert sends(browser, "/prove", proven.json["csrf_token"], to="/factors", proof="") == 303
