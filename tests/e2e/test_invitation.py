"""From the office's form to the open room, on a phone; a lost phone; and an insider who tries alone.

``pytest tests/e2e/test_invitation.py --pictures DIRECTORY`` also keeps a picture of each page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from access import acts_people
from access.acts import Actor
from access.database import reading
from access.enrolment import Guardianship
from access.log.entry import read_entries
from access.sign_ins import begin_sign_in
from tests.consenting import agrees_on_paper
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import Living
from tests.e2e.states import LANGUAGES, UNFOLD
from tests.e2e.test_pages import (
    BROKEN_WORDS,
    SMALLEST_TARGET_PX,
    SMALLEST_TEXT_PX,
    TOO_SMALL_TARGETS,
    TOO_SMALL_TEXT,
    VIOLATIONS,
    is_too_wide,
)
from tests.e2e.waiting import until

#: Nothing is filmed: whether a room is open is asked of the records.
NO_CAMERA = "rtsp://127.0.0.1:9/nothing"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
CHOSEN = {"zh": "卖豆腐的老钟敲了七下，风筝就醒", "en": "seven paper kettles under the blue stairs"}
OAK = "橡树班"
#: What each page says, in each language.
SAYS = {
    "zh": {
        "wrong": "这不是前台小票上的口令",
        "guessable": "别人容易猜到",
        "waits": "幼儿园还需要核对您的身份",
        "open": "现在开放",
        "told": "又多了一位监护人",
        "refused": "要由另一位同事来做",
        "no_code": "这不是这位监护人的核对码",
        "too_soon": "用过之后才能核对身份",
        "over": "这封信已经失效",
        "short": "至少 15 个字",
    },
    "en": {
        "wrong": "That is not the code on the desk slip",
        "guessable": "Others would guess that passphrase",
        "waits": "The school still has to check your identity",
        "open": "Open now",
        "told": "There is another adult for",
        "refused": "A colleague has to do this",
        "no_code": "That is not the check code of this guardian",
        "too_soon": "cannot be checked before",
        "over": "This letter does not hold any more",
        "short": "at least 15 letters",
    },
}


@dataclass
class Told:
    """One story in one language: its browsers, and where pictures go."""

    browser: Browser
    kindergarten: Kindergarten
    language: str
    pictures: Path | None
    contexts: list[BrowserContext] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    #: What was found wrong with the looks of pages.
    wrong: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Return where the portal is."""
        return self.kindergarten.living.origin

    def opens(self, size: dict[str, int], token: str = "") -> Page:
        """Return a page of one more browser, signed in by *token* if there is one."""
        width, height = size["width"], size["height"]
        context = self.browser.new_context(
            locale=LANGUAGES[self.language], viewport={"width": width, "height": height}
        )
        self.contexts.append(context)
        context.on("request", lambda asked: self.hosts.add(urlsplit(asked.url).netloc))
        if token:
            # Its name is for https only; a browser takes this machine itself for as good.
            at = self.origin.replace("http://", "https://")
            cookie = {"name": "__Host-sign-in", "value": token, "url": at, "secure": True}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a dictionary of its fields
        return context.new_page()

    def desk(self, who: Actor) -> Page:
        """Return the desk of somebody on the staff, who has given a second factor."""
        assert who.person_id is not None
        token = begin_sign_in(self.kindergarten.world, who.person_id, "Chrome, Windows", second="totp")
        return self.opens(DESK, token)

    def looks_right(self, page: Page, name: str) -> None:
        """Note what keeps anybody from reading the page, and keep a picture of it where wanted."""
        if self.pictures:
            for called, size in (("phone", PHONE), ("desk", DESK)):
                page.set_viewport_size({"width": size["width"], "height": size["height"]})
                page.screenshot(path=self.pictures / f"{name}-{self.language}-{called}.png", full_page=True)
        page.evaluate(AXE_SCRIPT)
        self._note(name, page.evaluate(VIOLATIONS))
        for size in (DESK, PHONE):
            page.set_viewport_size({"width": size["width"], "height": size["height"]})
            self._note(name, page.evaluate(BROKEN_WORDS))
        self._note(name, page.evaluate(TOO_SMALL_TEXT, SMALLEST_TEXT_PX))
        self._note(name, page.evaluate(TOO_SMALL_TARGETS, SMALLEST_TARGET_PX))
        self._note(name, [f"too wide at {wide}" for wide in (320, 390, 1280) if is_too_wide(page, wide)])

    def _note(self, name: str, wrong: list[str]) -> None:
        self.wrong += [f"{name}: {one}" for one in wrong]

    def says(self, page: Page, what: str) -> bool:
        """Say whether the page says so, in this language."""
        return SAYS[self.language][what] in page.inner_text("main")

    def close(self) -> None:
        """Put everything away."""
        for context in self.contexts:
            context.close()


