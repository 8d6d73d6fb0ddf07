"""Consents on paper: one of the staff enters them, another compares them, and a no counts at once."""

from typing import Any

from access.acts import Actor
from access.acts_paper import enter_paper, look_at_paper
from access.consenting import of_guardian
from tests.access.answering import NOT_COVERED, of, refusal, second_guardian, takes_back
from tests.access.two_rooms import OAK, TwoRooms


def test_a_paper_counts_when_a_second_has_looked_at_it_and_a_no_at_once(two: TwoRooms) -> None:
    _, whose = of(two)
    paper: dict[str, Any] = {"reason": "form", "whose": whose}
    assert enter_paper(two.world, actor=two.office, **paper, level="no") is None
    assert two.told(OAK, OAK) == NOT_COVERED

    waits = enter_paper(two.world, actor=two.office, **paper, level="clear")
    assert waits is not None
    look: dict[str, Any] = {"reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, actor=two.office, **look) == "consent:same_person"
    mine = Actor(whose.person_id, "web")
    assert refusal(look_at_paper, two.world, actor=mine, **look) == "consent:same_person"
    assert refusal(enter_paper, two.world, actor=mine, **paper, level="clear") == "consent:own_paper"
    assert two.told(OAK, OAK) == NOT_COVERED

    look_at_paper(two.world, actor=two.director, **look)

    assert two.sees(OAK) == [OAK]
    assert refusal(look_at_paper, two.world, actor=two.director, **look) == "consent:over"


def test_an_adult_of_the_child_neither_enters_nor_compares_anothers_yes(two: TwoRooms) -> None:
    whose = of_guardian(two.world, second_guardian(two))
    other = Actor(two.families[OAK].person, "web")
    paper: dict[str, Any] = {"reason": "form", "whose": whose}
    assert refusal(enter_paper, two.world, actor=other, **paper, level="clear") == "consent:same_person"
    waits = enter_paper(two.world, actor=two.office, **paper, level="clear")

    look: dict[str, Any] = {"reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, actor=other, **look) == "consent:same_person"
    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.kinds().count("consent:alone") == 2

    look_at_paper(two.world, actor=two.director, **look)
    assert two.sees(OAK) == [OAK]
    assert enter_paper(two.world, actor=other, **paper, level="no") is None
    assert two.told(OAK, OAK) == NOT_COVERED


def test_a_refusal_takes_a_paper_back_that_waits(two: TwoRooms) -> None:
    _, whose = of(two)
    waits = enter_paper(two.world, actor=two.office, reason="form", whose=whose, level="clear")
    takes_back(two)

    act: dict[str, Any] = {"actor": two.director, "reason": "form", "consent_id": waits}
    assert refusal(look_at_paper, two.world, **act) == "consent:over"
