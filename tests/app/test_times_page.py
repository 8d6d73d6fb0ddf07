"""When families watch: viewings by weekday and hour of the school, and minutes by child."""

import re
from datetime import timedelta

from access.clock import FrozenClock
from tests.browser import Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}


def page(school: School, browser: Browser, address: str = "/oversight/times") -> str:
    school.is_there(browser)
    answer = browser.get(address, **ENGLISH)
    assert answer.status == 200
    return answer.body.decode()


def cells(told: str, hour: str) -> list[str]:
    """Return what stands in the row of an hour, Monday first."""
    (row,) = re.findall(rf'<tr><th scope="row">{hour}</th>(.*?)</tr>', told)
    return re.findall(r"<td[^>]*>(.*?)</td>", row)


def watches_a_segment(school: School, guardian: Guardian) -> None:
    watch = guardian.opens("Oak")
    assert watch.segment(school.camera("Oak").films_segment()).status == 200
    watch.close()


def test_viewings_are_counted_by_weekday_and_hour_at_school(school: School, clock: FrozenClock) -> None:
    mother, elsewhere = school.guardian(of="Oak"), school.neighbour().guardian(of="Rowan")
    watches_a_segment(school, mother)
    watches_a_segment(school, mother)
    elsewhere.opens("Rowan").close()
    clock.advance(timedelta(days=1))
    school.is_there(mother)
    mother.opens("Oak").close()

    told = page(school, school.administrator())

    assert "3 viewings" in told
    assert cells(told, "09") == ["", "2", "1", "", "", "", ""]
    assert cells(told, "10") == [""] * 7
    assert told.count("min</p>") == 1  # one child of ours, none of the neighbour's
    assert "NaN" not in told


def test_days_beyond_the_four_weeks_are_on_the_page_before(school: School, clock: FrozenClock) -> None:
    school.guardian(of="Oak").opens("Oak").close()
    clock.advance(timedelta(days=28))
    administrator = school.administrator()

    told = page(school, administrator)
    before = re.findall(r'href="(/oversight/times\?day=[^"]+)"', told)[0]

    assert "0 viewings" in told
    assert "1 viewings" in page(school, administrator, before)


def test_looking_is_an_entry_and_others_have_no_such_page(school: School) -> None:
    page(school, school.administrator())

    assert school.last_entry("log:read")["subject"]["page"] == "times"
    for other in (school.director(), school.teacher(), school.guardian()):
        assert other.get("/oversight/times", **ENGLISH) == school.not_found
