"""Chromium with a guardian's phone in it, and what its pages measure themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from demo.barcode import CELLS, ROWS, ROWS_IN_HEIGHT, read_barcodes
from tests.e2e.conftest import CHROMIUM

PAGES = Path(__file__).with_name("pages")
PROGRAM = "/usr/bin/chromium"
LONGEST_WAIT_MS = 30_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser that the tests run."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=PROGRAM, args=CHROMIUM)
        try:
            yield running
        finally:
            running.close()


@dataclass(frozen=True, slots=True)
class FirstPicture:
    """When a picture was to be seen.

    Args:
        seconds: since ▶ was pressed, by the page's own clock.
        at: of the wall clock, since 1970 UTC.
    """

    seconds: float
    at: float


def press_play(page: Page) -> FirstPicture:
    """Press ▶ and wait for the picture.

    Raises:
        TimeoutError: none came in half a minute.
    """
    page.evaluate((PAGES / "first_picture.js").read_text("utf-8"))
    page.click("[data-play]")
    found = page.evaluate(
        "(ms) => Promise.race([window.firstPicture, new Promise((late) => setTimeout(late, ms, null))])",
        LONGEST_WAIT_MS,
    )
    if found is None:
        raise TimeoutError(f"no picture within {LONGEST_WAIT_MS} ms: {page.inner_text('body')}")
    milliseconds, at = found
    return FirstPicture(milliseconds / 1000, at / 1000)


def new_page(browser: Browser) -> Page:
    """Return a page of a phone's size with nobody signed in."""
    return browser.new_context(viewport={"width": 390, "height": 844}).new_page()


def glass_to_glass(page: Page, seconds: float) -> list[float | None]:
    """Return how old each picture presented in the next *seconds* was; None where its pixels do not tell."""
    samples = page.evaluate(
        (PAGES / "barcodes.js").read_text("utf-8"), [seconds * 1000, CELLS, ROWS, ROWS_IN_HEIGHT]
    )
    return [age_of(presented_at / 1000, brightness) for presented_at, brightness in samples]


def age_of(presented_at: float, brightness: list[list[int]]) -> float | None:
    """Return how old a picture was when it was presented; None where its pixels do not tell.

    Args:
        presented_at: seconds since 1970 UTC.
        brightness: 0 to 255, of the middle of each cell of each barcode, from the top left.
    """
    luma = np.zeros((ROWS_IN_HEIGHT, CELLS), np.uint8)  # the smallest picture that has such barcodes
    luma[:ROWS] = brightness
    barcodes = read_barcodes(luma)
    if barcodes is None:
        return None
    presented = datetime.fromtimestamp(presented_at, UTC)
    return (presented - barcodes.filmed_at(near=presented)).total_seconds()
