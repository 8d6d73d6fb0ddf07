"""What the office and teachers do on pages: swap, merge, lend, move, note who is in."""

from datetime import timedelta

import pytest

from access.acts_attendance import set_attendance
from access.attendance import OFF, REQUIRED
from access.clock import FrozenClock
from access.database import reading
from access.elsewhere import elsewhere, lent
from access.enrolment import Child, ClassGroup
from access.places import Room
from access.roll import attendance_of
from access.second_factors import FRESH
from tests.app.objects import child_of
from tests.app.public_keys import key_of
from tests.browser import Browser
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
#: It is half past nine in the morning of the tests.
WHILE = {"starts": "2026-03-10T10:00", "ends": "2026-03-10T11:00", "reason": "a stage is built"}


def class_key(school: School, name: str) -> str:
    return key_of(school, ClassGroup, school.class_groups[name])


def child_key(school: School, guardian: Guardian) -> str:
    return key_of(school, Child, child_of(school, guardian))


def two_classes(school: School) -> dict[str, str]:
    return {"one": class_key(school, "Oak"), "other": class_key(school, "Elm")}


def moved(school: School) -> list[tuple[str, str | None]]:
    with reading(school.world.database) as connection:
        return [(one.class_group, one.room) for one in elsewhere(connection, school.id, school.clock.now())]


def may_watch(guardian: Guardian, room: str) -> bool:
    return guardian.asks_to_open(room).status == 201


def notes(school: School, mode: str) -> None:
    set_attendance(school.world, actor=school.director_actor, reason="test", school_id=school.id, mode=mode)


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        pytest.param("swap", [("Oak", "Elm room"), ("Elm", "Oak room")], id="swap"),
        pytest.param("merge", [("Oak", "Elm room")], id="merge"),
    ],
)
def test_the_office_moves_classes_with_one_form(
    school: School, verb: str, expected: list[tuple[str, str]]
) -> None:
    office = school.office()

    answer = office.post(f"/office/changes/{verb}", {**two_classes(school), **WHILE})

    assert (answer.status, answer.header("Location")) == (303, "/office/changes")
    assert moved(school) == expected
    page = office.get("/office/changes", **ENGLISH).body.decode()
    assert "Elm room" in page
    assert "10:00" in page


def test_families_follow_a_swap_and_a_viewing_does_not(school: School, clock: FrozenClock) -> None:
    guardian, other = school.guardian(of="Oak"), school.guardian(of="Elm")
    watching = guardian.opens("Oak")
    before = school.camera("Oak").films_segment()
    assert watching.segment(before).status == 200

    school.office().post("/office/changes/swap", {**two_classes(school), **WHILE, "starts": ""})

    assert watching.segment(before) == school.not_found
    assert "not in this room" in str(guardian.get(f"/live/{watching.key}/status", **ENGLISH).json["words"])
    assert may_watch(guardian, "Elm")
    theirs = other.opens("Oak")
    assert theirs.segment(before) == school.not_found, "it was filmed before they came"
    clock.advance(timedelta(seconds=4))
    assert theirs.segment(school.camera("Oak").films_segment()).status == 200


def test_a_swap_is_taken_back_with_one_button(school: School) -> None:
    office, guardian = school.office(), school.guardian(of="Oak")
    office.post("/office/changes/swap", {**two_classes(school), **WHILE, "starts": ""})
    with reading(school.world.database) as connection:
        (one, _) = elsewhere(connection, school.id, school.clock.now())

    answer = office.post(f"/office/changes/{one.key}/end", {"reason": "taken_back"})

    assert answer.status == 303
    assert moved(school) == []
    assert may_watch(guardian, "Oak")
    again = office.post(f"/office/changes/{one.key}/end", {"reason": "taken_back"}, **ENGLISH)
    assert again.status == 303
    assert "That is over already." in office.get("/office/changes", **ENGLISH).body.decode()


def test_a_lent_room_is_seen_by_nobody_and_its_families_read_why(school: School) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()
    lending = {"room": key_of(school, Room, school.rooms["Oak"]), **WHILE, "starts": ""}

    assert office.post("/office/changes/lend", lending).status == 303

    assert not may_watch(guardian, "Oak")
    page = guardian.get("/home", **ENGLISH).body.decode()
    assert "People from outside have this room" in page
    assert "It opens again" in page
    with reading(school.world.database) as connection:
        (loan,) = lent(connection, school.id, school.clock.now())
    office.post(f"/office/loans/{loan.key}/end", {"reason": "taken_back"})
    assert may_watch(guardian, "Oak")
    office.post(f"/office/loans/{loan.key}/end", {"reason": "taken_back"}, **ENGLISH)
    assert "That is over already." in office.get("/office/changes", **ENGLISH).body.decode()


@pytest.mark.parametrize("verb", ["swap", "merge"])
def test_a_form_that_makes_no_sense_says_so_and_loses_nothing(school: School, verb: str) -> None:
    office, oak = school.office(), class_key(school, "Oak")
    address = f"/office/changes/{verb}"

    same = office.post(address, {"one": oak, "other": oak, **WHILE}, **ENGLISH)
    over = office.post(address, {**two_classes(school), **WHILE, "ends": "2026-03-09T11:00"}, **ENGLISH)

    assert (same.status, over.status) == (400, 400)
    assert "They would be in that room anyway." in same.body.decode()
    assert "a stage is built" in same.body.decode()
    assert "be over already" in over.body.decode()
    assert moved(school) == []


