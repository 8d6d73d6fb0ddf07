"""Pages brought into a state: who visits, and what is done before one looks."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from sqlalchemy import update

from access.database import writing
from access.people import SignIn
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import PASSPHRASE
from tests.e2e.waiting import until
from tests.e2e.year import YEAR

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


class Visit:
    """One person's browser, and everything it asked for and complained of."""

    def __init__(
        self, browser: Browser, kindergarten: Kindergarten, who: str, language: str, zone: str | None = None
    ) -> None:
        self.kindergarten = kindergarten
        self.origin = kindergarten.living.origin
        self.context = browser.new_context(locale=LANGUAGES[language], timezone_id=zone)
        self.page: Page = self.context.new_page()
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.context.on("request", self._asked)
        self.page.on("console", self._complained)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        if who in kindergarten.staff:
            self.comes_as_staff(who)
        elif who:
            self.signs_in(who, PASSPHRASE)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme not in {"blob", "data"}:
            self.hosts.add(urlsplit(request.url).netloc)

    def _complained(self, message: ConsoleMessage) -> None:
        """Note what the console says; not that a page or a picture was refused, where that is the story."""
        address = message.location.get("url", "")
        is_story = message.text.startswith(
            "Failed to load resource: the server responded with a status of"
        ) and (address == self.page.url or "/live/" in address)
        if message.type in {"error", "warning"} and not is_story:
            self.complaints.append(message.text)

    def goes_to(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.origin + path)

    def signs_in(self, who: str, passphrase: str) -> None:
        """Fill in the front door's form."""
        self.goes_to("/")
        self.page.fill("[name=sign_in_name]", who)
        self.page.fill("[name=passphrase]", passphrase)
        self.page.click("[type=submit]")
        self.page.wait_for_load_state()

    def comes_as_staff(self, who: str) -> None:
        """Come in past the page of the second step, which tests/e2e/test_second_factors.py looks at."""
        self.signs_in(who, PASSPHRASE)
        self.has_given_everything(self.kindergarten.staff[who])
        self.goes_to("/")

    def has_given_everything(self, person: int) -> None:
        """Have the records say that passphrase and second factor were given just now."""
        now = self.kindergarten.world.clock.now()
        given = update(SignIn).where(SignIn.person_id == person).values(second_at=now, proven_at=now)
        with writing(self.kindergarten.world.database) as connection:
            connection.execute(given)

    def state(self) -> str:
        """Return what the watch page says it shows."""
        return str(self.page.evaluate("document.getElementById('watch').dataset.state"))


def page_at(path: str) -> Callable[[Visit], None]:
    return lambda visit: visit.goes_to(path)


def a_wrong_passphrase(visit: Visit) -> None:
    visit.signs_in("lin", "not the passphrase")


def watch_page(room: str) -> Callable[[Visit], None]:
    return lambda visit: visit.goes_to(f"/rooms/{visit.kindergarten.room_key(room)}")


def a_picture(visit: Visit) -> None:
    watch_page("oak")(visit)
    visit.page.click("[data-play]")
    until("it plays", lambda: visit.state() == "playing", 30)


def a_picture_that_ended(visit: Visit) -> None:
    a_picture(visit)
    visit.kindergarten.draws_curtain("oak", "nap")
    until("it has ended", lambda: visit.state() == "ended", 6)
    visit.kindergarten.opens_curtain("oak")


def ones_own_viewings(visit: Visit) -> None:
    """Read who watched after having watched oneself."""
    a_picture(visit)
    visit.goes_to("/viewings")


def somebody_else_watched(visit: Visit) -> None:
    """Have a mother say that a viewing was not hers, and the office read it."""
    ones_own_viewings(visit)
    visit.page.locator("form[action$='/not-me'] button").first.click()
    visit.page.wait_for_load_state()
    visit.context.clear_cookies()
    visit.comes_as_staff("director")
    visit.goes_to("/office")


def every_form_of_the_office(visit: Visit) -> None:
    visit.goes_to("/office")
    visit.page.evaluate(UNFOLD)


def every_form_of_the_calendar(visit: Visit) -> None:
    visit.goes_to(f"/office/calendar?year={YEAR}")
    visit.page.evaluate(UNFOLD)


def has_hours_overtaken(visit: Visit) -> None:
    """Send hours upon others than those that stand."""
    visit.goes_to("/office/hours")
    visit.page.evaluate("document.querySelector('[name=shown]').value = '0.60.120'")
    visit.page.fill("[name=day_6]", "")
    visit.page.fill("[name=reason]", "test")
    visit.page.click("form.stack[action='/office/hours'] button")


