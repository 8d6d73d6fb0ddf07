"""A guardian's phone: a real browser, 390 × 844, in one language."""

import json
import re

from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.living import PASSPHRASE, LivingSchool
from tests.e2e.waiting import until

#: What a phone asks for, and the catalogue it is to be answered from.
LANGUAGES = {"zh-CN": "zh_Hans_CN", "en-GB": "en"}

COVERED = """() => {
    const video = document.querySelector('video');
    const box = video.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return getComputedStyle(video).visibility === 'hidden' || video.hidden
        || (top !== video && !!top.closest('[data-cover]'));
}"""


class Phone:
    """One guardian's phone, signed in."""

    def __init__(self, browser: Browser, school: LivingSchool, who: str, language: str = "zh-CN") -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 390, "height": 844}, locale=language, ignore_https_errors=True
        )
        self.page: Page = self.context.new_page()
        self.catalogue = LANGUAGES[language]
        self.origin = school.living.origin
        self.school = school
        self.page.goto(self.origin + "/")
        self.page.fill("[name=sign_in_name]", who)
        self.page.fill("[name=passphrase]", PASSPHRASE)
        self.page.click("form[action='/sign-in'] [type=submit]")
        self.page.wait_for_url("**/welcome")

    def open_room(self) -> None:
        """Open the room's page."""
        self.page.goto(f"{self.origin}/rooms/{self.school.room_key}")

    def tap_play(self) -> None:
        """Press ▶, or what the page offers in its place once it has said why there is no picture."""
        self.page.click("[data-play]:visible, [data-again]:visible")

    def watch(self) -> None:
        """Open the room's page, press ▶ and see it play."""
        self.open_room()
        self.tap_play()
        self.wait_until_it_plays()

    def wait_for(self, state: str, seconds: float = 5) -> None:
        """Wait until the page says that it is in *state*."""
        until(f"the page is {state}", lambda: self.state() == state, seconds)

    def wait_until_it_plays(self) -> None:
        """Wait until the picture moves."""
        until("it plays", lambda: self.played() > 0.2, 20)

    def state(self) -> str:
        """Return what the page says it shows."""
        return str(self.page.evaluate("document.querySelector('[data-state]').dataset.state"))

    def played(self) -> float:
        """Return the player's current time, in seconds."""
        return float(self.page.evaluate("document.querySelector('video').currentTime"))

    def has_media(self) -> bool:
        """Say whether a player holds anything of a picture, shown or covered."""
        return bool(self.page.evaluate("document.querySelector('video').readyState > 0"))

    def is_dark(self) -> bool:
        """Say whether nothing of the picture can be seen: covered, or no picture there."""
        return bool(self.page.evaluate(COVERED))

    def age(self) -> float | None:
        """Return how old the page says the picture is, in seconds; None where it says nothing."""
        line = self.page.locator("[data-age]")
        found = re.search(r"\d+", line.inner_text()) if line.is_visible() else None
        return float(found.group()) if found else None

    def hears_age(self) -> float:
        """Wait until the page hears how old its newest picture is; return it, in seconds."""
        with self.page.expect_response(lambda answer: "portal-status" in answer.headers) as heard:
            pass
        return float(json.loads(heard.value.headers["portal-status"])["age_seconds"])

    def says(self) -> str:
        """Return the one sentence over the picture, as it can be read; nothing where it cannot."""
        line = self.page.locator("[data-cover] .words")
        return line.inner_text() if line.is_visible() else ""

    def home_says(self) -> str:
        """Return what the first tile of the home page says of its room."""
        self.page.goto(f"{self.origin}/home")
        return "".join(self.page.locator(".tile .state, .tile .opens").all_inner_texts())

    def words(self) -> str:
        """Return all that the page says."""
        return self.page.inner_text("main")

    def close(self) -> None:
        """Put the phone away."""
        self.context.close()
