"""The log's filters: each alone and together, each to be taken away again, and none a way to strangers."""

import re
from datetime import timedelta

import pytest

from access.log.kinds import KINDS, Log
from access.people import SignIn
from app.oversight.kinds import CHOICES, offered_in
from tests.app.factors.steps import sign_in_of
from tests.app.oversight_page import ENGLISH, kinds_on, option, sentences_on
from tests.app.public_keys import key_of
from tests.school import School


def chips_on(page: bytes) -> dict[str, str]:
    """Return the address without each filter that is on, by what the filter says."""
    found = re.findall(r'class="chip" href="([^"]+)"><span>(.*?)</span> <span aria', page.decode())
    return {re.sub("<[^>]+>", "", words): address.replace("&amp;", "&") for address, words in found}


def test_filters_go_together_and_each_is_taken_away_by_itself(school: School) -> None:
    oak, elm = school.guardian(of="Oak"), school.guardian(of="Elm")
    oak.opens("Oak").close()
    elm.opens("Elm")
    administrator = school.administrator()
    child = option(administrator, f"小豆 {oak.person}")
    room = option(administrator, "Oak room")

    page = administrator.get(f"/oversight?child={child}&room={room}&kind=watching", **ENGLISH).body
    without = chips_on(page)
    wider = administrator.get(without["Kind: Viewings that began"], **ENGLISH).body

    assert kinds_on(page) == ["viewing:opened"]
    assert without.keys() == {f"Child: 小豆 {oak.person}", "Room: Oak room", "Kind: Viewings that began"}
    assert kinds_on(wider)[-2:] == ["viewing:closed", "viewing:opened"]
    assert set(kinds_on(wider)[:-2]) == {"log:read"}, "looking at them is about them too"


def test_a_name_in_an_entry_leads_to_the_entries_about_it(school: School) -> None:
    guardian = school.guardian(of="Oak")
    guardian.opens("Oak")
    school.guardian(of="Elm").opens("Elm")
    administrator = school.administrator()
    page = administrator.get("/oversight?kind=watching", **ENGLISH).body.decode()

    links = {
        words: address.replace("&amp;", "&")
        for address, words in re.findall(r'<a href="([^"]+)"><bdi>([^<]+)</bdi></a>', page)
    }
    found = administrator.get(links[f"小豆 {guardian.person}"], **ENGLISH).body

    assert sentences_on(found) == [
        f"林小明 {guardian.person} began to watch Oak room, for 小豆 {guardian.person}."
    ]
    assert "Elm room" in links


def test_a_span_is_of_the_schools_clock(school: School) -> None:
    school.draws_curtain("Oak")  # 09:30 at school and a little later
    administrator = school.administrator()

    def found(span: str) -> bool:
        return "curtain:drawn" in kinds_on(administrator.get(f"/oversight?{span}").body)

    assert found("from=2026-03-10T09:00&until=2026-03-10T12:00")
    assert not found("from=2026-03-10T12:00")
    assert not found("until=2026-03-10T09:00")


def test_a_class_finds_what_was_watched_of_it(school: School) -> None:
    school.guardian(of="Oak").opens("Oak")
    school.guardian(of="Elm").opens("Elm")
    administrator = school.administrator()

    page = administrator.get(f"/oversight?kind=watching&class={option(administrator, 'Oak')}", **ENGLISH).body

    assert len(kinds_on(page)) == 1


def test_a_device_and_a_network_find_what_was_done_there(school: School) -> None:
    teacher = school.teacher()
    teacher.address = "203.0.113.77"
    teacher.post(f"/office/rooms/{school.room_key('Oak')}/curtain/draw", {"reason": "nap"})
    device = key_of(school, SignIn, sign_in_of(school, teacher))
    administrator = school.administrator()

    by_device = administrator.get(f"/oversight?kind=curtains&device={device}", **ENGLISH).body
    by_network = administrator.get("/oversight?network=203.0.113.0/24", **ENGLISH).body

    assert kinds_on(by_device) == ["curtain:drawn"]
    assert "curtain:drawn" in kinds_on(by_network)
    assert chips_on(by_device).keys() == {"Device: Chrome, Android", "Kind: Curtains"}


def test_what_a_stranger_tried_is_found_by_nothing_that_is_not_told_of_them(school: School) -> None:
    stranger = school.neighbour().guardian(of="Rowan")
    stranger.address = "198.51.100.7"
    for guardian in (stranger, school.guardian(of="Elm")):
        guardian.post(f"/rooms/{school.room_key('Oak')}/viewings", None)
    administrator = school.administrator()

    whole = administrator.get("/oversight?kind=refused", **ENGLISH).body
    by_network = administrator.get("/oversight?kind=refused&network=198.51.100.0/24", **ENGLISH).body
    by_reason = administrator.get("/oversight?kind=refused&reason=child:none_here", **ENGLISH).body

    told = sentences_on(whole)
    assert len(told) == 2
    assert sum("outside this school" in sentence for sentence in told) == 1
    assert sentences_on(by_network) == []
    assert len(sentences_on(by_reason)) == 1
    assert "outside" not in sentences_on(by_reason)[0]


def test_turning_the_pages_of_one_look_is_one_entry(school: School) -> None:
    for _ in range(30):
        school.draws_curtain("Oak")
        school.opens_curtain("Oak")
    administrator = school.administrator()
    administrator.get("/oversight?kind=curtains")
    for _ in range(2):
        administrator.get("/oversight?kind=curtains&before=60")
    assert school.log("log:") == ["log:read"]

    administrator.get("/oversight?before=60")
    school.clock.advance(timedelta(minutes=11))
    school.administrator().get("/oversight?kind=curtains&before=60")

    assert school.log("log:") == ["log:read"] * 3, "another look, and the same one much later"


@pytest.mark.parametrize("name", ["person", "child", "class", "room", "device"])
def test_the_neighbours_own_are_not_found(school: School, name: str) -> None:
    assert school.administrator().get(f"/oversight?{name}=" + "A" * 22) == school.not_found


def test_every_kind_can_be_asked_for_by_a_readable_choice() -> None:
    chosen = {kind for _, kinds in CHOICES.values() for kind in kinds}

    installation = {"clock", "records", "portal", "backup"}  # nobody's business but the machine's
    assert {kind for kind in KINDS if kind not in chosen} == {
        kind for kind in KINDS if kind.partition(":")[0] in installation
    }
    assert all(kinds for _, kinds in CHOICES.values())
    assert "sign_ins" not in dict(offered_in(Log.SCHOOL))
