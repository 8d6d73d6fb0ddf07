"""A whole living portal is driven through its day; what came out of it is kept, by where it was found."""

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from sqlalchemy import select

from access import acts_people
from access.database import reading
from access.log.store import LogEntry
from access.sign_ins import begin_sign_in
from app.account.cookie import COOKIE
from tests.cameras import GstCamera
from tests.descendants import descendants
from tests.e2e.living import PASSPHRASE, Guardian, LivingSchool
from tests.e2e.portal import ROOT, Living
from tests.e2e.reader import Answer, Reader
from tests.e2e.waiting import until

USER, PASSWORD, PATH = "kanarie-viewer", "kanarie-p@ss-7193", "/kanarie-room-5829"
WRONG_PASSWORD = "kanarie-wrong-4402"
#: Reserved for documentation (RFC 5737): no camera will ever answer there.
NOWHERE = "192.0.2.83"
#: What somebody types where a name is asked for, or where the passphrase is another.
MISTYPED, MISPLACED = "herring lantern drum 77", "misplaced lantern drum 78"
CHILD = "小豆"
#: One that answers, one that refuses its password and one that is nowhere.
CAMERAS = 3


class Witness(Reader):
    """A device that keeps everything it was answered."""

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Ask, and keep status line, headers and body; of a sign-in without the token it gives."""
        answer = Reader.request(self, method, path, body, **headers)
        kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        HEARD.append((f"{method} {path} {answer.status}", json.dumps(kept).encode() + answer.body))
        return answer

    def sign_in(self, name: str, passphrase: str) -> Answer:
        """Type a name and a passphrase on the front page; keep the cookies."""
        front = self.get("/")
        self.keep_cookies(front)
        form = {"csrf_token": token_of(front), "sign_in_name": name, "passphrase": passphrase}
        answer = self.post("/sign-in", form)
        self.keep_cookies(answer)
        return answer

    def post(self, path: str, form: dict[str, str]) -> Answer:
        """Send a form as our own page does."""
        return self.request(
            "POST",
            path,
            urlencode(form).encode(),
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
        )


#: What was answered, by what was asked.
HEARD: list[tuple[str, bytes]] = []


@dataclass
class Evidence:
    """Everything that came out of the portal, by where it was found."""

    answers: list[tuple[str, bytes]] = field(default_factory=list)
    printed: list[tuple[str, bytes]] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    processes: list[tuple[str, bytes]] = field(default_factory=list)
    #: Kinds and reasons of the school's entries.
    told: set[tuple[str, str]] = field(default_factory=set)
    secrets: list[str | bytes] = field(default_factory=list)

    @property
    def camera_processes(self) -> set[str]:
        """Return the camera processes whose command line was seen."""
        return {where for where, words in self.processes if b"streaming.camera" in words}

    def found(self, places: Iterable[tuple[str, bytes]], words: Iterable[str | bytes]) -> list[str]:
        """Return where which of *words* stand, however they are spelled."""
        return [
            f"{word!r} in {where}"
            for where, text in places
            for word in words
            if any(spelling in text for spelling in spellings(word))
        ]


def spellings(word: str | bytes) -> set[bytes]:
    """Return *word* as it may stand in a text, an address, a form, a script or a header."""
    plain = word if isinstance(word, bytes) else word.encode()
    coded = {plain, plain.hex().encode(), base64.b64encode(plain).rstrip(b"=")}
    if isinstance(word, bytes):
        return coded | {base64.urlsafe_b64encode(plain).rstrip(b"=")}
    return coded | {
        quote(word, safe="").encode(),
        quote(word, safe="").replace("%20", "+").encode(),
        json.dumps(word)[1:-1].encode(),
    }


def token_of(page: Answer) -> str:
    """Return the form token of a page."""
    return page.body.decode().split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def whole_day(living: Living, camera: GstCamera) -> Evidence:
    """Drive the portal through a day, and gather what came out of it."""
    school = LivingSchool(living, camera.address)
    add_cameras_that_fail(school, camera)
    living.start()
    evidence, devices = Evidence(), visit_every_page(school)
    look_at_processes(living, evidence)
    lose_and_find(living, camera)
    evidence.printed += printed_by_commands(living)
    ask_nonsense(living, devices[0])
    evidence.answers += HEARD
    evidence.files += bytes_of_files(living)
    evidence.told = entries(living)
    living.stop()
    evidence.printed.append(("portal.log", living.said().encode()))
    evidence.secrets += [USER, PASSWORD, PATH, WRONG_PASSWORD, NOWHERE, f"127.0.0.1:{camera.port}"]
    evidence.secrets += [PASSPHRASE, MISTYPED, MISPLACED]
    evidence.secrets += [(living.data / name).read_bytes() for name in ("key", "secret")]
    evidence.secrets += [device.cookie.split("__Host-sign-in=")[1].split(";")[0] for device in devices]
    return evidence


def add_cameras_that_fail(school: LivingSchool, camera: GstCamera) -> None:
    """Give two more classes a room: one camera refuses its password, one is nowhere."""
    for name, address in (
        ("Elm", camera.address_at(camera.port, password=WRONG_PASSWORD)),
        ("Yew", f"rtsp://{USER}:{WRONG_PASSWORD}@{NOWHERE}:554{PATH}"),
    ):
        room = school.add_room(f"{name} room", address)
        school.use_room(room, school.add_class(name))
        school.open_curtain(room)


def visit_every_page(school: LivingSchool) -> list[Witness]:
    """Sign in as everybody, rightly and wrongly, and look at everything; return the devices."""
    port, watching, refused = school.living.port, school.guardian(), school.guardian()
    revoke(school, refused)
    stranger = Witness(port, "")
    stranger.sign_in(watching.sign_in_name, MISTYPED)
    stranger.sign_in(MISPLACED, PASSPHRASE)
    devices = [Witness(port, "") for _ in range(6)]
    people = (watching.sign_in_name, refused.sign_in_name, *school.staff)
    for device, name in zip(devices, people, strict=True):
        assert device.sign_in(name, PASSPHRASE).status == 303
    for device, person in zip(devices[2:], school.staff.values(), strict=True):
        token = begin_sign_in(school.living.world, person, "Chrome", second="totp")
        device.keep_cookies(Answer(200, {"set-cookie": f"{COOKIE}={token}"}, b"", whole=True))
    for device in (stranger, *devices):
        for path in ("/", "/home", f"/rooms/{school.room_key}", "/office", "/oversight", "/nothing"):
            device.keep_cookies(device.get(path))
    watch(devices[0], school)
    assert refused_words(devices[1], school) == "grant:none"
    return devices


def watch(device: Witness, school: LivingSchool) -> None:
    """Watch until some segments came, and leave."""
    viewing = device.open(school.room_key, token_of(device.get(f"/rooms/{school.room_key}")))

    def segments() -> bool:
        device._fetch_new(viewing)
        return sum(viewing in path for path in device.bodies) > 3

    until("segments came", segments, 40)
    assert device.status(viewing)["state"] == "playing"
    device.request("POST", f"/live/{viewing}/close", Sec_Fetch_Site="same-origin")


def refused_words(device: Witness, school: LivingSchool) -> str:
    """Ask to watch where that is refused; return why."""
    page = device.get("/home")
    form = {"csrf_token": token_of(page)}
    return str(json.loads(device.post(f"/rooms/{school.room_key}/viewings", form).body)["refused"])


def revoke(school: LivingSchool, guardian: Guardian) -> None:
    acts_people.revoke_grant(school.living.world, actor=school.office, reason="test", grant_id=guardian.grant)


def lose_and_find(living: Living, camera: GstCamera) -> None:
    """Let the camera die and come back, and the others fail, so that faults are logged."""
    camera.kill()
    until("the loss is told", lambda: ("camera:lost", "") in kinds(living), 40)
    camera.revive()
    until("the return is told", lambda: ("camera:back", "") in kinds(living), 60)
    until(
        "the wrong password is told", lambda: ("camera:lost", "camera:wrong_password") in entries(living), 40
    )


def printed_by_commands(living: Living) -> list[tuple[str, bytes]]:
    """Return what the commands upon cameras print."""
    names = ("Oak room", "Elm room", "Yew room")
    commands = [["camera", "list"], ["camera", "list", "--json"], ["camera", "status", "--json"]]
    commands += [
        ["camera", "probe", name, "--seconds", "3", "--json", "--reason", "test", "--as", "office"]
        for name in names
    ]
    said = []
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            cwd=ROOT,
            env=living.environment(),
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode in {0, 3}, done.stderr
        said.append((" ".join(command), done.stdout + done.stderr))
    return said


def ask_nonsense(living: Living, device: Witness) -> None:
    """Send what no browser sends, with the cookie, so that the server complains."""
    for line in ("GET / HTTP/9.9", "GET / HTTP/1.1\r\nContent-Length: x", "\x00\x01"):
        with socket.create_connection(("127.0.0.1", living.port), timeout=10) as connection:
            connection.sendall(f"{line}\r\nHost: 127.0.0.1\r\nCookie: {device.cookie}\r\n\r\n".encode())
            connection.recv(65536)


def look_at_processes(living: Living, evidence: Evidence) -> None:
    """Note the words of the portal's processes until each camera's were among them.

    Those that fail come and go: as many again are waited for.
    """

    def enough() -> bool:
        evidence.processes += words_of_processes(living)
        return len(evidence.camera_processes) >= 2 * CAMERAS

    until("every camera's process was looked at", enough, 60)


def words_of_processes(living: Living) -> list[tuple[str, bytes]]:
    """Return command line and environment of every process of the portal."""
    assert living.process is not None
    words = []
    for pid in (living.process.pid, *descendants(living.process.pid)):
        for name in ("cmdline", "environ"):
            with suppress(OSError):  # it has ended meanwhile
                words.append((f"{name} of {pid}", Path(f"/proc/{pid}/{name}").read_bytes()))
    return words


def bytes_of_files(living: Living) -> list[tuple[str, bytes]]:
    """Return every file of the portal on the disk and in memory, but the keys themselves."""
    paths = [path for place in (living.home, living.ram) for path in place.rglob("*") if path.is_file()]
    return [(str(path), path.read_bytes()) for path in paths if path.name not in {"key", "secret"}]


def entries(living: Living) -> set[tuple[str, str]]:
    """Return kind and reason of every entry."""
    with reading(living.world.database) as connection:
        rows = connection.execute(select(LogEntry.kind, LogEntry.body)).all()
    return {(kind, json.loads(body or b"")["reason"]) for kind, body in rows}


def kinds(living: Living) -> set[tuple[str, str]]:
    return {(kind, "") for kind, _ in entries(living)}
