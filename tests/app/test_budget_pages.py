"""The director chooses how much families may watch, and sees who could not."""

from datetime import timedelta

import pytest

from access.budgets import SENSIBLE, Budgets
from access.clock import FrozenClock
from access.database import reading
from access.school_budgets import budgets_of
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
SHOWN = "120.20.4"
CHOSEN = {
    "day_minutes": "90",
    "viewing_minutes": "",
    "family_devices": "5",
    "reason": "parents' council",
    "shown": SHOWN,
}


def stands(school: School) -> Budgets:
    with reading(school.world.database) as connection:
        return budgets_of(connection, school.id)


def test_a_new_school_has_sensible_budgets(school: School) -> None:
    page = school.director().get("/office/budgets", **ENGLISH).body.decode()

    assert stands(school) == SENSIBLE
    assert 'value="120"' in page
    assert "A new school begins with 120." in page


def test_the_director_chooses_and_the_log_says_what(school: School) -> None:
    answer = school.director().post("/office/budgets", CHOSEN)

    assert answer.header("Location") == "/office/budgets"
    assert stands(school) == Budgets(90, None, 5)
    assert school.log("budgets:") == ["budgets:lowered", "budgets:raised"]
    raised = {"day_minutes": 90, "viewing_minutes": None, "family_devices": 5}
    assert school.last_entry("budgets:raised")["subject"] == {"school": school.id, **raised}


def test_of_two_on_the_old_page_the_second_is_told_and_raises_nothing_unseen(school: School) -> None:
    one, other = school.director(), school.director()
    seen = other.get("/office/budgets", **ENGLISH).body.decode()
    assert f'name="shown" value="{SHOWN}"' in seen
    one.post(
        "/office/budgets", {**CHOSEN, "day_minutes": "30", "viewing_minutes": "20", "family_devices": "4"}
    )

    late = other.post("/office/budgets", {**CHOSEN, "day_minutes": "130", "family_devices": "3"}, **ENGLISH)

    assert late.status == 400
    assert stands(school) == Budgets(30, 20, 3)
    page = late.body.decode()
    assert "Somebody else changed this meanwhile." in page
    assert "Minutes of one family in one day: 30" in page
    assert 'name="day_minutes" type="number" inputmode="numeric" min="1" max="1440" value="130"' in page
    assert 'value="parents&#39; council"' in page
    assert 'name="shown" value="30.20.3"' in page
    again = {**CHOSEN, "day_minutes": "130", "family_devices": "3", "shown": "30.20.3"}
    assert other.post("/office/budgets", again).status == 303  # once more, on purpose
    assert stands(school) == Budgets(130, None, 3)


def test_what_the_second_only_makes_less_is_so_and_what_they_left_stays(school: School) -> None:
    one, other = school.director(), school.director()
    left = {**CHOSEN, "day_minutes": "120", "viewing_minutes": "20", "family_devices": "4"}
    one.post("/office/budgets", {**left, "day_minutes": "30"})

    assert other.post("/office/budgets", {**left, "family_devices": "3"}, **ENGLISH).status == 303

    assert stands(school) == Budgets(30, 20, 3)
    page = other.get("/office/budgets", **ENGLISH).body.decode()
    assert "Somebody else changed this meanwhile: here is what stands now." in page


@pytest.mark.parametrize("shown", ["", "120", "120.20", "1.2.3.4", "x..", "-1..", "１２0.20.4"])
def test_a_form_that_is_not_ours_is_refused(school: School, shown: str) -> None:
    assert school.director().post("/office/budgets", {**CHOSEN, "shown": shown}).status == 400
    assert stands(school) == SENSIBLE


def test_what_cannot_be_kept_is_told(school: School) -> None:
    director = school.director()

    director.post("/office/budgets", {**CHOSEN, "family_devices": "101"}, **ENGLISH)

    assert "Such a number cannot be kept." in director.get("/office/budgets", **ENGLISH).body.decode()
    assert stands(school) == SENSIBLE


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "12345", "１２"])
def test_what_is_no_number_changes_nothing(school: School, typed: str) -> None:
    answer = school.director().post("/office/budgets", {**CHOSEN, "day_minutes": typed})

    assert answer.status == 400
    assert stands(school) == SENSIBLE


def test_choosing_asks_for_the_passphrase_of_who_was_away(school: School, clock: FrozenClock) -> None:
    director = school.director()
    clock.advance(timedelta(minutes=11))
    school.is_there(director)

    answer = director.post("/office/budgets", CHOSEN)

    assert answer.status == 200  # the page that asks for it
    assert stands(school) == SENSIBLE


def test_a_parent_whose_hours_never_overlap_the_opening_is_listed_with_that_reason(
    school: School, clock: FrozenClock
) -> None:
    night_shift, seen = school.guardian(of="Oak"), school.guardian(of="Oak")
    watching = seen.opens("Oak")
    school.camera("Oak").films_segment()
    watching.segment(1)
    school.viewings.delivered(school.viewings.leave(*sign_in_of(school, watching.key)), "main", 1, 1.0, 1)
    watching.close()
    clock.advance(timedelta(hours=4))
    school.is_there(night_shift)
    assert night_shift.asks_to_open("Oak").json["refused"] == "hours:closed"

    page = school.director().get("/office/unwatched", **ENGLISH).body.decode()

    assert page.count("data-unwatched") == 1
    assert f"林小明 {night_shift.person}" in page
    assert "the viewing hours were over whenever they tried" in page
    assert "refused 1 times" in page


def test_the_look_is_written_down_and_a_neighbour_is_not_listed(school: School) -> None:
    other = school.neighbour()
    other.guardian(of="Rowan")

    page = school.director().get("/office/unwatched", **ENGLISH).body.decode()

    assert "data-unwatched" not in page
    assert "Every guardian has watched this month." in page
    assert school.log("unwatched:read") == ["unwatched:read"]
    assert other.log("unwatched:read") == []


def test_only_the_director_finds_the_pages(school: School) -> None:
    assert "/office/unwatched" in school.director().get("/office").body.decode()
    for browser in (school.teacher(), school.office(), school.administrator(), school.guardian()):
        for page in ("/office/budgets", "/office/unwatched"):
            assert browser.get(page) == school.not_found
    assert "/office/budgets" not in school.office().get("/office").body.decode()


def sign_in_of(school: School, viewing: str) -> tuple[int, str]:
    (held,) = [one for one in school.viewings._leases.all_open() if one.key == viewing]
    return held.sign_in_id, viewing
