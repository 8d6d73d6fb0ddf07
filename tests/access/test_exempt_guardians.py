"""Guardians who are not asked: two of the staff say so, one asks again, and so does their own no."""

from typing import Any

import pytest

from access.acts import Actor, replay
from access.acts_exemptions import confirm_exemption, end_exemption, propose_exemption
from access.acts_families import end_guardianship
from access.clock import FrozenClock
from access.viewing import Viewings
from tests.access.answering import NOT_COVERED, exempts, opens, refusal, says_no, second_guardian
from tests.access.trouble import database_held
from tests.access.two_rooms import MINUTE, OAK, TwoRooms


def test_two_exempt_a_guardian_and_the_only_one_is_none(two: TwoRooms) -> None:
    second = second_guardian(two)
    proposal = propose_exemption(two.world, actor=two.office, reason="missing", guardianship_id=second)
    confirm: dict[str, Any] = {"reason": "court paper", "exemption_id": proposal}
    mine = Actor(two.families[OAK].person, "web")
    for alone in (two.office, mine):
        assert refusal(confirm_exemption, two.world, actor=alone, **confirm) == "consent:same_person"
    assert two.told(OAK, OAK) == NOT_COVERED

    confirm_exemption(two.world, actor=two.director, **confirm)

    assert two.sees(OAK) == [OAK]
    assert end_exemption(two.world, actor=two.office, reason="back", exemption_id=proposal)
    assert two.told(OAK, OAK) == NOT_COVERED
    assert "consent:alone" in two.kinds()


@pytest.mark.parametrize(
    "before", [pytest.param(True, id="had said no"), pytest.param(False, id="was silent")]
)
def test_a_no_of_a_guardian_who_is_not_asked_counts_and_they_are_asked_again(
    two: TwoRooms, clock: FrozenClock, before: bool
) -> None:
    second = second_guardian(two)
    if before:
        says_no(two, second)
    exemption = exempts(two, second)
    assert two.sees(OAK) == [OAK]
    clock.advance(MINUTE)
    viewings = Viewings(two.world)
    leave = opens(two, viewings, two.families[OAK])

    with database_held(str(two.world.database.url.render_as_string(hide_password=False))):
        assert says_no(two, second) is False
        assert viewings.stopped(leave, two.world.clock.now())
    replay(two.world)

    assert two.told(OAK, OAK) == NOT_COVERED
    assert two.entries()[0].body["subject"]["consent_exemption"] == exemption
    clock.advance(MINUTE)
    exempts(two, second)
    assert two.since(OAK, OAK) == two.world.clock.now()


def test_a_no_takes_a_proposal_back_that_waits(two: TwoRooms) -> None:
    second = second_guardian(two)
    by: dict[str, Any] = {"reason": "missing"}
    proposal = propose_exemption(two.world, **by, actor=two.office, guardianship_id=second)

    says_no(two, second)

    act: dict[str, Any] = {**by, "actor": two.director, "exemption_id": proposal}
    assert refusal(confirm_exemption, two.world, **act) == "consent:over"


def test_a_no_through_a_tie_that_is_over_is_not_taken(two: TwoRooms, clock: FrozenClock) -> None:
    second = second_guardian(two)
    clock.advance(MINUTE)
    end_guardianship(two.world, **two.act, guardianship_id=second)

    assert refusal(says_no, two, second) == "guardianship:over"
