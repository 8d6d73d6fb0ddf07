"""Refusals by their reason, a class in an hour, somebody by name, and what came after a withdrawal."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from access import acts_consent
from access.acts import Actor
from access.consenting import Whose
from access.log import choices
from access.refusals import close_refusal_counts
from tests.app.oversight_page import ENGLISH
from tests.school import School


def text(page: bytes) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode())))


def reasons_on(page: bytes) -> dict[str, int]:
    """Return reason → how many."""
    found = re.findall(r'data-reason="([^"]+)">\s*<h2><span class="count">(\d+)', page.decode())
    return {reason: int(count) for reason, count in found}


def test_refusals_are_counted_by_reason_with_what_was_read_and_by_whom(school: School) -> None:
    oak, elm = school.guardian(of="Oak"), school.guardian(of="Elm")
    school.draws_curtain("Oak")
    for _ in range(3):  # within a minute: one entry, and one for two more
        oak.asks_to_open("Oak")
    elm.asks_to_open("Oak")
    school.clock.advance(timedelta(minutes=2))
    close_refusal_counts(school.world)
    school.clock.advance(timedelta(seconds=1))

    page = school.administrator().get("/oversight/refusals", **ENGLISH).body

    assert reasons_on(page) == {"room:curtain": 3, "child:none_here": 1}
    assert "They read: “The curtain is drawn. The teachers will open it again.”" in text(page)
    assert f"林小明 {oak.person} × 3" in text(page)
    assert "kind=refused&amp;reason=room%3Acurtain" in page.decode()
    assert school.last_entry("log:read")["subject"]["page"] == "refusals"
    before = school.administrator().get("/oversight/refusals?day=2026-03-02", **ENGLISH).body
    assert reasons_on(before) == {}
    assert "Nobody was refused." in text(before)


def test_what_strangers_were_refused_is_not_counted(school: School) -> None:
    stranger = school.neighbour().guardian(of="Rowan")
    stranger.post(f"/rooms/{school.room_key('Oak')}/viewings", None)
    assert school.log("viewing:") == ["viewing:refused"]
    school.clock.advance(timedelta(seconds=1))

    page = school.administrator().get("/oversight/refusals", **ENGLISH).body

    assert reasons_on(page) == {}


def test_a_class_in_an_hour_names_also_whoever_began_before_it(school: School) -> None:
    oak, elm = school.guardian(of="Oak"), school.guardian(of="Elm")
    school.clock.advance(datetime(2026, 3, 10, 1, 59, 50, tzinfo=UTC) - school.clock.now())
    for one in (oak, elm):
        school.is_there(one)
    early = oak.opens("Oak")
    elm.opens("Elm").close()
    school.clock.advance(timedelta(seconds=15))
    early.close()
    administrator = school.administrator()
    page = administrator.get("/oversight/day?day=2026-03-10", **ENGLISH).body.decode()
    links = re.findall(r'href="(/oversight/day\?[^"]*hour=\d+)" aria-label="([^"]+)"', page)
    assert [words for _, words in links] == [
        "Elm from 9 o’clock: 1 viewings",
        "Oak from 9 o’clock: 1 viewings",
        "Oak from 10 o’clock: 1 viewings",
    ]

    address = html.unescape(links[2][0])
    said = text(administrator.get(address, **ENGLISH).body)

    assert f"林小明 {oak.person} for 小豆 {oak.person}" in said
    assert f"林小明 {elm.person}" not in said
    subject = school.last_entry("log:read")["subject"]
    assert (subject["class_group"], subject["hour"]) == (school.class_groups["Oak"], 10)
    assert "Nobody watched." in text(administrator.get(address.replace("hour=10", "hour=11"), **ENGLISH).body)


@pytest.mark.parametrize("asked", ["class=nobody&hour=9", "class={theirs}&hour=9", "class={ours}&hour=24"])
def test_an_hour_or_a_class_that_is_not_there_is_not_found(school: School, asked: str) -> None:
    administrator = school.administrator()
    keys = {}
    for name, of in (("ours", school), ("theirs", school.neighbour())):
        page = of.administrator().get("/oversight", **ENGLISH).body.decode()
        select = re.search(r'<select id="class".*?</select>', page, re.DOTALL)
        assert select is not None
        keys[name] = re.findall(r'value="([^"]+)"', select.group())[0]

    assert administrator.get(f"/oversight/day?{asked.format(**keys)}") == school.not_found


def test_whoever_alone_is_called_so_is_gone_to_and_of_several_each_is_offered(school: School) -> None:
    oak = school.guardian(of="Oak")
    elm = school.guardian(of="Elm")
    theirs = school.neighbour().guardian(of="Rowan")
    administrator = school.administrator()

    alone = administrator.get(f"/oversight?kind=viewings&name=林小明 {oak.person}", **ENGLISH)
    several = administrator.get("/oversight?name=林小明", **ENGLISH).body
    nobody = administrator.get(f"/oversight?name=陈月亮 {theirs.person}", **ENGLISH).body

    assert alone.status == 303
    assert re.fullmatch(r"/oversight\?kind=viewings&person=[\w-]+", alone.header("Location") or "")
    assert f"林小明 {oak.person} 小豆 {oak.person}" in text(several)
    assert f"林小明 {elm.person} 小豆 {elm.person}" in text(several)
    assert "Nobody here is called so." in text(nobody)
    assert "陈月亮" not in re.sub(r'value="[^"]*"', "", nobody.decode())


def test_whoever_is_not_among_the_choices_is_found_by_name(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    oak = school.guardian(of="Oak")
    administrator = school.administrator()
    monkeypatch.setattr(choices, "MOST_OFFERED", 0)
    assert (
        f"林小明 {oak.person}" not in administrator.get("/oversight?kind=withdrawn", **ENGLISH).body.decode()
    )

    found = administrator.get(f"/oversight?name=明 {oak.person}", **ENGLISH)

    assert f"Person: 林小明 {oak.person}" in text(
        administrator.get(found.header("Location") or "", **ENGLISH).body
    )


def test_a_consent_that_was_taken_back_says_whether_anybody_watched_after_it(school: School) -> None:
    oak = school.guardian(of="Oak")
    oak.opens("Oak").close()
    whose = Whose(school.id, oak.person, oak.guardianship, oak.child)
    acts_consent.refuse(school.world, actor=Actor(oak.person, "web"), whose=whose)
    oak.asks_to_open("Oak")
    school.clock.advance(timedelta(minutes=1))
    administrator = school.administrator()
    listed = administrator.get("/oversight?kind=withdrawn", **ENGLISH).body.decode()
    (address,) = re.findall(r'href="([^"]+)"><bdi>Did anybody watch after it\?', listed)

    page = administrator.get(html.unescape(address), **ENGLISH).body

    assert "No: nobody was shown this child." in text(page)
    assert 'data-afterwards="0"' in page.decode()
    other = administrator.get("/oversight/entry?number=1", **ENGLISH).body
    assert "Did anybody watch after it?" not in text(other)
