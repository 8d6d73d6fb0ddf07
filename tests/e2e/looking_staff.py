"""Two of the staff and a tablet at the door, each at a real browser, in the running portal."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, Response, ViewportSize
from sqlalchemy import select

from access.acts_looks import agree_look, ask_look
from access.database import reading
from access.look_records import SetupLook
from access.sign_ins import begin_sign_in
from tests.e2e.living import LivingSchool
from tests.e2e.phone import COVERED
from tests.e2e.reader import boot
from tests.e2e.waiting import until

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Desk:
    """One of the staff at a browser, with a second factor given."""

    def __init__(self, browser: Browser, school: LivingSchool, role: str, language: str = "en-GB") -> None:
        self.school, self.origin = school, school.living.origin
        token = begin_sign_in(school.living.world, school.staff[role], "Chrome, Windows", second="totp")
        self.context = browser.new_context(locale=language, viewport=DESK)
        # Its name is for https only; a browser takes this machine itself for as good.
        at = self.origin.replace("http://", "https://")
        cookie: Any = {"name": "__Host-sign-in", "value": token, "url": at, "secure": True}
        self.context.add_cookies([cookie])
        self.page: Page = self.context.new_page()
        #: When a segment came whole, by the boot clock.
        self.segments: list[float] = []
        self.page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.url.endswith(".m4s") and answer.status == 200:
            self.segments.append(boot())

    def goes_to(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.origin + path)

    def asks_for_a_look(self) -> str:
        """Fill in the form beside the camera; return the look's key."""
        self.goes_to("/office/cameras")
        self.page.click("summary:has-text('Look at the picture')")
        self.page.select_option("select[name=purpose]", "mask")
        self.page.fill("[name=words]", "the changing corner")
        self.page.click("button:has-text('Ask for a look')")
        return str(self.page.locator("[data-look]").last.get_attribute("data-look"))

    def agrees(self, key: str) -> None:
        """Agree to what somebody else asked for."""
        self.goes_to("/office/cameras")
        look = self.page.locator(f"[data-look='{key}']")
        look.locator("summary").click()
        look.locator("[name=reason]").fill("has to be seen")
        look.locator("button:has-text('Yes, they may look')").click()
        self.page.wait_for_selector("text=Done. Whoever asked")

    def taps(self) -> None:
        """Press ▶, or what the page offers in its place."""
        self.page.click("[data-play]:visible, [data-again]:visible")

    def is_told(self, words: str) -> None:
        """Wait until the page says *words* in place of a picture."""
        until(f"the page says {words}", lambda: words in self.says(), 10)

    def says(self) -> str:
        """Return the sentence over the picture."""
        return self.page.inner_text("[data-cover] .words")

    def sees_the_picture(self) -> None:
        """Wait until the picture moves, and nothing covers it."""
        until("it plays", lambda: self._played() > 0.2, 30)
        until("it is there to see", lambda: not self.is_dark(), 10)

    def is_dark(self) -> bool:
        """Say whether nothing of the picture can be seen."""
        return bool(self.page.evaluate(COVERED))

    def _played(self) -> float:
        return float(self.page.evaluate("document.querySelector('video').currentTime"))

    def seconds_until_dark(self, act: Callable[[], object]) -> tuple[float, float]:
        """Do *act*; return when the screen was dark, and when the last segment came, in seconds after it."""
        began = boot()
        act()
        until("the screen is dark", self.is_dark, 10)
        dark = boot() - began
        self.page.wait_for_timeout(2000)  # in which a late segment would come
        return dark, max(self.segments) - began

    def close(self) -> None:
        """Close the browser window."""
        self.context.close()


class Tablet:
    """A tablet at the door of a room, made its display by the code that the office's page shows."""

    def __init__(
        self, browser: Browser, staff: Desk, size: ViewportSize, language: str, *, by_hand: bool = False
    ) -> None:
        self.address, self.code = code_for_a_tablet(staff)
        self.context = browser.new_context(locale=language, viewport=size)
        self.page = self.context.new_page()
        if by_hand:
            self.page.goto(self.address.partition("#")[0])
            self.page.fill("[name=token]", self.code)
            self.page.click("[data-send]")
        else:
            self.page.goto(self.address)
        self.becomes_the_display()

    def becomes_the_display(self) -> None:
        """Tap once, where the page offers it."""
        self.page.click("[data-door] button")
        self.page.wait_for_url("**/door")
        until("it is heard of", lambda: self.state() not in {"waiting", "unknown"}, 10)

    def state(self) -> str:
        """Return what the display shows itself to be."""
        return str(self.page.get_attribute("#door", "data-state"))

    def count(self) -> str:
        """Return how many people it says watch now."""
        return self.page.inner_text("[data-count]")

    def words(self) -> str:
        """Return all that it says."""
        return self.page.inner_text("#door")

    def close(self) -> None:
        """Switch the tablet off."""
        self.context.close()


def code_for_a_tablet(staff: Desk) -> tuple[str, str]:
    """Have the office make a code; return the address that bears it, and how it is typed by hand."""
    staff.goes_to("/office/doors")
    staff.page.locator("summary:has-text('Code for')").first.click()
    form = staff.page.locator("form[action$='/door']").first
    form.locator("[name=reason]").fill("the tablet by the door")
    form.locator("button").click()
    address = staff.page.get_attribute("[data-address]", "data-address")
    return str(address), staff.page.inner_text("[data-code]")


def sign_out_displays(staff: Desk) -> None:
    """Have the office end every display with one tap each: one that is dark keeps everybody from looking."""
    staff.goes_to("/office/doors")
    while staff.page.locator("form[action$='/end'] button").count():
        staff.page.locator("form[action$='/end'] button").first.click()


def agreed_look(school: LivingSchool) -> str:
    """Have the office ask for a look and the director agree; return its key."""
    world = school.living.world
    look = ask_look(world, actor=school.office, camera_id=school.camera, kind="test", words="test")
    agree_look(world, actor=school.director, reason="test", look_id=look.id)
    return look.key


def id_of(school: LivingSchool, key: str) -> int:
    """Return the id of a look."""
    with reading(school.living.world.database) as connection:
        return int(connection.execute(select(SetupLook.id).where(SetupLook.key == key)).scalar_one())
