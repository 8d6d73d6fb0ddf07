"""``./portal demo``: each of ten people sees what it says they see, and it leaves nothing behind."""

import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from access.database import connect, reading
from access.places import Camera
from access.vault import Vault
from demo.scene import Scene, new_planes, read_barcodes
from streaming.frames import Plane
from tests.descendants import command_line
from tests.e2e.shown import READY_SECONDS, Demo, until_gone
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


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo as the README says, for as long as the tests of this file need."""
    with Demo(tmp_path_factory.mktemp("demo"), "--minutes", "20") as running:
        yield running


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


def camera_addresses(data: Path) -> list[str]:
    """Return the addresses of the demo's cameras, from its records and its key."""
    engine, vault = connect(f"sqlite:///{data / 'portal.db'}"), Vault.from_file(data / "key")
    with reading(engine) as connection:
        sealed = connection.execute(select(Camera.key, Camera.sealed_address)).all()
    engine.dispose()
    return [vault.open(address, key) for key, address in sealed if address]


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


@pytest.fixture(scope="module")
def oak_key(demo: Demo, browser: Browser) -> Iterator[str]:
    """Have Lin watch the Oak room for as long as the tests need; return the room's key."""
    guardian = Visitor(browser, demo, "lin")
    key = guardian.rooms()[OAK]
    guardian.watch(key)
    yield key
    guardian.leave()


def test_the_first_line_tells_the_address_ten_people_and_two_rooms(demo: Demo) -> None:
    fields = {"name", "role", "sign_in", "passphrase", "expects"}

    assert set(demo.told) == {"url", "people", "rooms"}
    assert [set(person) for person in demo.told["people"]] == [fields] * 10
    assert all(all(person.values()) for person in demo.told["people"])
    assert [room["name"] for room in demo.told["rooms"]] == [OAK, LINDEN]
    assert demo.told["url"].startswith("http://127.0.0.1:")


def test_it_is_ready_in_fifteen_seconds(demo: Demo) -> None:
    assert demo.ready_after_seconds < READY_SECONDS


@pytest.mark.parametrize(
    ("sign_in", "own", "other"),
    [pytest.param("lin", OAK, LINDEN, id="Lin, Oak"), pytest.param("noor", LINDEN, OAK, id="Noor, Linden")],
)
def test_a_guardian_sees_their_childs_room_live_and_not_the_other(
    demo: Demo, browser: Browser, sign_in: str, own: str, other: str
) -> None:
    twins = Visitor(browser, demo, "zhao")
    keys = twins.rooms()
    twins.leave()
    guardian = Visitor(browser, demo, sign_in)

    assert own.split()[-2] in demo.person(sign_in)["expects"]
    assert guardian.place() == "/home"
    assert guardian.rooms() == {own: keys[own]}
    assert live_room(guardian.watch(keys[own])) == own
    assert guardian.go(f"/rooms/{keys[other]}") == 404
    guardian.leave()


def test_twins_have_two_tiles_and_two_pictures(demo: Demo, browser: Browser) -> None:
    guardian = Visitor(browser, demo, "zhao")

    keys = guardian.rooms()

    assert "two tiles" in demo.person("zhao")["expects"]
    assert {room: live_room(guardian.watch(keys[room])) for room in keys} == {OAK: OAK, LINDEN: LINDEN}
    guardian.leave()


def test_a_guardian_abroad_reads_the_times_of_the_school(demo: Demo, browser: Browser) -> None:
    guardian = Visitor(browser, demo, "zhang", zone="America/New_York")
    told = guardian.words()
    keys = guardian.rooms()

    now = datetime.now(SCHOOL)
    assert "abroad" in demo.person("zhang")["expects"]
    assert any(f"{now - timedelta(minutes=ago):%H:%M}" in told for ago in (0, 1))
    assert live_room(guardian.watch(keys[OAK])) == OAK
    on_the_picture = guardian.page.inner_text(".mark-clock")
    assert on_the_picture[:5] in {f"{datetime.now(SCHOOL) - timedelta(minutes=ago):%H:%M}" for ago in (0, 1)}
    guardian.leave()


@pytest.mark.parametrize(
    ("sign_in", "why", "words"),
    [
        pytest.param("zhou", "nobody has verified", "not finished checking", id="not verified"),
        pytest.param("tom", "revoked", "no longer open to you", id="revoked"),
    ],
)
def test_without_a_right_there_is_no_picture_and_the_page_says_why(
    demo: Demo, browser: Browser, sign_in: str, why: str, words: str
) -> None:
    guardian = Visitor(browser, demo, sign_in)

    assert why in demo.person(sign_in)["expects"]
    assert words in guardian.words()
    (key,) = guardian.rooms().values()
    assert guardian.page.locator(f"a[href='/rooms/{key}']").count() == 0
    assert guardian.go(f"/rooms/{key}") == 200
    assert words in guardian.words()
    assert not guardian.page.is_visible("[data-play]")
    guardian.leave()


