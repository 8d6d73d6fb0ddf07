"""Who is told of a look while it is under way: the door, and the families of that room. Never who looks."""

import json
from datetime import timedelta

import pytest

from access.look_records import DARK
from tests.guardian import Guardian
from tests.looking import Display, Looking, agrees, an_agreed_look, asks, opens
from tests.school import School

TOLD = "Staff are looking at this room"
ENGLISH = {"Accept_Language": "en"}


@pytest.fixture
def guardian(school: School) -> Guardian:
    return school.guardian(of="Oak")


@pytest.fixture
def display(school: School) -> Display:
    return Display(school, "Oak")


@pytest.fixture
def looking(school: School, guardian: Guardian, display: Display) -> Looking:
    """The office looks at Oak's picture."""
    return opens(school.office(), an_agreed_look(school, display))


def home_says(guardian: Guardian) -> bool:
    return TOLD in guardian.get("/home", **ENGLISH).body.decode()


def page_says(school: School, guardian: Guardian) -> bool:
    page = guardian.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH).body.decode()
    line = page[page.index("data-staff-look") :]
    return not line.startswith("data-staff-look hidden")


def test_families_of_the_room_are_told_while_its_picture_is_open(
    school: School, guardian: Guardian, looking: Looking
) -> None:
    watching = guardian.opens("Oak")

    told = home_says(guardian), page_says(school, guardian), watching.status().json["staff_look"]
    looking.close()
    after = home_says(guardian), page_says(school, guardian), watching.status().json["staff_look"]

    assert told == (True, True, True)
    assert after == (False, False, False)


def test_they_are_told_it_behind_a_curtain_too(school: School, guardian: Guardian, display: Display) -> None:
    school.draws_curtain("Oak")

    opens(school.office(), an_agreed_look(school, display))

    assert home_says(guardian)
    assert page_says(school, guardian)


def test_the_next_playlist_says_it_to_whoever_watches_already(
    school: School, guardian: Guardian, display: Display
) -> None:
    watching = guardian.opens("Oak")
    school.camera("Oak").films_segment()

    def said() -> bool:
        return bool(json.loads(str(watching.playlist().header("Portal-Status")))["staff_look"])

    assert not said()
    look = an_agreed_look(school, display)
    opens(school.office(), look)
    school.camera("Oak").films_segment()

    assert said()


def test_another_room_is_told_nothing(school: School, display: Display) -> None:
    neighbour = school.guardian(of="Elm")

    opens(school.office(), an_agreed_look(school, display))

    assert not home_says(neighbour)
    assert neighbour.opens("Elm").status().json["staff_look"] is False


def test_a_look_that_ended_with_the_display_is_told_no_longer(
    school: School, guardian: Guardian, looking: Looking
) -> None:
    assert home_says(guardian)

    school.clock.advance(DARK)

    assert not home_says(guardian)


def test_a_look_is_told_at_the_door_as_soon_as_it_may_begin(
    school: School, guardian: Guardian, display: Display
) -> None:
    agrees(school, asks(school))

    (look,) = display.beats().json["looks"]

    assert "the office" in look["en"]
    assert not home_says(guardian), "nobody sees the picture yet"


def test_nobody_is_named(school: School, guardian: Guardian, looking: Looking) -> None:
    said = guardian.get("/home", **ENGLISH).body.decode().split("data-staff-look")[1].split("</p>")[0]

    assert school.called.person not in said
    assert "office" not in said


def test_no_role_of_the_staff_has_a_picture_but_by_a_look(
    school: School, guardian: Guardian, display: Display
) -> None:
    watching, room = guardian.opens("Oak"), school.room_key("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200

    for staff in (school.teacher(), school.office(), school.director(), school.administrator()):
        assert staff.post(f"/rooms/{room}/viewings") == school.not_found
        assert staff.get(f"/rooms/{room}") == school.not_found
        for name in (f"main/{k}.m4s", "main/index.m3u8", "status"):
            assert staff.get(f"/live/{watching.key}/{name}") == school.not_found

    assert display.beats().json == {"watching": 1, "curtain": "open", "looks": []}
    school.clock.advance(timedelta(seconds=1))
    assert display.beats().json["watching"] == 1
