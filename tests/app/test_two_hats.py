"""A teacher who is a parent: chooses a hat, and neither hat has what belongs to the other."""

from typing import Any

import pytest

from access.acts_expected import add_duty, end_duty
from access.checked import find_one
from access.database import reading
from access.enrolment import Child
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


def test_a_teacher_reads_by_name_who_watches_their_own_class_and_of_others_the_number(
    school: School,
) -> None:
    oak, elm = school.guardian(of="Oak"), school.guardian(of="Elm")
    watches = [guardian.opens(room) for guardian, room in ((oak, "Oak"), (elm, "Elm"))]
    browser, teacher = school.teacher(), school.staff["teacher"]
    by: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}

    before = page(browser, "/office")
    duty = add_duty(school.world, **by, person_id=teacher, class_group_id=school.class_groups["Oak"])
    on_duty = page(browser, "/office")
    end_duty(school.world, **by, duty_id=duty)

    assert before.count('<span class="count">1</span>') == on_duty.count('<span class="count">1</span>') == 2
    children = [name_of_child(school, guardian) for guardian in (oak, elm)]
    assert [child in before for child in children] == [False, False]
    assert [child in on_duty for child in children] == [True, False]
    assert not any(child in page(browser, "/office") for child in children)
    assert all(child in page(school.office(), "/office") for child in children)
    for watch in watches:
        watch.close()


def name_of_child(school: School, guardian: Guardian) -> str:
    with reading(school.world.database) as connection:
        return str(find_one(connection, Child, guardian.child).name)


def test_a_curtain_is_not_there_for_the_parents_hat(school: School, teacher: Guardian) -> None:
    curtain = f"/office/rooms/{school.room_key('Oak')}/curtain"
    phone = Browser(school.app, begin_sign_in(school.world, teacher.person, "Chrome, Android"))

    for parent in (phone, school.guardian(of="Oak")):
        for verb in ("draw", "open"):
            assert parent.post(f"{curtain}/{verb}", {"reason": "nap"}) == school.not_found
    assert not [kind for kind in school.log("curtain:") if kind != "curtain:opened"]
    assert teacher.opens("Oak").status().json["state"] == "waiting"
    assert teacher.post(f"{curtain}/draw", {"reason": "nap"}).status == 303  # by the other hat
    assert school.log("curtain:")[-1] == "curtain:drawn"


def test_the_staffs_hat_alone_sees_no_picture_of_any_class(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    filmed = school.camera("Oak").films_segment()
    assert watching.segment(filmed).status == 200

    for staff in (school.teacher(), school.office(), school.director(), school.administrator()):
        for room in ("Oak", "Elm"):
            assert staff.get(f"/rooms/{school.room_key(room)}") == school.not_found
            assert staff.post(f"/rooms/{school.room_key(room)}/viewings").status == 404
        assert staff.get(watching.address_of_segment(filmed)) == school.not_found
        assert staff.get(f"/live/{watching.key}/main/index.m3u8") == school.not_found


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
