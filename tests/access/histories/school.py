"""A school with every kind of watcher, and the slow model of it as it begins."""

import copy
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import select

from access import acts_delegates, acts_people
from access.acts import Actor
from access.acts_consent import agree
from access.consenting import of_staff
from access.database import reading
from access.places import Camera
from access.world import World
from tests.access.histories.model import GATES, Model
from tests.access.histories.records import Consent, Place, Record, Way, Window
from tests.access.two_rooms import ALL_WEEK, ELM, OAK, Family, TwoRooms
from tests.access.writing_school import MACHINE, PASSPHRASE, WHY
from tests.consenting import agrees_on_paper
from tests.shown_codes import shown_code

FATHER, MOTHER, AUNT, ELSA = "father", "mother", "aunt", "elsa"
#: Who watches by which ties: Elsa has twins in two classes, the aunt watches for the father.
WAYS = {
    FATHER: [Way("father", "oak child")],
    MOTHER: [Way("mother", "oak child")],
    AUNT: [Way("father", "oak child", "aunt", FATHER)],
    ELSA: [Way("elsa", "elm child"), Way("twin", "twin")],
}
PEOPLE = tuple(WAYS)
TIES = ("father", "mother", "elsa", "twin")
CHILDREN = ("oak child", "elm child", "twin")
CLASSES = ROOMS = (OAK, ELM)
#: Of the staff: one who agreed, and one who has not answered.
STAFF = (TEACHER, TRAINEE) = ("teacher", "trainee")
#: Whom the school asks.
AUDIENCES = ("family", "staff")
#: So long does a gate hold where the school has said of no term.
CONFIRMED_FOR = timedelta(days=200)
#: So long does a check of who the mother is hold.
CHECKED = timedelta(days=3)


class Neighbour(TwoRooms):
    """Another school of the same installation."""

    def person(self, sign_in_name: str, by: Actor = MACHINE) -> int:
        """Add somebody, who is called otherwise than anybody of the first school."""
        return super().person(f"far-{sign_in_name}", by)


class WholeSchool(TwoRooms):
    """Two rooms; a father, a mother, an aunt who watches for him, and a mother of twins in two classes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        for role, who in (("office", self.office), ("director", self.director)):
            acts_people.appoint(
                world, actor=MACHINE, reason=WHY, person_id=who.person_id or 0, school_id=self.id, role=role
            )
        self.staff = {name: self._works_here(name) for name in STAFF}
        self.next_door = Neighbour(world)
        oak, elm = self.families[OAK], self.families[ELM]
        with reading(world.database) as connection:
            rows = connection.execute(select(Camera.room_id, Camera.id)).all()
        self.cameras = {name: dict(rows)[room] for name, room in self.rooms.items()}
        twin = self.family("twin", OAK, person=elm.person)
        mother = self._beside(oak)
        self.people = {FATHER: oak, MOTHER: mother, AUNT: self._aunt(oak), ELSA: elm}
        self.ties = {"father": oak, "mother": mother, "elsa": elm, "twin": twin}
        self.children = {"oak child": oak.child, "elm child": elm.child, "twin": twin.child}

    def seen_in(self, world: World) -> Self:
        """Return the same school as *world* has it, in which its records lie already."""
        other = super().seen_in(world)
        other.next_door = copy.copy(self.next_door)
        other.next_door.world = world
        other.people, other.ties = dict(self.people), dict(self.ties)
        return other

    def model(self) -> Model:
        """Return the slow model of the school as it begins."""
        now, long = self.world.clock.now(), timedelta(days=90)

        def record(number: int = 0, **more: Any) -> Record:
            return Record(now, now, number=number, **more)

        model = Model(ways=WAYS)
        for who, family in self.people.items():
            model.accounts[who] = record(family.person)
            model.devices[who].append(record(family.sign_in, ends_at=now + timedelta(days=30)))
        for name, family in self.ties.items():
            model.ties[name] = record(family.guardianship)
            model.consents[name].append(Consent(now, now))
            model.checks[name] = record(ends_at=now + (CHECKED if name == MOTHER else long))
            model.grants[name].append(record(family.grant, ends_at=now + long))
        model.ties[AUNT] = record(self.delegation)
        model.checks[AUNT] = record(ends_at=now + long)
        for child, group in zip(CHILDREN, (OAK, ELM, OAK), strict=True):
            enrolled = next(tie.enrolment for tie in self.ties.values() if tie.child == self.children[child])
            model.places.append(Place(now, now, number=enrolled, of=child, where=group))
        model.staff_consents[TEACHER].append(Consent(now, now))
        for audience in AUDIENCES:
            model.texts[audience].append(record())
        for name in ROOMS:
            model.rooms.append(Place(now, now, of=name, where=name))
            model.windows[name] += [
                Window(now, now, weekday=day, starts=starts, ends=ends) for day, starts, ends in ALL_WEEK
            ]
            model.cameras[name].append(record(self.cameras[name]))
            model.curtains[name].append(record())
            model.levels[name], model.kinds[name] = "clear", "classroom"
            for gate in GATES:
                model.gates[name, gate].append(record(ends_at=now + CONFIRMED_FOR))
        return model

    def verifies(self, tie: int) -> None:
        """Check who somebody is, for three days."""
        acts_people.verify_guardianship(
            self.world,
            actor=self.director,
            reason=WHY,
            guardianship_id=tie,
            shown_code=shown_code(self.world, tie),
            until=self.world.clock.now() + CHECKED,
        )

    def _works_here(self, name: str) -> int:
        """Add somebody to the staff; the teacher agrees to be shown."""
        person = self.person(name, by=self.office)
        place: dict[str, Any] = {"school_id": self.id, "person_id": person, "role": "teacher"}
        acts_people.appoint(self.world, actor=MACHINE, reason=WHY, **place)
        if name == TEACHER:
            agree(self.world, actor=Actor(person, "web"), whose=of_staff(self.world, self.id, person))
        return person

    def _beside(self, family: Family) -> Family:
        """Give the child of a family a second guardian."""
        now = self.world.clock.now()
        person = self._guardian("mother")
        tie = acts_people.add_guardianship(
            self.world, **self.act, person_id=person, child_id=family.child, starts_at=now
        )
        agrees_on_paper(self.world, tie, office=self.office, director=self.director)
        self.verifies(tie)
        span: dict[str, Any] = {"starts_at": now, "ends_at": now + timedelta(days=90)}
        grant = acts_people.issue_grant(self.world, **self.act, guardianship_id=tie, **span)
        return Family(person, family.child, tie, family.enrolment, grant, self.device(person))

    def _aunt(self, family: Family) -> Family:
        """Let somebody watch for the guardian of a family."""
        self.delegation = acts_delegates.propose_delegate(
            self.world,
            actor=Actor(family.person, "web"),
            guardianship_id=family.guardianship,
            name="Aunt",
        )
        act: dict[str, Any] = {"reason": WHY, "delegation_id": self.delegation}
        made = acts_delegates.approve_delegate(self.world, actor=self.director, **act)
        acts_people.set_passphrase(
            self.world, actor=self.director, reason=WHY, person_id=made.person_id, passphrase=PASSPHRASE
        )
        code = shown_code(self.world, self.delegation, delegate=True)
        until = self.world.clock.now() + timedelta(days=90)
        acts_delegates.verify_delegate(self.world, actor=self.office, shown_code=code, until=until, **act)
        return Family(made.person_id, family.child, family.guardianship, 0, 0, self.device(made.person_id))