@pytest.fixture(scope="module")
def kindergarten(living: Living) -> Kindergarten:
    """Return the kindergarten of the running portal."""
    told = Kindergarten(living, NO_CAMERA)
    living.start()
    return told


@pytest.fixture(params=["zh", "en"])
def told(browser: Browser, kindergarten: Kindergarten, request: pytest.FixtureRequest) -> Iterator[Told]:
    """Return one story."""
    wanted = request.config.getoption("--pictures", default=None)
    story = Told(browser, kindergarten, request.param, Path(wanted) if wanted else None)
    yield story
    story.close()


def test_from_the_form_to_the_open_room_and_a_lost_phone(told: Told) -> None:
    kindergarten = told.kindergarten
    office, director = told.desk(kindergarten.office), told.desk(kindergarten.director)
    child, guardian = f"小米粒 {told.language}", f"周敏 {told.language}"

    makes_family(told, office, child, guardian)
    tie = newest_tie(kindergarten)
    gives_grant(kindergarten, tie)
    address, secret = prints_letter(told, office, guardian), prints_slip(told, office, guardian)
    assert address.startswith(f"{told.origin}/i#")
    cannot_be_checked_yet(told, director, guardian, tie)

    phone = told.opens(PHONE)
    phone.goto(address)
    phone.wait_for_selector("#secret")
    assert phone.url == f"{told.origin}/i"
    told.looks_right(phone, "invited")
    is_told_what_is_wrong(told, phone)
    chooses(told, phone, secret, f"138{told.language}")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "waits")
    assert not told.says(phone, "open")
    told.looks_right(phone, "home-waits")

    insider_is_refused(told, office, tie)
    checks(told, director, guardian, shown_on(phone))
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "open")
    assert not told.says(phone, "waits")

    hears_of_another_adult(told, office, phone, child)
    recovers(told, office, director, phone, guardian)
    assert told.hosts == {urlsplit(told.origin).netloc}
    assert told.wrong == []


def test_two_papers_in_one_hand(told: Told) -> None:
    """The office prints both papers and accepts them; the mother comes to the director with her passport."""
    kindergarten = told.kindergarten
    office, director = told.desk(kindergarten.office), told.desk(kindergarten.director)
    child, guardian = f"阿福 {told.language}", f"吴静 {told.language}"
    makes_family(told, office, child, guardian)
    tie = newest_tie(kindergarten)
    gives_grant(kindergarten, tie)
    insider = told.opens(PHONE)
    accepts(told, insider, prints_letter(told, office, guardian), prints_slip(told, office, guardian), "wu")

    before = refusals(kindergarten)
    types_code(told, director, guardian, "K7QM-2X9R")

    assert told.says(director, "no_code")
    told.looks_right(director, "identity-no-code")
    assert refusals(kindergarten) == before + 1
    mother = told.opens(PHONE)
    office.goto(f"{told.origin}/office/letters")
    office.fill("#name", guardian)
    goes(office, ".choose button")
    accepts(told, mother, prints_letter(told, office, guardian), prints_slip(told, office, guardian), "jing")
    mother.goto(f"{told.origin}/home")
    checks(told, director, guardian, shown_on(mother))
    mother.goto(f"{told.origin}/home")
    assert told.says(mother, "open")
    insider.goto(f"{told.origin}/home")
    assert "没有这个页面" in insider.inner_text("main")
    assert told.wrong == []


def accepts(told: Told, phone: Page, address: str, secret: str, name: str) -> None:
    """Open a letter and choose a name and a passphrase."""
    phone.goto(address)
    phone.wait_for_selector("#secret")
    chooses(told, phone, secret, f"{name}{told.language}")


