"""One family's whole story, each step out of the one before: on a phone and at a desk, in both languages.

Invited, the letter and the slip of the desk, verified, watching a picture that moves, the PIN after ten
minutes away, a second device that signs the first one out, and that one lost and recovered at the desk.
How the pages look is seen in :mod:`tests.e2e.test_invitation` and :mod:`tests.e2e.test_pages`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select, update

from access.database import reading, writing
from access.enrolment import Guardianship
from access.people import SignIn
from access.presence import AWAY, WRITTEN_EVERY_SECONDS
from tests.cameras import PipCamera
from tests.e2e.inviting import (
    CHOSEN,
    checks,
    chooses,
    gives_grant,
    goes,
    makes_family,
    newest_tie,
    prints_letter,
    prints_slip,
    shown_on,
)
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import PASSPHRASE, Living
from tests.e2e.telling import DESK, PHONE, Told
from tests.e2e.visitor import LUMA
from tests.e2e.waiting import until

#: A story is long; on a busy machine, and with the portal's start before it, minutes.
pytestmark = pytest.mark.timeout(300)

PIN = "405817"
ROOM = "橡树教室"
WORDS = {
    "zh": {
        "asked": "是您本人吗？",
        "wrong": "这不是这台设备的数字密码。",
        "out": "已让它退出登录",
        "room": "观看",
    },
    "en": {"asked": "Is it you?", "wrong": "not the PIN", "out": "Signed out there", "room": "Watch"},
}
#: In grey levels of 255: how unlike each other the parts of a picture are, and two pictures of a room
#: in which somebody moves.
IS_A_PICTURE, HAS_MOVED = 10.0, 0.2
SMALL = (160, 90)


class Story(Told):
    """One story, told without looking at each page: :mod:`tests.e2e.test_invitation` does."""

    size: dict[str, int]

    def looks_right(self, page: Page, name: str) -> None:
        """Go on."""

    @property
    def words(self) -> dict[str, str]:
        """Return what pages say, in this language."""
        return WORDS[self.language]

    def device(self) -> Page:
        """Return a page of one more of the family's devices."""
        return self.opens(self.size)


@pytest.fixture(scope="module")
def camera() -> Iterator[PipCamera]:
    """Film small pictures: that they move is what matters here."""
    with PipCamera(size=(640, 360), frame_rate=8) as running:
        yield running


@pytest.fixture(scope="module")
def kindergarten(living: Living, camera: PipCamera) -> Kindergarten:
    """Return the kindergarten of the running portal."""
    told = Kindergarten(living, camera.address)
    living.start()
    return told


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Return the language of the story."""
    return str(request.param)


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desktop"])
def story(
    browser: Browser, kindergarten: Kindergarten, language: str, request: pytest.FixtureRequest
) -> Iterator[Story]:
    """Return one story."""
    story = Story(browser, kindergarten, language, None)
    story.size = request.param
    yield story
    story.close()


def test_from_the_invitation_to_the_lost_phone(story: Story, kindergarten: Kindergarten) -> None:
    office, director = story.desk(kindergarten.office), story.desk(kindergarten.director)
    called = f"{story.language}{story.size['width']}"
    guardian = f"周敏 {called}"

    # Invited: the office's form, the letter, and the slip at the desk.
    makes_family(story, office, f"小米粒 {called}", guardian)
    tie = newest_tie(kindergarten)
    gives_grant(kindergarten, tie)
    letter, slip = prints_letter(story, office, guardian), prints_slip(story, office, guardian)
    first = story.device()
    accepts(story, first, letter, slip, f"138{called}")
    chooses_a_pin(first)
    assert story.says(first, "waits")

    # Verified, and watching.
    checks(story, director, guardian, shown_on(first))
    watches(story, first)

    # Ten minutes away, while the second device comes.
    room, put_away = first.url, kindergarten.world.clock.now()
    first.goto(f"{story.origin}/home")
    number = newest_sign_in(kindergarten, tie)
    second = story.device()
    signs_in(story, second, f"138{called}")
    left_alone_for_ten_minutes(kindergarten, number, put_away)
    asks_who_it_is(story, first, room)
    signs_the_other_one_out(story, second, first)

    # Lost: a new letter, a new slip, and the same two people.
    office.goto(f"{story.origin}/office/letters")
    office.fill("#name", guardian)
    goes(office, ".choose button")
    letter, slip = prints_letter(story, office, guardian), prints_slip(story, office, guardian)
    new = story.device()
    accepts(story, new, letter, slip, f"139{called}")
    second.goto(f"{story.origin}/home")
    assert "没有这个页面" in second.inner_text("main")
    new.goto(f"{story.origin}/home")
    assert story.says(new, "waits")
    checks(story, director, guardian, shown_on(new))
    new.goto(f"{story.origin}/home")
    assert story.says(new, "open")


def accepts(story: Story, device: Page, letter: str, slip: str, name: str) -> None:
    """Open the letter and choose name and passphrase."""
    device.goto(letter)
    device.wait_for_selector("#secret")
    chooses(story, device, slip, name)


def chooses_a_pin(device: Page) -> None:
    """Choose this device's PIN."""
    device.click("a[href='/pin']:visible >> nth=0")
    device.fill("[name=pin]", PIN)
    device.fill("[name=again]", PIN)
    device.click("main form button")
    device.wait_for_url("**/home")


