"""Every page as a browser shows it: readable by everybody, at any width, with nothing from elsewhere.

``pytest tests/e2e/test_pages.py --pictures DIRECTORY`` also keeps a picture of each.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.cameras import PipCamera
from tests.e2e.branch import has_a_branch
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import Living
from tests.e2e.looks import LOOKS, Look
from tests.e2e.missing import has_some_who_have_not_agreed
from tests.e2e.states import Language, Visit
from tests.e2e.waiting import until
from tests.e2e.year import has_a_year_to_confirm

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
#: A name may be too long for its line; what we wrote on a button may not.
BROKEN_WORDS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const broken = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, on = text.parentElement;
        if (!on.closest('button, summary, label, .button') || on.closest('bdi, .visually-hidden')) continue;
        for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            if (range.getClientRects().length > 1) broken.push(word[0]);
        }
    }
    return broken;
}"""
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
    has_a_branch(told)
    has_a_year_to_confirm(told)
    has_some_who_have_not_agreed(told)
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
        assert page.evaluate(BROKEN_WORDS) == [], width
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


def test_a_page_that_is_nobodys_any_more_does_not_stay_however_it_is_used(
    visits: Callable[[str, str], Visit],
) -> None:
    visit = visits("teacher", "en")
    visit.kindergarten.draws_curtain("oak", "changing")
    visit.goes_to("/office")
    room = visit.page.locator(f'[data-room="{visit.kindergarten.room_key("oak")}"]')
    room.locator("summary", has_text="Open the curtain").click()
    room.locator('input[name="reason"]').fill("half a reason")

    visit.page.context.clear_cookies()

    # The address is known only once the browser has told of it, so it is waited for, not asked.
    visit.page.wait_for_url(lambda address: urlsplit(address).path == "/", timeout=12_000)
    assert room.count() == 0
    visit.kindergarten.opens_curtain("oak")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
def test_a_device_whose_clock_is_another_shows_both_times(
    browser: Browser, kindergarten: Kindergarten, zone: str
) -> None:
    visit = Visit(browser, kindergarten, "twins", "en", zone)
    visit.goes_to("/home")
    closed = visit.page.locator(".tile.closed")

    own = closed.locator(".elsewhere")

    assert "(school time)" in closed.locator(".opens").inner_text()
    assert own.is_visible() == (zone == "America/New_York")
    if own.is_visible():
        assert re.fullmatch(
            r"By the clock of this device: \w+day,? \d\d:\d\d (E[SD]T|GMT-[45])", own.inner_text()
        )
    assert visit.complaints == []
    visit.context.close()