@pytest.mark.parametrize(("sign_in", "may_end"), [("director", True), ("office", True), ("teacher", False)])
def test_staff_see_curtains_and_who_watches_and_end_what_they_may(
    demo: Demo, browser: Browser, oak_key: str, sign_in: str, may_end: bool
) -> None:
    staff = Visitor(browser, demo, sign_in)

    assert ("ending rights" in demo.person(sign_in)["expects"]) is may_end
    assert staff.place() == "/office"
    assert set(staff.rooms()) == {OAK, LINDEN}
    assert staff.page.locator("form[action$='/curtain/draw']").count() == 2
    assert demo.person("lin")["name"] in staff.words()
    assert (staff.page.locator("form[action$='/end']").count() > 0) is may_end
    assert staff.page.locator("video").count() == 0
    assert staff.go(f"/rooms/{oak_key}") == 404
    staff.leave()


def test_the_administrator_reads_the_log_and_has_no_picture(
    demo: Demo, browser: Browser, oak_key: str
) -> None:
    administrator = Visitor(browser, demo, "administrator")

    assert "the access log" in demo.person("administrator")["expects"]
    assert administrator.place() == "/oversight"
    opened = administrator.page.locator("[data-kind='viewing:opened']").all_inner_texts()
    assert any(demo.person("lin")["name"] in entry for entry in opened)
    assert administrator.page.locator("video, a[href^='/rooms/']").count() == 0
    assert administrator.go(f"/rooms/{oak_key}") == 404
    administrator.leave()


def test_where_gstreamer_is_its_cameras_want_a_login_over_tls(demo: Demo) -> None:
    assert "cameras: GStreamer's RTSP server, with digest login and TLS" in demo.said()
    trusted = demo.environment_of(demo.processes_running("wsgi:application")[0])["SSL_CERT_FILE"]
    listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True).stdout
    server = demo.processes_running("gstreamer_server.py")[0]
    (line,) = (line for line in listening.splitlines() if f"pid={server}," in line)
    host, port = line.split()[3].rsplit(":", 1)

    answers = sorted(described_over_tls(host, port, room, trusted) for room in ("oak", "linden"))

    assert host == "127.0.0.1"
    assert answers[0].startswith("RTSP/1.0 401 ")
    assert "WWW-Authenticate: Digest" in answers[0]
    assert answers[1].startswith("RTSP/1.0 404 "), "the other room has a server of its own"


def described_over_tls(host: str, port: str, room: str, trusted: str) -> str:
    """Return what a camera answers to whoever asks for a room's picture without a login."""
    context = ssl.create_default_context(cafile=trusted)
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=host) as connection,
    ):
        connection.sendall(f"DESCRIBE rtsps://{host}:{port}/{room} RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
        return connection.recv(4096).decode()


def test_the_cameras_login_is_in_no_argument_list_and_no_environment(demo: Demo) -> None:
    addresses = camera_addresses(demo.data)
    passwords = {address.split("@")[0].rpartition(":")[2] for address in addresses}

    until("both cameras are filmed", lambda: len(demo.processes_running("streaming.camera")) == 2, 30)

    shown = "".join(command_line(pid) + repr(demo.environment_of(pid)) for pid in sorted(demo.processes))

    assert len(addresses) == 2
    assert all(address.startswith("rtsps://viewer:") for address in addresses)
    assert all(len(password) > 16 for password in passwords)
    assert "wsgi:application" in shown
    assert "streaming.camera" in shown
    assert [password for password in passwords if password in shown] == []


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("gstreamer", "cameras: GStreamer's RTSP server, with digest login and TLS"),
        ("pip", "cameras: the pip RTSP server, without login and TLS"),
    ],
)
def test_with_either_server_it_comes_up_stops_by_itself_and_leaves_nothing(
    tmp_path: Path, server: str, says: str
) -> None:
    with Demo(tmp_path, "--minutes", "0.05", "--rtsp-server", server) as running:
        code = running.process.wait(30)

    assert says in running.said()
    assert code == 0
    until_gone(running)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_a_signal_ends_it_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with Demo(tmp_path, "--minutes", "20") as running:
        code = running.end(number)

    assert code == (128 + number if number == signal.SIGHUP else 0)
    assert "Traceback" not in running.said()
    until_gone(running)


def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path: Path) -> None:
    starting = Demo(tmp_path)
    starting.start()
    until("a directory of it is there", lambda: list(tmp_path.glob("littlewindow-*")), 20)

    code = starting.end(signal.SIGINT)

    assert code != 0
    assert "Traceback" not in starting.said()
    until_gone(starting)
