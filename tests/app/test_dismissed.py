"""Whoever is dismissed is staff no more, at once: also while the database takes nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from access import acts, acts_people
from access.database import reading
from access.people import Membership
from tests.app.test_log_unavailable import REFUSALS, Refusing, database_held
from tests.browser import Browser
from tests.school import School
from tests.two_schools import appoints, chooses, takes_in_a_child

ENGLISH = {"Accept_Language": "en-GB"}


def place_of(school: School, person: int) -> int:
    """Return somebody's place on the staff of a school."""
    mine = (Membership.school_id == school.id, Membership.person_id == person)
    with reading(school.world.database) as connection:
        return int(connection.execute(select(Membership.id).where(*mine)).scalar_one())


def dismisses(school: School, place: int) -> bool:
    return acts_people.dismiss(
        school.world, actor=school.director_actor, reason="left today", membership_id=place
    )


@pytest.mark.parametrize(
    ("role", "page"),
    [("teacher", "/office"), ("office", "/office/letters"), ("administrator", "/oversight")],
)
@REFUSALS
def test_no_page_and_no_act_of_theirs_succeeds(
    school: School, refused: Refusing, role: str, page: str
) -> None:
    person = school.staff[role]
    somebody, place = Browser(school.app, school.sign_in(person)), place_of(school, person)
    assert somebody.get(page).status == 200

    with refused(school):
        assert not dismisses(school, place)
        seen = somebody.get(page)
        drawn = somebody.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})

    assert seen == drawn == school.not_found
    assert school.log("curtain:drawn") == []
    assert somebody.get(page) == school.not_found, "the record of it still waits"


def test_the_record_follows_with_both_times(school: School) -> None:
    place = place_of(school, school.staff["teacher"])
    with database_held(school):
        dismisses(school, place)
    asked_at = school.clock.now()
    school.clock.advance(timedelta(minutes=1))

    assert acts.replay(school.world) == 1

    entry = school.last_entry("membership:ended")
    assert entry["recorded_at"] == "2026-03-10T01:31:00.000000Z"
    with reading(school.world.database) as connection:
        ends_at = connection.execute(select(Membership.ends_at).where(Membership.id == place)).scalar_one()
    assert ends_at == asked_at


def test_one_role_ends_and_the_other_at_the_same_school_stays(school: School) -> None:
    person = school.staff["teacher"]
    place = appoints(school, person, "director")
    somebody = Browser(school.app, school.sign_in(person))
    assert "Families" in somebody.get("/office", **ENGLISH).body.decode()

    with database_held(school):
        dismisses(school, place)
        page = somebody.get("/office", **ENGLISH)
        letters = somebody.get("/office/letters")

    assert page.status == 200
    assert "Families" not in page.body.decode()
    assert letters == school.not_found


def test_what_they_are_elsewhere_stays(school: School) -> None:
    neighbour, person = school.neighbour(), school.person(by=school.office_actor)
    place, _ = appoints(school, person, "teacher"), appoints(neighbour, person, "teacher")
    takes_in_a_child(school, "Oak", person)
    somebody = Browser(school.app, school.sign_in(person))
    chooses(somebody, school)

    with database_held(school):
        dismisses(school, place)
        home, office = somebody.get("/home"), somebody.get("/office", **ENGLISH)
        back = chooses(somebody, school)

    assert home.status == 200, "a parent goes on being one"
    assert "Rowan" in office.body.decode(), "the one school that is left"
    assert back == school.not_found
