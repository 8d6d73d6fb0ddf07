"""Signing in and out, and what a stranger may learn from it: nothing."""

import pytest

from access.sign_ins import begin_sign_in
from access.stops import Mark, Scope
from tests.app.account.trying import PASSPHRASE, tries
from tests.browser import Browser
from tests.school import School


def test_the_cookie_is_for_this_host_only(school: School, known: str) -> None:
    visitor = school.visitor()

    answer = tries(visitor, known, PASSPHRASE)

    assert answer.status == 303
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and "sign-in" in value)
    parts = {part.strip() for part in cookie.split(";")}
    assert cookie.startswith("__Host-sign-in=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)
    assert visitor.get("/devices").status == 200


def test_a_wrong_passphrase_and_an_unknown_name_are_told_alike(school: School, known: str) -> None:
    wrong = tries(school.visitor(), known, "not the passphrase at all")
    unknown = tries(school.visitor(), "nobody", "not the passphrase at all")

    assert wrong.status == unknown.status == 400
    assert len(wrong.body) == len(unknown.body)
    assert b"nobody" not in unknown.body


def test_signing_out_here_leaves_other_devices(school: School) -> None:
    person = school.staff["office"]
    here = Browser(school.app, begin_sign_in(school.world, person, "Chrome, Windows", second="totp"))
    there = Browser(school.app, begin_sign_in(school.world, person, "Safari, iPhone", second="totp"))

    answer = here.post("/sign-out")

    assert answer.status == 303
    assert answer.header("Clear-Site-Data") == '"cache", "storage"'
    assert here.get("/office") == school.not_found
    assert there.get("/office").status == 200


def test_signing_out_everywhere_ends_every_device(school: School) -> None:
    person = school.staff["office"]
    devices = [
        Browser(school.app, begin_sign_in(school.world, person, "Chrome, Windows", second="totp"))
        for _ in range(3)
    ]

    devices[0].post("/sign-out-everywhere")

    assert [device.get("/office") for device in devices] == [school.not_found] * 3


def test_a_token_that_was_signed_out_is_worth_nothing_again(school: School) -> None:
    token = begin_sign_in(school.world, school.staff["office"], "Chrome, Windows")
    Browser(school.app, token).post("/sign-out")

    assert Browser(school.app, token).get("/office") == school.not_found


def test_a_sign_in_whose_end_is_still_to_be_recorded_is_over(school: School) -> None:
    office = school.office()
    assert office.get("/office").status == 200

    school.world.stops.set([Mark(Scope.PERSON, school.staff["office"])])

    assert office.get("/office") == school.not_found


def test_the_sixth_failed_try_in_a_minute_waits_and_others_do_not(school: School, known: str) -> None:
    visitor = school.visitor()
    answers = [tries(visitor, "canary-person9", "not the passphrase").status for _ in range(6)]

    assert answers == [400] * 5 + [429]
    assert tries(visitor, known, PASSPHRASE).status == 303, "the same address, another family"


def test_a_name_typed_in_other_letters_is_the_same_name(school: School, known: str) -> None:
    visitor = school.visitor()
    wide = {ord(letter): ord(letter) + 0xFEE0 for letter in known}

    spellings = [known[:count].translate(wide) + known[count:] for count in range(6)]
    answers = [tries(visitor, spelling, "not the passphrase").status for spelling in spellings]

    assert answers == [400] * 5 + [429]


def test_the_words_of_waiting_are_clear_in_both_languages(school: School) -> None:
    visitor = school.visitor()
    for _ in range(5):
        tries(visitor, "canary-person8", "not the passphrase")

    answer = tries(visitor, "canary-person8", "not the passphrase")

    assert (answer.status, answer.header("Retry-After")) == (429, "60")
    assert "没有被锁定".encode() in answer.body
    assert b"not locked" in answer.body


def test_somebody_signed_in_is_led_to_their_own_first_page(school: School) -> None:
    homes = {
        "/home": school.guardian(),
        "/office": school.teacher(),
        "/oversight": school.administrator(),
    }

    assert {home: browser.get("/").header("Location") for home, browser in homes.items()} == {
        home: home for home in homes
    }


def test_a_reader_chooses_a_language_and_stays_where_they_were(school: School) -> None:
    visitor = school.visitor()

    answer = visitor.post("/language", {"language": "en"}, Referer="http://localhost/")

    assert (answer.status, answer.header("Location")) == (303, "/")
    assert b'lang="en"' in visitor.get("/").body
    assert visitor.post("/language", {"language": "xx"}).status == 400


@pytest.mark.parametrize("referrer", ["https://evil.example/", "http://localhost//evil.example", "nonsense"])
def test_choosing_a_language_leads_nowhere_else(school: School, referrer: str) -> None:
    answer = school.visitor().post("/language", {"language": "zh"}, Referer=referrer)

    assert answer.header("Location") == "/"
