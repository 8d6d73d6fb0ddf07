"""Reached from outside over TLS: the portal's own, nginx's and Caddy's, each with what is shipped for it."""

import fcntl
import shutil
import socket
import ssl
import struct
import tempfile
import termios
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cameras import PipCamera
from tests.e2e.audience import BLACK_SECONDS, audience
from tests.e2e.conftest import CHROMIUM
from tests.e2e.front import Doorway, Itself, Outside, behind_caddy, behind_nginx
from tests.e2e.living import LivingSchool
from tests.e2e.phone import Phone
from tests.e2e.reader import ANYBODY, SEGMENT, Reader, boot
from tests.e2e.sentences import CURTAIN, in_both
from tests.e2e.waiting import until

FRONTS: dict[str, tuple[type[Outside], Callable[[Doorway], AbstractContextManager[None]]]] = {
    "itself": (Itself, lambda _: nullcontext()),
    "nginx": (Outside, behind_nginx),
    "Caddy": (Outside, behind_caddy),
}
#: Bytes a second. What lies in a proxy reaches a slower phone for longer (docs/decisions/009-tls.md).
RATES: dict[str, tuple[float | None, ...]] = {
    "itself": (None, 100_000.0, 10_000.0),
    "nginx": (None, 100_000.0),
    "Caddy": (None, 100_000.0),
}
FORGED = "203.0.113."


@pytest.fixture(scope="module", params=list(FRONTS))
def front(request: pytest.FixtureRequest) -> str:
    """What stands in front."""
    return str(request.param)


@pytest.fixture(scope="module")
def school(front: str, camera: PipCamera, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingSchool]:
    """A school whose families come in from outside."""
    kind, behind = FRONTS[front]
    ram = Path(tempfile.mkdtemp(prefix="littlewindow-test-", dir="/dev/shm"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, ram, ignore_errors=True)
        living = kind(tmp_path_factory.mktemp("portal"), ram)
        stack.callback(living.close)
        told = LivingSchool(living, camera.address)
        stack.callback(living.stop)
        living.start()
        stack.enter_context(behind(living))
        yield told


@pytest.fixture
def outside(school: LivingSchool) -> Outside:
    """The portal of the school."""
    assert isinstance(school.living, Outside)
    return school.living


def test_when_the_curtain_is_drawn_bytes_and_picture_end_in_time(
    school: LivingSchool, outside: Outside, browser: Browser, front: str
) -> None:
    temporary = outside.front / "proxy"
    untouched = temporary.stat().st_mtime_ns if front == "nginx" else 0
    with audience(school, browser, school.guardian(), RATES[front]) as watching:
        ended = boot()
        school.draw_curtain()

        assert max(watching.seconds_until_dark(ended)) <= BLACK_SECONDS
        assert watching.reads() == in_both(CURTAIN)
        assert max(watching.last_bytes(ended)) <= BLACK_SECONDS
        assert {reader.statuses[-1] for reader in watching.readers} == {404}
    school.open_curtain()

    if front == "nginx":
        assert temporary.stat().st_mtime_ns == untouched, "something was written to nginx's disk"
        assert list(temporary.iterdir()) == []
        assert list((outside.front / "body").iterdir()) == []


def test_who_stops_reading_gets_nothing_more(school: LivingSchool, front: str) -> None:
    device, token = school.reader(school.guardian().sign_in_name)
    until("there is a picture", lambda: opened(school, device, token), 40)
    viewing = device.open(school.room_key, token)
    playlist = f"/live/{viewing}/main/index.m3u8"
    name = until("a segment is there", lambda: SEGMENT.findall(device.get(playlist).body.decode()), 20)[-1]
    with ExitStack() as stack:
        connection = stack.enter_context(device.connected())
        asked = f"GET /live/{viewing}/main/{name}.m4s HTTP/1.1\r\nHost: {device.host}\r\n"
        connection.sendall(f"{asked}Cookie: {device.cookie}\r\n\r\n".encode())
        until("its kernel is full", lambda: accepted(connection) > 2_000, 5)

        ended = boot()
        school.draw_curtain()
        until("the promise is over", lambda: boot() > ended + BLACK_SECONDS, 5)
        before = accepted(connection)
        until("the time for late bytes is over", lambda: boot() > ended + BLACK_SECONDS + 2, 5)

        assert accepted(connection) <= before
    school.open_curtain()


def opened(school: LivingSchool, device: Reader, token: str) -> bool:
    """Say whether a viewing can be opened and closed again."""
    answer = device.ask_to_open(school.room_key, token)
    return answer.status == 201


def accepted(connection: socket.socket) -> int:
    """Return how many bytes wait in this side's kernel."""
    return int(struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.FIONREAD, bytes(4)))[0])


