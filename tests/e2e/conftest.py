"""The living portal with one camera, for tests that need a camera, a browser or kill -9."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.cameras import PipCamera
from tests.e2e.living import Living, LivingSchool, living_portal

#: How late the late camera is, and what a school that knows of it allows.
LATE_SECONDS, ALLOWANCE_SECONDS = 10.0, 12.0

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
def late_camera() -> Iterator[PipCamera]:
    """Send every picture ``LATE_SECONDS`` after it was filmed."""
    with PipCamera(size=(640, 360)) as running:
        running.delay(LATE_SECONDS)
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


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Return where pictures of the pages are wanted."""
    wanted = request.config.getoption("--pictures", default=None)
    return Path(wanted) if wanted else None
