"""Every page as a browser shows it: readable by everybody, at any width, with nothing from elsewhere.

``pytest tests/e2e/test_pages.py --pictures DIRECTORY`` also keeps a picture of each.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from tests.cameras import PipCamera
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import PASSPHRASE, Living
from tests.e2e.waiting import until

LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
#: A phone, and a desk.
WIDTHS = {"phone": (390, 844), "desk": (1280, 800)}
#: The narrowest phone there is, beside them.
NARROWEST = 320
SMALLEST_TEXT_PX = 17
SMALLEST_TARGET_PX = 44

#: Only names and places come back: the whole answer of axe is large.
VIOLATIONS = """(rules) => axe.run({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map((one) => `${id} ${one.html}`)))"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
#: The mark lies over the picture and may be smaller.
TOO_SMALL_TEXT = """(smallest) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small = [];
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        const isSeen = data.trim() && parentElement.checkVisibility({ visibilityProperty: true });
        if (!isSeen || parentElement.closest('.mark, script, noscript')) continue;
        if (parseFloat(getComputedStyle(parentElement).fontSize) < smallest) small.push(data.trim());
    }
    return small;
}"""
TOO_SMALL_TARGETS = """(smallest) => [...document.querySelectorAll('a, button, input, select, summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !one.matches('.skip-link, [type=hidden]'))
    .map((one) => [one, (one.closest('label') ?? one).getBoundingClientRect()])
    .filter(([, box]) => box.width < smallest || box.height < smallest)
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)"""
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


class Visit:
    """One person's browser, and everything it asked for and complained of."""

    def __init__(self, browser: Browser, kindergarten: Kindergarten, who: str, language: str) -> None:
        self.kindergarten = kindergarten
        self.origin = kindergarten.living.origin
        self.context = browser.new_context(locale=LANGUAGES[language])
        self.page: Page = self.context.new_page()
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.context.on("request", self._asked)
        self.page.on("console", self._complained)
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        if who:
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


LOOKS = (
    Look("sign-in", "", page_at("/"), {"zh": "您好", "en": "Welcome"}),
    Look("sign-in-wrong", "", a_wrong_passphrase, {"zh": "不匹配", "en": "do not go together"}),
    Look("home", "twins", page_at("/home"), {"zh": "下次开放", "en": "It opens again"}),
    Look("home-names", "names", page_at("/home"), {"zh": "Maximiliane", "en": "Maximiliane"}),
    Look("home-none", "nobody", page_at("/"), {"zh": "还没有您", "en": "There is no room"}),
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
CASES = [(look, language) for look in LOOKS for language in look.words]


@pytest.fixture(scope="module")
def camera() -> Iterator[PipCamera]:
    """Film small pictures: it is their page that matters here."""
    with PipCamera(size=(640, 360), frame_rate=8) as running:
        yield running


@pytest.fixture(scope="module")
def kindergarten(living: Living, camera: PipCamera) -> Kindergarten:
    """Return the kindergarten of the running portal."""
    told = Kindergarten(living, camera.address)
    living.start()
    return told


@pytest.fixture(scope="module")
def visits(browser: Browser, kindergarten: Kindergarten) -> Iterator[Callable[[str, str], Visit]]:
    """Return the browser of each person in each language: they sign in once."""
    known: dict[tuple[str, str], Visit] = {}

    def visit(who: str, language: str) -> Visit:
        if (who, language) not in known:
            known[who, language] = Visit(browser, kindergarten, who, language)
        return known[who, language]

    yield visit
    for one in known.values():
        one.context.close()


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Return where pictures of the pages are wanted."""
    wanted = request.config.getoption("--pictures", default=None)
    return Path(wanted) if wanted else None


def keep_pictures(page: Page, pictures: Path, name: str) -> None:
    for width, (wide, high) in WIDTHS.items():
        page.set_viewport_size({"width": wide, "height": high})
        page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=pictures / f"{name}-dark.png", full_page=True)
    page.emulate_media(color_scheme="light")


def is_too_wide(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 800})
    return bool(page.evaluate(TOO_WIDE))


@pytest.mark.parametrize(("look", "language"), CASES, ids=[f"{look.name} {told}" for look, told in CASES])
def test_a_page_is_readable_by_everybody_and_asks_nobody_else(
    visits: Callable[[str, str], Visit], pictures: Path | None, look: Look, language: Language
) -> None:
    visit = visits(look.who, language)
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})

    look.show(visit)
    if pictures:
        keep_pictures(page, pictures, f"{look.name}-{language}")

    assert look.words[language] in page.inner_text("body")
    page.evaluate(AXE_SCRIPT)
    for width, (wide, high) in WIDTHS.items():
        page.set_viewport_size({"width": wide, "height": high})
        assert page.evaluate(VIOLATIONS) == [], width
    if language == "zh":  # colours are those of every language
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(VIOLATIONS, ["color-contrast"]) == [], "dark"
        page.emulate_media(color_scheme="light")

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(TOO_SMALL_TEXT, SMALLEST_TEXT_PX) == []
    assert page.evaluate(TOO_SMALL_TARGETS, SMALLEST_TARGET_PX) == []
    assert [wide for wide in (NARROWEST, 390, 1280) if is_too_wide(page, wide)] == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert [wide for wide in (NARROWEST, 390) if is_too_wide(page, wide)] == [], "with the text doubled"

    assert visit.hosts == {urlsplit(visit.origin).netloc}
    assert visit.complaints == []


def test_whoever_goes_by_keyboard_sees_where_they_are(visits: Callable[[str, str], Visit]) -> None:
    page = visits("director", "en").page
    page.goto(visits("director", "en").origin + "/office")
    outlines = []

    for _ in range(12):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        outlines.append(page.evaluate(f"{style}.outlineStyle + ' ' + {style}.outlineWidth"))

    assert outlines == ["solid 3px"] * 12


def test_the_office_sees_a_curtain_drawn_elsewhere_without_a_reload(
    visits: Callable[[str, str], Visit],
) -> None:
    visit = visits("teacher", "en")
    visit.goes_to("/office")
    room = visit.page.locator(f'[data-room="{visit.kindergarten.room_key("oak")}"]')
    assert "Curtain open" in room.inner_text()

    visit.kindergarten.draws_curtain("oak", "changing")

    until("the page says so", lambda: "changing" in room.inner_text(), 12)
    visit.kindergarten.opens_curtain("oak")
