"""The second step of staff: chosen once, given every day, each code once."""

from datetime import timedelta

import pytest

from access.presence import AWAY
from access.sign_ins import STAFF_SIGN_IN_LASTS
from tests.access.with_factors import code_now
from tests.app.factors.steps import adds_app, at_the_second_step, makes_passkey, makes_sheet, proves
from tests.authenticator import Authenticator
from tests.school import School


def test_the_first_day_a_code_app_is_chosen_with_its_sheet(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    assert "Choose your second step" in browser.get("/second", Accept_Language="en").body.decode()
    assert browser.get("/office") == school.not_found

    adds_app(school, browser)
    sheet = makes_sheet(browser)

    assert len(set(sheet)) == 10
    assert browser.get("/office").status == 200
    assert browser.get("/second").header("Location") == "/"


def test_the_sheet_is_offered_with_the_first_factor_only(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    browser.post("/factors/app")
    page = browser.get("/factors/app").body.decode()
    seed = page.split('class="seed"')[1].split(">")[1].split("<")[0].replace(" ", "")

    first = browser.post("/factors/app/confirm", {"code": code_now(school.world, seed)})
    makes_sheet(browser)
    asked = browser.post("/factors/passkeys/ask")
    second = browser.post("/factors/passkeys", {"answer": Authenticator().makes(asked.json)})

    assert first.header("Location") == "/factors/sheet"
    assert second.json["to"] == "/factors"


def test_a_code_is_given_every_day_and_counts_once(school: School, known: str) -> None:
    seed = adds_app(school, at_the_second_step(school, known))
    school.clock.advance(STAFF_SIGN_IN_LASTS)
    here, there = at_the_second_step(school, known), at_the_second_step(school, known)
    code = code_now(school.world, seed)

    first = here.post("/second", {"code": f"{code[:3]} {code[3:]}"})
    again = there.post("/second", {"code": code}, Accept_Language="en")

    assert (first.status, first.header("Location")) == (303, "/")
    assert here.get("/office").status == 200
    assert again.status == 400
    assert "not right, or was used already" in again.body.decode()
    assert code not in again.body.decode(), "what was typed is not sent back"
    assert there.get("/office") == school.not_found


def test_the_second_step_renews_the_cookie(school: School, known: str) -> None:
    seed = adds_app(school, at_the_second_step(school, known))
    browser = at_the_second_step(school, known)
    before = browser.cookie("__Host-sign-in")

    browser.post("/second", {"code": code_now(school.world, seed)})

    assert browser.cookie("__Host-sign-in") != before


def test_a_recovery_code_counts_once_and_says_how_many_are_left(school: School, known: str) -> None:
    first = at_the_second_step(school, known)
    adds_app(school, first)
    sheet = makes_sheet(first)
    here, there = at_the_second_step(school, known), at_the_second_step(school, known)

    taken = here.post("/second/paper", {"paper": sheet[0].lower()}, Accept_Language="en")
    again = there.post("/second/paper", {"paper": sheet[0]}, Accept_Language="en")

    assert (taken.status, taken.header("Location")) == (303, "/")
    assert "Recovery codes left: 9" in here.get("/office", Accept_Language="en").body.decode()
    assert again.status == 400
    assert there.get("/office") == school.not_found


def test_five_wrong_codes_are_told_to_wait_and_the_passphrase_still_signs_in(
    school: School, known: str
) -> None:
    seed = adds_app(school, at_the_second_step(school, known))
    browser = at_the_second_step(school, known)
    for _ in range(5):
        assert browser.post("/second", {"code": "000000"}).status == 400

    fresh = at_the_second_step(school, known)
    waits = fresh.post("/second", {"code": code_now(school.world, seed)}, Accept_Language="en")

    assert waits.status == 400
    assert "wait five minutes" in waits.body.decode()
    school.clock.advance(timedelta(minutes=5))
    assert fresh.post("/second", {"code": code_now(school.world, seed)}).status == 303


def test_a_passkey_is_the_second_step_too(school: School, known: str) -> None:
    device = makes_passkey(at_the_second_step(school, known))
    browser = at_the_second_step(school, known)

    answer = proves(browser, device)

    assert (answer.status, answer.json["to"]) == (200, "/office")
    assert browser.get("/office").status == 200


def test_the_passphrase_alone_changes_no_factor(school: School, known: str) -> None:
    adds_app(school, at_the_second_step(school, known))
    thief = at_the_second_step(school, known)

    assert thief.get("/factors").header("Location") == "/second"
    assert thief.post("/factors/app").header("Location") == "/second"
    assert thief.get("/factors/app").header("Location") == "/second"
    assert makes_sheet(thief) == []
    assert thief.post("/factors/passkeys/ask").status == 400
    assert thief.post("/factors/app/remove").header("Location") == "/factors"
    assert thief.get("/office") == school.not_found


def test_a_guardian_is_asked_for_no_second_step(school: School) -> None:
    guardian = school.guardian()

    assert guardian.get("/second").header("Location") == "/"
    assert guardian.post("/second", {"code": "000000"}).header("Location") == "/"


@pytest.mark.parametrize("typed", ["", "1" * 25, "abc"])
def test_what_is_no_code_is_told_and_not_counted_as_more(school: School, known: str, typed: str) -> None:
    adds_app(school, at_the_second_step(school, known))

    assert at_the_second_step(school, known).post("/second", {"code": typed}).status == 400


def test_a_computer_left_alone_asks_who_holds_it_before_the_second_step(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    school.clock.advance(AWAY)

    assert browser.get("/second").header("Location") == "/unlock?to=%2Fsecond"