def test_a_loan_that_would_be_over_says_so(school: School) -> None:
    lending = {"room": key_of(school, Room, school.rooms["Oak"]), **WHILE, "ends": "2026-03-09T11:00"}

    answer = school.office().post("/office/changes/lend", lending, **ENGLISH)

    assert answer.status == 400
    assert "be over already" in answer.body.decode()


def test_a_child_moves_to_another_class_from_a_day_on(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    address = f"/office/children/{child_key(school, guardian)}/place"
    moving = {"class_group": class_key(school, "Elm"), "starts": "2026-03-11T00:00", "reason": "asked"}

    assert school.office().post(address, moving).status == 303

    assert may_watch(guardian, "Oak")
    clock.advance(timedelta(days=1))
    school.is_there(guardian)
    assert not may_watch(guardian, "Oak")
    assert may_watch(guardian, "Elm")


def test_a_child_that_is_there_already_is_not_moved(school: School) -> None:
    guardian = school.guardian(of="Oak")
    address = f"/office/children/{child_key(school, guardian)}/place"

    answer = school.office().post(
        address, {"class_group": class_key(school, "Oak"), "starts": "", "reason": "asked"}, **ENGLISH
    )

    assert answer.status == 400
    assert "already" in answer.body.decode()


def test_one_act_ends_everything_of_a_child_that_leaves(school: School) -> None:
    guardian, classmate = school.guardian(of="Oak"), school.guardian(of="Oak")
    key = child_key(school, guardian)
    office = school.office()
    assert "The child has left" in office.get(f"/office/children/{key}/place", **ENGLISH).body.decode()

    assert office.post(f"/office/children/{key}/leave", {"reason": "another town"}).status == 303

    assert not may_watch(guardian, "Oak")
    assert may_watch(classmate, "Oak")
    assert school.last_entry("child:left")["reason"] == "another town"


def test_a_teacher_notes_with_one_tap_who_is_in_and_a_family_reads_that_its_child_has_left(
    school: School,
) -> None:
    notes(school, "required")
    guardian, classmate = school.guardian(of="Oak"), school.guardian(of="Oak")
    teacher = school.teacher()
    for one in (guardian, classmate):
        assert not may_watch(one, "Oak")
        tap(teacher, school, one, "in")
    watching, others = guardian.opens("Oak"), classmate.opens("Oak")

    tap(teacher, school, guardian, "out")

    words = str(guardian.get(f"/live/{watching.key}/status", **ENGLISH).json["words"])
    assert words == "Your child has left the room, or has not come yet."
    assert others.status().json["state"] != "ended"
    page = teacher.get(f"/office/attendance?class={class_key(school, 'Oak')}").body.decode()
    assert 'class="tile sheet open"' in page
    assert 'class="tile sheet closed"' in page


def test_a_correction_of_today_stands_beside_what_was_noted(school: School) -> None:
    notes(school, "required")
    guardian, teacher = school.guardian(of="Oak"), school.teacher()

    tap(teacher, school, guardian, "in", at="08:15", reason="corrected")

    assert may_watch(guardian, "Oak")
    subject = school.last_entry("attendance:in")["subject"]
    assert isinstance(subject, dict)
    assert subject["at"] == "2026-03-10T00:15:00.000000Z"
    assert tap(teacher, school, guardian, "out", at="23:59") == 303
    assert "has not come yet" in teacher.get("/office/attendance", **ENGLISH).body.decode()
    assert tap(teacher, school, guardian, "in", at="a quarter past") == 400


def test_a_school_that_notes_nothing_says_so(school: School) -> None:
    guardian, teacher = school.guardian(of="Oak"), school.teacher()

    assert tap(teacher, school, guardian, "out") == 303

    assert "does not note who is in" in teacher.get("/office/attendance", **ENGLISH).body.decode()
    assert may_watch(guardian, "Oak")


def test_the_director_chooses_what_is_noted(school: School) -> None:
    director = school.director()
    assert 'value="required"' in director.get("/office/attendance").body.decode()
    assert 'value="required"' not in school.teacher().get("/office/attendance").body.decode()

    answer = director.post("/office/attendance/mode", {"mode": "required", "reason": "new rule"})

    assert answer.status == 303
    with reading(school.world.database) as connection:
        assert attendance_of(connection, school.id) == "required"
    assert director.post("/office/attendance/mode", {"mode": "never", "reason": "x"}).status == 400


def tap(browser: Browser, school: School, guardian: Guardian, what: str, **more: str) -> int:
    """Tap on a child, and return the status."""
    address = f"/office/children/{child_key(school, guardian)}/{what}"
    form = {"reason": "at_the_door", "class": class_key(school, "Oak"), **more}
    return browser.post(address, form, **ENGLISH).status


def test_a_stricter_rule_of_attendance_waits_for_no_proof_and_a_looser_one_does(
    school: School, clock: FrozenClock
) -> None:
    director = school.director()
    clock.advance(FRESH)
    school.is_there(director)

    stricter = director.post("/office/attendance/mode", {"mode": REQUIRED, "reason": "x", "shown": OFF})
    looser = director.post("/office/attendance/mode", {"mode": OFF, "reason": "x", "shown": REQUIRED})

    assert (stricter.status, looser.status) == (303, 200)  # who is it?
    assert school.log("attendance:") == ["attendance:tightened"]
