"""A guardian who was, and had not agreed, stays in the way until two of the staff let them go."""

from typing import Any

import pytest
from sqlalchemy import delete, select

from access import acts_people, schema
from access.acts import Actor
from access.acts_consent import agree
from access.acts_consent_texts import propose_text, publish_text
from access.acts_exemptions import end_exemption
from access.acts_moves import move_child
from access.acts_paper import enter_paper, look_at_paper
from access.clock import FrozenClock
from access.consent_records import Consent
from access.consenting import of_guardian
from access.consents_missing import exempt_in, missing_in
from access.database import reading, writing
from access.log.entry import read_entries
from access.places import CurtainOpening
from tests.access.answering import NOT_COVERED, exempts, refusal, says_no, second_guardian
from tests.access.two_rooms import ELM, MINUTE, OAK, TwoRooms
from tests.consenting import agrees_on_paper


def untied(school: TwoRooms, clock: FrozenClock, tie: int) -> None:
    """Have one of the office end a tie, a minute later, and let a minute pass."""
    clock.advance(MINUTE)
    acts_people.end_guardianship(school.world, **school.act, guardianship_id=tie)
    clock.advance(MINUTE)


@pytest.mark.parametrize("refuses", [pytest.param(True, id="said no"), pytest.param(False, id="was silent")])
def test_ending_a_tie_opens_no_room_over_a_guardian_who(
    two: TwoRooms, clock: FrozenClock, refuses: bool
) -> None:
    tie = second_guardian(two)
    if refuses:
        says_no(two, tie)
    assert two.told(OAK, OAK) == NOT_COVERED

    untied(two, clock, tie)

    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.sees(ELM) == [ELM]
    clock.advance(5 * 24 * 60 * MINUTE)
    assert two.told(OAK, OAK) == NOT_COVERED


def test_two_of_the_staff_let_a_former_guardian_go_and_one_asks_again(
    two: TwoRooms, clock: FrozenClock
) -> None:
    tie = second_guardian(two)
    untied(two, clock, tie)

    exemption = exempts(two, tie)

    assert two.sees(OAK) == [OAK]
    assert two.since(OAK, OAK) == two.world.clock.now()
    end_exemption(two.world, actor=two.office, reason="a doubt", exemption_id=exemption)
    assert two.told(OAK, OAK) == NOT_COVERED


def test_ending_a_tie_that_had_agreed_changes_nothing(two: TwoRooms, clock: FrozenClock) -> None:
    tie = second_guardian(two)
    agrees_on_paper(two.world, tie, office=two.office, director=two.director)
    began = two.since(OAK, OAK)

    untied(two, clock, tie)

    assert two.since(OAK, OAK) == began
    with reading(two.world.database) as connection:
        assert missing_in(connection, two.id, two.world.clock.now()) == []


def test_a_newer_text_asks_nobody_whose_tie_is_over(two: TwoRooms, clock: FrozenClock) -> None:
    tie = second_guardian(two)
    agrees_on_paper(two.world, tie, office=two.office, director=two.director)
    untied(two, clock, tie)
    words: dict[str, Any] = {"words_zh": "新的同意书", "words_en": "A new text"}
    by: dict[str, Any] = {"actor": two.office, "reason": "new year"}
    text = propose_text(two.world, **by, school_id=two.id, audience="family", **words)
    publish_text(two.world, actor=two.director, reason="read", text_id=text, starts_at=two.world.clock.now())
    assert two.told(OAK, OAK) == NOT_COVERED

    whose = of_guardian(two.world, two.families[OAK].guardianship)
    agree(two.world, actor=Actor(whose.person_id, "web"), whose=whose)

    assert two.sees(OAK) == [OAK]


def test_what_was_agreed_to_only_with_hidden_faces_stays_closed_for_the_whole_picture(
    two: TwoRooms, clock: FrozenClock
) -> None:
    tie = second_guardian(two)
    whose = of_guardian(two.world, tie)
    paper = enter_paper(two.world, actor=two.office, reason="form", whose=whose, level="faces")
    look_at_paper(two.world, actor=two.director, reason="form", consent_id=paper or 0)

    untied(two, clock, tie)

    assert two.told(OAK, OAK) == NOT_COVERED
    with reading(two.world.database) as connection:
        (left,) = missing_in(connection, two.id, two.world.clock.now())
    assert (left.over, left.answer) == (True, "faces")


