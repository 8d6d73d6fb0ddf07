"""How a school of the tests begins: its staff, its classes, and a room with a camera for each."""

import itertools
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.failed_tries import FailedTries
from access.looking import Looks
from access.places import Camera
from access.presence import Presence
from access.viewing import Viewings
from access.world import World
from app import create_app
from app.config import Settings
from app.live.cutter import Cutter
from app.live.slots import Slots
from app.services import Services
from streaming.store import MemoryStore
from tests.browser import Browser
from tests.filmed import FilmedRoom
from tests.gates import opens_gates

ZONE = "Asia/Shanghai"
#: 09:00 to 11:30 on every day of the week.
MORNINGS = [(day, 9 * 60, 11 * 60 + 30) for day in range(7)]
CONTACT = "mailto:security@school.example"
CAMERA_ADDRESS = "rtsp://canary-user:canary-word@192.0.2.7:554/canary-path"


def sign_in_name_of(number: int) -> str:
    """Return what somebody types to sign in; known again in any line (:mod:`tests.canaries`)."""
    return f"canary-person{number}"


@dataclass(frozen=True, slots=True)
class Called:
    """What a school and everybody in it are called, so that two schools can be told apart."""

    school: str = "Sunflower"
    person: str = "林小明"
    child: str = "小豆"
    classes: tuple[str, str] = ("Oak", "Elm")


NEIGHBOUR = Called("Moonflower", "陈月亮", "阿月", ("Rowan", "Alder"))


class Founded:
    """A school in which nobody watches yet."""

    def __init__(self, world: World, clock: FrozenClock, home: Path, *, called: Called | None = None) -> None:
        self.called = called or Called()
        self.zone = ZONE
        self._people = itertools.count(1)
        self._machine = Actor(person_id=None, via="cli:test")
        self._stand(world, clock, home)
        self._begin()
        self._until_half_past_nine()

    def visitor(self) -> Browser:
        """Return the browser of somebody who is not signed in."""
        return Browser(self.app)

    def person(self, by: Actor | None = None) -> int:
        """Add somebody and return their record; nobody is named where it is not said who does."""
        number = next(self._people)
        return acts_people.add_person(
            self.world,
            actor=by or self._machine,
            reason="test",
            name=f"{self.called.person} {number}",
            sign_in_name=sign_in_name_of(number),
            school_id=self.id,
        )

    def _stand(self, world: World, clock: FrozenClock, home: Path) -> None:
        self.world = world
        self.clock = clock
        self.segments = MemoryStore()
        self.settings = Settings(data_directory=home, ram_directory=home, security_contact=CONTACT)
        self.viewings = Viewings(world)
        self.presence = Presence(world)
        self.tries = FailedTries(world)
        self.looks = Looks(world)
        slots, ring = Slots(self.settings.media_slots), self.settings.ring_seconds
        self.cutter = Cutter(self.viewings, clock, slots=slots, ring_seconds=ring)
        self.look_cutter = Cutter(self.looks, clock, slots=slots, ring_seconds=ring)
        self.app = create_app(self.services(self.settings), secret_key=bytes(32))

    def services(self, settings: Settings) -> Services:
        """Return the parts of the application, with these settings."""
        return Services(
            *(self.world, self.segments, self.viewings, self.presence, self.cutter, settings),
            *(self.looks, self.look_cutter, self.tries),
        )

    def _until_half_past_nine(self) -> None:
        self.clock.advance(timedelta(minutes=30))
        self.not_found = self.visitor().get("/nothing/here")

    def _begin(self) -> None:
        self.id = acts_people.add_school(
            self.world,
            actor=self._machine,
            reason="test",
            name=self.called.school,
            zone=self.zone,
            language="zh",
        )
        self.staff = {
            role: self._appoint(role) for role in ("teacher", "office", "director", "administrator")
        }
        self.office_actor = Actor(person_id=self.staff["office"], via="web")
        self.director_actor = Actor(person_id=self.staff["director"], via="web")
        self.class_groups: dict[str, int] = {}
        self.rooms: dict[str, int] = {}
        self.cameras: dict[str, FilmedRoom] = {}
        for name in self.called.classes:
            self._class_group(name)

    def _appoint(self, role: str) -> int:
        person = self.person()
        acts_people.appoint(
            self.world, actor=self._machine, reason="test", school_id=self.id, person_id=person, role=role
        )
        return person

    def _child(self, name: str) -> int:
        return acts_people.add_child(
            self.world, actor=self.office_actor, reason="test", school_id=self.id, name=name
        )

    def _class_group(self, name: str) -> None:
        act: dict[str, Any] = {"actor": self.office_actor, "reason": "test"}
        group = acts_people.add_class_group(self.world, **act, school_id=self.id, name=name)
        acts_places.set_hours(self.world, **act, class_group_id=group, windows=MORNINGS)
        room = acts_places.add_room(self.world, **act, school_id=self.id, name=f"{name} room")
        acts_places.use_room(
            self.world, **act, room_id=room, class_group_id=group, starts_at=self.clock.now(), ends_at=None
        )
        camera = acts_places.add_camera(
            self.world, **act, room_id=room, name=name, address=CAMERA_ADDRESS, allow_loopback=False
        )
        opens_gates(self.world, camera, by=self.office_actor, second=self.director_actor)
        acts_places.open_curtain(self.world, **act, room_id=room)
        self.class_groups[name], self.rooms[name] = group, room
        with reading(self.world.database) as connection:
            key = connection.execute(select(Camera.key).where(Camera.id == camera)).scalar_one()
        self.cameras[name] = FilmedRoom(self.world, self.segments, key)
