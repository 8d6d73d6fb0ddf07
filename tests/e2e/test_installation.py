"""docs/operations/install.md as it is typed; at its end a family watches at the school's address."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from demo.certificate import make_certificate
from tests.cameras import PipCamera
from tests.cli.desk import Desk
from tests.e2e.conftest import CHROMIUM
from tests.e2e.living import PASSPHRASE
from tests.e2e.portal import free_port
from tests.e2e.waiting import until
from tests.readme import ROOT, shell_lines

DOCUMENT = ROOT / "docs" / "operations" / "install.md"
SAMPLE = DOCUMENT.with_name("nginx.conf")
HOST = "window.school.example"
BLACK_SECONDS = 3.0
#: What stands in the document for the check code on the guardian's own page.
SHOWN_IN_DOCUMENT = "K7QM-2X9R"

#: The darkest and the lightest red, green or blue of a part of the picture: left, top, width, height.
SHADES = """([left, top, width, height]) => {
    const video = document.querySelector("video"), canvas = document.createElement("canvas");
    const [wide, high] = [video.videoWidth, video.videoHeight];
    const context = canvas.getContext("2d");
    [canvas.width, canvas.height] = [wide, high];
    context.drawImage(video, 0, 0);
    const part = context.getImageData(left * wide, top * high, width * wide, height * high).data;
    const colours = part.filter((_, place) => place % 4 !== 3).sort();
    return [colours.at(0), colours.at(-1)];
}"""
#: How the page and its player stand.
STANDS = """(() => {
    const video = document.querySelector("video"), watch = document.querySelector("[data-state]");
    const had = video.buffered.length ? [video.buffered.start(0), video.buffered.end(0)] : [];
    return [watch.dataset.state, video.currentTime, video.readyState, video.paused, String(video.error), had];
})()"""
#: What a mask looks like, give or take what coding does to it.
GREY, CODED = 130, 12

#: Every line of the document is a process of its own, on a machine that may be busy.
pytestmark = pytest.mark.timeout(300)

#: Nobody new on this machine, and no service of its own: what the unit runs is run.
OF_THE_MACHINE = ("sudo useradd", "sudo cp setup/littlewindow.service", "sudo systemctl")
#: As much of what the unit holds it by as works without systemd, where the tests may do that.
AS_HELD = (
    ["setpriv", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "prlimit", "--core=0", "--"]
    if os.geteuid() == 0
    else []
)

NGINX = """
daemon off; worker_processes 1; pid {home}/nginx.pid; error_log {home}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  {server}
}}
"""


def block(kind: str, number: int = 0) -> str:
    """Return the *number*th block of the document that is marked as *kind*."""
    found = re.findall(rf"^ *```{kind}\n(.*?)^ *```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return re.sub("^   ", "", found[number], flags=re.MULTILINE)


class Terminal:
    """The IT person's terminal, on a machine that has its own places and ports, and another camera."""

    def __init__(self, home: Path, ram: Path, camera_address: str) -> None:
        self._home = home
        self._camera_address = camera_address
        self.port, self.https_port = free_port(), free_port()
        settings = home / "littlewindow.env"
        settings.write_text(self._of_here(block("ini")))
        self._places = {"/etc/littlewindow.env": str(settings), "/srv/littlewindow": str(home / "records")}
        self._environment = {name: value for name, value in os.environ.items() if name[:7] != "PORTAL_"} | {
            "PORTAL_RAM_DIRECTORY": str(ram),
            "PORTAL_PORT": str(self.port),
            "PORTAL_ALLOW_LOOPBACK_CAMERAS": "true",
        }

    @property
    def origin(self) -> str:
        """Return the school's address."""
        return f"https://{HOST}:{self.https_port}"

    def _of_here(self, text: str) -> str:
        """Return *text* with this machine's places and ports, and dates that are still to come."""
        for theirs, ours in (
            ("/srv/littlewindow", str(self._home / "records")),
            (f"https://{HOST}", self.origin),
            ("127.0.0.1:8080", f"127.0.0.1:{self.port}"),
            ("listen 443", f"listen 127.0.0.1:{self.https_port}"),
            ("listen [::]:443", f"listen [::1]:{self.https_port}"),
            ("/etc/littlewindow.env", str(self._home / "littlewindow.env")),
            ("2027-", f"{datetime.now(UTC).year + 1}-"),
        ):
            text = text.replace(theirs, ours)
        return text

    def types(self, line: str) -> str:
        """Type one line, and what it asks for; return what it printed."""
        if SHOWN_IN_DOCUMENT in line:
            line = line.replace(SHOWN_IN_DOCUMENT, Desk(self._home / "records").shown_code())
        asked = {"camera add": self._camera_address, "person passphrase": PASSPHRASE}
        typed = next((text + "\n" for words, text in asked.items() if f"./portal {words}" in line), "")
        done = subprocess.run(
            [
                "sh",
                "-ec",
                f"{self._of_here('set -a; . /etc/littlewindow.env; set +a')}\n{self._of_here(line)}",
            ],
            cwd=ROOT,
            env=self._environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def as_a_service(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run what the unit runs, with the settings it names, as systemd would; end it by SIGTERM."""
        unit = ConfigParser(interpolation=None, strict=False)
        unit.optionxform = str  # type: ignore[assignment, method-assign]  # names as they are written
        unit.read_string((ROOT / "setup/littlewindow.service").read_text("utf-8"))
        service = unit["Service"]
        settings = Path(self._of_here(service["EnvironmentFile"])).read_text().splitlines()
        program, *words = service["ExecStart"].split()
        assert program == "/home/littlewindow/littlewindow/portal"
        with (self._home / "journal.txt").open("wb") as journal:
            process = subprocess.Popen(
                [*AS_HELD, ROOT / "portal", *words],
                cwd="/",
                env=self._environment | dict(line.split("=", 1) for line in settings),
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
            )
            try:
                until("it is open", lambda: "小窗" in self.journal(), 30)
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                code = process.wait(15)
        assert code == 0, self.journal()

    def journal(self) -> str:
        """Return what the service has printed."""
        return (self._home / "journal.txt").read_text(errors="replace")

    @contextmanager
    def nginx(self) -> Iterator[None]:
        """Run nginx with the sample that the document leads to, and a certificate of our own."""
        home = self._home / "nginx"
        home.mkdir()
        certificate, key = make_certificate(home)
        server = self._of_here(SAMPLE.read_text("utf-8")).replace("/var/log/nginx", str(home))
        server = server.replace(f"/etc/ssl/{HOST}.pem", certificate)
        server = server.replace(f"/etc/ssl/private/{HOST}.key", key)
        (home / "nginx.conf").write_text(NGINX.format(home=home, server=server))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        with subprocess.Popen(
            [program, "-c", home / "nginx.conf", "-p", home], stderr=subprocess.DEVNULL
        ) as running:
            try:
                until("nginx listens", self._nginx_listens, 10)
                yield
            finally:
                running.terminate()

    def _nginx_listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.https_port)) == 0


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A machine on which every line of the document has been typed, and the service runs behind nginx."""
    ram = Path(tempfile.mkdtemp(prefix="littlewindow-test-", dir="/dev/shm"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, ram, ignore_errors=True)
        camera = stack.enter_context(PipCamera())
        typing = Terminal(tmp_path_factory.mktemp("machine"), ram, camera.address)
        for line in shell_lines(DOCUMENT):
            if line.startswith(OF_THE_MACHINE):
                continue
            typing.types(line.replace("sudo ", "").replace("-o littlewindow ", ""))
        stack.enter_context(typing.as_a_service())
        stack.enter_context(typing.nginx())
        yield typing


@pytest.fixture
def page(terminal: Terminal) -> Iterator[Page]:
    """A phone for which the school's name leads here, and that trusts its certificate."""
    names = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*CHROMIUM, names])
        yield chromium.new_context(
            viewport={"width": 390, "height": 844}, locale="en-GB", ignore_https_errors=True
        ).new_page()
        chromium.close()


@contextmanager
def telling(page: Page, terminal: Terminal, answers: list[str]) -> Iterator[None]:
    """Tell what the page, the portal and the last answers say where what is waited for does not come."""
    try:
        yield
    except TimeoutError as late:
        told = page.evaluate(STANDS), page.inner_text("main"), answers[-20:]
        says = [
            terminal.types(line) for line in ("./portal camera status", './portal explain noor "Oak room"')
        ]
        raise AssertionError(f"{late}: {told}, {says}, {terminal.journal()[-1000:]}") from late


def test_after_the_last_step_the_family_watches_at_the_schools_address(
    terminal: Terminal, page: Page
) -> None:
    terminal.types('./portal hours set 橡树 "mon-sun 00:00-24:00" --as director --reason "open day"')

    answers: list[str] = []
    page.on("response", lambda answer: answers.append(f"{answer.status} {urlsplit(answer.url).path}"))
    page.goto(terminal.origin)
    page.fill("[name=sign_in_name]", "noor")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.click("form[action='/sign-in'] [type=submit]")
    page.click("main a[href='/']")  # a PIN, not now
    page.click("a[href^='/rooms/']")
    page.click("[data-play]")  # which waits until it can be tapped
    played = "document.querySelector('video').currentTime"
    with telling(page, terminal, answers):
        until("the picture plays through nginx", lambda: float(page.evaluate(played)) > 2, 30)
    assert page.evaluate("document.querySelector('[data-state]').dataset.state") == "playing"
    darkest, lightest = page.evaluate(SHADES, [0.01, 0.01, 0.23, 0.38])
    assert GREY - CODED < darkest <= lightest < GREY + CODED
    darkest, lightest = page.evaluate(SHADES, [0.0, 0.0, 1.0, 1.0])
    assert lightest - darkest > 100

    terminal.types('./portal curtain draw "Oak room" --as office --reason "nap"')
    ended = "document.querySelector('[data-state]').dataset.state !== 'playing'"
    until("it is dark", lambda: bool(page.evaluate(ended)), BLACK_SECONDS)


def test_behind_nginx_one_address_that_guesses_does_not_lock_out_another(terminal: Terminal) -> None:
    guesses = [sign_in(terminal, "guessed", source="127.0.0.2") for _ in range(6)]

    own = sign_in(terminal, PASSPHRASE, source="127.0.0.1")

    assert guesses == [400] * 5 + [429]
    assert own == 303


def sign_in(terminal: Terminal, passphrase: str, *, source: str) -> int:
    """Try to sign Noor in through nginx, from the address *source*; return the status."""
    unchecked = ssl._create_unverified_context()  # noqa: S323  # a certificate of this test
    nginx = http.client.HTTPSConnection(HOST, terminal.https_port, context=unchecked, timeout=10)
    plain = socket.create_connection(("127.0.0.1", terminal.https_port), 10, source_address=(source, 0))
    nginx.sock = unchecked.wrap_socket(plain, server_hostname=HOST)
    named = {"Host": f"{HOST}:{terminal.https_port}"}
    nginx.request("GET", "/", headers=named)
    front = nginx.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', front.read().decode())
    assert token
    form = {"csrf_token": token.group(1), "sign_in_name": "noor", "passphrase": passphrase}
    more = {
        "Cookie": (front.getheader("Set-Cookie") or "").split(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    nginx.request("POST", "/sign-in", urlencode(form), named | more)
    status = nginx.getresponse().status
    nginx.close()
    return status
