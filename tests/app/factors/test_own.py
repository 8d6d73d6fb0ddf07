"""One's own page of passkeys and codes, and the picture that an app scans."""

from access.second_factors import FRESH
from app.account.limits import limiter
from tests.access.with_factors import code_now
from tests.app.account.test_rotation import sends, token_on
from tests.app.account.trying import PASSPHRASE
from tests.app.factors.steps import adds_app, at_the_second_step, makes_passkey, makes_sheet
from tests.browser import Browser
from tests.school import School


def shown(browser: Browser, path: str) -> str:
    return browser.get(path, Accept_Language="en").body.decode()


def test_a_guardian_adds_a_passkey_and_removes_it(school: School) -> None:
    browser = school.guardian()
    makes_passkey(browser)
    page = shown(browser, "/factors")
    assert "Yes, remove it" in page
    assert "An app that shows codes" not in page, "families need none"

    address = page.split('action="/factors/passkeys/')[1].split('"')[0]
    answer = browser.post(f"/factors/passkeys/{address}")

    assert (answer.status, answer.header("Location")) == (303, "/factors")
    assert "Yes, remove it" not in shown(browser, "/factors")
    assert browser.post(f"/factors/passkeys/{address}") == browser.get("/nothing/here")


def test_staff_are_not_offered_to_remove_their_last(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    adds_app(school, browser)

    assert "Yes, remove it" not in shown(browser, "/factors")
    browser.post("/factors/app/remove", Accept_Language="en")
    assert "only second factor" in shown(browser, "/factors")
    makes_passkey(browser)
    assert shown(browser, "/factors").count("Yes, remove it") == 2
    assert browser.post("/factors/app/remove").status == 303
    assert "Use an app that shows codes" in shown(browser, "/factors")


def test_the_picture_is_ours_and_the_seed_is_shown_only_while_it_waits(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    assert browser.get("/factors/app").header("Location") == "/factors"
    browser.post("/factors/app")
    page = shown(browser, "/factors/app")

    assert '<path fill="#fff"' in page, "the picture is light also on a dark page"
    assert "style=" not in page
    assert 'href="otpauth://totp/' in page
    seed = page.split('class="seed"')[1].split(">")[1].split("<")[0].replace(" ", "")
    browser.post("/factors/app/confirm", {"code": code_now(school.world, seed)})
    assert browser.get("/factors/app").header("Location") == "/factors"


def test_a_wrong_first_code_keeps_the_picture(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    browser.post("/factors/app")
    before = shown(browser, "/factors/app").split('class="seed"')[1][:80]

    answer = browser.post("/factors/app/confirm", {"code": "000000"}, Accept_Language="en")

    assert answer.status == 400
    assert answer.body.decode().split('class="seed"')[1][:80] == before


def test_a_new_sheet_is_told_to_void_the_old(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    adds_app(school, browser)
    first = makes_sheet(browser)

    assert "makes it worthless" in shown(browser, "/factors/sheet")
    assert set(first).isdisjoint(makes_sheet(browser))
    assert not any(code in shown(browser, "/factors") for code in first)


def test_every_change_asks_for_the_passphrase_once_more(school: School, known: str) -> None:
    limiter.reset()
    browser = at_the_second_step(school, known)
    adds_app(school, browser)
    school.clock.advance(FRESH)

    for method, path in (
        ("GET", "/factors"),
        ("GET", "/factors/app"),
        ("GET", "/factors/sheet"),
        ("POST", "/factors/app"),
        ("POST", "/factors/app/remove"),
        ("POST", "/factors/app/confirm"),
        ("POST", "/factors/sheet"),
    ):
        answer = browser.get(path) if method == "GET" else browser.post(path)
        assert 'id="proof-form"' in answer.body.decode(), path


def test_a_page_that_follows_the_passphrase_has_forms_that_count(school: School, known: str) -> None:
    browser = at_the_second_step(school, known)
    adds_app(school, browser)
    school.clock.advance(FRESH)

    sheet = browser.post("/factors/sheet", {"proof": PASSPHRASE})

    assert 'class="codes"' in sheet.body.decode()
    assert sends(browser, "/language", token_on(sheet), language="en") == 303
