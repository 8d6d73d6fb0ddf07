"""Two browsers on the same page: the second is told, nothing it typed is lost, and it can send again."""

import re
from html import unescape
from typing import Any

import pytest

from access.acts_attendance import set_attendance
from access.acts_sign_in_name import change_sign_in_name
from access.attendance import OFF, OPTIONAL, REQUIRED
from access.calendar_writing import terms_of
from access.checked import find_one
from access.database import reading
from access.people import Person
from access.people import School as SchoolRecord
from tests.browser import Answer, Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
TERM, MODE, NAME = "/office/calendar/term", "/office/attendance", "/sign-in-name"


def shown(answer: Answer) -> str:
    """Return what a page says that it showed."""
    found = re.search(r'name="shown" value="([^"]*)"', answer.body.decode())
    assert found
    return unescape(found[1])


def said(answer: Answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.body.decode())).split())


@pytest.fixture
def director(school: School) -> Browser:
    return school.director()


def test_the_second_who_says_when_the_term_is_reads_what_the_first_said(school: School) -> None:
    office, director = school.office(), school.director()
    first, second = (shown(one.get(TERM, **ENGLISH)) for one in (office, director))
    form = {"first": "2026-03-02", "reason": "the notice is out"}
    assert office.post(TERM, {**form, "last": "2026-07-10", "shown": first}, **ENGLISH).status == 303

    late = director.post(TERM, {**form, "last": "2026-07-17", "shown": second}, **ENGLISH)

    assert late.status == 400
    assert "Somebody else changed this meanwhile" in said(late)
    assert "Terms: Mon 2 Mar 2026 to Fri 10 Jul 2026" in said(late)
    assert 'value="2026-07-17"' in late.body.decode()
    assert director.post(TERM, {**form, "last": "2026-07-17", "shown": shown(late)}, **ENGLISH).status == 303
    with reading(school.world.database) as connection:
        assert [last.isoformat() for _, last in terms_of(connection, school.id)] == ["2026-07-17"]


@pytest.mark.parametrize("words", ["2026-03-02", "x/y", "2026-03-02/2026-02-30"])
def test_terms_that_no_page_showed_are_refused(director: Browser, words: str) -> None:
    form = {"first": "2026-03-02", "last": "2026-07-10", "reason": "x", "shown": words}

    assert director.post(TERM, form, **ENGLISH).status == 400


def test_the_second_who_chooses_about_attendance_is_told_and_loses_nothing(
    school: School, director: Browser
) -> None:
    by: dict[str, Any] = {"actor": school.director_actor, "reason": "test", "school_id": school.id}
    seen = shown(director.get(MODE, **ENGLISH))
    set_attendance(school.world, **by, mode=REQUIRED)

    late = director.post(f"{MODE}/mode", {"mode": OPTIONAL, "reason": "as agreed", "shown": seen}, **ENGLISH)

    assert late.status == 400
    assert "Somebody else changed this meanwhile." in said(late)
    assert 'value="as agreed"' in late.body.decode()
    assert re.search(r'value="optional" checked', late.body.decode())
    form = {"mode": OPTIONAL, "reason": "as agreed", "shown": shown(late)}
    assert director.post(f"{MODE}/mode", form, **ENGLISH).status == 303
    with reading(school.world.database) as connection:
        assert find_one(connection, SchoolRecord, school.id).attendance == OPTIONAL
    assert seen == OFF


def test_a_sign_in_name_changed_elsewhere_meanwhile_is_not_written_over_unseen(school: School) -> None:
    guardian = school.guardian()
    seen = shown(guardian.get(NAME, **ENGLISH))
    change_sign_in_name(
        school.world,
        actor=school.office_actor,
        reason="test",
        person_id=guardian.person,
        sign_in_name="13900000000",
    )

    late = guardian.post(NAME, {"name": "noor-new", "shown": seen}, **ENGLISH)

    assert late.status == 400
    assert "It was changed meanwhile" in said(late)
    assert "Now you sign in with: 13900000000" in said(late)
    assert 'value="noor-new"' in late.body.decode()
    assert guardian.post(NAME, {"name": "noor-new", "shown": shown(late)}, **ENGLISH).status == 303
    with reading(school.world.database) as connection:
        assert find_one(connection, Person, guardian.person).sign_in_name == "noor-new"