def test_a_child_in_another_class_takes_a_former_no_along_and_leaves_it_with_the_last(
    two: TwoRooms, clock: FrozenClock
) -> None:
    untied(two, clock, second_guardian(two))
    known = two.families[OAK]
    move: dict[str, Any] = {"child_id": known.child, "class_group_id": two.groups[ELM]}
    move_child(two.world, **two.act, **move, starts_at=two.world.clock.now())
    assert two.told(ELM, ELM) == NOT_COVERED

    clock.advance(MINUTE)
    with reading(two.world.database) as connection:
        entry = next(one for one in read_entries(connection, two.id) if one.kind == "child:moved")
    moved = entry.body["subject"]["enrolment"]
    acts_people.end_enrolment(two.world, **two.act, enrolment_id=moved)

    assert two.sees(ELM) == [ELM]


def test_nobody_agrees_through_a_tie_that_is_over(two: TwoRooms, clock: FrozenClock) -> None:
    tie, waiting = second_guardian(two), second_guardian(two, "third")
    paper = enter_paper(
        two.world, actor=two.office, reason="form", whose=of_guardian(two.world, waiting), level="clear"
    )
    untied(two, clock, tie)
    untied(two, clock, waiting)
    whose = of_guardian(two.world, tie)

    over = "guardianship:over"
    by: dict[str, Any] = {"reason": "form", "actor": two.office}
    assert refusal(enter_paper, two.world, **by, whose=whose, level="clear") == over
    look: dict[str, Any] = {**by, "actor": two.director, "consent_id": paper}
    assert refusal(look_at_paper, two.world, **look) == over
    assert refusal(agree, two.world, actor=Actor(whose.person_id, "web"), whose=whose) == over
    assert two.told(OAK, OAK) == NOT_COVERED


def test_the_office_reads_whom_two_have_to_let_go(two: TwoRooms, clock: FrozenClock) -> None:
    silent, refusing = second_guardian(two), second_guardian(two, "third")
    says_no(two, refusing)
    for tie in (silent, refusing):
        untied(two, clock, tie)

    def listed() -> list[tuple[str, str, bool]]:
        with reading(two.world.database) as connection:
            found = missing_in(connection, two.id, two.world.clock.now())
        return [(one.name, one.answer, one.over) for one in found]

    assert listed() == [("Second", "", True), ("Third", "no", True)]
    exempts(two, silent)
    assert listed() == [("Third", "no", True)]
    with reading(two.world.database) as connection:
        assert [one.name for one in exempt_in(connection, two.id, two.world.clock.now())] == ["Second"]


@pytest.mark.parametrize(
    ("answered", "stays"),
    [
        pytest.param(False, False, id="nobody could have answered"),
        pytest.param(True, True, id="others had answered"),
    ],
)
def test_a_tie_that_was_over_before_an_upgrade_is_asked_only_where(
    two: TwoRooms, clock: FrozenClock, answered: bool, stays: bool
) -> None:
    untied(two, clock, second_guardian(two))
    engine = two.world.database
    if not answered:
        with writing(engine) as connection:
            connection.execute(delete(Consent))

    schema.downgrade(engine, "0017")
    with reading(engine) as connection:
        curtains = connection.execute(select(CurtainOpening.drawn_reason)).scalars().all()
    schema.upgrade(engine)

    assert set(curtains) == {NOT_COVERED}  # an earlier version would have let them go
    with reading(engine) as connection:
        found = missing_in(connection, two.id, two.world.clock.now())
    assert any(one.over for one in found) is stays


def test_a_child_without_any_guardian_left_is_not_covered(two: TwoRooms, clock: FrozenClock) -> None:
    untied(two, clock, two.families[OAK].guardianship)

    with reading(two.world.database) as connection:
        (nobody,) = missing_in(connection, two.id, two.world.clock.now())
    assert (nobody.name, nobody.child) == ("", "小豆")