def test_chromium_plays(school: LivingSchool, browser: Browser, front: str) -> None:
    phone = Phone(browser, school, school.guardian().sign_in_name)
    with closing(phone):
        phone.watch()

        spoken = phone.page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol")
        assert spoken == ("http/1.1" if front == "itself" else "h2")
        played = phone.played()
        until("it goes on playing", lambda: phone.played() > played + 2, 20)


def test_a_forged_forwarded_address_moves_neither_limits_nor_logs(
    school: LivingSchool, outside: Outside
) -> None:
    guessed = school.guardian().sign_in_name

    statuses = [tries(school, guessed, f"{FORGED}{number}") for number in range(7)]

    assert statuses == [400] * 5 + [429] * 2
    logs = [path for path in (outside.home / "portal.log", *outside.front.glob("*")) if path.is_file()]
    assert [path.name for path in logs if FORGED.encode() in path.read_bytes()] == []
    assert FORGED.encode() not in outside.database.read_bytes()


def tries(school: LivingSchool, who: str, forged: str) -> int:
    """Try a wrong passphrase, and say that it comes from somewhere else; return the status."""
    reader = Reader(school.living.outer_port, "", tls=True)
    page = reader.get("/")
    reader.keep_cookies(page)
    token = page.body.split(b'name="csrf_token" value="')[1].split(b'"')[0].decode()
    return reader.request(
        "POST",
        "/sign-in",
        f"csrf_token={token}&sign_in_name={who}&passphrase=wrong-wrong-wrong".encode(),
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
        Origin=reader.origin,
        X_Forwarded_For=forged,
        Forwarded=f"for={forged}",
        X_Real_IP=forged,
    ).status


def test_chromium_reports_what_it_kept_a_page_from_doing(outside: Outside, browser: Browser) -> None:
    """Over TLS only, and to nobody whose certificate it does not believe: so it is told which key is good."""
    words = [
        *CHROMIUM,
        "--short-reporting-delay",
        f"--ignore-certificate-errors-spki-list={outside.key_print}",
    ]
    running = browser.browser_type.launch(executable_path="/usr/bin/chromium", args=words)
    with closing(running):
        page = running.new_page()
        page.goto(f"{outside.origin}/")
        assert "page:violation" not in outside.said()

        page.evaluate("new Image().src = 'https://elsewhere.example/canary.png'")

        until("it is told", lambda: "page:violation img-src" in outside.said(), 20)
    assert "elsewhere" not in outside.said()


def test_through_a_proxy_there_is_no_health_page(outside: Outside, front: str) -> None:
    status = Reader(outside.outer_port, "", tls=True).get("/healthz").status

    assert status == (200 if front == "itself" else 404)  # this machine itself may ask


def test_a_handshake_for_another_name_is_refused(outside: Outside) -> None:
    assert not shakes_hands(outside, "other.example")


def test_only_this_machine_itself_need_not_name_the_portal(outside: Outside, front: str) -> None:
    """tests/app/test_certificate_shown.py has more of it."""
    assert shakes_hands(outside, None) == (front == "itself")


def shakes_hands(outside: Outside, name: str | None) -> bool:
    """Say whether TLS is spoken with whoever asks for *name*."""
    with socket.create_connection(("127.0.0.1", outside.outer_port), 10) as plain:
        try:
            ANYBODY.wrap_socket(plain, server_hostname=name).close()
        except ssl.SSLError:
            return False
    return True


#: Caddy's own line cannot be turned off; it names nobody.
CADDY_SAYS = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"


def test_plain_http_is_told_nothing_of_the_portal(outside: Outside) -> None:
    with socket.create_connection(("127.0.0.1", outside.outer_port), 10) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        came = b""
        with suppress(ConnectionResetError):
            came = plain.recv(1000)

    assert came in {b"", CADDY_SAYS}
