"""A device left alone shows nothing before it knows who holds it, and then goes on where it was."""

from datetime import timedelta

import pytest

from access.devices import set_pin
from access.presence import AWAY
from access.second_factors import FRESH
from access.sign_ins import PIN_TRIES, recognise
from tests.app.account.trying import PASSPHRASE, chooses_passphrase, tries
from tests.browser import Answer, Browser
from tests.school import School

PIN = "405817"


@pytest.fixture
def left_alone(school: School, known: str) -> Browser:
    """The computer of somebody of the office, with a PIN, ten minutes after they went away."""
    browser = signed_in(school, known)
    set_pin(school.world, sign_in_of(school, browser), PIN)
    school.clock.advance(AWAY)
    return browser


def signed_in(school: School, name: str) -> Browser:
    """Sign in as the page does, and give the second factor."""
    from access.devices import prove

    browser = school.visitor()
    assert tries(browser, name, PASSPHRASE).status == 303
    token = prove(school.world, sign_in_of(school, browser), by="totp", second="totp")
    return Browser(school.app, token)


def sign_in_of(school: School, browser: Browser) -> int:
    found = recognise(school.world, browser.cookie("__Host-sign-in") or "")
    assert found
    return found.sign_in_id


def unlock(browser: Browser, pin: str, to: str = "/office") -> Answer:
    return browser.post("/unlock/pin", {"pin": pin, "to": to})


def test_a_page_leads_to_the_question_and_back(school: School, left_alone: Browser) -> None:
    before = left_alone.cookie("__Host-sign-in")

    led = left_alone.get("/office?class=x")
    page = left_alone.get("/unlock?to=/office%3Fclass%3Dx")
    answer = unlock(left_alone, PIN, to="/office?class=x")

    assert (led.status, led.header("Location")) == (303, "/unlock?to=%2Foffice%3Fclass%3Dx")
    assert page.status == 200
    assert b'value="/office?class=x"' in page.body
    assert (answer.status, answer.header("Location")) == (303, "/office?class=x")
    assert left_alone.get("/office").status == 200
    assert left_alone.cookie("__Host-sign-in") != before
    assert Browser(school.app, before).get("/office") == school.not_found


def test_the_question_says_nothing_about_who_or_what(school: School, left_alone: Browser) -> None:
    page = left_alone.get("/unlock").body.decode()

    assert school.called.person not in page
    assert school.called.school not in page


def test_what_a_page_asks_for_by_itself_is_the_one_404(school: School, left_alone: Browser) -> None:
    assert left_alone.get("/office", Sec_Fetch_Mode="cors") == school.not_found
    assert left_alone.get("/home") == school.not_found  # not theirs, away or not
    assert left_alone.get("/devices").header("Location") == "/unlock?to=%2Fdevices"


def test_an_act_of_a_device_left_alone_is_not_done(school: School, left_alone: Browser) -> None:
    answer = left_alone.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})

    assert (answer.status, answer.header("Location")) == (303, "/unlock")
    assert school.log("curtain:drawn") == []


def test_a_page_that_asks_again_by_itself_keeps_nobody_here(school: School) -> None:
    office = school.office()
    for _ in range(11):
        school.clock.advance(timedelta(minutes=1))
        answer = office.get("/office", X_Unattended="1", Sec_Fetch_Mode="cors")

    assert answer == school.not_found


def test_a_reader_who_is_there_is_never_asked(school: School) -> None:
    office = school.office()
    for _ in range(11):
        school.clock.advance(timedelta(minutes=9))
        assert office.get("/office").status == 200


def test_a_guardian_watching_is_never_asked(school: School) -> None:
    guardian = school.guardian(of="Oak")
    watching = guardian.opens("Oak")
    for _ in range(2):  # the page asks once a second; here the clock jumps
        school.clock.advance(timedelta(minutes=9))
        watching.status()

    assert guardian.get("/home").status == 200


@pytest.mark.parametrize("typed", ["111111", "", "４０５８１７", "x" * 24])
def test_a_wrong_pin_is_told_and_opens_nothing(school: School, left_alone: Browser, typed: str) -> None:
    answer = unlock(left_alone, typed)

    assert answer.status == 400
    assert b'aria-invalid="true"' in answer.body
    assert left_alone.get("/office").status == 303


def test_digits_may_be_typed_with_spaces(left_alone: Browser) -> None:
    assert unlock(left_alone, "405 817").status == 303


