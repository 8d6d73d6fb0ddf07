"""The school in the running portal, and its people.

Acts go through the same functions as those of the commands; whoever looks, looks from
outside, over HTTP.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Actor
from access.budgets import NO_BUDGETS
from access.database import reading
from access.grants import Grant
from access.people import Person
from access.places import Camera, Room
from access.week import WeekWindow
from tests.consenting import agrees_on_paper
from tests.e2e.portal import Living, living_portal
from tests.e2e.reader import Reader
from tests.gates import opens_gates
from tests.shown_codes import shown_code

__all__ = [
    "ALL_WEEK",
    "PASSPHRASE",
    "Guardian",
    "Living",
    "LivingSchool",
    "living_portal",
    "signed_in",
    "token_in",
]

PASSPHRASE = "willow lantern drum 42"
TERM = timedelta(days=90)
ALL_WEEK: list[WeekWindow] = [(day, 0, 1440) for day in range(7)]


@dataclass(frozen=True, slots=True)
class Guardian:
    """One guardian with everything in order, and the records that make it so."""

    person: int
    sign_in_name: str
    name: str
    guardianship: int
    grant: int
    enrolment: int
    child: int


@dataclass
class LivingSchool:
    """One school in the living portal."""

    living: Living
    camera_address: str

    def __post_init__(self) -> None:
        world, actor = self.living.world, Actor(person_id=None, via="cli:test")
        self.now = world.clock.now() - timedelta(seconds=1)
        self.school = acts_people.add_school(
            world,
            actor=actor,
            reason="test",
            name="Sunflower",
            zone="Asia/Shanghai",
            language="zh",
            country=None,
            budgets=NO_BUDGETS,  # crowds and measurements watch for as long as they need
        )
        self.staff = {role: self._staff(role) for role in ("office", "director", "teacher", "administrator")}
        self.office = Actor(person_id=self.staff["office"], via="web")
        self.director = Actor(person_id=self.staff["director"], via="web")
        self.class_group = self.add_class("Oak")
        self.room = self.add_room("Oak room", self.camera_address)
        self.room_use = self.use_room(self.room, self.class_group)
        self.open_curtain()

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

    def add_class(self, name: str, windows: Iterable[WeekWindow] = ALL_WEEK) -> int:
        """Add a class group with its viewing hours."""
        class_group = acts_people.add_class_group(
            self.living.world, actor=self.office, reason="test", school_id=self.school, name=name
        )
        self.set_hours(windows, class_group)
        return class_group

    def set_hours(self, windows: Iterable[WeekWindow], class_group: int | None = None) -> None:
        """Replace the hours of a class group, Oak where none is named."""
        acts_places.set_hours(
            self.living.world,
            actor=self.director,
            reason="test",
            class_group_id=class_group or self.class_group,
            windows=windows,
        )

    def add_room(self, name: str, address: str, *, delay_allowance_seconds: float = 2.0) -> int:
        """Add a room with an activated camera; nobody uses it and its curtain is drawn."""
        world, actor = self.living.world, self.office
        room = acts_places.add_room(world, actor=actor, reason="test", school_id=self.school, name=name)
        camera = acts_places.add_camera(
            world,
            actor=actor,
            reason="test",
            room_id=room,
            name=name,
            address=address,
            delay_allowance_seconds=delay_allowance_seconds,
            allow_loopback=True,
        )
        opens_gates(world, camera, by=self.office, second=self.director)
        return room

    def use_room(
        self, room: int, class_group: int, starts_at: datetime | None = None, ends_at: datetime | None = None
    ) -> int:
        """Let a class group use a room, from now on where no dates are named."""
        return acts_places.use_room(
            self.living.world,
            actor=self.office,
            reason="test",
            room_id=room,
            class_group_id=class_group,
            starts_at=starts_at or self.now,
            ends_at=ends_at,
        )

    def draw_curtain(self, room: int | None = None) -> bool:
        """Hide a room, Oak's where none is named; say whether it is recorded already."""
        return acts_places.draw_curtain(
            self.living.world, actor=self.office, reason="nap", room_id=room or self.room
        )

    def revoke(self, guardian: Guardian) -> bool:
        """End a guardian's permission to watch; say whether it is recorded already."""
        return acts_people.revoke_grant(
            self.living.world, actor=self.office, reason="test", grant_id=guardian.grant
        )

    def open_curtain(self, room: int | None = None) -> None:
        """Show a room again, Oak's where none is named."""
        acts_places.open_curtain(
            self.living.world, actor=self.director, reason="nap is over", room_id=room or self.room
        )

    def guardian(self, class_group: int | None = None) -> Guardian:
        """Add a guardian for whom everything is in order."""
        world, actor = self.living.world, self.office
        self.living.count += 1
        name, sign_in_name = f"林小明 {self.living.count}", f"canary-guardian{self.living.count}"
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
        agrees_on_paper(world, guardianship, office=self.office, director=self.director)
        acts_people.verify_guardianship(
            world,
            actor=self.director,
            reason="test",
            guardianship_id=guardianship,
            shown_code=shown_code(world, guardianship),
            until=until_then,
        )
        grant = acts_people.issue_grant(
            world,
            actor=self.director,
            reason="test",
            guardianship_id=guardianship,
            starts_at=self.now,
            ends_at=until_then,
        )
        return Guardian(person, sign_in_name, name, guardianship, grant, enrolment, child)

    def key_of(self, record: type[Room | Grant | Person], number: int) -> str:
        """Return the public key of a record."""
        with reading(self.living.world.database) as connection:
            return str(connection.execute(select(record.key).where(record.id == number)).scalar_one())

    @property
    def camera(self) -> int:
        """Return the camera of Oak's room."""
        with reading(self.living.world.database) as connection:
            return int(connection.execute(select(Camera.id).where(Camera.room_id == self.room)).scalar_one())

    @property
    def room_key(self) -> str:
        """Return the public key of Oak's room."""
        return self.key_of(Room, self.room)

    def reader(self, who: str, rate: float | None = None) -> tuple[Reader, str]:
        """Sign in without a browser; return the reader and its form token."""
        return signed_in(self.living.outer_port, who, rate, tls=self.living.outer_tls)


def signed_in(port: int, who: str, rate: float | None = None, *, tls: bool = False) -> tuple[Reader, str]:
    """Sign *who* in over HTTP; return a reader with its cookies and a form token."""
    reader = Reader(port, "", rate, tls)
    front = reader.get("/")
    reader.keep_cookies(front)
    body = f"csrf_token={token_in(front.body)}&sign_in_name={who}&passphrase={PASSPHRASE.replace(' ', '+')}"
    answer = reader.request(
        "POST",
        "/sign-in",
        body.encode(),
        Content_Type="application/x-www-form-urlencoded",
        Sec_Fetch_Site="same-origin",
        Origin=reader.origin,
    )
    assert answer.status in {302, 303}, (answer.status, answer.body[:400])
    reader.keep_cookies(answer)
    home = reader.get("/home")
    reader.keep_cookies(home)  # a new sign-in has new forms
    return reader, token_in(home.body)


def token_in(page: bytes) -> str:
    """Return the form token of a page; empty where it has none."""
    found = re.search(rb'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)
    return found.group(1).decode() if found else ""