def watches(story: Story, device: Page) -> None:
    """Go to the room from home, press ▶, and see somebody move in it."""
    device.goto(f"{story.origin}/home")
    assert story.says(device, "open")
    goes(device, "main a.button.main")
    device.click("[data-play]")
    until("it plays", lambda: played(device) > 0.2, 25)
    before, at = picture(device), played(device)
    until("it goes on playing", lambda: played(device) > at + 1, 20)
    after = picture(device)
    assert before.std() > IS_A_PICTURE
    assert np.abs(after - before).mean() > HAS_MOVED


def played(device: Page) -> float:
    """Return the player's current time, in seconds."""
    return float(device.evaluate("document.querySelector('video').currentTime"))


def picture(device: Page) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the luma of what is shown, small."""
    return np.array(device.evaluate(LUMA, SMALL), dtype=np.float64)


def newest_sign_in(kindergarten: Kindergarten, tie: int) -> int:
    """Return the sign-in that began last of whoever's guardianship it is."""
    asked = select(func.max(SignIn.id)).join(Guardianship, Guardianship.person_id == SignIn.person_id)
    with reading(kindergarten.world.database) as connection:
        return int(connection.execute(asked.where(Guardianship.id == tie)).scalar_one())


def left_alone_for_ten_minutes(kindergarten: Kindergarten, number: int, since: datetime) -> None:
    """Let the records say that a sign-in was last used ten minutes ago.

    The portal writes down what it remembers first, and nobody asks for anything meanwhile.
    """

    def seen() -> datetime:
        with reading(kindergarten.world.database) as connection:
            asked = select(SignIn.seen_at).where(SignIn.id == number)
            return connection.execute(asked).scalar_one()

    until("the portal wrote when it was used", lambda: seen() >= since, 2 * WRITTEN_EVERY_SECONDS)
    earlier = seen() - AWAY - timedelta(minutes=1)
    with writing(kindergarten.world.database) as connection:
        connection.execute(update(SignIn).where(SignIn.id == number).values(seen_at=earlier))


def asks_who_it_is(story: Story, device: Page, room: str) -> None:
    """Nothing of the page that was open is shown, before it knows who holds the device."""
    device.goto(room)
    assert device.inner_text("h1") == story.words["asked"]
    assert ROOM not in device.content()
    device.fill("[name=pin]", "111222")
    device.click("form[action='/unlock/pin'] button")
    assert story.words["wrong"] in device.inner_text("main")
    device.fill("[name=pin]", PIN)
    device.click("form[action='/unlock/pin'] button")
    device.wait_for_url(room)
    assert ROOM in device.content()


def signs_in(story: Story, device: Page, name: str, passphrase: str = "") -> None:
    """Fill in the front door's form; with what the family chose, where nothing else is said."""
    device.goto(f"{story.origin}/")
    device.fill("[name=sign_in_name]", name)
    device.fill("[name=passphrase]", passphrase or CHOSEN[story.language])
    device.click("[type=submit]")
    device.wait_for_url("**/welcome")


def signs_the_other_one_out(story: Story, device: Page, other: Page) -> None:
    """On the page of one's devices; the other one is back at the front door, and this one stays."""
    device.goto(f"{story.origin}/devices")
    device.click("details.ask-again > summary >> nth=0")
    device.click("details[open] .danger")
    assert story.words["out"] in device.inner_text("[role=status]")
    assert device.locator("form[action^='/devices/']").count() == 0

    other.goto(f"{story.origin}/home")
    assert other.locator("main a.button.main").count() == 0
    other.goto(f"{story.origin}/")
    assert other.locator("[name=sign_in_name]").count() == 1
    device.goto(f"{story.origin}/home")
    assert story.words["room"] in device.inner_text("main a.button.main")


@pytest.mark.parametrize("story", [PHONE], ids=["phone"], indirect=True)
@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_a_page_that_nobody_touches_leaves_itself(story: Story) -> None:
    page = story.device()
    signs_in(story, page, "lin", PASSPHRASE)
    page.clock.install()
    page.goto(f"{story.origin}/home")

    page.clock.fast_forward(int((AWAY - timedelta(seconds=10)).total_seconds() * 1000))
    assert page.url.endswith("/home")
    with page.expect_request(lambda asked: "/unlock?to=%2Fhome" in asked.url):
        page.clock.fast_forward(20_000)
