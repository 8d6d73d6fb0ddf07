"""A whole school is closed by one act at once, and opened again by two people, never by one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_people, acts_places
from access.acts import Actor, replay
from access.acts_closing import close_school, confirm_opening, propose_opening
from access.database import reading
from access.due import due_cameras
from access.epochs import begin_epoch
from access.errors import Refused
from access.explain import explain
from access.facts import load_facts
from access.marked import load_unmarked
from access.places import Camera, Epoch
from access.policy import Allowed, Decision, Denied, decide
from access.reasons import Reason
from access.roster import rooms_of
from access.schema import downgrade, upgrade
from access.school_closing import PROPOSAL_HOLDS, Closed, load_closed
from access.sign_ins import begin_sign_in, recognise
from access.stops import EVERYTHING, Mark, Scope
from tests.access.trouble import database_held, log_refusing
from tests.access.writing_school import MACHINE, WHY, WritingSchool
from tests.consenting import agrees_on_paper

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


@pytest.fixture
def school(written: WritingSchool) -> ClosableSchool:
    """A school in which somebody watches."""
    school = ClosableSchool(written)
    assert isinstance(school.decides(), Allowed)
    return school


def refusal(act: Callable[..., object], *said: Any, **more: Any) -> str:
    """Return why an act is refused."""
    with pytest.raises(Refused) as refused:
        act(*said, **more)
    return refused.value.reason


def test_one_act_closes_the_school_and_the_records_alone_keep_it_closed(school: ClosableSchool) -> None:
    assert school.due() == 1

    assert school.closes()

    assert school.decides() == CLOSED
    assert school.due() == 0
    school.forgets_marks()
    assert school.decides() == school.decides_by_records() == CLOSED
    assert school.due() == 0
    assert school.told() == ["school:closed"]


def test_a_closed_school_is_named_before_hours_and_after_whose_room_it_is(school: ClosableSchool) -> None:
    school.closes()
    acts_places.set_hours(
        school.world, actor=MACHINE, reason=WHY, class_group_id=school.written.class_group, windows=[]
    )
    assert school.decides() == CLOSED

    acts_people.end_enrolment(
        school.world, actor=school.written.office, reason=WHY, enrolment_id=school.written.enrolment
    )

    assert school.decides() == Denied(Reason.NOT_ENROLLED)


def test_no_camera_of_a_closed_school_begins_to_film(school: ClosableSchool) -> None:
    with reading(school.world.database) as connection:
        key = connection.execute(select(Camera.key)).scalar_one()
    assert begin_epoch(school.world, key, "clear") is not None

    school.closes()
    school.forgets_marks()

    with reading(school.world.database) as connection:
        ended = connection.execute(select(Epoch.ended_at)).scalar_one()
    assert ended == school.clock.now()
    assert begin_epoch(school.world, key, "clear") is None
    assert not isinstance(school.decides(), Allowed)


def test_a_neighbour_stays_open(school: ClosableSchool) -> None:
    other = acts_people.add_school(
        school.world, actor=MACHINE, reason=WHY, name="Moonflower", zone="Asia/Shanghai", language="zh"
    )

    close_school(school.world, actor=MACHINE, reason="theirs", school_id=other)

    assert isinstance(school.decides(), Allowed)
    assert school.due() == 1
    assert school.closed() is None


def test_it_is_closed_at_once_while_the_records_are_held(school: ClosableSchool, database: str) -> None:
    with database_held(database):
        assert school.closes() is False
        assert school.decides() == CLOSED
        assert school.due() == 0

    assert replay(school.world) == 1
    school.forgets_marks()
    assert school.decides() == CLOSED
    assert school.told() == ["school:closed"]


def test_it_is_closed_though_the_log_takes_nothing(school: ClosableSchool, database: str) -> None:
    with log_refusing(database):
        assert school.closes() is False
        assert school.decides() == CLOSED
        school.later()
        assert replay(school.world) == 0

    assert replay(school.world) == 1
    assert school.told() == ["school:closed"]
    told = school.closed()
    assert told is not None
    assert told.closed_at == school.clock.now() - MINUTE


def test_it_is_closed_without_a_name_and_two_with_names_open_it(school: ClosableSchool) -> None:
    school.closes(by=MACHINE)
    school.later()

    opening = school.proposes()
    assert school.decides() == CLOSED
    school.confirms(opening)

    assert isinstance(school.decides(), Allowed)
    assert school.closed() is None
    assert school.told() == ["school:closed", "school:opening_proposed", "school:opened"]


def test_opened_again_nothing_from_before_is_shown(school: ClosableSchool) -> None:
    school.closes()
    school.later()

    school.opens()

    decision = school.decides()
    assert isinstance(decision, Allowed)
    assert decision.since == school.clock.now()
    assert school.decides_by_records() == decision


def test_an_earlier_version_that_knows_no_closing_finds_every_curtain_drawn(school: ClosableSchool) -> None:
    school.closes()

    downgrade(school.world.database, "0007")
    upgrade(school.world.database)
    school.forgets_marks()
    written = school.written
    agrees_on_paper(school.world, written.guardianship, office=written.office, director=written.director)

    assert school.closed() is None
    assert school.decides() == Denied(Reason.CAMERA_NOT_ACTIVATED)  # and its gates fell
    with reading(school.world.database) as connection:
        assert [room.opened_at for room in rooms_of(connection, school.id)] == [None]
    assert school.due() == 0


def test_nobody_opens_it_alone(school: ClosableSchool) -> None:
    school.closes()
    opening = school.proposes(by=school.written.director)

    assert refusal(school.confirms, opening, by=school.written.director) == "opening:same_person"

    assert school.decides() == CLOSED
    assert school.told()[-1] == "school:opening_refused"


def test_who_has_no_name_or_no_place_here_neither_proposes_nor_confirms(school: ClosableSchool) -> None:
    school.closes()
    for nobody in (MACHINE, school.outsider, Actor(school.written.guardian, "web"), school.teacher):
        assert refusal(school.proposes, by=nobody) == "school:not_staff"
    opening = school.proposes()

    for nobody in (MACHINE, school.outsider, Actor(school.written.guardian, "web")):
        assert refusal(school.confirms, opening, by=nobody) == "school:not_staff"

    assert school.decides() == CLOSED


def test_a_teacher_may_be_the_second_person(school: ClosableSchool) -> None:
    school.closes()

    school.confirms(school.proposes(), by=school.teacher)

    assert isinstance(school.decides(), Allowed)


def test_staff_of_another_school_cannot_open_ours(school: ClosableSchool) -> None:
    other = acts_people.add_school(
        school.world, actor=MACHINE, reason=WHY, name="Moonflower", zone="Asia/Shanghai", language="zh"
    )
    acts_people.appoint(
        school.world,
        actor=MACHINE,
        reason=WHY,
        school_id=other,
        person_id=school.outsider.person_id or 0,
        role="director",
    )
    school.closes()

    assert refusal(school.proposes, by=school.outsider) == "school:not_staff"
    assert refusal(school.confirms, school.proposes(), by=school.outsider) == "school:not_staff"


def test_closing_once_more_takes_back_the_proposal_that_waits(school: ClosableSchool) -> None:
    school.closes()
    opening = school.proposes()

    school.later()
    school.closes("not yet", by=school.teacher)

    told = school.closed()
    assert told is not None
    assert (told.proposal_key, told.proposed_by) == (None, None)
    assert (told.reason, told.closed_at) == ("police", school.clock.now() - MINUTE)
    assert refusal(school.confirms, opening) == "opening:changed"
    assert school.decides() == CLOSED


def test_a_proposal_falls_after_a_day_and_with_its_proposers_place(school: ClosableSchool) -> None:
    school.closes()
    opening = school.proposes()
    acts_people.dismiss(school.world, actor=MACHINE, reason=WHY, membership_id=school.places["office"])
    assert refusal(school.confirms, opening) == "opening:changed"

    school.later(PROPOSAL_HOLDS)
    opening = school.proposes(by=school.written.director)
    school.later(PROPOSAL_HOLDS)

    assert refusal(school.confirms, opening, by=school.teacher) == "opening:changed"
    told = school.closed()
    assert told is not None
    assert told.proposal_key is None


def test_two_proposals_do_not_open_it_and_the_second_hears_of_the_first(school: ClosableSchool) -> None:
    school.closes()
    first = school.proposes()

    assert refusal(school.proposes, by=school.written.director) == "opening:waits"
    again = school.proposes()

    assert refusal(school.confirms, first) == "opening:changed"
    school.confirms(again)


def test_an_open_school_cannot_be_opened(school: ClosableSchool) -> None:
    assert refusal(school.proposes) == "school:not_closed"
    assert refusal(school.confirms, "x" * 22) == "school:not_closed"
    assert refusal(close_school, school.world, actor=MACHINE, reason=WHY, school_id=99) == "school:unknown"
    assert school.told() == []


def test_an_opening_does_not_pass_a_closing_that_waits_to_be_written(
    school: ClosableSchool, database: str
) -> None:
    school.closes()
    opening = school.proposes()
    with database_held(database):
        school.closes("again")

    assert refusal(school.confirms, opening) == "opening:changed"

    assert school.decides() == CLOSED
    assert school.told() == ["school:closed", "school:opening_proposed", "school:closed"]


def test_staff_who_closed_everything_sign_in_and_read_on(school: ClosableSchool) -> None:
    school.closes()

    token = begin_sign_in(school.world, school.written.office.person_id or 0, "PC")

    assert recognise(school.world, token)
    assert EVERYTHING not in school.world.stops.in_force()


def test_the_explanation_names_the_closing_and_of_before_that_there_was_none(school: ClosableSchool) -> None:
    before = school.clock.now()
    school.later()
    school.closes()
    school.later()
    school.opens()

    with reading(school.world.database) as connection:
        told = [
            explain(connection, school.written.guardian, school.written.room, at)
            for at in (before, before + MINUTE, school.clock.now())
        ]

    assert [isinstance(one.decision, Allowed) for one in told] == [True, False, True]
    assert told[1].decision == CLOSED
    assert all(one.as_record()["ways"][0]["rules"] for one in told)
