"""A whole portal as the school runs it: ``./portal up``, a real camera, a real database.

The test holds the same records, marks and journal as the running processes and acts
through the same functions as the commands do; it looks from outside, over HTTP.
"""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from access import acts_people, acts_places, schema
from access.acts import Actor
from access.clock import SystemClock
from access.database import connect, reading
from access.grants import Grant
from access.journal import Journal
from access.people import Person
from access.places import Room
from access.stops import StopMarks
from access.vault import Vault, make_key_file
from access.world import World
from tests.e2e.reader import Reader
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]
PASSPHRASE = "willow lantern drum 42"
TERM = timedelta(days=90)
ALL_WEEK = [(day, 0, 1440) for day in range(7)]


def free_port() -> int:
    """Return a port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Guardian:
    """One guardian with everything in order, and the records that make it so."""

    person: int
    sign_in_name: str
    name: str
    guardianship: int
    grant: int
    enrolment: int


@dataclass
class Living:
    """The running portal and the records behind it."""

    home: Path
    ram: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    count: int = 0

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.ram.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = self.data / "key"
        if not key.exists():
            make_key_file(key)
        engine = connect(f"sqlite:///{self.data / 'portal.db'}")
        schema.upgrade(engine)
        self.world = World(
            database=engine,
            clock=SystemClock(),
            stops=StopMarks(self.ram / "marks", Journal(self.data / "journal")),
            vault=Vault.from_file(key),
        )

    @property
    def data(self) -> Path:
        """Return where the database, the journal and the keys lie."""
        return self.home / "data"

    @property
    def origin(self) -> str:
        """Return the address of the portal."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return the settings that the running portal is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
        return kept | {
            "PORTAL_DATA_DIRECTORY": str(self.data),
            "PORTAL_RAM_DIRECTORY": str(self.ram),
            "PORTAL_KEY_FILE": str(self.data / "key"),
            "PORTAL_ALLOW_LOOPBACK_CAMERAS": "true",
            "PORTAL_PORT": str(self.port),
        }

    def start(self) -> None:
        """Start ``up`` and wait until it is ready."""
        with (self.home / "portal.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        until("the portal is ready", self.is_ready, 30)

    def is_ready(self) -> bool:
        """Say whether the health page answers."""
        try:
            return Reader(self.port, "").get("/healthz").status == 200
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the records, which the test itself held."""
        self.world.stops.close()
        self.world.database.dispose()

    def stop(self) -> None:
        """End it as an administrator would."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)

    def said(self) -> str:
        """Return everything the portal printed."""
        return (self.home / "portal.log").read_text(errors="replace")


@dataclass
class LivingSchool:
    """One school in the living portal."""

    living: Living
    camera_address: str

    def __post_init__(self) -> None:
        world, actor = self.living.world, Actor(person_id=None, via="cli:test")
        self.now = world.clock.now() - timedelta(seconds=1)
        self.school = acts_people.add_school(
            world, actor=actor, reason="test", name="Sunflower", zone="Asia/Shanghai", language="zh"
        )
        self.staff = {role: self._staff(role) for role in ("office", "director", "teacher", "administrator")}
        self.office = Actor(person_id=self.staff["office"], via="web")
        self.director = Actor(person_id=self.staff["director"], via="web")
        self.class_group = self._class("Oak")
        self.room = self._room("Oak room", self.class_group, self.camera_address)

    def _staff(self, role: str) -> int:
        world, actor = self.living.world, Actor(person_id=None, via="cli:test")
        person = acts_people.add_person(
            world, actor=actor, reason="test", name=f"The {role}", sign_in_name=role, school_id=self.school
        )
        acts_people.set_passphrase(world, actor=actor, reason="test", person_id=person, passphrase=PASSPHRASE)
        acts_people.appoint(
            world, actor=actor, reason="test", school_id=self.school, person_id=person, role=role
        )
        return person

    def _class(self, name: str) -> int:
        class_group = acts_people.add_class_group(
            self.living.world, actor=self.office, reason="test", school_id=self.school, name=name
        )
        acts_places.set_hours(
            self.living.world,
            actor=self.director,
            reason="test",
            class_group_id=class_group,
            windows=ALL_WEEK,
        )
        return class_group

    def _room(self, name: str, class_group: int, address: str) -> int:
        world, actor = self.living.world, self.office
        room = acts_places.add_room(world, actor=actor, reason="test", school_id=self.school, name=name)
        acts_places.use_room(
            world,
            actor=actor,
            reason="test",
            room_id=room,
            class_group_id=class_group,
            starts_at=self.now,
            ends_at=None,
        )
        camera = acts_places.add_camera(
            world, actor=actor, reason="test", room_id=room, name=name, address=address, allow_loopback=True
        )
        acts_places.activate_camera(world, actor=self.director, reason="test", camera_id=camera)
        acts_places.open_curtain(world, actor=self.director, reason="test", room_id=room)
        return room

    def guardian(self, class_group: int | None = None) -> Guardian:
        """Add a guardian for whom everything is in order."""
        world, actor = self.living.world, self.office
        self.living.count += 1
        name, sign_in_name = f"林小明 {self.living.count}", f"guardian{self.living.count}"
        person = acts_people.add_person(
            world, actor=actor, reason="test", name=name, sign_in_name=sign_in_name, school_id=self.school
        )
        acts_people.set_passphrase(world, actor=actor, reason="test", person_id=person, passphrase=PASSPHRASE)
        child = acts_people.add_child(
            world, actor=actor, reason="test", school_id=self.school, name=f"小豆 {self.living.count}"
        )
        until_then = world.clock.now() + TERM
        enrolment = acts_people.enrol(
            world,
            actor=actor,
            reason="test",
            child_id=child,
            class_group_id=class_group or self.class_group,
            starts_at=self.now,
            ends_at=None,
        )
        guardianship = acts_people.add_guardianship(
            world,
            actor=actor,
            reason="test",
            person_id=person,
            child_id=child,
            starts_at=self.now,
            ends_at=None,
        )
        acts_people.verify_guardianship(
            world, actor=self.director, reason="test", guardianship_id=guardianship, until=until_then
        )
        grant = acts_people.issue_grant(
            world,
            actor=self.director,
            reason="test",
            guardianship_id=guardianship,
            starts_at=self.now,
            ends_at=until_then,
        )
        return Guardian(person, sign_in_name, name, guardianship, grant, enrolment)

    def key_of(self, record: type[Room | Grant | Person], number: int) -> str:
        """Return the public key of a record."""
        with reading(self.living.world.database) as connection:
            return str(connection.execute(select(record.key).where(record.id == number)).scalar_one())

    @property
    def room_key(self) -> str:
        """Return the room's public key."""
        return self.key_of(Room, self.room)

    def reader(self, who: str, rate: float | None = None) -> tuple[Reader, str]:
        """Sign in without a browser; return the reader and its form token."""
        return signed_in(self.living.port, who, rate)


def signed_in(port: int, who: str, rate: float | None = None) -> tuple[Reader, str]:
    """Sign *who* in over HTTP; return a reader with its cookies and a form token."""
    reader = Reader(port, "", rate)
    front = reader.get("/")
    reader.cookie = front.headers.get("set-cookie", "").split(";")[0]
    body = f"csrf_token={_token(front.body)}&sign_in_name={who}&passphrase={PASSPHRASE.replace(' ', '+')}"
    answer = reader.request(
        "POST",
        "/sign-in",
        body.encode(),
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
        Origin=f"http://127.0.0.1:{port}",
    )
    assert answer.status in {302, 303}, (answer.status, answer.body[:400])
    reader.cookie = "; ".join(c for c in (reader.cookie, answer.headers["set-cookie"].split(";")[0]) if c)
    home = reader.get("/home")
    return reader, _token(home.body)


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)
    return found.group(1).decode() if found else ""


@contextmanager
def living_portal(home: Path, ram: Path) -> Iterator[Living]:
    """Stop the portal at the end, whatever happened."""
    living = Living(home, ram)
    try:
        yield living
    finally:
        living.stop()
        living.close()
