"""A letter accepted with a passkey in a real browser: the choice, the way back in, where it is not offered.

``pytest tests/e2e/test_letter_passkey.py --pictures DIRECTORY`` also keeps a picture of each page.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, update

from access import acts_invitations, acts_people
from access.database import reading, writing
from access.people import SignIn
from access.presence import AWAY, WRITTEN_EVERY_SECONDS
from tests.e2e.living import Living, LivingSchool
from tests.e2e.test_pages import (
    BROKEN_WORDS,
    SMALLEST_TARGET_PX,
    SMALLEST_TEXT_PX,
    TOO_SMALL_TARGETS,
    TOO_SMALL_TEXT,
    VIOLATIONS,
    is_too_wide,
)
from tests.e2e.test_second_factors import SIZES, Desk, desk_of
from tests.e2e.waiting import until

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
PASSPHRASE_FIELD, WAYS = "[data-field=passphrase]", "[data-ways]"


@pytest.fixture(scope="module")
def school(living: Living) -> LivingSchool:
    """The school of the running portal; no picture is looked at."""
    told = LivingSchool(living, "rtsp://192.0.2.7:554/nowhere")
    living.start()
    return told


@pytest.fixture(params=SIZES)
def desk(browser: Browser, school: LivingSchool, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Somebody at a phone or a desk, in one of the languages."""
    with desk_of(browser, school, request.param) as desk:
        yield desk


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    where = request.config.getoption("--pictures")
    return Path(where) if where else None


def papers(school: LivingSchool, name: str) -> tuple[str, str]:
    """Print letter and slip for a new guardian; return both secrets."""
    world = school.living.world
    act: dict[str, Any] = {"actor": school.office, "reason": "test"}
    person = acts_people.add_person(world, **act, name=name, school_id=school.school)
    child = acts_people.add_child(world, **act, school_id=school.school, name="周米粒")
    acts_people.add_guardianship(world, **act, person_id=person, child_id=child, starts_at=world.clock.now())
    letter = acts_invitations.invite(world, **act, school_id=school.school, person_id=person)
    return letter.token, acts_invitations.hand_slip(world, **act, invitation_id=letter.id)


def opens(page: Page, origin: str, token: str) -> None:
    page.goto(f"{origin}/i#{token}")
    page.wait_for_selector("#secret")


def fills(page: Page, secret: str, name: str) -> None:
    page.fill("#secret", secret)
    page.fill("#sign_in_name", name)


def looks_right(page: Page, name: str, pictures: Path | None) -> None:
    """Assert that anybody can read the page, and keep a picture of it where wanted."""
    if pictures:
        size = page.viewport_size
        assert size
        page.screenshot(path=pictures / f"{name}-{size['width']}.png", full_page=True)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(BROKEN_WORDS) == []
    assert page.evaluate(TOO_SMALL_TEXT, SMALLEST_TEXT_PX) == []
    assert page.evaluate(TOO_SMALL_TARGETS, SMALLEST_TARGET_PX) == []
    size = page.viewport_size
    assert [wide for wide in (320, 390, 1280) if is_too_wide(page, wide)] == []
    assert size
    page.set_viewport_size(size)


def proven_six_minutes_ago(desk: Desk) -> None:
    """Let what was proven be too old for what matters."""
    earlier = desk.world.clock.now() - timedelta(minutes=6)
    with writing(desk.world.database) as connection:
        connection.execute(update(SignIn).values(proven_at=earlier))


def left_alone(desk: Desk) -> None:
    """Let the device have been left alone for long, once the portal has written when it was used."""
    since = desk.world.clock.now()
    desk.page.goto(f"{desk.origin}/devices")
    desk.page.goto("about:blank")

    def seen() -> datetime:
        with reading(desk.world.database) as connection:
            return connection.execute(select(func.max(SignIn.seen_at))).scalar_one()

    until("the portal wrote when it was used", lambda: seen() >= since, 2 * WRITTEN_EVERY_SECONDS)
    with writing(desk.world.database) as connection:
        connection.execute(update(SignIn).values(seen_at=since - AWAY - timedelta(minutes=1)))


