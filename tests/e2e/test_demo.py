"""``./portal demo``: each of ten people sees what it says they see, and its cameras keep their secrets."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from access.database import connect, reading
from access.places import Camera
from access.vault import Vault
from tests.descendants import command_line
from tests.e2e.shown import Demo
from tests.e2e.visitor import LINDEN, OAK, SCHOOL, Visitor, live_room
from tests.e2e.waiting import until


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Run the demo as the README says, for as long as the tests of this file need."""
    with Demo(tmp_path_factory.mktemp("demo"), "--minutes", "20") as running:
        yield running


def camera_addresses(data: Path) -> list[str]:
    """Return the addresses of the demo's cameras, from its records and its key."""
    engine, vault = connect(f"sqlite:///{data / 'portal.db'}"), Vault.from_file(data / "key")
    with reading(engine) as connection:
        sealed = connection.execute(select(Camera.key, Camera.sealed_address)).all()
    engine.dispose()
    return [vault.open(address, key) for key, address in sealed if address]


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
    staff = fields | {"code_seed"}
    assert [set(person) for person in demo.told["people"]] == [fields] * 6 + [staff] * 4
    assert all(all(person.values()) for person in demo.told["people"])
    assert [room["name"] for room in demo.told["rooms"]] == [OAK, LINDEN]
    assert demo.told["url"].startswith("http://127.0.0.1:")


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
    assert "Watching now" in staff.words()
    assert (demo.person("lin")["name"] in staff.words()) is may_end  # the teacher works with no class here
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
