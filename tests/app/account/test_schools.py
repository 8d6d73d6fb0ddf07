"""Whoever is on the staff of two schools works in one at a time; whose guardian one is, is no choice."""

from dataclasses import dataclass
from typing import Any

import pytest

from access import acts_people
from access.acts import Actor
from access.errors import Refused
from access.memberships import choose_school
from access.sign_ins import end_sign_in, recognise
from tests.browser import Browser
from tests.school import School
from tests.two_schools import appoints, chooses, school_key, takes_in_a_child

ENGLISH = {"Accept_Language": "en-GB"}
CHINESE = {"Accept_Language": "zh-CN"}


@dataclass(frozen=True, slots=True)
class Both:
    """Somebody who is a teacher of ours and the neighbour's director."""

    ours: School
    theirs: School
    person: int
    place_with_them: int

    def device(self) -> Browser:
        """Sign in on one more device."""
        return Browser(self.ours.app, self.ours.sign_in(self.person))


@pytest.fixture
def both(school: School) -> Both:
    """Somebody on the staff of two schools."""
    neighbour, person = school.neighbour(), school.person(by=school.office_actor)
    appoints(school, person, "teacher")
    return Both(school, neighbour, person, appoints(neighbour, person, "director"))


def page(browser: Browser, path: str = "/office") -> str:
    return browser.get(path, **ENGLISH).body.decode()


def test_a_sign_in_begins_with_the_choice(both: Both) -> None:
    device = both.device()

    front = device.get("/")

    assert (front.status, front.header("Location")) == (303, "/schools")
    assert "Sunflower" in page(device, "/schools")
    assert "Moonflower" in page(device, "/schools")
    assert device.get("/office") == both.ours.not_found, "before it is made there is nothing"


def test_what_was_chosen_is_where_the_pages_and_acts_are(both: Both) -> None:
    device = both.device()

    assert chooses(device, both.theirs).header("Location") == "/office"

    assert "Rowan" in page(device)
    assert "Oak" not in page(device)
    assert "Families" in page(device), "as their director"
    assert device.get("/").header("Location") == "/office"
    chooses(device, both.ours)
    assert "Oak" in page(device)
    assert "Rowan" not in page(device)
    assert "Families" not in page(device), "as our teacher"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ENGLISH, ("You work in <bdi>Moonflower</bdi>", "Switch school")),
        (CHINESE, ("当前幼儿园：<bdi>Moonflower</bdi>", "切换幼儿园")),
    ],
    ids=["in English", "in Chinese"],
)
def test_every_page_of_staff_says_which_school_it_is(
    both: Both, language: dict[str, str], said: tuple[str, str]
) -> None:
    device = both.device()
    chooses(device, both.theirs)

    for path in ("/office", "/schools"):
        body = device.get(path, **language).body.decode()
        assert [words for words in said if words not in body] == []


def test_a_role_held_elsewhere_is_none_here(both: Both) -> None:
    token = both.ours.sign_in(both.person)
    device = Browser(both.ours.app, token)

    held: list[object] = []
    for school in (None, both.ours, both.theirs):
        if school is not None:
            chooses(device, school)
        found = recognise(both.ours.world, token)
        held.append(found.roles if found else None)

    assert held == [set(), {"teacher"}, {"director"}]


def test_each_device_has_its_own_choice(both: Both) -> None:
    phone, desk = both.device(), both.device()

    chooses(phone, both.theirs)
    chooses(desk, both.ours)

    assert "Rowan" in page(phone)
    assert "Oak" in page(desk)


def test_a_place_that_ended_is_chosen_no_longer(both: Both) -> None:
    device = both.device()
    chooses(device, both.theirs)

    acts_people.dismiss(
        both.theirs.world,
        actor=both.theirs.office_actor,
        reason="test",
        membership_id=both.place_with_them,
    )

    assert "Oak" in page(device), "where they still are"
    assert "Rowan" not in page(device)
    assert chooses(device, both.theirs) == both.ours.not_found
    assert device.get("/schools") == both.ours.not_found


def test_whoever_works_in_one_school_has_nothing_to_choose(both: Both) -> None:
    guardian = both.ours.guardian(of="Oak")

    for somebody in (both.ours.teacher(), both.ours.administrator(), guardian):
        assert somebody.get("/schools") == both.ours.not_found
        for school in (both.ours, both.theirs):
            assert chooses(somebody, school) == both.ours.not_found
    assert "Switch school" not in page(both.ours.teacher())


def test_whoever_is_taken_on_elsewhere_meanwhile_goes_on_where_they_are(both: Both) -> None:
    teacher = both.ours.teacher()

    appoints(both.theirs, both.ours.staff["teacher"], "office")

    assert "Oak" in page(teacher)
    assert "Switch school" in page(teacher)


def test_the_choice_stands_in_the_log_of_that_school_only(both: Both) -> None:
    device = both.device()

    chooses(device, both.theirs)
    chooses(device, both.theirs)

    assert both.theirs.log("school:") == ["school:chosen"], "staying is no choice"
    assert both.ours.log("school:") == []
    read = page(both.theirs.administrator(), "/oversight")
    assert f"<bdi>林小明 {both.person}</bdi></a> chose to work in this school now." in read


def test_a_parent_who_works_in_two_schools_sees_their_rooms_whatever_they_chose(both: Both) -> None:
    takes_in_a_child(both.ours, "Oak", both.person)
    device = both.device()

    assert device.get("/").header("Location") == "/schools"
    for school in (None, both.ours, both.theirs):
        if school is not None:
            chooses(device, school)
        home = page(device, "/home")
        assert "Oak room" in home
        assert "You work in" not in home, "the parent's hat"


def test_nobody_chooses_for_a_school_that_is_not_theirs(both: Both) -> None:
    world, teacher = both.ours.world, both.ours.staff["teacher"]
    found = recognise(world, both.ours.sign_in(teacher))
    assert found is not None
    actor = Actor(teacher, "web", found.sign_in_id)

    with pytest.raises(Refused, match="school:unknown"):
        choose_school(world, actor=actor, school_id=both.theirs.id)
    end_sign_in(world, found.sign_in_id)
    with pytest.raises(Refused, match="sign_in:ended"):
        choose_school(world, actor=actor, school_id=both.ours.id)
    with pytest.raises(ValueError, match="a person"):
        choose_school(world, actor=Actor(None, "cli:test"), school_id=both.ours.id)


def test_a_choice_is_lost_with_ones_place_while_it_is_made(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, key = both.device(), school_key(both.theirs)
    place: dict[str, Any] = {
        "actor": both.theirs.office_actor,
        "reason": "test",
        "membership_id": both.place_with_them,
    }

    def too_late(*args: Any, **kwargs: Any) -> None:
        acts_people.dismiss(both.theirs.world, **place)
        choose_school(*args, **kwargs)

    # The real act, a little late: what comes between its request and it cannot be timed from outside.
    monkeypatch.setattr("app.account.schools.choose_school", too_late)

    assert device.post(f"/schools/{key}/choose") == both.ours.not_found
