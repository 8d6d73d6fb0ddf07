"""A teacher who is a parent: chooses a hat, and neither hat has what belongs to the other."""

import pytest

from access.sign_ins import begin_sign_in
from tests.app.account.trying import PASSPHRASE
from tests.browser import Browser
from tests.school import Guardian, School
from tests.two_schools import appoints

ENGLISH = {"Accept_Language": "en-GB"}


def page(browser: Browser, address: str) -> str:
    """Return a page in English."""
    return browser.get(address, **ENGLISH).body.decode()


@pytest.fixture
def teacher(school: School) -> Guardian:
    """Return a teacher whose own child is in Oak."""
    person = school.person(by=school.office_actor)
    school.gives_passphrase(person, PASSPHRASE)
    appoints(school, person, "teacher")
    return school.guardian(of="Oak", person=person)


def test_whoever_is_family_and_staff_chooses_as_whom_they_come(school: School, teacher: Guardian) -> None:
    first = page(teacher, "/")

    assert "As whom?" in first
    assert 'href="/home"' in first
    assert 'href="/office"' in first
    assert school.teacher().get("/").header("Location") == "/office"
    assert school.guardian(of="Oak").get("/").header("Location") == "/home"


def test_the_parents_hat_has_no_curtain_and_only_their_own_childs_room(
    school: School, teacher: Guardian
) -> None:
    for address in ("/home", f"/rooms/{school.room_key('Oak')}"):
        told = page(teacher, address)
        assert "curtain/" not in told
        assert "Watching now" not in told
        assert "Elm" not in told


def test_the_staffs_hat_sees_no_picture_of_the_other_class(school: School, teacher: Guardian) -> None:
    told = page(teacher, "/office")

    assert "Elm room" in told  # whose curtain a teacher may draw
    assert "/live/" not in told
    assert teacher.get(f"/rooms/{school.room_key('Elm')}") == school.not_found
    assert teacher.asks_to_open("Elm").status == 404
    assert teacher.asks_to_open("Oak").status == 201


def test_on_a_device_without_a_second_factor_there_is_only_the_parents_hat(
    school: School, teacher: Guardian
) -> None:
    phone = Browser(school.app, begin_sign_in(school.world, teacher.person, "Chrome, Android"))

    assert phone.get("/").header("Location") == "/home"
    assert phone.get("/office") == school.not_found


def test_a_delegate_on_the_staff_chooses_too(school: School) -> None:
    grandmother = school.delegate(of=school.guardian(of="Oak"))
    appoints(school, grandmother.person, "administrator")

    assert 'href="/oversight"' in page(grandmother, "/")
