"""A family and its devices: a PIN after ten minutes away, a second phone, the first one signed out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update

from access.database import reading, writing
from access.people import SignIn
from access.presence import AWAY, WRITTEN_EVERY_SECONDS
from tests.e2e.living import PASSPHRASE, LivingSchool
from tests.e2e.waiting import until

PIN = "405817"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
WORDS = {
    "zh-CN": {
        "asked": "是您本人吗？",
        "wrong": "这不是这台设备的数字密码。",
        "out": "已让它退出登录",
        "room": "观看",
    },
    "en-GB": {"asked": "Is it you?", "wrong": "not the PIN", "out": "Signed out there", "room": "Watch"},
}


@contextmanager
def device(browser: Browser, language: str, size: dict[str, int]) -> Iterator[Page]:
    """A browser of its own, with nothing in it yet."""
    context = browser.new_context(locale=language, viewport=size)  # type: ignore[arg-type]  # a plain dict
    yield context.new_page()
    context.close()


def signs_in(page: Page, school: LivingSchool, name: str) -> None:
    page.goto(school.living.origin + "/")
    page.fill("[name=sign_in_name]", name)
    page.fill("[name=passphrase]", PASSPHRASE)
    page.click("[type=submit]")
    page.wait_for_url("**/welcome")


def chooses_a_pin(page: Page) -> None:
    page.click("a[href='/pin']:visible >> nth=0")
    page.fill("[name=pin]", PIN)
    page.fill("[name=again]", PIN)
    page.click("main form button")
    page.wait_for_url("**/home")


def left_alone_for_ten_minutes(school: LivingSchool, person: int, since: datetime) -> None:
    """Let the records say that a person's newest device was last used ten minutes ago.

    The portal writes down what it remembers first, and nobody asks for anything meanwhile.
    """
    mine = (SignIn.person_id == person, SignIn.ended_at.is_(None))

    def newest() -> tuple[int, datetime]:
        with reading(school.living.world.database) as connection:
            asked = select(SignIn.id, SignIn.seen_at).where(*mine).order_by(SignIn.id.desc()).limit(1)
            row = connection.execute(asked).one()
            return row.id, row.seen_at

    until("the portal wrote when it was used", lambda: newest()[1] >= since, 2 * WRITTEN_EVERY_SECONDS)
    number, seen = newest()
    earlier = seen - AWAY - timedelta(minutes=1)
    with writing(school.living.world.database) as connection:
        connection.execute(update(SignIn).where(SignIn.id == number).values(seen_at=earlier))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_family_and_its_devices(
    school: LivingSchool, browser: Browser, language: str, size: dict[str, int]
) -> None:
    guardian, words = school.guardian(), WORDS[language]

    with device(browser, language, size) as first, device(browser, language, size) as second:
        signs_in(first, school, guardian.sign_in_name)
        chooses_a_pin(first)
        room = first.get_attribute("main a.button.main", "href") or ""
        asked_last = school.living.world.clock.now()
        first.reload()
        left_alone_for_ten_minutes(school, guardian.person, asked_last)

        # Ten minutes later: nothing of the page that was open, before it knows who holds the phone.
        first.goto(school.living.origin + room)
        assert first.inner_text("h1") == words["asked"]
        assert "Oak" not in first.content()
        first.fill("[name=pin]", "111222")
        first.click("form[action='/unlock/pin'] button")
        assert words["wrong"] in first.inner_text("main")
        first.fill("[name=pin]", PIN)
        first.click("form[action='/unlock/pin'] button")
        first.wait_for_url("**" + room)

        # A second phone signs the first one out.
        signs_in(second, school, guardian.sign_in_name)
        second.goto(school.living.origin + "/devices")
        second.click("details.ask-again > summary >> nth=0")
        second.click("details[open] .danger")
        assert words["out"] in second.inner_text("[role=status]")
        assert second.locator("form[action^='/devices/']").count() == 0

        first.goto(school.living.origin + "/home")
        assert first.locator("main a.button.main").count() == 0
        first.goto(school.living.origin + "/")
        assert first.locator("[name=sign_in_name]").count() == 1
        second.goto(school.living.origin + "/home")
        assert words["room"] in second.inner_text("main a.button.main")


def test_a_page_that_nobody_touches_leaves_itself(school: LivingSchool, browser: Browser) -> None:
    guardian = school.guardian()
    with device(browser, "zh-CN", PHONE) as page:
        signs_in(page, school, guardian.sign_in_name)
        page.clock.install()
        page.goto(school.living.origin + "/home")

        page.clock.fast_forward(int((AWAY - timedelta(seconds=10)).total_seconds() * 1000))
        assert page.url.endswith("/home")
        with page.expect_request(lambda asked: "/unlock?to=%2Fhome" in asked.url):
            page.clock.fast_forward(20_000)
