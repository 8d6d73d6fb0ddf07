"""Whoever signs in gets a new token and new forms: nothing prepared before is worth anything after."""

import re

from tests.app.account.trying import PASSPHRASE, tries
from tests.browser import Answer, Browser
from tests.school import School

SIGN_IN, FORM = "__Host-sign-in", "__Host-form"


def token_on(page: Answer) -> str:
    """Return the token of the forms on a page."""
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page.body)
    assert found
    return found[1].decode()


def sends(browser: Browser, path: str, token: str, **fields: str) -> int:
    return browser.ask("POST", path, {"csrf_token": token, **fields}, Sec_Fetch_Site="same-origin").status


def test_each_sign_in_has_a_token_of_its_own(school: School, known: str) -> None:
    browser, tokens = school.visitor(), []

    for _ in range(3):
        assert tries(browser, known, PASSPHRASE).status == 303
        tokens.append(browser.cookie(SIGN_IN))

    assert len(set(tokens)) == 3
    before, _, now = (Browser(school.app, token) for token in tokens)
    assert before.get("/devices") == school.not_found
    assert now.get("/devices").status == 200


def test_a_token_that_was_prepared_is_not_taken_over(school: School, known: str) -> None:
    prepared = "p" * 43
    browser = Browser(school.app, prepared)

    assert tries(browser, known, PASSPHRASE).status == 303

    assert browser.cookie(SIGN_IN) != prepared
    assert Browser(school.app, prepared).get("/devices") == school.not_found


def test_a_form_from_before_signing_in_is_worth_nothing_after(school: School, known: str) -> None:
    browser = school.visitor()
    before = token_on(browser.get("/"))
    assert sends(browser, "/language", before, language="en") == 303, "it was worth something"

    name_and_passphrase = {"sign_in_name": known, "passphrase": PASSPHRASE}
    assert sends(browser, "/sign-in", before, **name_and_passphrase) == 303

    assert sends(browser, "/sign-out", before) == 400
    assert sends(browser, "/language", before, language="en") == 400
    assert sends(browser, "/sign-out", token_on(browser.get("/devices"))) == 303


def test_a_form_from_before_signing_out_is_worth_nothing_after(school: School, known: str) -> None:
    for path in ("/sign-out", "/sign-out-everywhere"):
        browser = school.visitor()
        tries(browser, known, PASSPHRASE)
        before = token_on(browser.get("/devices"))

        answer = browser.ask("POST", path, {"csrf_token": before}, Sec_Fetch_Site="same-origin")

        assert answer.status == 303
        assert answer.header("Clear-Site-Data") == '"cache", "storage"'
        assert not browser.cookie(FORM), "nothing of the person stays in it"
        assert sends(browser, "/language", before, language="en") == 400
        assert sends(browser, "/language", token_on(browser.get("/")), language="en") == 303


def test_a_form_of_one_browser_is_worth_nothing_in_another(school: School, known: str) -> None:
    mine, theirs = school.visitor(), school.visitor()
    tries(mine, known, PASSPHRASE)

    assert sends(mine, "/sign-out", token_on(theirs.get("/"))) == 400


def test_cookies_are_for_this_host_and_for_no_script(school: School, known: str) -> None:
    browser = school.visitor()
    answers = [
        browser.get("/"),
        tries(browser, known, PASSPHRASE),
        browser.post("/language", {"language": "en"}),
        browser.post("/sign-out"),
    ]

    given = [value for answer in answers for name, value in answer.headers if name == "Set-Cookie"]

    assert {cookie.split("=")[0] for cookie in given} == {
        FORM,
        SIGN_IN,
        "__Host-known-device",
        "__Host-language",
    }
    for cookie in given:
        attributes = {one.strip() for one in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/"} <= attributes
        assert {"SameSite=Lax", "SameSite=Strict"} & attributes
        assert not any(one.lower().startswith("domain") for one in attributes)
