"""How much each room shows: what the school asks for, and what everybody there has agreed to."""

import re
from datetime import timedelta

import pytest

from access.acts import Actor
from access.acts_consent import agree, refuse
from access.clock import FrozenClock
from access.consent_records import NO
from access.consenting import of_guardian
from access.second_factors import FRESH
from tests.app.test_two_who_edit import said
from tests.browser import Browser
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
PAGE = "/office/levels"


@pytest.fixture
def office(school: School) -> Browser:
    return school.office()


def told_of(school: School, office: Browser, room: str = "Oak") -> str:
    """Return what the page says of a room, in English."""
    page = office.get(PAGE, **ENGLISH).body.decode()
    found = re.search(rf'data-room="{school.room_key(room)}">.*?<br>(.*?)</p>', page, re.DOTALL)
    assert found, page
    return re.sub(r"<[^>]+>", " ", found.group(1)).strip()


def asks(school: School, browser: Browser, level: str, *, shown: str) -> int:
    form = {"level": level, "shown": shown, "reason": "building work"}
    return browser.post(f"/office/rooms/{school.room_key('Oak')}/level", form).status


def test_less_is_shown_at_once_and_needs_no_proof_and_as_it_is_does(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200
    clock.advance(FRESH)
    school.is_there(office)

    assert asks(school, office, "closed", shown="clear") == 303

    assert watching.segment(k) == school.not_found
    assert told_of(school, office) == "The school asks for: nothing"
    assert school.log("room:level")[-1] == "room:level_set"
    assert asks(school, office, "clear", shown="closed") == 200  # who is it?
    assert told_of(school, office) == "The school asks for: nothing"
    assert asks(school, school.director(), "clear", shown="closed") == 303
    assert told_of(school, office) == "The school asks for: the picture as it is"
    assert watching.segment(k) == school.not_found


def test_the_second_of_two_is_told_what_stands(school: School, office: Browser) -> None:
    asks(school, office, "figures", shown="clear")
    assert "only figures" in told_of(school, office)

    assert asks(school, office, "clear", shown="closed") == 303

    assert "刚才有别人改过" in said(office.get(PAGE))
    assert "only figures" in told_of(school, office)


@pytest.mark.parametrize("level", ["", "bright", "setup"])
def test_a_level_that_there_is_not_is_refused(school: School, office: Browser, level: str) -> None:
    assert asks(school, office, level, shown="clear") == 400
    assert told_of(school, office) == "The school asks for: the picture as it is"


def test_the_office_reads_which_level_a_room_has_and_a_family_does_not(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.guardian(of="Oak")
    office = school.office()
    assert told_of(school, office) == "The school asks for: the picture as it is"

    for level, told in (("faces", "faces hidden"), ("figures", "figures only"), (NO, "figures only")):
        school.clock.advance(timedelta(minutes=1))
        answer(school, guardian, level)

        assert told in told_of(school, office)
        assert told not in told_of(school, office, "Elm")
        refused = [one.asks_to_open("Oak") for one in (guardian, other)]
        assert refused[0].json["refused"] == "room:not_covered"
        assert refused[0].body == refused[1].body


def test_of_25_families_one_is_silent_and_the_room_starts_as_figures_and_nobody_can_work_out_who(
    school: School,
) -> None:
    agreed = [school.guardian(of="Oak") for _ in range(24)]
    silent = school.guardian(of="Oak", consents=False)
    office = school.office()

    assert "Now at most: figures only." in told_of(school, office)
    some = (*agreed[-5:], silent)  # the others have been away for ten minutes
    answers = {guardian.asks_to_open("Oak").body for guardian in some}
    assert len(answers) == 1  # until the portal can show figures, dark for all of them, with the same words
    assert silent.asks_to_open("Oak").json["refused"] == "room:not_covered"
    missing = said(office.get("/office/consents", **ENGLISH))
    assert missing.count("Has not answered yet.") == 1


def test_the_director_chooses_that_a_room_with_somebody_uncovered_shows_nothing(
    school: School, office: Browser
) -> None:
    director = school.director()
    school.guardian(of="Oak", consents=False)
    choice = {"policy": "closed", "shown": "figures", "reason": "parents' council"}

    assert director.post(f"{PAGE}/uncovered", choice).status == 303

    assert "Now: nothing. Somebody there has not agreed" in told_of(school, office)
    assert school.log("coverage:") == ["coverage:policy_set"]
    assert "Where somebody has not agreed" not in said(office.get(PAGE, **ENGLISH))
    director.post(f"{PAGE}/uncovered", {**choice, "policy": "figures"})  # upon what no longer stands
    assert "刚才有别人改过" in said(director.get(PAGE))
    school.clock.advance(FRESH)
    school.is_there(director)
    again = {**choice, "policy": "figures", "shown": "closed"}
    assert director.post(f"{PAGE}/uncovered", again).status == 200  # who is it?
    assert "Now: nothing." in told_of(school, office)


@pytest.mark.parametrize("policy", ["", "clear", "faces"])
def test_a_policy_that_there_is_not_is_refused(school: School, policy: str) -> None:
    form = {"policy": policy, "shown": "figures", "reason": "test"}

    assert school.director().post(f"{PAGE}/uncovered", form).status == 400


def test_a_guest_is_named_beside_those_who_have_not_agreed(school: School, office: Browser) -> None:
    school.teacher().post("/office/guests", {"room": school.room_key("Oak"), "reason": "visitor"})

    assert "or a guest is in it" in told_of(school, office)


def answer(school: School, guardian: Guardian, level: str) -> None:
    whose, actor = of_guardian(school.world, guardian.guardianship), Actor(guardian.person, "web")
    if level == NO:
        refuse(school.world, actor=actor, whose=whose)
    else:
        agree(school.world, actor=actor, whose=whose, level=level)
