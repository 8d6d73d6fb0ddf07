"""Every page there is, in each of its states: who sees it, what leads to it, and words that only it has."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
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


def the_branch(visit: Visit) -> None:
    visit.goes_to("/schools")
    visit.page.locator("li", has_text="Moonflower").get_by_role("button").click()
    visit.page.wait_for_url("**/office")


def custody_rules(visit: Visit) -> None:
    _, key = visit.kindergarten.guardianship_of("unverified")
    visit.goes_to(f"/office/guardianships/{key}/custody")
    visit.page.evaluate(UNFOLD)


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


@dataclass(frozen=True, slots=True)
class Look:
    """One page in one state, and some words that only it has."""

    name: str
    who: str
    show: Callable[[Visit], None]
    words: dict[Language, str]


#: Pages of the office that the director sees as they are, by the end of their address.
OF_THE_OFFICE: dict[str, dict[Language, str]] = {
    "explain": {"zh": "为什么能看到，或看不到", "en": "Why can they see it, or not?"},
    "changes": {"zh": "今日教室", "en": "Rooms today"},
    "attendance": {"zh": "谁在园", "en": "Who is in"},
    "budgets": {"zh": "家庭可以观看多少", "en": "How much families may watch"},
    "unwatched": {"zh": "谁一次也没能观看", "en": "Who could not watch once"},
}

LOOKS = (
    Look("sign-in", "", page_at("/"), {"zh": "您好", "en": "Welcome"}),
    Look("sign-in-wrong", "", a_wrong_passphrase, {"zh": "不匹配", "en": "do not go together"}),
    Look("home", "twins", page_at("/home"), {"zh": "下次开放", "en": "It opens again"}),
    Look("home-names", "names", page_at("/home"), {"zh": "Maximiliane", "en": "Maximiliane"}),
    Look("home-none", "nobody", page_at("/"), {"zh": "还没有您", "en": "There is no room"}),
    Look("home-schools", "both", page_at("/home"), {"zh": "这所幼儿园现在是", "en": "at this school"}),
    Look("schools", "both", page_at("/schools"), {"zh": "在哪所幼儿园工作", "en": "do you work now"}),
    Look("office-branch", "both", the_branch, {"zh": "切换幼儿园", "en": "Switch school"}),
    Look("watch", "lin", watch_page("oak"), {"zh": "点 ▶", "en": "Tap ▶"}),
    Look("watch-playing", "lin", a_picture, {"zh": "关闭画面", "en": "Close the picture"}),
    Look("watch-ended", "lin", a_picture_that_ended, {"zh": "教室已拉帘", "en": "The curtain is drawn"}),
    Look("watch-refused", "curtain", watch_page("birch"), {"zh": "再试一次", "en": "Try again"}),
    Look("office", "teacher", page_at("/office"), {"zh": "立即拉帘", "en": "Draw the curtain now"}),
    Look(
        "office-forms",
        "director",
        every_form_of_the_office,
        {"zh": "确定，立即结束", "en": "Yes, end it now"},
    ),
    Look("cameras", "director", page_at("/office/cameras"), {"zh": "已核准", "en": "Confirmed for"}),
    Look("cameras-forms", "director", every_checklist_of_the_cameras, {"zh": "亲眼看到", "en": "you saw"}),
    Look("calendar", "keeper", every_form_of_the_calendar, {"zh": "还没有确认", "en": "is not confirmed"}),
    Look("calendar-form", "keeper", a_calendar_form_that_is_wrong, {"zh": "第一天", "en": "fill this in"}),
    Look("hours", "director", page_at("/office/hours"), {"zh": "每周开放时段", "en": "Weekly hours"}),
    Look(
        "hours-overtaken",
        "director",
        has_hours_overtaken,
        {"zh": "刚才有别人改过", "en": "Somebody else changed"},
    ),
    Look("calendar-open", "keeper", page_at("/office/calendar/open"), {"zh": "临时开放", "en": "Open once"}),
    Look("custody", "director", custody_rules, {"zh": "录入规定", "en": "Enter a rule"}),
    Look(
        "delegates-office", "director", relatives_of_families, {"zh": "幼儿园同意", "en": "The school agrees"}
    ),
    Look("delegates", "lin", page_at("/delegates"), {"zh": "提出一位亲属", "en": "Propose a relative"}),
    Look("consent", "lin", unfolded("/consent"), {"zh": "您已同意", "en": "You have agreed"}),
    Look("my-consent", "teacher", unfolded("/office/my-consent"), {"zh": "还没有回答", "en": "not answered"}),
    Look("consents", "director", unfolded("/office/consents"), {"zh": "钱小米", "en": "Millie"}),
    Look("duties", "director", unfolded("/office/duties"), {"zh": "登记一位", "en": "Enter somebody"}),
    Look("guests", "teacher", page_at("/office/guests"), {"zh": "有访客进来", "en": "A guest comes in"}),
    *(Look(name, "director", unfolded(f"/office/{name}"), words) for name, words in OF_THE_OFFICE.items()),
    Look("sign-in-name", "lin", page_at("/sign-in-name"), {"zh": "更换登录名", "en": "Another sign-in name"}),
    Look(
        "second-first",
        "newcomer",
        page_at("/second"),
        {"zh": "选择您的第二步验证", "en": "Choose your second"},
    ),
    Look("factors-app", "newcomer", a_picture_to_scan, {"zh": "扫描这张图", "en": "scan this picture"}),
    Look("second", "coded", every_second_step, {"zh": "十位字母和数字", "en": "Ten letters and digits"}),
    Look("second-wrong", "coded", a_wrong_code, {"zh": "已经用过", "en": "was used already"}),
    Look("factors", "coded", ones_own_factors, {"zh": "还剩", "en": "codes left"}),
    Look("factors-sheet", "coded", a_sheet_of_codes, {"zh": "只显示这一次", "en": "shown only now"}),
    Look("health", "director", page_at("/office/health"), {"zh": "系统状况", "en": "To be looked at"}),
    Look(
        "log", "administrator", page_at("/oversight"), {"zh": "查看了访问日志", "en": "read the access log"}
    ),
    Look("accounts", "administrator", page_at("/oversight?of=accounts"), {"zh": "登录了", "en": "signed in"}),
    Look(
        "log-empty",
        "administrator",
        page_at("/oversight?day=2020-01-01"),
        {"zh": "没有符合", "en": "No entry"},
    ),
    Look("not-found", "", page_at("/nothing"), {"zh": "没有这个页面"}),
    Look("form-refused", "", a_form_that_was_open_too_long, {"zh": "请再试一次"}),
    Look("too-many", "", too_many_tries, {"zh": "请稍等一下"}),
    Look("not-well", "administrator", records_that_do_not_answer, {"zh": "暂时无法使用"}),
)
