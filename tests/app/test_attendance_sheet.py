"""A whole sheet of who came and went, on the office's page."""

import html
import re
from datetime import timedelta

import pytest

from access.acts_attendance import set_attendance
from access.attendance import OFF, REQUIRED
from access.checked import find_one
from access.clock import FrozenClock
from access.database import reading
from access.enrolment import Child
from tests.app.test_two_who_edit import said
from tests.browser import Answer, Browser
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
PAGE = "/office/attendance/sheet"


@pytest.fixture
def teacher(school: School) -> Browser:
    notes(school, REQUIRED)
    return school.teacher()


def notes(school: School, mode: str) -> None:
    set_attendance(school.world, actor=school.director_actor, reason="test", school_id=school.id, mode=mode)


def sends(browser: Browser, lines: str, **more: str) -> Answer:
    return browser.post(PAGE, {"lines": lines, "reason": "from the gate", **more}, **ENGLISH)


def kept(answer: Answer) -> str:
    """Return what is in the field for the lines."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.body.decode(), re.DOTALL)
    assert found
    return html.unescape(found.group(1)).strip().replace("\r\n", "\n")


def child_of(school: School, guardian: Guardian) -> str:
    with reading(school.world.database) as connection:
        return str(find_one(connection, Child, guardian.child).name)


def test_a_pasted_sheet_opens_for_who_came_and_stops_who_watched_and_went(
    school: School, teacher: Browser, clock: FrozenClock
) -> None:
    came, went = school.guardian(of="Oak"), school.guardian(of="Oak")
    names = [child_of(school, one) for one in (came, went)]
    clock.advance(timedelta(minutes=5))
    assert sends(teacher, f"{names[1]},入园,08:00").status == 303
    clock.advance(timedelta(minutes=1))
    watching = went.opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200
    clock.advance(timedelta(minutes=1))

    assert sends(teacher, f"姓名\t进出\t时间\n{names[0]}\t入园\t08:10\n{names[1]}\t离园\t08:20").status == 303

    assert watching.segment(k) == school.not_found
    assert came.opens("Oak").status().status == 200
    assert school.log("attendance:")[-2:] == ["attendance:out", "attendance:in"]
    assert "Noted: 2 lines." in said(teacher.get("/office/attendance", **ENGLISH))


def test_of_a_sheet_with_wrong_lines_nothing_is_noted_and_everything_stays_typed(
    school: School, teacher: Browser
) -> None:
    name = child_of(school, school.guardian(of="Oak"))
    before = school.log("attendance:")
    lines = f"{name},in,08:00\nNobody,in,08:00\n{name},here,08:00"

    answer = sends(teacher, lines)

    assert answer.status == 400
    assert "Line 2: no child of this school is called that." in said(answer)
    assert "Line 3: neither" in said(answer)
    assert kept(answer) == lines
    assert 'value="from the gate"' in answer.body.decode()
    assert school.log("attendance:") == before


def test_of_many_wrong_lines_twenty_are_told(teacher: Browser) -> None:
    answer = sends(teacher, "Nobody,in,08:00\n" * 25)

    assert said(answer).count("is called that.") == 2 * 20  # above the form, and beside the field
    assert "And 5 more." in said(answer)


@pytest.mark.parametrize("lines", ["姓名,进出,时间", '"小豆,in,08:00'])
def test_what_is_no_sheet_is_refused_and_stays_typed(teacher: Browser, lines: str) -> None:
    answer = sends(teacher, lines)

    assert answer.status == 400
    assert "This cannot be read as lines of a table." in said(answer)
    assert kept(answer) == lines


def test_who_sends_nothing_is_asked_to_fill_it_in(teacher: Browser) -> None:
    assert "Please fill this in." in said(sends(teacher, ""))


def test_a_school_that_notes_nothing_takes_no_sheet(school: School, teacher: Browser) -> None:
    name = child_of(school, school.guardian(of="Oak"))
    notes(school, OFF)

    answer = sends(teacher, f"{name},in,08:00")

    assert answer.status == 400
    assert "does not note who is in" in said(answer)
    assert PAGE not in teacher.get("/office/attendance").body.decode()
