"""Is all well tells which cameras lapse, before they do, and who cannot renew them."""

from datetime import timedelta
from typing import Any

import pytest

from access.acts_room_kinds import set_room_kind
from app.health.finding import State
from app.health.gates import gate_findings
from tests.school import School

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        pytest.param(1, State.WELL, "confirmed for this term", id="all is confirmed"),
        pytest.param(187, State.LOOK, "closes on 2026-09-26", id="it lapses within two weeks"),
        pytest.param(200, State.WRONG, "closed until it is confirmed", id="it has lapsed"),
    ],
)
def test_it_is_told_when(school: School, days: int, state: State, words: str) -> None:
    found = list(gate_findings(school.world.database, [school.id], school.clock.now() + days * DAY))

    assert [finding.state for finding in found] == [state, state]
    assert all(words in str(finding.sentence) for finding in found)
    if state is not State.WELL:
        assert "other than 林小明 2, who installed it" in str(found[0].remedy)


def test_a_room_that_nobody_may_see_is_told(school: School) -> None:
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    set_room_kind(school.world, **act, room_id=school.rooms["Oak"], kind="nap")

    found = list(gate_findings(school.world.database, [school.id], school.clock.now()))

    assert sorted(finding.state for finding in found) == [State.WELL, State.WRONG]


def test_nothing_of_another_school_is_told(school: School) -> None:
    neighbour = school.neighbour()

    found = list(gate_findings(school.world.database, [neighbour.id], school.clock.now()))

    assert len(found) == 2
    assert all("Oak" not in str(finding.sentence) for finding in found)
