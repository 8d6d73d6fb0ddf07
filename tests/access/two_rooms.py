"""Two classes, Oak and Elm, each in its own room with a family, within hours and in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import select

from access import acts_people, acts_places
from access.database import reading
from access.marked import load_unmarked
from access.people import SignIn
from access.places import Room
from access.policy import Allowed, Decision, Denied, decide
from access.sign_ins import begin_sign_in
from access.world import World
from tests.access.writing_school import ADDRESS, PASSPHRASE, WHY, WritingSchool
from tests.consenting import agrees_on_paper
from tests.gates import opens_gates
from tests.shown_codes import shown_code

OAK, ELM = "Oak", "Elm"
ALL_WEEK = [(day, 8 * 60, 18 * 60) for day in range(7)]
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Family:
    """A guardian's device, and the child they watch through it."""

    person: int
    child: int
    guardianship: int
    enrolment: int
    grant: int
    sign_in: int


class TwoRooms(WritingSchool):
    """Class and room are named alike; ``decides`` answers for a family and a room."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        now = world.clock.now()
        self.act: dict[str, Any] = {"actor": self.office, "reason": WHY}
        self.groups, self.rooms = {OAK: self.class_group}, {OAK: self.room}
        self.groups[ELM] = acts_people.add_class_group(world, **self.act, school_id=self.id, name=ELM)
        self.rooms[ELM] = acts_places.add_room(world, **self.act, school_id=self.id, name="Elm room")
        use: dict[str, Any] = {"room_id": self.rooms[ELM], "class_group_id": self.groups[ELM]}
        acts_places.use_room(world, **self.act, **use, starts_at=now)
        camera = acts_places.add_camera(
            world, **self.act, room_id=self.rooms[ELM], name="wall", address=ADDRESS
        )
        opens_gates(world, camera, by=self.office, second=self.director)
        acts_places.open_curtain(world, **self.act, room_id=self.rooms[ELM])
        for group in self.groups.values():
            acts_places.set_hours(world, **self.act, class_group_id=group, windows=ALL_WEEK)
        known = (self.guardian, self.child, self.guardianship, self.enrolment, self.grant)
        self.families = {OAK: Family(*known, self.device(self.guardian)), ELM: self.family("elm", ELM)}

    def seen_in(self, world: World) -> Self:
        """Return the same school as *world* has it, in which its records lie already."""
        other = super().seen_in(world)
        other.groups, other.rooms = dict(self.groups), dict(self.rooms)
        other.families = dict(self.families)
        return other

    def family(self, name: str, of: str, person: int | None = None) -> Family:
        """Add a child to a class, with a guardian, or as one more child of *person*."""
        now = self.world.clock.now()
        ends_at = now + timedelta(days=90)
        guardian = person or self._guardian(name)
        child = acts_people.add_child(self.world, **self.act, school_id=self.id, name=name.title())
        enrolment = acts_people.enrol(
            self.world, **self.act, child_id=child, class_group_id=self.groups[of], starts_at=now
        )
        guardianship = acts_people.add_guardianship(
            self.world, **self.act, person_id=guardian, child_id=child, starts_at=now
        )
        agrees_on_paper(self.world, guardianship, office=self.office, director=self.director)
        acts_people.verify_guardianship(
            self.world,
            actor=self.director,
            reason=WHY,
            guardianship_id=guardianship,
            shown_code=shown_code(self.world, guardianship),
            until=ends_at,
        )
        grant = acts_people.issue_grant(
            self.world, **self.act, guardianship_id=guardianship, starts_at=now, ends_at=ends_at
        )
        return Family(guardian, child, guardianship, enrolment, grant, self.device(guardian))

    def _guardian(self, name: str) -> int:
        person = self.person(name, by=self.office)
        acts_people.set_passphrase(self.world, **self.act, person_id=person, passphrase=PASSPHRASE)
        return person

    def device(self, person: int) -> int:
        """Sign somebody in on one more device."""
        begin_sign_in(self.world, person, "Chrome, Android", second="totp")
        with reading(self.world.database) as connection:
            newest = select(SignIn.id).where(SignIn.person_id == person).order_by(SignIn.id.desc()).limit(1)
            return int(connection.execute(newest).scalar_one())

    def decides(self, family: str | Family, room: str) -> Decision:
        """Decide for a family and a room at this instant, stop marks included."""
        known = self.families[family] if isinstance(family, str) else family
        now = self.world.clock.now()
        facts = load_unmarked(self.world, sign_in_id=known.sign_in, room_id=self.rooms[room], now=now)
        return decide(facts, now)

    def sees(self, family: str | Family) -> list[str]:
        """Return the rooms that a family may watch at this instant."""
        return [room for room in self.rooms if isinstance(self.decides(family, room), Allowed)]

    def since(self, family: str | Family, room: str) -> datetime:
        """Return since when a family may watch a room, which it may."""
        decision = self.decides(family, room)
        assert isinstance(decision, Allowed), decision
        return decision.since

    def told(self, family: str | Family, room: str) -> str | None:
        """Return the reason for which a family may not watch a room."""
        decision = self.decides(family, room)
        return decision.reason.value if isinstance(decision, Denied) else None

    def kinds(self) -> list[str]:
        """Return the kinds of the school's entries, oldest first."""
        return [entry.kind for entry in self.entries()[::-1]]


def seen(two: TwoRooms) -> list[list[str]]:
    """Return what the family of Oak and that of Elm see."""
    return [two.sees(OAK), two.sees(ELM)]


def room_key(two: TwoRooms, room: str) -> str:
    with reading(two.world.database) as connection:
        return str(connection.execute(select(Room.key).where(Room.id == two.rooms[room])).scalar_one())
