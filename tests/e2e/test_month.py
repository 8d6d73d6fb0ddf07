"""Five questions that an administrator really asks, of a hundred thousand entries, in a real browser.

Each is answered in at most three clicks from the page of the log, as :mod:`tests.e2e.clicking` counts them.
``pytest tests/e2e/test_month.py --pictures DIRECTORY`` also keeps a picture of each answer.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser

from tests.e2e.clicking import Clicking, served
from tests.e2e.test_pages import (
    TOO_SMALL_TARGETS,
    TOO_SMALL_TEXT,
    TOO_WIDE,
    VIOLATIONS,
)
from tests.month.days import LAST_DAY, ZONE, at
from tests.month.families import GRANDMOTHER
from tests.month.month import NOW, Month, a_month
from tests.month.telling import Seen
from tests.quick_hashing import QUICK, hashing

COUNT = 100_000
MOST_CLICKS = 3
SMALLEST_TEXT_PX, SMALLEST_TARGET_PX = 17, 44
SAYS = {
    "day": {"zh": "某一天", "en": "A day"},
    "withdrawn": {"zh": "撤回的同意", "en": "Consents taken back"},
    "after": {"zh": "撤回之后有人看过吗？", "en": "Did anybody watch after it?"},
    "march": {"zh": "2026年3月看过什么", "en": "Watched in March 2026"},
    "refusals": {"zh": "被拒绝的观看及原因", "en": "Refusals and why"},
    "find": {"zh": "查找", "en": "Find"},
    "nobody": {"zh": "没有人看到过这个孩子", "en": "nobody was shown this child"},
    "off": {"zh": "摄像头中断", "en": "camera off"},
}
Comes = Callable[[str, str], Clicking]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """The month, once for all the questions."""
    with hashing(QUICK), a_month(tmp_path_factory.mktemp("month"), COUNT) as told:
        yield told


@pytest.fixture(scope="module")
def origin(month: Month) -> Iterator[str]:
    """Where its school is served."""
    with served(month.school.app) as address:
        yield address


@pytest.fixture
def comes(browser: Browser, month: Month, origin: str) -> Iterator[Comes]:
    """Return how the administrator comes to the page of the log, on a phone or at a desk."""
    there: list[Clicking] = []

    def come(language: str, size: str) -> Clicking:
        token = month.school.sign_in(month.school.staff["administrator"])
        there.append(Clicking(browser, origin, token, language, size))
        return there[-1]

    yield come
    for one in there:
        one.context.close()


everywhere = pytest.mark.parametrize(
    ("language", "size"), [("zh", "phone"), ("en", "phone"), ("zh", "desk"), ("en", "desk")]
)


def is_readable(asks: Clicking) -> None:
    """Say that the page that answers is one for everybody."""
    page = asks.page
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(TOO_WIDE) is False
    if asks.size == "phone":
        assert page.evaluate(TOO_SMALL_TEXT, SMALLEST_TEXT_PX) == []
        assert page.evaluate(TOO_SMALL_TARGETS, SMALLEST_TARGET_PX) == []


def clock(seen: Seen) -> tuple[str, str]:
    return f"{seen.start.astimezone(ZONE):%H:%M}", f"{seen.end.astimezone(ZONE):%H:%M}"


@everywhere
def test_who_watched_the_sun_class_on_tuesday_between_ten_and_eleven(
    month: Month, comes: Comes, pictures: Path | None, language: str, size: str
) -> None:
    asks, group = comes(language, size), month.school.class_groups["太阳班"]
    asks.keeps(pictures, "log")

    asks.follows(SAYS["day"][language])
    asks.presses(asks.page.locator(f".days a[href$='{LAST_DAY.isoformat()}']"))
    asks.keeps(pictures, "day")
    is_readable(asks)
    asks.presses(asks.page.locator(".by-hour section", has_text="太阳班").locator("a[href$='hour=10']"))
    asks.keeps(pictures, "hour")

    ten = at(LAST_DAY, 10 * 60)
    there = [
        one
        for one in month.told.seen
        if one.viewer.class_group == group and one.start < ten + timedelta(hours=1) and one.end > ten
    ]
    assert Counter(asks.times()) == Counter(map(clock, there))
    assert Counter(asks.page.locator(".entry-what strong").all_inner_texts()) == Counter(
        one.viewer.name for one in there
    )
    assert len(there) > 20
    assert asks.clicks <= MOST_CLICKS
    is_readable(asks)


@everywhere
def test_did_anybody_watch_after_a_consent_was_withdrawn(
    month: Month, comes: Comes, pictures: Path | None, language: str, size: str
) -> None:
    incident = month.told.incident
    assert incident is not None
    for nth, (viewer, when) in enumerate(sorted(month.told.withdrawn, key=lambda one: one[1], reverse=True)):
        asks = comes(language, size)
        asks.follows(SAYS["withdrawn"][language])
        asks.keeps(pictures, "withdrawn")
        links = asks.page.get_by_role("link", name=SAYS["after"][language])
        assert links.count() == 2
        asks.presses(links.nth(nth))
        asks.keeps(pictures, f"after-{nth}")

        later = [
            one
            for one in month.told.seen
            if one.viewer.class_group == viewer.class_group and one.end > when and one.level == "figures"
        ]
        assert len(later) > 100
        if viewer.class_group == incident.viewer.class_group:
            assert asks.page.locator("[data-afterwards='1']").count() == 1
            assert incident.viewer.name in asks.page.locator("[data-afterwards]").inner_text()
        else:
            assert SAYS["nobody"][language] in asks.text()
        assert asks.clicks <= MOST_CLICKS
        is_readable(asks)


@everywhere
def test_what_did_this_grandmother_see_in_march(
    month: Month, comes: Comes, pictures: Path | None, language: str, size: str
) -> None:
    asks = comes(language, size)

    asks.types("name", GRANDMOTHER)
    asks.presses(asks.page.locator("form.find").get_by_role("button", name=SAYS["find"][language]))
    asks.keeps(pictures, "grandmother")
    asks.follows(SAYS["march"][language])
    asks.keeps(pictures, "march")

    theirs = [one for one in month.told.seen if one.viewer.name == GRANDMOTHER]
    shown = asks.page.locator("[data-kind='viewing:opened'] time").all()
    at_once = [one.get_attribute("datetime") for one in shown]
    assert sorted(map(str, at_once)) == sorted(one.start.astimezone(NOW.tzinfo).isoformat() for one in theirs)
    assert len(theirs) > 20
    assert asks.clicks <= MOST_CLICKS
    is_readable(asks)


@everywhere
def test_which_refusals_were_there_last_week_and_why(
    month: Month, comes: Comes, pictures: Path | None, language: str, size: str
) -> None:
    asks = comes(language, size)

    asks.follows(SAYS["refusals"][language])
    asks.keeps(pictures, "refusals")

    today = NOW.astimezone(ZONE).date()
    since = at(today - timedelta(days=6), 0)
    counted: Counter[str] = Counter()
    for when, _, reason, times in month.told.refused:
        counted[reason] += times if when >= since else 0
    shown = {
        str(one.get_attribute("data-reason")): int(one.locator(".count").inner_text())
        for one in asks.page.locator("[data-reason]").all()
    }
    assert shown == dict(counted)
    assert list(shown.values()) == sorted(shown.values(), reverse=True)
    assert asks.clicks <= MOST_CLICKS
    is_readable(asks)


@everywhere
def test_was_the_camera_off(
    month: Month, comes: Comes, pictures: Path | None, language: str, size: str
) -> None:
    asks = comes(language, size)
    outages = [one for one in month.told.outages if one.start >= at(LAST_DAY - timedelta(days=4), 0)]
    day = outages[0].start.astimezone(ZONE).date()
    of_day = [one for one in month.told.outages if one.start.astimezone(ZONE).date() == day]

    asks.follows(SAYS["day"][language])
    asks.presses(asks.page.locator(f".days a[href$='{day.isoformat()}']"))
    asks.keeps(pictures, "camera-off")

    said = asks.page.locator(".lane .off").all_inner_texts()
    assert sorted(said) == sorted(
        f"{SAYS['off'][language]} {one.start.astimezone(ZONE):%H:%M}–{one.end.astimezone(ZONE):%H:%M}"
        for one in of_day
    )
    assert asks.clicks <= MOST_CLICKS
    is_readable(asks)


def test_what_stands_out_is_told_of_the_last_week(month: Month, comes: Comes, pictures: Path | None) -> None:
    asks, told = comes("en", "phone"), month.told

    asks.follows("Out of the usual")
    asks.keeps(pictures, "unusual")

    lines = {
        (str(one.get_attribute("data-sort")), one.locator("bdi").first.inner_text())
        for one in asks.page.locator("[data-sort]").all()
    }
    assert None not in (told.incident, told.one_device, told.two_devices, told.burst, told.outside)
    assert {
        ("incident", told.incident.viewer.name),  # type: ignore[union-attr]  # asked just now
        ("one_sign_in", told.one_device.name),  # type: ignore[union-attr]
        ("two_networks", told.two_devices.name),  # type: ignore[union-attr]
        ("burst", told.burst.name),  # type: ignore[union-attr]
        ("after_hours", told.outside.name),  # type: ignore[union-attr]
    } <= lines
    of_sorts = Counter(sort for sort, _ in lines)
    assert (of_sorts["incident"], of_sorts["one_sign_in"], of_sorts["two_networks"]) == (1, 1, 1)
    is_readable(asks)


def test_somebody_is_found_by_a_part_of_their_name_and_by_keyboard_alone(
    month: Month, comes: Comes, pictures: Path | None
) -> None:
    asks = comes("zh", "phone")
    page = asks.page

    page.locator("[name=name]").focus()
    page.keyboard.type("玉兰")
    page.keyboard.press("Enter")
    page.wait_for_url("**person=*")
    assert GRANDMOTHER in asks.text()

    page.goto(f"{asks.origin}/oversight")
    page.locator("[name=name]").focus()
    page.keyboard.type("王")
    page.keyboard.press("Enter")
    page.wait_for_url("**name=*")
    asks.keeps(pictures, "many-names")
    offered = page.locator(".find + .entries a").all_inner_texts()
    assert len(offered) > 5
    assert all("王" in one for one in offered)
