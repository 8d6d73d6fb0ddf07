"""Everybody whom an act may stop watches at once: who goes on, and how a picture under way hears of it."""

from typing import Any

from access.acts_families import add_child, add_class_group, add_guardianship, enrol
from access.clock import FrozenClock
from access.errors import RightEnded
from access.marked import along, load_unmarked
from access.policy import Allowed, Denied, decide
from access.viewing import Leave, Viewings
from tests.access.histories.school import AUNT, ELSA, FATHER, MOTHER, WholeSchool
from tests.access.one_room import SignedInHere
from tests.access.two_rooms import ELM, OAK, SECOND, Family, TwoRooms, room_key

PHONE = "Chrome, Android"
#: Watches a room of another school.
NEXT_DOOR = "next door"
#: Elsa's look into Oak, where a twin of hers is: another child of the class. As ``ELSA`` she looks into Elm.
TWIN = "twin"

HIS = frozenset({FATHER, AUNT})
OF_THE_CHILD = HIS | {MOTHER}
IN_THE_ROOM = OF_THE_CHILD | {TWIN}
IN_THE_SCHOOL = IN_THE_ROOM | {ELSA}
EVERYBODY = IN_THE_SCHOOL | {NEXT_DOOR}

#: How a picture under way hears that it is over: by what is asked of memory, or of the records.
MARK, REVISION, HORIZON = "mark", "revision", "horizon"


class Watched:
    """A school, and the viewings that run in it; acts are done upon Oak, its child and its child's father."""

    def __init__(self, school: WholeSchool, clock: FrozenClock) -> None:
        self.school, self.world, self.clock = school, school.world, clock
        self.act: dict[str, Any] = school.act
        self.father = school.people[FATHER]
        self.viewings = Viewings(self.world)
        self.leaves: dict[str, Leave] = {}
        #: What was made ready for the act, such as the record that it ends.
        self.ready: Any = None

    def everybody_watches(self) -> None:
        """Open every viewing; each is allowed."""
        for who in sorted(EVERYBODY):
            school, family, room = self._asked(who)
            leave = self.viewings.open(SignedInHere(family.sign_in), room_key(school, room), PHONE)
            assert isinstance(leave, Leave), (who, leave)
            self.leaves[who] = leave

    def father_watched(self, times: int) -> None:
        """Let the father have watched so many times nine seconds: less than a lease."""
        for _ in range(times):
            leave = self.viewings.open(SignedInHere(self.father.sign_in), room_key(self.school, OAK), PHONE)
            assert isinstance(leave, Leave), leave
            self.clock.advance(9 * SECOND)
            self.viewings.close(leave.viewing_key, leave.sign_in_id, "viewing:left")

    def refused(self) -> dict[str, str]:
        """Return whose next request for a picture is refused, each along its own way, with its reason."""
        found, now = {}, self.clock.now()
        for who, leave in self.leaves.items():
            ids: dict[str, Any] = {"sign_in_id": leave.sign_in_id, "room_id": leave.room_id}
            assert isinstance(leave.allowed, Allowed)
            decision = decide(along(load_unmarked(self.world, **ids, now=now), leave.allowed.way), now)
            if isinstance(decision, Denied):
                found[who] = decision.reason.value
        return found

    def cut(self) -> dict[str, str]:
        """Return whose pictures one turn of the cutter cuts, with how it heard of it.

        What it asks every 100 ms is asked here once, of each body and in its order.
        """
        found = {}
        revisions = self.viewings.revision(leave.school_id for leave in self.leaves.values())
        for who, leave in self.leaves.items():
            now = self.clock.now()
            if self.viewings.stopped(leave, now):
                found[who] = HORIZON if now >= leave.allowed.until else MARK
            elif revisions[leave.school_id] != leave.revision and self.viewings.decide_again(leave) is None:
                found[who] = REVISION
        return found

    def over(self) -> set[str]:
        """Return whose pictures are stopped and whose next request is turned away."""
        found = {who for who, leave in self.leaves.items() if self._is_over(leave)}
        now = self.clock.now()
        assert found == {who for who, leave in self.leaves.items() if self.viewings.stopped(leave, now)}
        return found

    def closed(self) -> int:
        """Return how many viewings the log says are over."""
        return self.school.kinds().count("viewing:closed")

    def class_of_somebody_silent(self) -> int:
        """Add a class in no room, with a child whose guardian has agreed to nothing, and return it."""
        group = add_class_group(self.world, **self.act, school_id=self.school.id, name="Ash")
        self.enrols(self.child_of_somebody_silent(), group)
        return group

    def child_of_somebody_silent(self) -> int:
        """Add a child in no class, whose guardian has agreed to nothing, and return it."""
        child = add_child(self.world, **self.act, school_id=self.school.id, name="Silent")
        self.ties(child)
        return child

    def enrols(self, child: int, group: int) -> None:
        """Give a child a place in a class."""
        place: dict[str, Any] = {"child_id": child, "class_group_id": group, "starts_at": self.clock.now()}
        enrol(self.world, **self.act, **place)

    def ties(self, child: int) -> int:
        """Give a child one more guardian, who has agreed to nothing, and return the guardianship."""
        person = self.school.person("silent", by=self.school.office)
        now = self.clock.now()
        return add_guardianship(self.world, **self.act, person_id=person, child_id=child, starts_at=now)

    def _is_over(self, leave: Leave) -> bool:
        try:
            self.viewings.leave(leave.sign_in_id, leave.viewing_key)
        except RightEnded:
            return True
        return False

    def _asked(self, who: str) -> tuple[TwoRooms, Family, str]:
        if who == NEXT_DOOR:
            return self.school.next_door, self.school.next_door.families[OAK], OAK
        if who == TWIN:
            return self.school, self.school.people[ELSA], OAK
        return self.school, self.school.people[who], ELM if who == ELSA else OAK
