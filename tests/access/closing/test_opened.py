"""A closed school is opened again by two people, never by one."""

from collections.abc import Callable
from typing import Any

import pytest

from access import acts_people
from access.acts import Actor
from access.acts_closing import close_school
from access.errors import Refused
from access.policy import Allowed
from access.school_closing import PROPOSAL_HOLDS
from tests.access.closing.closable import CLOSED, MINUTE, ClosableSchool
from tests.access.trouble import database_held
from tests.access.writing_school import MACHINE, WHY


def refusal(act: Callable[..., object], *said: Any, **more: Any) -> str:
    """Return why an act is refused."""
    with pytest.raises(Refused) as refused:
        act(*said, **more)
    return refused.value.reason


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
