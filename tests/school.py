"""A school told in sentences, on the real application with real parts made small."""

import copy
import json
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
from access.places import Room
from access.sign_ins import begin_sign_in, recognise
from access.world import World
from tests.browser import Browser
from tests.consenting import agrees_on_paper
from tests.copying import copy_records
from tests.filmed import FilmedRoom
from tests.founded import CAMERA_ADDRESS, CONTACT, NEIGHBOUR, ZONE, Called, Founded, sign_in_name_of
from tests.guardian import Guardian
from tests.shown_codes import shown_code

__all__ = [
    "CAMERA_ADDRESS",
    "CONTACT",
    "NEIGHBOUR",
    "PASSPHRASE",
    "Called",
    "Guardian",
    "School",
    "sign_in_name_of",
]

TERM = timedelta(days=90)
#: Of everybody who has one.
PASSPHRASE = "willow lantern drum 42"


class School(Founded):
    """Two class groups, Oak and Elm, each in its own room with an open curtain, within hours."""

    def copied(self, world: World, clock: FrozenClock, home: Path) -> "School":
        """Return the same school in *world*, at 09:00 and empty so far; both in SQLite."""
        copy_records(self.world, world)
        other = self._in_a_process(world, clock, home)
        other._people = copy.copy(self._people)
        other._until_half_past_nine()
        return other

    def begun_anew(self, world: World, home: Path) -> "School":
        """Return the same school as a process serves it that has just begun, from the records in *world*."""
        return self._in_a_process(world, self.clock, home)

    def _in_a_process(self, world: World, clock: FrozenClock, home: Path) -> "School":
        other = copy.copy(self)
        other.class_groups, other.rooms = dict(self.class_groups), dict(self.rooms)
        other._stand(world, clock, home)
        other.cameras = {
            name: FilmedRoom(world, other.segments, camera.key) for name, camera in self.cameras.items()
        }
        return other

    def one_more_class(self, name: str) -> None:
        """Add a class with a room of its own, which is shown like the others."""
        self._class_group(name)

    def neighbour(self, *, zone: str = ZONE, called: Called = NEIGHBOUR) -> "School":
        """Return a second school of the same installation: with two classes, Rowan and Alder."""
        other = copy.copy(self)
        other.called, other.zone = called, zone
        other._begin()
        self.clock.advance(timedelta(minutes=1))
        return other

    # -- people ------------------------------------------------------------------------

    def guardian(
        self,
        of: str = "Oak",
        *,
        verified: bool = True,
        granted: bool = True,
        enrolled: bool = True,
        consents: bool = True,
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
        if consents:
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

    def last_entry(self, kind: str) -> dict[str, Any]:
        """Return what the newest entry of *kind* says."""
        with reading(self.world.database) as connection:
            body = connection.execute(
                select(LogEntry.body).where(LogEntry.kind == kind).order_by(LogEntry.id.desc()).limit(1)
            ).scalar_one()
        found: dict[str, Any] = json.loads(body or b"")
        return found
