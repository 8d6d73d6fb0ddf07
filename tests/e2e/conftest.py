"""The living portal with one camera, for tests that need a camera, a browser or kill -9."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.cameras import PipCamera
from tests.e2e.living import PASSPHRASE, Living, LivingSchool, living_portal
from tests.e2e.waiting import until

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever changes a page look at all of them."""
    parser.addoption("--pictures", metavar="DIRECTORY", help="keep a picture of every page there")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder needs minutes, not seconds."""
    for item in items:
        if "tests/e2e" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def camera() -> Iterator[PipCamera]:
    """Film the rendered playroom through an RTSP server that is not ours."""
    with PipCamera() as running:
        yield running


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Return a portal that is not started yet."""
    ram = Path(tempfile.mkdtemp(prefix="littlewindow-test-", dir="/dev/shm"))
    with living_portal(tmp_path_factory.mktemp("portal"), ram) as portal:
        yield portal
    shutil.rmtree(ram, ignore_errors=True)


@pytest.fixture(scope="module")
def school(living: Living, camera: PipCamera) -> LivingSchool:
    """Return the school of the running portal."""
    told = LivingSchool(living, camera.address)
    living.start()
    return told


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Debian's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield running
        running.close()


class Phone:
    """One guardian's phone: 390 × 844, in one language."""

    def __init__(self, browser: Browser, school: LivingSchool, who: str, language: str = "zh-CN") -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 390, "height": 844}, locale=language
        )
        self.page: Page = self.context.new_page()
        self.origin = school.living.origin
        self.school = school
        self.page.goto(self.origin + "/")
        self.page.fill("[name=sign_in_name]", who)
        self.page.fill("[name=passphrase]", PASSPHRASE)
        self.page.click("form[action='/sign-in'] [type=submit]")
        self.page.wait_for_url("**/home")

    def watch(self) -> None:
        """Open the room's page and press ▶."""
        self.page.goto(f"{self.origin}/rooms/{self.school.room_key}")
        self.page.click("[data-play]")
        until("it plays", lambda: self.played() > 0.2, 20)

    def state(self) -> str:
        """Return what the page says it shows."""
        return str(self.page.evaluate("document.querySelector('[data-state]').dataset.state"))

    def played(self) -> float:
        """Return the player's current time, in seconds."""
        return float(self.page.evaluate("document.querySelector('video').currentTime"))

    def is_dark(self) -> bool:
        """Say whether nothing of the picture can be seen: covered, or no picture there."""
        return bool(
            self.page.evaluate(
                """() => {
                const video = document.querySelector('video');
                const box = video.getBoundingClientRect();
                const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return getComputedStyle(video).visibility === 'hidden' || video.hidden
                    || (top !== video && !!top.closest('[data-cover]'));
            }"""
            )
        )

    def words(self) -> str:
        """Return all that the page says."""
        return self.page.inner_text("main")

    def close(self) -> None:
        """Put the phone away."""
        self.context.close()
