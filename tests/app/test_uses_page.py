"""Which class uses which room regularly: given, and ended at once, on the office's page."""

import re
from datetime import timedelta

import pytest

from access.clock import FrozenClock
from access.enrolment import ClassGroup
from access.second_factors import FRESH
from tests.app.public_keys import key_of
from tests.app.test_two_who_edit import said
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
PAGE = "/office/uses"


@pytest.fixture
def office(school: School) -> Browser:
    return school.office()


def gives(school: School, browser: Browser, **more: str) -> int:
    """Give the class Oak the room of Elm too."""
    form = {
        "class_group": key_of(school, ClassGroup, school.class_groups["Oak"]),
        "room": school.room_key("Elm"),
        "day": "always",
        "time": "",
        "starts": "",
        "ends": "",
        "reason": "music",
    }
    return browser.post(PAGE, {**form, **more}).status


def ends(school: School, browser: Browser, number: str) -> int:
    return browser.post(f"{PAGE}/end", {"use": number, "reason": "moved"}).status


def numbers(browser: Browser) -> list[str]:
    return re.findall(r'name="use" value="(\d+)"', browser.get(PAGE).body.decode())


def test_a_class_gets_a_second_room_and_its_families_see_it(school: School, office: Browser) -> None:
    guardian = school.guardian(of="Oak")
    assert guardian.asks_to_open("Elm") == school.not_found

    assert gives(school, office) == 303

    assert guardian.opens("Elm").status().status == 200
    assert school.log("room_use:")[-1] == "room_use:begun"
    assert said(office.get(PAGE, **ENGLISH)).count("all of the week") >= 3


def test_at_one_time_of_the_week(school: School, office: Browser) -> None:
    assert gives(school, office, day="1", time="10：00 - 11：00") == 303

    assert "Tuesday 10:00-11:00" in said(office.get(PAGE, **ENGLISH))


def test_ended_it_is_dark_at_once_without_proof_and_giving_asks_for_it(
    school: School, office: Browser, clock: FrozenClock
) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200
    before = numbers(office)
    clock.advance(FRESH)
    school.is_there(office)

    for number in before:
        assert ends(school, office, number) == 303

    assert watching.segment(k) == school.not_found
    assert numbers(office) == []
    assert school.log("room_use:")[-1] == "room_use:ended"
    assert gives(school, office) == 200  # who is it?
    assert numbers(office) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"time": "10:00-11:00"}, "choose the day as well", id="a time without a day"),
        pytest.param({"day": "1", "time": "10-11"}, "09:00-11:30", id="no time"),
        pytest.param({"day": "1", "time": "8:00-9:00, 10:00-11:00"}, "One time, please", id="two times"),
        pytest.param({"day": "1", "time": "11:00-10:00"}, "ends before it begins", id="backwards"),
        pytest.param({"ends": "2020-01-01T08:00"}, "end before it begins", id="over already"),
        pytest.param({"reason": "", "time": "", "day": "2"}, "fill this in", id="no reason"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    school: School, office: Browser, wrong: dict[str, str], told: str
) -> None:
    before = numbers(office)
    form = {"reason": "music lessons", **wrong}

    assert gives(school, office, **form) == 400

    english = office.post(
        PAGE,
        {
            "class_group": key_of(school, ClassGroup, school.class_groups["Oak"]),
            "room": school.room_key("Elm"),
            "day": "always",
            "time": "",
            "starts": "",
            "ends": "",
            **form,
        },
        **ENGLISH,
    )
    assert told in said(english)
    assert all(f'value="{typed}"' in english.body.decode() for typed in form.values() if typed)
    assert numbers(office) == before


@pytest.mark.parametrize("number", ["0", "9" * 30, "-1", "x", "１"])
def test_what_is_no_use_of_this_school_is_not_there(school: School, office: Browser, number: str) -> None:
    answer = office.post(f"{PAGE}/end", {"use": number, "reason": "x y"})

    assert answer == school.not_found


def test_one_of_another_school_is_not_there_either(school: School, office: Browser) -> None:
    neighbour = school.neighbour()
    theirs = numbers(neighbour.office())
    assert theirs

    assert [office.post(f"{PAGE}/end", {"use": one, "reason": "x y"}) for one in theirs] == [
        school.not_found
    ] * len(theirs)
    assert numbers(neighbour.office()) == theirs


def test_what_is_over_is_not_listed(school: School, office: Browser, clock: FrozenClock) -> None:
    before = len(numbers(office))
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert gives(school, office, ends=tomorrow) == 303
    assert len(numbers(office)) == before + 1

    clock.advance(timedelta(days=2))

    assert len(numbers(school.office())) == before
