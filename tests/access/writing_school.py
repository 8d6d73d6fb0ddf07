"""A small school brought about by the acts themselves: two staff, a child, a room."""

import copy
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Actor
from access.budgets import NO_BUDGETS
from access.database import reading
from access.log.entry import Entry, read_entries
from access.people import School
from access.world import World
from tests.consenting import agrees_on_paper
from tests.copying import copy_records
from tests.gates import opens_gates
from tests.shown_codes import shown_code

WHY = "because the test says so"
MACHINE = Actor(None, "cli:test")
ADDRESS = "rtsp://canary-user:canary-word@192.0.2.7:554/canary-path"
PASSPHRASE = "canary horse battery staple"


class WritingSchool:
    """The records a guardian's right stands on, all in order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = acts_people.add_school(
            world,
            actor=MACHINE,
            reason=WHY,
            name="Sunflower",
            zone="Asia/Shanghai",
            language="zh",
            budgets=NO_BUDGETS,  # which an earlier version cannot keep
        )
        self.office = Actor(self.person("office"), "web")
        self.director = Actor(self.person("director"), "web")
        for actor in (self.office, self.director):
            self._has_a_place(actor)
        self.guardian = self.person("guardian", by=self.office)
        act: dict[str, Any] = {"actor": self.office, "reason": WHY}
        acts_people.set_passphrase(world, **act, person_id=self.guardian, passphrase=PASSPHRASE)
        now = world.clock.now()
        self.child = acts_people.add_child(world, **act, school_id=self.id, name="小豆")
        self.class_group = acts_people.add_class_group(world, **act, school_id=self.id, name="Oak")
        self.enrolment = acts_people.enrol(
            world, **act, child_id=self.child, class_group_id=self.class_group, starts_at=now
        )
        self.guardianship = acts_people.add_guardianship(
            world, **act, person_id=self.guardian, child_id=self.child, starts_at=now
        )
        agrees_on_paper(world, self.guardianship, office=self.office, director=self.director)
        acts_people.verify_guardianship(
            world,
            actor=self.director,
            reason=WHY,
            guardianship_id=self.guardianship,
            shown_code=shown_code(world, self.guardianship),
            until=now + timedelta(days=90),
        )
        self.grant = acts_people.issue_grant(
            world,
            **act,
            guardianship_id=self.guardianship,
            starts_at=now,
            ends_at=now + timedelta(days=90),
        )
        self.room = acts_places.add_room(world, **act, school_id=self.id, name="Oak room")
        self.room_use = acts_places.use_room(
            world, **act, room_id=self.room, class_group_id=self.class_group, starts_at=now
        )
        self.camera = acts_places.add_camera(world, **act, room_id=self.room, name="wall", address=ADDRESS)
        opens_gates(world, self.camera, by=self.office, second=self.director)
        acts_places.open_curtain(world, **act, room_id=self.room)

    def _has_a_place(self, actor: Actor) -> None:
        """Have somebody be on the staff: no more than it takes to confirm a camera's gates."""
        assert actor.person_id is not None
        place: dict[str, Any] = {"school_id": self.id, "person_id": actor.person_id, "role": "teacher"}
        acts_people.appoint(self.world, actor=MACHINE, reason=WHY, **place)

    def copied(self, world: World) -> Self:
        """Return the same school in *world*, which is empty so far; both in SQLite."""
        copy_records(self.world, world)
        return self.seen_in(world)

    def seen_in(self, world: World) -> Self:
        """Return the same school as *world* has it, in which its records lie already."""
        other = copy.copy(self)
        other.world = world
        return other

    def person(self, sign_in_name: str, by: Actor = MACHINE) -> int:
        """Add somebody."""
        return acts_people.add_person(
            self.world,
            actor=by,
            reason=WHY,
            name=sign_in_name.title(),
            sign_in_name=sign_in_name,
            school_id=self.id,
        )

    def revision(self) -> int:
        """Return the school's revision."""
        with reading(self.world.database) as connection:
            return int(connection.execute(select(School.revision).where(School.id == self.id)).scalar_one())

    def entries(self, log: int | None = None) -> list[Entry]:
        """Return the entries of the school's log, newest first."""
        with reading(self.world.database) as connection:
            return read_entries(connection, self.id if log is None else log, limit=10_000)
