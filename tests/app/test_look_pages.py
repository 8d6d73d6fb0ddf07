"""Setup looks on the staff's pages: asked for, agreed to by another, ended by anybody of the staff."""

import re

import pytest

from access.codes import in_fives
from tests.browser import Browser
from tests.looking import Display, asks
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}


def page(browser: Browser) -> str:
    return browser.get("/office/cameras", **ENGLISH).body.decode()


def look_on(browser: Browser) -> str:
    """Return the key of the one look on the page."""
    (key,) = re.findall(r'data-look="([^"]+)"', page(browser))
    return str(key)


def asks_on_the_page(school: School, browser: Browser, purpose: str = "mask", words: str = "corner") -> int:
    camera = school.camera("Oak").key
    form = {"purpose": purpose, "words": words}
    return browser.post(f"/office/cameras/{camera}/looks", form, **ENGLISH).status


def test_one_asks_another_agrees_and_a_teacher_ends_it(school: School) -> None:
    office, director, teacher = school.office(), school.director(), school.teacher()
    assert asks_on_the_page(school, office) == 303
    key = look_on(office)

    assert "Yes, they may look" not in page(office), "who asked agrees to nothing"
    assert "Yes, they may look" in page(teacher)
    director.post(f"/office/looks/{key}/agree", {"reason": "has to be"}, **ENGLISH)

    assert "See the picture" in page(office)
    assert "See the picture" not in page(director)
    seen = office.get(f"/office/looks/{key}", **ENGLISH)
    assert "This look is logged, and shown at the room" in seen.body.decode()
    assert director.get(f"/office/looks/{key}") == school.not_found
    assert teacher.post(f"/office/looks/{key}/end").status == 303
    assert "data-look" not in page(office)
    assert office.get(f"/office/looks/{key}") == school.not_found
    assert school.last_entry("look:ended")["reason"] == "ended by hand"


def test_who_asked_is_told_that_they_do_not_agree(school: School) -> None:
    office, key = school.office(), asks(school).key

    office.post(f"/office/looks/{key}/agree", {"reason": "try"}, **ENGLISH)

    assert "You asked for this look: somebody else of the staff agrees." in page(office)


@pytest.mark.parametrize(
    ("purpose", "words"), [("", "x"), ("curious", "x"), ("mask", " "), ("mask", "x" * 501)]
)
def test_without_a_purpose_nobody_asks(school: School, purpose: str, words: str) -> None:
    assert asks_on_the_page(school, school.office(), purpose, words) == 400
    assert school.log("look:") == []


def test_the_office_makes_a_code_and_signs_a_display_out(school: School) -> None:
    office, room = school.office(), school.room_key("Oak")

    made = office.post(f"/office/rooms/{room}/door", {"reason": "tablet"}, **ENGLISH).body.decode()
    display = Display(school, "Oak")
    display.beats()
    listed = office.get("/office/doors", **ENGLISH).body.decode()
    taps = re.findall(r'action="/office/doors/([^/]+)/end"[^>]*>(.*?)</form>', listed, re.DOTALL)
    for key, form in taps:
        reason = re.findall(r'<button [^>]*name="reason" value="(\w+)"', form)
        assert office.post(f"/office/doors/{key}/end", {"reason": reason[0]}).status == 303

    assert len(taps) == 2
    assert re.findall(r"<input (?!type=.hidden)", str(taps)) == [], "one tap, and nothing to fill in"
    (code,) = re.findall(r'/i#door-(\w+)"', made)
    assert f"DOOR-{in_fives(code)}" in made
    assert "It is on." in listed
    assert "Its code waits for a tablet" in listed
    assert display.beats() == school.not_found
