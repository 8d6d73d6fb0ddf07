"""The access log as its readers see it: in words, filtered, newest first, and read on the record."""

import re

import pytest

from app.oversight.words import KINDS
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}


def kinds_on(page: bytes) -> list[str]:
    return re.findall(r'data-kind="([^"]+)"', page.decode())


def option(browser: Browser, name: str) -> str:
    """Return the filter value whose words contain *name*."""
    page = browser.get("/oversight").body.decode()
    found = next(key for key, words in re.findall(r'value="([^"]+)"[^>]*>([^<]*)<', page) if name in words)
    return str(found)


def test_a_viewing_is_told_in_words_with_child_and_room(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak").close()

    page = school.administrator().get("/oversight", **ENGLISH).body.decode()

    assert "began to watch" in page
    assert "stopped watching" in page
    assert "left the page" in page
    assert "Oak room" in page
    assert "小豆" in page


def test_the_log_speaks_chinese(school: School) -> None:
    school.guardian(of="Oak").opens("Oak")

    assert "开始观看" in school.administrator().get("/oversight", Accept_Language="zh-CN").body.decode()


def test_the_newest_entry_is_the_reading_itself(school: School) -> None:
    administrator = school.administrator()

    first = kinds_on(administrator.get("/oversight").body)[0]

    assert first == "log:read"
    assert school.last_entry("log:read")["actor"] == {
        "person": school.staff["administrator"],
        "via": "web",
    }


def test_a_room_narrows_the_log_to_that_room(school: School) -> None:
    school.guardian(of="Oak").opens("Oak")
    school.guardian(of="Elm").opens("Elm")
    administrator = school.administrator()

    page = administrator.get(f"/oversight?room={option(administrator, 'Oak room')}").body

    assert kinds_on(page).count("viewing:opened") == 1


def test_a_person_narrows_the_log_to_that_person(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak")
    school.guardian(of="Oak").opens("Oak")
    administrator = school.administrator()

    key = option(administrator, f"林小明 {school.staff['administrator'] + 1}")
    page = administrator.get(f"/oversight?person={key}").body

    assert kinds_on(page).count("viewing:opened") == 1


def test_a_day_narrows_the_log_to_that_day_at_school(school: School) -> None:
    school.guardian(of="Oak").opens("Oak")
    administrator = school.administrator()

    assert "viewing:opened" in kinds_on(administrator.get("/oversight?day=2026-03-10").body)
    assert kinds_on(administrator.get("/oversight?day=2026-03-09").body) == []


def test_pages_follow_one_another_without_a_gap(school: School) -> None:
    for _ in range(30):
        school.draws_curtain("Oak")
        school.opens_curtain("Oak")
    administrator = school.administrator()

    numbers: list[int] = []
    address: str | None = "/oversight"
    while address:
        page = administrator.get(address, **ENGLISH).body.decode()
        numbers += [int(number) for number in re.findall(r">#(\d+)<", page)]
        older = re.search(r'href="(/oversight\?[^"]*before=[^"]*)"[^>]*>Older', page)
        address = older.group(1).replace("&amp;", "&") if older else None

    assert numbers == list(range(numbers[0], -1, -1))
    assert len(numbers) > 60


@pytest.mark.parametrize("query", ["person=nobody", "room=nowhere", "room=" + "A" * 22])
def test_an_unknown_filter_is_not_found(school: School, query: str) -> None:
    assert school.administrator().get(f"/oversight?{query}") == school.not_found


@pytest.mark.parametrize("query", ["day=never", "before=x", "log=unknown"])
def test_a_filter_that_makes_no_sense_is_left_out(school: School, query: str) -> None:
    assert school.administrator().get(f"/oversight?{query}").status == 200


def test_only_administrators_read_the_log(school: School) -> None:
    others = (
        school.visitor(),
        school.guardian(of="Oak"),
        school.teacher(),
        school.office(),
        school.director(),
    )

    for person in others:
        assert person.get("/oversight") == school.not_found


def test_every_kind_that_is_written_has_words(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak").close()
    school.draws_curtain("Oak")
    guardian.asks_to_open("Oak")
    school.opens_curtain("Oak")
    school.revoke_every_grant()
    school.administrator().get("/oversight")

    assert {kind for kind in school.log("") if kind not in KINDS} == set()