def test_after_five_wrong_pins_only_the_passphrase_helps(school: School, left_alone: Browser) -> None:
    for number in range(PIN_TRIES):
        assert unlock(left_alone, f"11111{number}").status == 400
    forgive_a_minute(school)

    answer = unlock(left_alone, PIN)
    assert answer.status == 400
    assert b'action="/unlock/pin"' not in answer.body
    assert b'action="/unlock/pin"' not in left_alone.get("/unlock").body

    right = left_alone.post("/unlock/passphrase", {"passphrase": PASSPHRASE, "to": "/office"})
    assert right.status == 303
    assert left_alone.get("/office").status == 200


def forgive_a_minute(school: School) -> None:
    """Let the limit on tries begin anew, which counts real minutes."""
    from app.account.limits import limiter

    with school.app.app_context():
        limiter.reset()


def test_tries_are_limited_on_each_device(school: School, left_alone: Browser) -> None:
    answers = [left_alone.post("/unlock/passphrase", {"passphrase": "wrong"}).status for _ in range(6)]

    assert answers == [400] * 5 + [429]
    assert left_alone.post("/unlock/passphrase", {"passphrase": PASSPHRASE}).status == 429


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:x", "", "/a b", "/a\tb"],
)
def test_the_way_back_is_always_ours(left_alone: Browser, elsewhere: str) -> None:
    assert unlock(left_alone, PIN, to=elsewhere).header("Location") == "/"


def test_somebody_who_was_not_away_is_led_on(school: School) -> None:
    assert school.office().get("/unlock?to=/office").header("Location") == "/office"


def test_signing_out_works_on_a_device_left_alone(school: School, left_alone: Browser) -> None:
    assert left_alone.post("/sign-out").status == 303
    assert left_alone.get("/office") == school.not_found


def test_the_front_page_of_a_device_left_alone_asks(left_alone: Browser) -> None:
    assert left_alone.get("/").header("Location") == "/unlock"


def test_staff_without_a_second_factor_are_led_to_it(school: School) -> None:
    name = chooses_passphrase(school, "teacher")
    teacher = school.visitor()
    tries(teacher, name, PASSPHRASE)

    assert teacher.get("/").header("Location") == "/second"
    assert teacher.get("/office") == school.not_found


class TestStepUp:
    """Before what matters, the passphrase once more."""

    def test_a_pin_needs_a_fresh_proof_and_nothing_typed_is_lost(self, school: School, known: str) -> None:
        office = signed_in(school, known)
        school.clock.advance(FRESH)

        asked = office.post("/pin", {"pin": PIN, "again": PIN, "note": "<kept>"})
        assert asked.status == 200
        assert b'action="/pin"' in asked.body
        assert b'name="note" value="&lt;kept&gt;"' in asked.body
        assert PIN.encode() not in asked.body

        wrong = office.post("/pin", {"proof": "wrong", "note": "<kept>"})
        assert wrong.status == 400
        assert b"&lt;kept&gt;" in wrong.body

        before = office.cookie("__Host-sign-in")
        right = office.post("/pin", {"proof": PASSPHRASE, "pin": PIN, "again": PIN})
        assert (right.status, right.header("Location")) == (303, "/")
        assert office.cookie("__Host-sign-in") != before

    def test_a_page_that_needs_it_asks_first_and_leads_back(self, school: School, known: str) -> None:
        office = signed_in(school, known)
        school.clock.advance(FRESH)

        assert b'action="/prove"' in office.get("/pin").body
        assert office.post("/prove", {"proof": PASSPHRASE, "to": "/pin"}).header("Location") == "/pin"
        assert b'action="/pin"' in office.get("/pin").body

    def test_somebody_elses_passphrase_is_worth_nothing(self, school: School, known: str) -> None:
        office = signed_in(school, known)
        school.clock.advance(FRESH)

        assert office.post("/prove", {"proof": "somebody else's words", "to": "/pin"}).status == 400
        assert b'action="/prove"' in office.get("/pin").body


def test_a_page_says_when_it_leaves_and_where_it_comes_back_to(school: School) -> None:
    guardian = school.guardian(of="Oak")

    home = guardian.get("/home").body.decode()
    watch = guardian.get(f"/rooms/{school.room_key('Oak')}").body.decode()

    assert 'data-away-seconds="600" data-way-back="/home"' in home
    assert "js/left_alone.js" in home
    assert "js/left_alone.js" not in watch
    assert "js/left_alone.js" not in school.visitor().get("/").body.decode()