def test_a_passkey_is_chosen_with_the_letter_and_is_the_way_in_from_then_on(
    desk: Desk, school: LivingSchool, pictures: Path | None
) -> None:
    page, name = desk.page, f"zhou-{desk.language}".lower()
    token, secret = papers(school, "周敏")
    opens(page, desk.origin, token)
    assert page.is_visible(WAYS)
    assert not page.is_visible(PASSPHRASE_FIELD)
    looks_right(page, "letter", pictures)
    fills(page, secret, name)

    page.click("[data-send]")
    assert desk.says("Please choose one of the two", "请在上面两种方式里选一种") in page.inner_text(
        "#way-wrong"
    )
    looks_right(page, "letter-neither", pictures)
    page.check("#way-passphrase")
    assert page.is_visible(PASSPHRASE_FIELD)
    assert not page.is_visible("#way-wrong")
    looks_right(page, "letter-passphrase", pictures)
    page.check("#way-passkey")
    assert not page.is_visible(PASSPHRASE_FIELD)
    page.click("[data-send]")
    page.wait_for_url(f"{desk.origin}/welcome", timeout=20_000)

    page.goto(f"{desk.origin}/home")
    desk.leaves()
    desk.taps("sign-in")
    page.wait_for_url(f"{desk.origin}/welcome")

    proven_six_minutes_ago(desk)
    page.goto(f"{desk.origin}/passphrase")
    assert page.locator("[name=proof]").count() == 0
    looks_right(page, "prove", pictures)
    desk.taps("prove")
    page.wait_for_selector("#passphrase")
    looks_right(page, "passphrase", pictures)
    page.goto(f"{desk.origin}/factors")
    looks_right(page, "factors", pictures)

    left_alone(desk)
    page.goto(f"{desk.origin}/unlock?to=/home")
    assert page.locator("[name=passphrase]").count() == 0
    looks_right(page, "unlock", pictures)
    desk.taps("prove")
    page.wait_for_url(f"{desk.origin}/home")


def test_a_device_that_refuses_uses_nothing_up_and_a_passphrase_still_does(
    desk: Desk, school: LivingSchool, pictures: Path | None
) -> None:
    page = desk.page
    token, secret = papers(school, "林立")
    opens(page, desk.origin, token)
    fills(page, secret, f"lin-{desk.language}".lower())
    page.check("#way-passkey")
    desk.device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": desk.authenticator, "isUserVerified": False}
    )

    page.click("[data-send]")

    until("it says so", lambda: page.is_visible("#way-wrong"), 20)
    assert desk.says("Your device did not finish", "设备没有完成") in page.inner_text("#way-wrong")
    looks_right(page, "letter-refused", pictures)
    page.check("#way-passphrase")
    page.fill("#passphrase", "seven paper kettles under the blue stairs")
    page.click("[data-send]")
    page.wait_for_url(f"{desk.origin}/welcome", timeout=20_000)


def test_a_wrong_secret_is_told_before_the_device_is_asked(desk: Desk, school: LivingSchool) -> None:
    page = desk.page
    token, _ = papers(school, "王芳")
    opens(page, desk.origin, token)
    fills(page, "00000-00000", f"wang-{desk.language}".lower())
    page.check("#way-passkey")

    page.click("[data-send]")

    until("it says so", lambda: page.is_visible("#secret-wrong"), 20)
    made = desk.device.send("WebAuthn.getCredentials", {"authenticatorId": desk.authenticator})
    assert made["credentials"] == []


def test_inside_wechat_and_at_an_address_in_numbers_only_a_passphrase_is_offered(
    browser: Browser, school: LivingSchool
) -> None:
    token, _ = papers(school, "陈晨")
    for origin, agent in (
        (f"http://localhost:{school.living.port}", WECHAT),
        (school.living.origin, None),
    ):
        context = browser.new_context(user_agent=agent) if agent else browser.new_context()
        page = context.new_page()
        opens(page, origin, token)
        assert not page.is_visible(WAYS)
        assert page.is_visible(PASSPHRASE_FIELD)
        context.close()