def shown_on(phone: Page) -> str:
    """Return the check code on somebody's own page."""
    return phone.locator("[data-check-code]").inner_text()


def cannot_be_checked_yet(told: Told, director: Page, guardian: str, tie: int) -> None:
    """The list says so, and there is no form."""
    director.goto(f"{told.origin}/office/identity")
    assert SAYS[told.language]["too_soon"] in director.inner_text(f"main li:has-text('{guardian}')")
    goes(director, f"main a[href*='{tie_key(told.kindergarten, tie)}']")
    assert director.locator("#shown_code").count() == 0
    told.looks_right(director, "identity-too-soon")


def goes(page: Page, selector: str) -> None:
    """Click what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        page.click(selector)


def makes_family(told: Told, office: Page, child: str, guardian: str) -> None:
    """Fill in the form, once wrongly: what was typed stays."""
    office.goto(f"{told.origin}/office")
    goes(office, "a[href='/office/families/new']")
    told.looks_right(office, "family")
    office.fill("#child", child)
    goes(office, "main button.main")
    assert office.input_value("#child") == child
    told.looks_right(office, "family-wrong")
    office.select_option("#class_group", label=OAK)
    office.fill("#guardian", guardian)
    goes(office, "main button.main")
    assert guardian in office.inner_text("main")
    told.looks_right(office, "letters")


def prints_letter(told: Told, office: Page, guardian: str) -> str:
    """Return what the letter's code says to a phone that scans it."""
    goes(office, f"main li:has-text('{guardian}') form[action$='/letter'] button")
    office.wait_for_selector("[data-paper=letter]")
    told.looks_right(office, "letter")
    picture = office.locator("svg.qr").screenshot()
    code = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    scanned, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.resize(code, None, fx=2, fy=2))
    typed = office.locator("[data-token]").first.inner_text().replace("-", "")
    assert scanned.partition("#")[2] == typed
    assert office.locator("[data-secret]").count() == 0
    return str(scanned)


def prints_slip(told: Told, office: Page, guardian: str) -> str:
    """Return the desk secret."""
    office.goto(f"{told.origin}/office/letters")
    goes(office, f"main li:has-text('{guardian}') form[action$='/slip'] button")
    office.wait_for_selector("[data-paper=slip]")
    told.looks_right(office, "slip")
    return office.locator("[data-secret]").inner_text()


def is_told_what_is_wrong(told: Told, phone: Page) -> None:
    """Type a wrong secret and two weak passphrases: nothing typed is lost."""
    phone.fill("#secret", "00000-00000")
    phone.fill("#sign_in_name", "somebody")
    phone.fill("#passphrase", CHOSEN[told.language])
    phone.click("[data-send]")
    until("the secret is wrong", lambda: told.says(phone, "wrong"), 20)
    told.looks_right(phone, "invited-wrong")
    assert phone.input_value("#passphrase") == CHOSEN[told.language]
    assert phone.input_value("#sign_in_name") == "somebody"
    phone.fill("#passphrase", "short")
    phone.click("[data-send]")
    until("it is too short", lambda: phone.locator("#passphrase-wrong").is_visible(), 5)
    assert SAYS[told.language]["short"] in phone.inner_text("#passphrase-wrong")


def chooses(told: Told, phone: Page, secret: str, name: str) -> None:
    """Type the right secret, first with a passphrase that others would guess."""
    phone.fill("#secret", secret.lower())
    phone.fill("#sign_in_name", name)
    phone.fill("#passphrase", "passwordpassword123")
    phone.click("[data-send]")
    until("others would guess it", lambda: told.says(phone, "guessable"), 20)
    phone.fill("#passphrase", CHOSEN[told.language])
    phone.click("[data-send]")
    phone.wait_for_url(f"{told.origin}/welcome", timeout=20_000)


def insider_is_refused(told: Told, office: Page, tie: int) -> None:
    """Who made the guardian tries to verify them; the log says so."""
    before = refusals(told.kindergarten)
    office.goto(f"{told.origin}/office/identity")
    told.looks_right(office, "identity")
    goes(office, f"main a[href*='{tie_key(told.kindergarten, tie)}']")
    told.looks_right(office, "identity-check")
    office.fill("#shown_code", "K7QM-2X9R")
    office.check("[name=document][value=identity_card]")
    goes(office, "main button.main")
    assert told.says(office, "refused")
    told.looks_right(office, "identity-refused")
    assert refusals(told.kindergarten) == before + 1


