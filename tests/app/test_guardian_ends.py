"""A guardian dies or changes and the child stays: access ends quietly, and nobody reads why."""

import re

import pytest

from access.acts_families import end_guardianship
from tests.browser import Browser
from tests.guardian import Guardian
from tests.school import School

ENGLISH = {"Accept_Language": "en-GB"}
WHY = "died on 3 March, says her sister"  #: What no page of a family may say, whatever it is written in.
TELLING = ("died", "3 March", "sister", "ended", "guardianship", "relation")
NO_ROOM = "There is no room for you to see here yet. The school office can tell you more."
NO_LONGER = "This room is no longer open to you. The school office can tell you more."


def page(browser: Browser, address: str) -> str:
    """Return what a page says, without what is new in each answer."""
    answer = browser.get(address, **ENGLISH)
    assert answer.status == 200, (address, answer.status)
    return re.sub(r'(nonce|value|content|data-csrf)="[\w.-]{20,}"', "", answer.body.decode())


def pages(school: School, browser: Browser, *more: str) -> dict[str, str]:
    """Return what somebody reads: at home, of the room, and on *more* pages."""
    addresses = ("/home", f"/rooms/{school.room_key('Oak')}", *more)
    return {address: page(browser, address) for address in addresses}


@pytest.fixture
def mother(school: School) -> Guardian:
    """A guardian who is about to be none any more."""
    return school.guardian(of="Oak")


def test_nobody_reads_that_a_guardian_is_none_any_more_or_why(school: School, mother: Guardian) -> None:
    father = school.guardian(beside=mother)
    aunt = school.delegate(of=father, name="aunt")
    school.delegate(of=mother)
    before = pages(school, father, "/consent", "/delegates"), pages(school, aunt)
    watching = [somebody.opens("Oak") for somebody in (father, aunt)]

    end_guardianship(school.world, actor=school.office_actor, reason=WHY, guardianship_id=mother.guardianship)

    assert [one.status().json["state"] for one in watching] == ["waiting", "waiting"]
    assert (pages(school, father, "/consent", "/delegates"), pages(school, aunt)) == before


def test_her_own_device_and_her_delegates_read_that_it_is_over_and_not_why(
    school: School, mother: Guardian
) -> None:
    grandmother = school.delegate(of=mother)
    hers, for_her = mother.opens("Oak"), grandmother.opens("Oak")

    end_guardianship(school.world, actor=school.office_actor, reason=WHY, guardianship_id=mother.guardianship)

    # Whoever is family no more has no viewings; her page says then that this one has ended.
    assert hers.status() == school.not_found
    told = grandmother.get(f"/live/{for_her.key}/status", **ENGLISH).json
    assert (told["state"], told["words"]) == ("ended", NO_LONGER)
    for browser, address in ((mother, "/"), (grandmother, "/home")):
        home = page(browser, address)
        assert NO_ROOM in home
        assert not [word for word in (*TELLING, "Oak", school.called.child) if word in home]
        assert browser.get(f"/rooms/{school.room_key('Oak')}") == school.not_found
