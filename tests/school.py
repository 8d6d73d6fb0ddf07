"""A school told in sentences, on the real application with real parts made small."""

import copy
import itertools
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from access import acts_delegates, acts_people, acts_places
from access.acts import Actor
from access.clock import FrozenClock
from access.database import reading
from access.grants import Grant
from access.log.store import LogEntry
from access.places import Camera, Room
from access.presence import Presence
from access.sign_ins import begin_sign_in, recognise
from access.viewing import Viewings
from access.world import World
from app import create_app
from app.config import Settings
from app.live.cutter import Cutter
from app.live.slots import Slots
from app.services import Services
from streaming.store import MemoryStore
from tests.browser import Browser
from tests.consenting import agrees_on_paper
from tests.copying import copy_records
from tests.filmed import FilmedRoom
from tests.gates import opens_gates
from tests.guardian import Guardian
from tests.shown_codes import shown_code

__all__ = ["Guardian", "School"]

ZONE = "Asia/Shanghai"
TERM = timedelta(days=90)
#: Of everybody who has one.
PASSPHRASE = "willow lantern drum 42"
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


class School:
    """Two class groups, Oak and Elm, each in its own room with an open curtain, within hours."""

    def __init__(self, world: World, clock: FrozenClock, home: Path, *, called: Called | None = None) -> None:
        self.called = called or Called()
        self.zone = ZONE
        self._people = itertools.count(1)
        self._machine = Actor(person_id=None, via="cli:test")
        self._stand(world, clock, home)
        self._begin()
        self._until_half_past_nine()

    def copied(self, world: World, clock: FrozenClock, home: Path) -> "School":
        """Return the same school in *world*, at 09:00 and empty so far; both in SQLite."""
        other = copy.copy(self)
        other._people = copy.copy(self._people)
        copy_records(self.world, world)
        other._stand(world, clock, home)
        other.cameras = {
            name: FilmedRoom(world, other.segments, camera.key) for name, camera in self.cameras.items()
        }
        other._until_half_past_nine()
        return other

    def neighbour(self, *, zone: str = ZONE, called: Called = NEIGHBOUR) -> "School":
        """Return a second school of the same installation: with two classes, Rowan and Alder."""
        other = copy.copy(self)
        other.called, other.zone = called, zone
        other._begin()
        self.clock.advance(timedelta(minutes=1))
        return other

    # -- people ------------------------------------------------------------------------

    def visitor(self) -> Browser:
        """Return the browser of somebody who is not signed in."""
        return Browser(self.app)

    def guardian(
        self,
        of: str = "Oak",
        *,
        verified: bool = True,
        granted: bool = True,
        enrolled: bool = True,
        beside: Guardian | None = None,
        person: int | None = None,
    ) -> Guardian:
        """Return a guardian of a child in the class group *of*, signed in.

        Args:
            beside: another guardian of the same child, who has it enrolled already.
            person: somebody who is there already, such as a member of the staff.
        """
        if person is None:
            person = self.person(by=self.office_actor)
            self.gives_passphrase(person, PASSPHRASE)
        enrolled = enrolled and beside is None
        child = beside.child if beside else self._child(f"{self.called.child} {person}")
        span = {"starts_at": self.clock.now() - TERM, "ends_at": self.clock.now() + TERM}
        enrolment = (
            acts_people.enrol(
                self.world,
                actor=self.office_actor,
                reason="test",
                child_id=child,
                class_group_id=self.class_groups[of],
                **span,
            )
            if enrolled
            else None
        )
        guardianship = acts_people.add_guardianship(
            self.world, actor=self.office_actor, reason="test", person_id=person, child_id=child, **span
        )
        agrees_on_paper(self.world, guardianship, office=self.office_actor, director=self.director_actor)
        if verified:
            acts_people.verify_guardianship(
                self.world,
                actor=self.director_actor,
                reason="test",
                guardianship_id=guardianship,
                shown_code=shown_code(self.world, guardianship),
                until=span["ends_at"],
            )
        grant = (
            acts_people.issue_grant(
                self.world, actor=self.director_actor, reason="test", guardianship_id=guardianship, **span
            )
            if granted
            else None
        )
        token = self.sign_in(person)
        # Nothing opens the past: what was filmed before all this is not theirs to see.
        self.clock.advance(timedelta(minutes=1))
        return Guardian(
            self.app,
            token,
            room_key=self.room_key,
            person=person,
            child=child,
            guardianship=guardianship,
            grant=grant,
            enrolment=enrolment,
        )

    def gives_passphrase(self, person: int, passphrase: str) -> None:
        """Give somebody a passphrase at the desk, as the office does."""
        acts_people.set_passphrase(
            self.world, actor=self.office_actor, reason="test", person_id=person, passphrase=passphrase
        )

    def delegate(self, of: Guardian, *, name: str = "阿婆") -> Guardian:
        """Return somebody who may watch for a guardian: proposed, approved, verified and signed in."""
        delegation = acts_delegates.propose_delegate(
            self.world, actor=Actor(of.person, "web"), guardianship_id=of.guardianship, name=name
        )
        act: dict[str, Any] = {"reason": "test", "delegation_id": delegation}
        made = acts_delegates.approve_delegate(self.world, actor=self.director_actor, **act)
        # Whoever gives a passphrase could sign in with it, so a third checks who they are.
        acts_people.set_passphrase(
            self.world,
            actor=self.director_actor,
            reason="test",
            person_id=made.person_id,
            passphrase=PASSPHRASE,
        )
        code = shown_code(self.world, delegation, delegate=True)
        acts_delegates.verify_delegate(self.world, actor=self.office_actor, shown_code=code, **act)
        token = self.sign_in(made.person_id)
        self.clock.advance(timedelta(minutes=1))
        return Guardian(
            self.app,
            token,
            room_key=self.room_key,
            person=made.person_id,
            child=of.child,
            guardianship=of.guardianship,
            grant=of.grant,
            enrolment=of.enrolment,
        )

    def teacher(self) -> Browser:
        """Return the browser of a teacher."""
        return Browser(self.app, self.sign_in(self.staff["teacher"]))

    def office(self) -> Browser:
        """Return the browser of somebody in the office."""
        return Browser(self.app, self.sign_in(self.staff["office"]))

    def director(self) -> Browser:
        """Return the browser of the director."""
        return Browser(self.app, self.sign_in(self.staff["director"]))

    def administrator(self) -> Browser:
        """Return the browser of the administrator."""
        return Browser(self.app, self.sign_in(self.staff["administrator"]))

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

    def sign_in(self, person: int) -> str:
        """Sign *person* in on one more device, with a second factor, and return its token."""
        return begin_sign_in(self.world, person, "Chrome, Android", second="totp")

    def is_there(self, browser: Browser) -> None:
        """Have somebody be at their device however long the clock moved on; nothing for a stranger."""
        found = recognise(self.world, browser.cookie("__Host-sign-in") or "")
        if found:
            self.presence.saw(found.sign_in_id, self.clock.now())

    # -- what staff do -----------------------------------------------------------------

    def draws_curtain(self, room: str) -> None:
        """Hide the room, as a teacher does."""
        acts_places.draw_curtain(self.world, actor=self.office_actor, reason="nap", room_id=self.rooms[room])

    def opens_curtain(self, room: str) -> None:
        """Show the room again."""
        acts_places.open_curtain(
            self.world, actor=self.office_actor, reason="awake", room_id=self.rooms[room]
        )

    def revoke_every_grant(self) -> None:
        """End every grant there is."""
        with reading(self.world.database) as connection:
            grants = connection.execute(select(Grant.id).where(Grant.revoked_at.is_(None))).scalars().all()
        for grant in grants:
            acts_people.revoke_grant(self.world, actor=self.office_actor, reason="test", grant_id=grant)

    def camera(self, room: str) -> FilmedRoom:
        """Return the camera of *room*."""
        return self.cameras[room]

    def room_key(self, room: str) -> str:
        """Return the random name of *room* in addresses."""
        with reading(self.world.database) as connection:
            return str(connection.execute(select(Room.key).where(Room.id == self.rooms[room])).scalar_one())

    # -- what is written ---------------------------------------------------------------

    def log(self, prefix: str = "viewing:") -> list[str]:
        """Return the kinds of the school's entries that begin with *prefix*, oldest first."""
        with reading(self.world.database) as connection:
            kinds = connection.execute(
                select(LogEntry.kind).where(LogEntry.log == self.id).order_by(LogEntry.number)
            ).scalars()
            return [kind for kind in kinds if kind.startswith(prefix)]

    def last_entry(self, kind: str) -> dict[str, object]:
        """Return what the newest entry of *kind* says."""
        with reading(self.world.database) as connection:
            body = connection.execute(
                select(LogEntry.body).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
            ).scalar_one()
        found: dict[str, object] = json.loads(body)
        return found

    # -- how it begins -----------------------------------------------------------------

    def _stand(self, world: World, clock: FrozenClock, home: Path) -> None:
        self.world = world
        self.clock = clock
        self.segments = MemoryStore()
        self.settings = Settings(data_directory=home, ram_directory=home, security_contact=CONTACT)
        self.viewings = Viewings(world)
        self.presence = Presence(world)
        self.cutter = Cutter(
            self.viewings,
            clock,
            slots=Slots(self.settings.media_slots),
            ring_seconds=self.settings.ring_seconds,
        )
        self.app = create_app(
            Services(world, self.segments, self.viewings, self.presence, self.cutter, self.settings),
            secret_key=bytes(32),
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
