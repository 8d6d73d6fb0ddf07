"""Somebody at a browser who signs in to the demo, and what the picture there shows."""

from datetime import UTC, datetime
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page

from access.one_time_codes import code_at, step_at
from demo.scene import Scene, new_planes, read_barcodes
from streaming.frames import Plane
from tests.e2e.shown import Demo
from tests.e2e.waiting import until

SCHOOL = ZoneInfo("Asia/Shanghai")
OAK, LINDEN = "橡树教室 Oak room", "椴树教室 Linden room"
#: At which a picture is compared with what it should show.
SIZE = (640, 360)
#: How old a live picture may be on a busy machine: the ring, and what the player holds.
NEW_SECONDS = 20.0

#: The luma of the picture that the video element shows.
LUMA = """([width, height]) => {
    const canvas = new OffscreenCanvas(width, height), paper = canvas.getContext('2d');
    paper.drawImage(document.querySelector('video'), 0, 0, width, height);
    const {data} = paper.getImageData(0, 0, width, height);
    return Array.from({length: width * height}, (_, at) =>
        Math.round(0.299 * data[4 * at] + 0.587 * data[4 * at + 1] + 0.114 * data[4 * at + 2]));
}"""


class Visitor:
    """One of the ten, at a browser that may stand anywhere in the world."""

    def __init__(self, browser: Browser, demo: Demo, sign_in: str, zone: str = "Asia/Shanghai") -> None:
        self._url = demo.told["url"]
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="en-GB", timezone_id=zone
        )
        self.page: Page = context.new_page()
        self.page.goto(self._url)
        self.page.fill("[name=sign_in_name]", sign_in)
        self.page.fill("[name=passphrase]", demo.person(sign_in)["passphrase"])
        self.page.click("form[action='/sign-in'] [type=submit]")
        self.page.wait_for_selector("form[action='/sign-out']")
        if self.place() == "/welcome":
            self.page.click("main a[href='/']")  # a PIN, not now
            self.page.wait_for_url("**/home")
        for later in (0, 1):  # the code of now, or where it was used already the one that comes
            if self.place() == "/second":
                self._gives_code(
                    code_at(demo.person(sign_in)["code_seed"], step_at(datetime.now(UTC)) + later)
                )

    def _gives_code(self, code: str) -> None:
        self.page.fill("form[action='/second'] [name=code]", code)
        with self.page.expect_navigation():
            self.page.click("form[action='/second'] button")

    def place(self) -> str:
        """Return the path of the page that is shown."""
        return self.page.url.removeprefix(self._url)

    def go(self, path: str) -> int:
        """Open a page; return the status it was answered with."""
        answer = self.page.goto(self._url + path)
        assert answer
        return answer.status

    def words(self) -> str:
        """Return all that the page says."""
        return self.page.inner_text("main")

    def rooms(self) -> dict[str, str]:
        """Return the rooms of the tiles on the page, by name, with their keys."""
        tiles = self.page.locator("[data-room]")
        found = {}
        for tile in tiles.all():
            (name,) = (room for room in (OAK, LINDEN) if room in tile.inner_text())
            found[name] = tile.get_attribute("data-room") or ""
        return found

    def watch(self, room_key: str) -> Plane:
        """Open the room's page, press ▶, let it play on; return the luma of its picture."""
        assert self.go(f"/rooms/{room_key}") == 200
        self.page.click("[data-play]")
        until("the picture plays", lambda: self._played() > 0.2, 25)
        began = self._played()
        until("it goes on playing", lambda: self._played() > began + 1, 15)
        luma = np.array(self.page.evaluate(LUMA, SIZE), dtype=np.uint8)
        return luma.reshape(SIZE[1], SIZE[0])

    def _played(self) -> float:
        return float(self.page.evaluate("document.querySelector('video').currentTime"))

    def leave(self) -> None:
        """Close the browser window."""
        self.page.context.close()


def live_room(picture: Plane) -> str:
    """Return the room of the demo that *picture* shows, as its scene was when it says it was drawn."""
    barcodes = read_barcodes(picture)
    assert barcodes, "the picture is none of the demo's"
    now = datetime.now(UTC)
    filmed_at = barcodes.filmed_at(near=now)
    assert 0 <= (now - filmed_at).total_seconds() < NEW_SECONDS
    distances = {}
    for name, room in (("oak", OAK), ("linden", LINDEN)):
        planes = new_planes(*SIZE)
        Scene(*SIZE, crc32(name.encode()), zone=SCHOOL).draw(planes, filmed_at, barcodes.counter)
        distances[room] = float(np.mean(np.abs(_brightness(planes.luma) - picture)))
    return min(distances, key=distances.__getitem__)


def _brightness(luma: Plane) -> NDArray[np.float64]:
    """Return *luma* from 0 to 255, as a screen shows what a camera writes from 16 to 235."""
    return (luma.astype(np.float64) - 16) * 255 / 219
