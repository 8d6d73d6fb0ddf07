"""Staff and their second step in a real browser: a code app, a passkey, a recovery code; each once.

The browser's own authenticator answers (WebAuthn's automation over CDP), under the name
``localhost``: passkeys belong to names, never to addresses in numbers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page
from sqlalchemy import update

from access import acts_people
from access.acts import Actor
from access.database import writing
from access.one_time_codes import code_at, step_at
from access.people import SignIn
from tests.e2e.living import PASSPHRASE, Living, LivingSchool
from tests.e2e.waiting import until

SIZES = [
    pytest.param(("zh-CN", {"width": 390, "height": 844}), id="phone, Chinese"),
    pytest.param(("en-GB", {"width": 1280, "height": 800}), id="desk, English"),
]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def school(living: Living) -> LivingSchool:
    """The school of the running portal; no picture is looked at."""
    told = LivingSchool(living, "rtsp://192.0.2.7:554/nowhere")
    living.start()
    return told


class Desk:
    """One member of staff at one browser, with the device that makes their passkeys."""

    def __init__(self, browser: Browser, school: LivingSchool, how: tuple[str, Any]) -> None:
        self.school, self.world = school, school.living.world
        self.origin = f"http://localhost:{school.living.port}"
        language, size = how
        self.language = language
        self.context = browser.new_context(locale=language, viewport=size)
        self.page: Page = self.context.new_page()
        self.device: CDPSession = self.context.new_cdp_session(self.page)
        self.device.send("WebAuthn.enable")
        made = self.device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        self.authenticator: str = made["authenticatorId"]

    def says(self, english: str, chinese: str) -> str:
        return chinese if self.language == "zh-CN" else english

    def somebody_new(self) -> str:
        """Add a member of staff who has no second factor yet; return their sign-in name."""
        self.school.living.count += 1
        name = f"staff{self.school.living.count}"
        machine = Actor(person_id=None, via="cli:test")
        person = acts_people.add_person(
            self.world,
            actor=machine,
            reason="test",
            name=f"陈梅 {name}",
            sign_in_name=name,
            school_id=self.school.school,
        )
        acts_people.set_passphrase(
            self.world, actor=machine, reason="test", person_id=person, passphrase=PASSPHRASE
        )
        acts_people.appoint(
            self.world,
            actor=machine,
            reason="test",
            school_id=self.school.school,
            person_id=person,
            role="office",
        )
        return name

    def says_passphrase(self, name: str) -> None:
        """Fill in the front door's form and stand before the second step."""
        self.page.goto(self.origin + "/")
        self.page.fill("[name=sign_in_name]", name)
        self.page.fill("[name=passphrase]", PASSPHRASE)
        self.page.click("form[action='/sign-in'] [type=submit]")
        self.page.wait_for_url("**/second")

    def leaves(self) -> None:
        """Sign out."""
        self.page.click("form[action='/sign-out'] button")
        self.page.wait_for_selector("form[action='/sign-in']")

    def gives(self, code: str) -> None:
        """Type a code of the app."""
        self.page.fill("form[action='/second'] [name=code]", code)
        self.page.click("form[action='/second'] button")
        self.page.wait_for_load_state()

    def gives_paper(self, code: str) -> None:
        """Type a code of the sheet."""
        if not self.page.is_visible("[name=paper]"):
            self.page.click("details.ask-again summary")
        self.page.fill("[name=paper]", code)
        self.page.click("form[action='/second/paper'] button")
        self.page.wait_for_load_state()

    def next_code(self, seed: str) -> str:
        """Return the next code that the app will show: whatever was used before, it is good."""
        return code_at(seed, step_at(self.world.clock.now()) + 1)

    def taps(self, purpose: str) -> None:
        """Tap a button for a passkey, once the script has found that the browser has any."""
        self.page.click(f"[data-passkey={purpose}] button:visible")

    def is_in(self) -> bool:
        return self.page.url.removeprefix(self.origin) == "/office"

    def scans_app(self) -> str:
        """Choose the code app, scan it and confirm it with the code it shows; return the seed."""
        self.page.click("form[action='/factors/app'] button")
        seed = self.page.inner_text(".seed").replace(" ", "").replace("\n", "")
        self.page.fill("[name=code]", code_at(seed, step_at(self.world.clock.now())))
        self.page.click("form[action='/factors/app/confirm'] button")
        self.page.wait_for_url("**/factors/sheet")
        return seed

    def prints_sheet(self) -> list[str]:
        """Have the recovery codes shown; return them."""
        self.page.click("form[action='/factors/sheet'] button")
        self.page.wait_for_selector(".codes")
        return self.page.locator(".codes .code").all_inner_texts()


