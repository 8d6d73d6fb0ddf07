"""From the camera's drawing of a picture to its presentation in Chromium, against plain files by nginx.

Every picture carries the millisecond at which it was drawn, and the page reads it from the
pixels that were presented, so nothing in between can flatter itself. Camera and browser
share one machine, hence one clock.
"""

import os
import statistics
import time
from collections.abc import Iterator, Sequence

from playwright.sync_api import Page

from bench.first_picture import OLDER_THAN_THE_RING_SECONDS, room_address
from bench.lines import Line, quantile
from bench.peer import peer
from bench.phones import chromium, glass_to_glass, new_page, press_play
from bench.whole import running_school
from tests.e2e.phone import Phone

ROUNDS = 3
#: Until the player has found its distance from the newest picture.
SETTLE_SECONDS = 5.0
SAMPLE_SECONDS = 6.0

#: How old pictures were; None where their pixels do not tell.
Ages = list[float | None]


def measure() -> Iterator[Line]:
    """Yield the line: how old a picture is when it is seen."""
    with running_school() as school, chromium() as browser, peer(school.camera_address) as files:
        files.start()
        phone = Phone(browser, school, school.guardian().sign_in_name)
        time.sleep(OLDER_THAN_THE_RING_SECONDS)  # the claim is about a sign-in of that age
        pages = phone.page, new_page(browser), new_page(browser)
        addresses = room_address(school), files.page(our_player=True), files.page(our_player=False)
        for page, address in zip(pages, addresses, strict=True):
            page.goto(address)
        found: tuple[Ages, Ages, Ages] = [], [], []
        for _ in range(ROUNDS):  # each anew: how a viewing begins decides how far behind it stays
            for page, ages in zip(pages, found, strict=True):
                ages.extend(_watch(page))
    yield _line(*found)


def _watch(page: Page) -> Ages:
    press_play(page)
    time.sleep(SETTLE_SECONDS)
    ages = glass_to_glass(page, SAMPLE_SECONDS)
    page.click(".stop")
    return ages


def _line(ours: Ages, theirs: Ages, theirs_plain: Ages) -> Line:
    read, read_theirs, read_plain = (_read(ages) for ages in (ours, theirs, theirs_plain))
    return Line(
        "glass to glass",
        "the same player on ffmpeg's segments by nginx (medians)",
        round(statistics.median(read) / statistics.median(read_theirs), 2),
        {
            "ours_p50_seconds": round(statistics.median(read), 2),
            "ours_p95_seconds": round(quantile(read, 0.95), 2),
            "ours_max_seconds": round(max(read), 2),
            "same_player_p50_seconds": round(statistics.median(read_theirs), 2),
            "same_player_p95_seconds": round(quantile(read_theirs, 0.95), 2),
            "hls_js_as_it_comes_p50_seconds": round(statistics.median(read_plain), 2),
            "samples": len(read),
            "samples_unread": len(ours) - len(read),
            "rounds": ROUNDS,
            "load": round(os.getloadavg()[0], 2),
        },
        aim="median ≤ 3 s",
    )


def _read(ages: Ages) -> Sequence[float]:
    found = [age for age in ages if age is not None]
    if len(found) < len(ages) / 2:
        raise RuntimeError(f"only {len(found)} of {len(ages)} pictures could be read")
    return found
