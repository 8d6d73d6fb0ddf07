"""One story in one language: its browsers, what its pages say, and how they look."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Page

from access.acts import Actor
from access.sign_ins import begin_sign_in
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.states import LANGUAGES
from tests.e2e.test_pages import (
    BROKEN_WORDS,
    SMALLEST_TARGET_PX,
    SMALLEST_TEXT_PX,
    TOO_SMALL_TARGETS,
    TOO_SMALL_TEXT,
    VIOLATIONS,
    is_too_wide,
)

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}

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