def types_code(told: Told, director: Page, guardian: str, code: str) -> None:
    """Look at the document, type what is said to be on the phone, and mark it."""
    director.goto(f"{told.origin}/office/identity")
    goes(director, f"main li:has-text('{guardian}') a")
    director.fill("#shown_code", code)
    director.check("[name=document][value=identity_card]")
    goes(director, "main button.main")


def checks(told: Told, director: Page, guardian: str, code: str) -> None:
    """Do so with the right code."""
    types_code(told, director, guardian, code)
    assert director.url == f"{told.origin}/office/identity"
    assert guardian in director.inner_text(".notice.done")


def hears_of_another_adult(told: Told, office: Page, phone: Page, child: str) -> None:
    """The office adds a grandfather; the mother reads it at home and puts it away."""
    office.goto(f"{told.origin}/office")
    office.select_option("select[name=class]", label=OAK)
    goes(office, ".choose button")
    office.evaluate(UNFOLD)
    goes(office, f"details.child:has-text('{child}') a[href$='/guardians']")
    told.looks_right(office, "guardian")
    office.fill("#guardian", "周爷爷")
    goes(office, "main button.main")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "told")
    assert "周爷爷" in phone.inner_text("main")
    told.looks_right(phone, "home-told")
    goes(phone, ".adult button")
    assert not told.says(phone, "told")
    kindergarten = told.kindergarten
    agrees_on_paper(
        kindergarten.world,
        newest_tie(kindergarten),
        office=kindergarten.office,
        director=kindergarten.director,
    )


def recovers(told: Told, office: Page, director: Page, lost: Page, guardian: str) -> None:
    """The phone is lost: a new letter, and the same two people."""
    office.goto(f"{told.origin}/office/letters")
    office.fill("#name", guardian)
    goes(office, ".choose button")
    told.looks_right(office, "letters-found")
    address = prints_letter(told, office, guardian)
    secret = prints_slip(told, office, guardian)
    phone = told.opens(PHONE)
    phone.goto(address)
    phone.wait_for_selector("#secret")
    chooses(told, phone, secret, f"139{told.language}")

    lost.goto(f"{told.origin}/home")
    assert "没有这个页面" in lost.inner_text("main")
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "waits")
    assert not told.says(phone, "open")
    checks(told, director, guardian, shown_on(phone))
    phone.goto(f"{told.origin}/home")
    assert told.says(phone, "open")

    again = told.opens(PHONE)
    again.goto(address)
    again.wait_for_selector("#secret")
    again.fill("#secret", secret)
    again.fill("#sign_in_name", "thief")
    again.fill("#passphrase", CHOSEN[told.language])
    again.click("[data-send]")
    until("it is over", lambda: told.says(again, "over"), 20)
    told.looks_right(again, "invited-over")


def newest_tie(kindergarten: Kindergarten) -> int:
    """Return the guardianship that was made last."""
    with reading(kindergarten.world.database) as connection:
        return int(connection.execute(select(func.max(Guardianship.id))).scalar_one())


def tie_key(kindergarten: Kindergarten, tie: int) -> str:
    """Return the random name of a guardianship in addresses."""
    with reading(kindergarten.world.database) as connection:
        return str(connection.execute(select(Guardianship.key).where(Guardianship.id == tie)).scalar_one())


def gives_grant(kindergarten: Kindergarten, tie: int) -> None:
    """Let the family watch, once it is verified: it agrees on paper."""
    agrees_on_paper(kindergarten.world, tie, office=kindergarten.office, director=kindergarten.director)
    now = kindergarten.world.clock.now()
    acts_people.issue_grant(
        kindergarten.world,
        actor=kindergarten.director,
        reason="test",
        guardianship_id=tie,
        starts_at=now,
        ends_at=now + timedelta(days=30),
    )


def refusals(kindergarten: Kindergarten) -> int:
    """Return how often somebody tried to make a viewer alone."""
    with reading(kindergarten.world.database) as connection:
        entries = read_entries(connection, kindergarten.id, limit=10_000)
    return [entry.kind for entry in entries].count("guardianship:refused")