@contextmanager
def desk_of(browser: Browser, school: LivingSchool, how: tuple[str, Any]) -> Iterator[Desk]:
    desk = Desk(browser, school, how)
    yield desk
    desk.context.close()


@pytest.fixture(params=SIZES)
def desk(browser: Browser, school: LivingSchool, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Somebody at a phone or a desk, in one of the languages."""
    with desk_of(browser, school, request.param) as desk:
        yield desk


def test_the_first_day_with_a_code_app_and_every_code_once(desk: Desk) -> None:
    name = desk.somebody_new()
    desk.says_passphrase(name)
    assert desk.says("Choose your second step", "选择您的第二步验证") in desk.page.inner_text("main")

    seed = desk.scans_app()
    sheet = desk.prints_sheet()
    desk.page.click("main a[href='/']")
    desk.page.wait_for_url("**/office")
    assert len(set(sheet)) == 10
    desk.leaves()

    desk.says_passphrase(name)
    code = desk.next_code(seed)
    desk.gives(code)
    assert desk.is_in()
    desk.leaves()

    desk.says_passphrase(name)
    desk.gives(code)
    assert not desk.is_in()
    assert desk.says("was used already", "已经用过") in desk.page.inner_text("main")

    desk.gives_paper(sheet[0])
    assert desk.is_in()
    assert desk.says("Recovery codes left: 9", "还剩 9 个恢复码") in desk.page.inner_text("main")
    desk.leaves()
    desk.says_passphrase(name)
    desk.gives_paper(sheet[0])
    assert not desk.is_in(), "once used, it is nothing any more"


def test_a_passkey_is_the_first_factor_and_then_the_whole_way_in(desk: Desk) -> None:
    desk.says_passphrase(desk.somebody_new())

    desk.taps("add")
    desk.page.wait_for_url("**/factors/sheet")
    assert len(desk.prints_sheet()) == 10
    desk.page.click("main a[href='/']")
    desk.page.wait_for_url("**/office")
    desk.leaves()

    desk.taps("sign-in")
    desk.page.wait_for_url("**/office")


def test_a_device_that_did_not_make_sure_of_its_holder_opens_nothing(desk: Desk) -> None:
    desk.says_passphrase(desk.somebody_new())
    desk.taps("add")
    desk.page.wait_for_url("**/factors/sheet")
    desk.leaves()

    desk.device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": desk.authenticator, "isUserVerified": False}
    )
    desk.taps("sign-in")

    desk.page.wait_for_selector("[data-passkey=sign-in] [data-problem]:visible")
    assert desk.page.url == desk.origin + "/"


def test_a_passkey_that_was_taken_away_is_refused_in_words(desk: Desk) -> None:
    desk.says_passphrase(desk.somebody_new())
    desk.taps("add")
    desk.page.wait_for_url("**/factors/sheet")
    desk.leaves()
    held = desk.device.send("WebAuthn.getCredentials", {"authenticatorId": desk.authenticator})["credentials"]
    desk.device.send("WebAuthn.clearCredentials", {"authenticatorId": desk.authenticator})
    stranger = {**held[0], "credentialId": "A" * 43 + "="}
    desk.device.send(
        "WebAuthn.addCredential", {"authenticatorId": desk.authenticator, "credential": stranger}
    )

    desk.taps("sign-in")

    problem = desk.page.locator("[data-passkey=sign-in] [data-problem]:visible")
    problem.wait_for()
    assert desk.says("Please use your passphrase", "请改用口令") in problem.inner_text()


def test_a_passkey_stands_for_the_passphrase_where_it_is_asked_once_more(
    desk: Desk, school: LivingSchool
) -> None:
    desk.says_passphrase(desk.somebody_new())
    desk.taps("add")
    desk.page.wait_for_url("**/factors/sheet")
    with writing(desk.world.database) as connection:  # as if six minutes had gone by
        earlier = desk.world.clock.now() - timedelta(minutes=6)
        connection.execute(update(SignIn).values(proven_at=earlier))
    desk.page.goto(desk.origin + "/factors")
    assert desk.page.is_visible("#proof-form")

    desk.taps("prove")

    until("the page itself is shown", lambda: desk.page.locator("#proof-form").count() == 0, 10)
    assert desk.says("Passkeys and codes", "通行密钥与验证码") in desk.page.inner_text("h1")


def test_where_the_address_is_in_numbers_no_passkey_is_offered(desk: Desk, school: LivingSchool) -> None:
    desk.page.goto(school.living.origin + "/")

    assert desk.page.locator("[data-passkey]").count() == 0
