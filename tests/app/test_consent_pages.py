"""The pages on which people agree, and on which the office sees who has not."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from access.acts_expected import add_duty
from access.acts_families import end_guardianship
from access.consenting import of_guardian
from access.consents_missing import missing_in
from access.database import reading
from access.people import Person
from tests.browser import Browser
from tests.school import School


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found.group(1)


def page(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status == 200, answer
    return answer.body.decode()


def missing(school: School) -> list[str]:
    with reading(school.world.database) as connection:
        return [one.answer for one in missing_in(connection, school.id, school.clock.now())]


def test_a_guardian_takes_back_and_agrees_again_with_one_tap_each(school: School) -> None:
    guardian = school.guardian()
    viewing = guardian.opens("Oak")
    first = page(guardian, "/consent")
    form = {"of": field(first, "of"), "version": field(first, "version")}

    assert guardian.post("/consent", {**form, "answer": "no"}).status == 303

    assert viewing.playlist() == school.not_found
    told = page(guardian, "/consent")
    assert "您选择了不同意" in told
    assert re.search(r"有效至 .*\d\d:\d\d:\d\d；最迟 \d\d:\d\d:\d\d", told)
    assert school.log("consent:")[-1] == "consent:withdrawn"

    assert guardian.post("/consent", {**form, "answer": "yes"}).status == 303
    assert "您已同意" in page(guardian, "/consent")
    assert school.log("consent:")[-1] == "consent:given"


def test_yes_and_no_are_two_buttons_alike(school: School) -> None:
    told = page(school.guardian(), "/consent")

    buttons = re.findall(r'<button class="([^"]+)" name="answer" value="(yes|no)"', told)
    assert [value for _, value in buttons] == ["yes", "no"]
    assert len({looks for looks, _ in buttons}) == 1


def test_nobody_answers_for_another_child_or_another_text(school: School) -> None:
    guardian, other = school.guardian(), school.guardian()
    theirs = page(other, "/consent")
    mine = page(guardian, "/consent")

    answer = guardian.post("/consent", {"of": field(theirs, "of"), "version": "1", "answer": "no"})
    assert answer == school.not_found
    stale = {"of": field(mine, "of"), "version": "9", "answer": "yes"}
    assert guardian.post("/consent", stale).status == 303
    assert "重新回答" in page(guardian, "/consent")
    assert guardian.post("/consent", {**stale, "version": "x"}).status == 400
    assert missing(school) == []


def test_the_office_enters_a_paper_and_the_director_looks_at_it(school: School) -> None:
    guardian = school.guardian()
    office, director = school.office(), school.director()
    asked = page(guardian, "/consent")
    guardian.post("/consent", {"of": field(asked, "of"), "version": "1", "answer": "no"})
    listed = page(office, "/office/consents")
    assert "不同意。" in listed

    enter = {"of": field(listed, "of"), "act": "paper_yes", "reason": "form"}
    assert office.post("/office/consents", enter).status == 303
    waits = page(director, "/office/consents")
    assert "等待第二人核对" in waits
    look = {"of": field(waits, "of"), "act": "look", "reason": "compared"}
    assert office.post("/office/consents", look).status == 303
    assert missing(school) != []
    assert director.post("/office/consents", look).status == 303

    assert missing(school) == []
    assert school.log("consent:")[-3:] == [
        "consent:paper_entered",
        "consent:alone",
        "consent:paper_confirmed",
    ]


def test_two_of_the_staff_say_that_a_guardian_is_not_asked_and_one_that_they_are_again(
    school: School,
) -> None:
    first = school.guardian()
    second = school.guardian(beside=first)
    asked = page(second, "/consent")
    second.post("/consent", {"of": field(asked, "of"), "version": "1", "answer": "no"})
    office, director = school.office(), school.director()
    tie = field(page(office, "/office/consents"), "of")

    office.post("/office/consents", {"of": tie, "act": "exempt", "reason": "missing"})
    waits = page(director, "/office/consents")
    confirm = r'name="of" value="([^"]+)">\s*<input type="hidden" name="act" value="confirm"'
    proposal = re.findall(confirm, waits)
    director.post("/office/consents", {"of": proposal[0], "act": "confirm", "reason": "court paper"})
    assert missing(school) == []

    assert "会马上重新征求他们的同意" in page(office, "/office/consents")
    second.post("/consent", {"of": field(asked, "of"), "version": "1", "answer": "no"})
    assert missing(school) == ["no"]
    again = {"of": proposal[0], "act": "ask", "reason": "they are back"}
    assert office.post("/office/consents", again).status == 303
    assert missing(school) == ["no"]
    assert office.post("/office/consents", {"of": "n" * 22, "act": "ask", "reason": "x"}) == school.not_found


def test_who_is_a_guardian_no_more_and_had_said_no_stays_on_the_page(school: School) -> None:
    first = school.guardian()
    second = school.guardian(beside=first)
    asked = page(second, "/consent")
    second.post("/consent", {"of": field(asked, "of"), "version": "1", "answer": "no"})
    school.clock.advance(timedelta(minutes=1))
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "left"}
    end_guardianship(school.world, **act, guardianship_id=second.guardianship)

    listed = page(school.office(), "/office/consents")

    assert "已不再是监护人" in listed
    assert re.findall(r'name="act" value="([a-z_]+)"', listed) == ["exempt"]
    assert missing(school) == ["no"]


def test_a_no_of_a_teacher_on_no_list_is_kept_and_they_are_told_from_when_it_counts(school: School) -> None:
    teacher = school.teacher()
    assert "您不在任何班级的工作人员名单上" in page(teacher, "/office/my-consent")

    teacher.post("/office/my-consent", {"version": "1", "answer": "no"})

    told = page(teacher, "/office/my-consent")
    assert "已为您保存。您不在任何班级的工作人员名单上" in told
    assert "立即生效。下面" not in told
    group = school.class_groups["Oak"]
    roster: dict[str, Any] = {"actor": school.office_actor, "reason": "roster", "class_group_id": group}
    add_duty(school.world, **roster, person_id=school.staff["teacher"])
    assert missing(school) == ["no"]


def test_a_teacher_on_duty_is_asked_for_themself(school: School) -> None:
    school.guardian()
    office, teacher = school.office(), school.teacher()
    form = page(office, "/office/duties")
    people = dict(re.findall(r'<option value="([^"]{22})">([^<]+)</option>', form))
    with reading(school.world.database) as connection:
        mine = connection.execute(select(Person.key).where(Person.id == school.staff["teacher"])).scalar_one()
    oak = next(key for key, name in people.items() if name == "Oak")
    enter = {"person": mine, "class": oak, "reason": "roster"}
    assert office.post("/office/duties", enter).status == 303
    assert missing(school) == [""]

    assert "还没有回答" in page(teacher, "/office/my-consent")
    teacher.post("/office/my-consent", {"version": "1", "answer": "yes"})
    assert missing(school) == []
    teacher.post("/office/my-consent", {"version": "1", "answer": "no"})
    assert missing(school) == ["no"]

    duty = field(page(office, "/office/duties"), "ends")
    assert office.post("/office/duties", {"ends": duty, "reason": "changed"}).status == 303
    assert missing(school) == []


def test_a_guest_is_one_tap_in_and_one_out(school: School) -> None:
    guardian, teacher = school.guardian(), school.teacher()
    viewing = guardian.opens("Oak")
    tap = {"room": school.room_key("Oak"), "reason": "visitor"}

    assert teacher.post("/office/guests", tap).status == 303
    assert viewing.playlist() == school.not_found
    assert "在场的人尚未全部同意，或有访客在内" in page(guardian, "/home")
    there = field(page(teacher, "/office/guests"), "left")
    assert teacher.post("/office/guests", {"left": there, "reason": "visitor_gone"}).status == 303

    assert guardian.opens("Oak")
    assert school.log("guest:") == ["guest:came", "guest:left"]


def test_whose_consent_it_is_stays_with_the_staff(school: School) -> None:
    first, other = school.guardian(), school.guardian()
    asked = page(other, "/consent")
    other.post("/consent", {"of": field(asked, "of"), "version": "1", "answer": "no"})

    told = page(first, "/home") + page(first, "/consent")

    whose = of_guardian(school.world, other.guardianship)
    assert whose.person_id != first.person
    assert f"{school.called.child} {other.person}" not in told
    assert f"{school.called.person} {other.person}" not in told