def a_calendar_form_that_is_wrong(visit: Visit) -> None:
    visit.goes_to("/office/calendar/close")
    visit.page.click("form[action='/office/calendar/close'] button")
    visit.page.wait_for_load_state()


def a_sheet_with_wrong_lines(visit: Visit) -> None:
    visit.goes_to("/office/attendance/sheet")
    visit.page.fill("[name=lines]", "小豆, 入园, 08:12\n小豆, 来了, 08:15\n林小明, 离园, 八点")
    visit.page.fill("[name=reason]", "test")
    visit.page.click("form[action='/office/attendance/sheet'] button")
    visit.page.wait_for_load_state()


def the_branch(visit: Visit) -> None:
    visit.goes_to("/schools")
    visit.page.locator("li", has_text="Moonflower").get_by_role("button").click()
    visit.page.wait_for_url("**/office")


def custody_rules(visit: Visit) -> None:
    _, key = visit.kindergarten.guardianship_of("unverified")
    visit.goes_to(f"/office/guardianships/{key}/custody")
    visit.page.evaluate(UNFOLD)


def another_guardian(visit: Visit) -> None:
    """Look for somebody whom the school knows, to tie them to a child."""
    every_form_of_the_office(visit)
    visit.page.locator("details.child a[href$='/guardians']").first.click()
    visit.page.wait_for_load_state()
    visit.page.fill("[name=name]", "o")
    visit.page.click(".choose button")
    visit.page.wait_for_load_state()


def a_child_without_class(visit: Visit) -> None:
    visit.goes_to("/office/children")
    visit.page.locator("a[href$='/place']").first.click()
    visit.page.wait_for_load_state()


def the_permission_to_watch(visit: Visit) -> None:
    _, key = visit.kindergarten.guardianship_of("lin")
    visit.goes_to(f"/office/guardianships/{key}/grant")


def what_is_hidden_of_a_camera(visit: Visit) -> None:
    visit.goes_to("/office/cameras")
    visit.page.locator("a[href$='/masks']").first.click()
    visit.page.wait_for_load_state()


def every_checklist_of_the_cameras(visit: Visit) -> None:
    visit.goes_to("/office/cameras")
    visit.page.evaluate(UNFOLD)


def relatives_of_families(visit: Visit) -> None:
    visit.goes_to("/office/delegates")
    visit.page.evaluate(UNFOLD)


def unfolded(path: str) -> Callable[[Visit], None]:
    """Return how a page is shown with everything on it that folds."""

    def show(visit: Visit) -> None:
        visit.goes_to(path)
        visit.page.evaluate(UNFOLD)

    return show


def a_form_that_was_open_too_long(visit: Visit) -> None:
    visit.goes_to("/")
    visit.context.clear_cookies(name="__Host-form")
    visit.page.fill("[name=sign_in_name]", "lin")
    visit.page.fill("[name=passphrase]", PASSPHRASE)
    visit.page.click("[type=submit]")
    visit.page.wait_for_load_state()


def too_many_tries(visit: Visit) -> None:
    for _ in range(6):
        visit.signs_in("somebody else", "not the passphrase")


def every_second_step(visit: Visit) -> None:
    visit.goes_to("/second")
    visit.page.evaluate(UNFOLD)


def a_wrong_code(visit: Visit) -> None:
    visit.goes_to("/second")
    visit.page.fill("[name=code]", "000000")
    visit.page.click("form[action='/second'] button")
    visit.page.wait_for_load_state()


def a_picture_to_scan(visit: Visit) -> None:
    visit.goes_to("/second")
    visit.page.click("form[action='/factors/app'] button")
    visit.page.wait_for_load_state()


def ones_own_factors(visit: Visit) -> None:
    visit.has_given_everything(visit.kindergarten.coded)
    visit.goes_to("/factors")
    visit.page.evaluate(UNFOLD)


def a_sheet_of_codes(visit: Visit) -> None:
    visit.has_given_everything(visit.kindergarten.coded)
    visit.goes_to("/factors/sheet")
    visit.page.click("form[action='/factors/sheet'] button")
    visit.page.wait_for_load_state()


def records_that_do_not_answer(visit: Visit) -> None:
    records = sqlite3.connect(visit.kindergarten.living.data / "portal.db", isolation_level=None)
    with closing(records):
        records.execute("BEGIN IMMEDIATE")
        visit.goes_to("/oversight")


Language = Literal["zh", "en"]
