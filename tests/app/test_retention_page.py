"""The page of how long entries are kept: one proposes, another approves, and each sees what waits."""

import re

import pytest
from sqlalchemy import select

from access.database import reading, writing
from access.erasing_due import setting_of
from access.log.erasing import Rule, erase
from access.log.store import LogEntry
from access.retention_seen import load_retention
from tests.browser import Browser
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
PAGE = "/oversight/retention"
MONTHS = {
    "viewings": "24",
    "lookups": "36",
    "presence": "6",
    "families": "72",
    "places": "72",
    "accounts": "12",
}


def shown(who: Browser) -> str:
    return who.get(PAGE, **ENGLISH).body.decode()


def keys_on(page: str, action: str) -> list[str]:
    """Return the keys of the forms that do the second step of something."""
    return re.findall(rf'action="{action}"[^>]*>.*?name="key" value="([^"]+)"', page, re.DOTALL)


def test_one_proposes_and_another_approves(school: School) -> None:
    director, other = school.director(), school.administrator()
    assert "two people have not decided" in shown(director)

    director.post(PAGE, {**MONTHS, "reason": "parents' council"})
    assert "Waits for a second person" in shown(director)
    assert keys_on(shown(director), PAGE) == []
    (key,) = keys_on(shown(other), PAGE)
    director.post(PAGE, {"key": key, "reason": "me again"}, **ENGLISH)
    assert "That you tried is written down" in shown(director)
    other.post(PAGE, {"key": key, "reason": "agreed"})

    assert "two people have not decided" not in shown(director)
    with reading(school.world.database) as connection:
        assert setting_of(connection, school.id).viewings == 24
    assert school.log("retention:") == ["retention:proposed", "retention:refused", "retention:approved"]


@pytest.mark.parametrize("typed", ["5", "241", "", "six", "99999"])
def test_what_no_school_may_choose_is_told(school: School, typed: str) -> None:
    director = school.director()
    director.post(PAGE, {**MONTHS, "viewings": typed, "reason": "x"}, **ENGLISH)

    assert "from 6 to 240 months" in shown(director)
    assert school.log("retention:") == []


def test_a_hold_is_placed_and_ended_by_two(school: School) -> None:
    director, other = school.director(), school.administrator()
    form = {"reason": "a court asks", "from": "2026-01-01", "to": "2026-01-31"}
    director.post(f"{PAGE}/holds", form)
    page = shown(director)
    assert "a court asks" in page

    (key,) = keys_on(page, f"{PAGE}/holds")
    director.post(f"{PAGE}/holds", {"key": key, "reason": "over"})
    assert keys_on(shown(director), f"{PAGE}/holds") == []
    other.post(f"{PAGE}/holds", {"key": key, "reason": "over"})
    assert school.log("hold:") == ["hold:placed", "hold:end_asked", "hold:ended"]
    with reading(school.world.database) as connection:
        assert load_retention(connection, school.id).holds == ()


def test_an_erasure_is_asked_for_and_agreed_to(school: School) -> None:
    director, other = school.director(), school.administrator()
    found = re.search(r'id="erase-person".*?value="([^"]{22})"', shown(director), re.DOTALL)
    assert found is not None
    director.post(f"{PAGE}/erasures", {"person": found[1], "before": "2020-01-01", "reason": "asked for"})
    (key,) = keys_on(shown(other), f"{PAGE}/erasures")
    other.post(f"{PAGE}/erasures", {"key": key, "reason": "agreed"})

    assert "erased within a day" in shown(director)
    young = {"person": found[1], "before": "2026-03-01", "reason": "x"}
    director.post(f"{PAGE}/erasures", young, **ENGLISH)
    assert "always kept. Nothing has changed." in shown(director)


def test_a_key_of_nothing_is_not_found(school: School) -> None:
    for path in ("", "/holds", "/erasures"):
        assert school.director().post(f"{PAGE}{path}", {"key": "x" * 22, "reason": "x"}).status == 404


def test_an_erased_entry_is_shown_as_one_on_the_page_of_the_log(school: School) -> None:
    school.director().post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})
    with writing(school.world.database) as connection:
        asked = select(LogEntry.number).where(LogEntry.log == school.id, LogEntry.kind == "curtain:drawn")
        some = list(connection.execute(asked).scalars())
        erased = erase(
            connection,
            log=school.id,
            numbers=some,
            at=school.world.clock.now(),
            rule=Rule("request", (1, 2), {}),
            actor={"person": None, "via": "portal"},
            reason="",
        )

    for language, words in (("en-GB", "under entry #"), ("zh-CN", "擦除，见条目 #")):
        page = school.administrator().get("/oversight", Accept_Language=language).body.decode()
        entries = re.findall(r'data-kind="curtain:drawn".*?</li>', page, re.DOTALL)
        assert len(entries) == len(some) > 0
        assert all(f"{words}{erased}" in entry for entry in entries)
        assert "#None" not in page
