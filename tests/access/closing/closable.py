"""A school that is closed and opened, told in sentences."""

from datetime import timedelta
from typing import Any

from access import acts_people, acts_places
from access.acts import Actor
from access.acts_closing import close_school, confirm_opening, propose_opening
from access.database import reading
from access.due import due_cameras
from access.facts import load_facts
from access.marked import load_unmarked
from access.policy import Decision, Denied, decide
from access.reasons import Reason
from access.school_closing import Closed, load_closed
from access.sign_ins import begin_sign_in, recognise
from access.stops import Mark, Scope
from tests.access.writing_school import MACHINE, WHY, WritingSchool

ALL_DAY = [(day, 0, 1440) for day in range(7)]
MINUTE = timedelta(minutes=1)


class ClosableSchool:
    """The school of the acts with its staff appointed and hours all day, a minute later."""

    def __init__(self, written: WritingSchool) -> None:
        self.written, self.world, self.id = written, written.world, written.id
        self.clock: Any = written.world.clock
        self.teacher = Actor(written.person("teacher"), "web")
        self.outsider = Actor(written.person("outsider"), "web")
        self.places = {
            role: acts_people.appoint(
                self.world,
                actor=MACHINE,
                reason=WHY,
                school_id=self.id,
                person_id=who.person_id or 0,
                role=role,
            )
            for role, who in (
                ("office", written.office),
                ("director", written.director),
                ("teacher", self.teacher),
            )
        }
        acts_places.set_hours(
            self.world, actor=MACHINE, reason=WHY, class_group_id=written.class_group, windows=ALL_DAY
        )
        self.sign_in = recognise(self.world, begin_sign_in(self.world, written.guardian, "Phone"))
        self.later()

    def later(self, by: timedelta = MINUTE) -> None:
        """Let time pass."""
        self.clock.advance(by)

    def closes(self, reason: str = "police", by: Actor | None = None) -> bool:
        """Close the school."""
        return close_school(self.world, actor=by or self.written.director, reason=reason, school_id=self.id)

    def proposes(self, by: Actor | None = None) -> str:
        """Propose to open it."""
        return propose_opening(
            self.world, actor=by or self.written.office, reason="all clear", school_id=self.id
        )

    def confirms(self, proposal: str, by: Actor | None = None) -> None:
        """Agree to open it."""
        confirm_opening(
            self.world,
            actor=by or self.written.director,
            reason="all clear",
            school_id=self.id,
            proposal=proposal,
        )

    def opens(self) -> None:
        """Open it again, by two."""
        self.confirms(self.proposes())

    def decides(self) -> Decision:
        """Decide for the guardian, marks included."""
        now = self.clock.now()
        assert self.sign_in
        facts = load_unmarked(
            self.world, sign_in_id=self.sign_in.sign_in_id, room_id=self.written.room, now=now
        )
        return decide(facts, now)

    def decides_by_records(self) -> Decision:
        """Decide as after a loss of all memory: by what is written alone."""
        now = self.clock.now()
        assert self.sign_in
        with reading(self.world.database) as connection:
            facts = load_facts(
                connection, sign_in_id=self.sign_in.sign_in_id, room_id=self.written.room, now=now
            )
        return decide(facts, now)

    def due(self) -> int:
        """Return how many cameras are to be connected."""
        with reading(self.world.database) as connection:
            return len(due_cameras(connection, self.world.vault, self.clock.now(), self.world.stops))

    def closed(self) -> Closed | None:
        """Return what staff read of it."""
        with reading(self.world.database) as connection:
            return load_closed(connection, self.id, self.clock.now())

    def forgets_marks(self) -> None:
        """Lose every mark, as a machine does with its memory."""
        self.world.stops.clear([Mark(Scope.SCHOOL, self.id)])

    def told(self) -> list[str]:
        """Return the kinds of the school's newest entries on it, oldest first."""
        kinds = [entry.kind for entry in self.written.entries()][::-1]
        return [kind for kind in kinds if kind in KINDS]


KINDS = {"school:closed", "school:opening_proposed", "school:opened", "school:opening_refused"}
CLOSED = Denied(Reason.SCHOOL_CLOSED)
