"""Views of the log under a name: one's own, of one school, and looked at anew each time."""

import html
import re

from access import acts_people
from access.acts import Actor
from access.log_views import MOST_VIEWS, NAME_LETTERS
from tests.app.oversight_page import ENGLISH, kinds_on
from tests.browser import Browser
from tests.school import School

KEEP = "/oversight/views"


def kept_on(page: bytes) -> dict[str, str]:
    """Return the address of each view that is offered, by its name."""
    found = re.findall(r'class="kept"><a class="chip" href="([^"]+)"><bdi>([^<]+)', page.decode())
    return {name: html.unescape(address) for address, name in found}


def keys_on(page: bytes) -> list[str]:
    return re.findall(r'name="remove" value="([^"]+)"', page.decode())


def test_a_view_is_found_again_by_its_name_with_the_filters_it_had(school: School) -> None:
    school.draws_curtain("Oak")
    administrator = school.administrator()

    kept = administrator.post(KEEP, {"name": " Curtains  in March ", "query": "kind=curtains&day=2026-03-10"})
    views = kept_on(administrator.get("/oversight", **ENGLISH).body)

    assert (kept.status, kept.header("Location")) == (303, "/oversight?kind=curtains&day=2026-03-10")
    assert views == {"Curtains in March": "/oversight?kind=curtains&day=2026-03-10"}
    assert "curtain:drawn" in kinds_on(administrator.get(views["Curtains in March"]).body)
    assert school.log("log_view:") == ["log_view:saved"]


def test_the_same_name_is_kept_once_and_a_view_is_taken_away(school: School) -> None:
    administrator = school.administrator()
    for query in ("kind=curtains", "kind=consents"):
        administrator.post(KEEP, {"name": "mine", "query": query})
    page = administrator.get("/oversight").body
    assert kept_on(page) == {"mine": "/oversight?kind=consents"}

    administrator.post(KEEP, {"remove": keys_on(page)[0]})

    assert kept_on(administrator.get("/oversight").body) == {}
    assert school.log("log_view:") == ["log_view:saved", "log_view:saved", "log_view:removed"]


def test_another_administrators_views_are_not_seen_and_not_taken_away(school: School) -> None:
    other = school.person()
    machine = Actor(None, "cli:test")
    acts_people.appoint(
        school.world, actor=machine, reason="test", school_id=school.id, person_id=other, role="administrator"
    )
    administrator, colleague = school.administrator(), Browser(school.app, school.sign_in(other))
    administrator.post(KEEP, {"name": "mine", "query": "kind=curtains"})
    (key,) = keys_on(administrator.get("/oversight").body)

    colleague.post(KEEP, {"remove": key})

    assert kept_on(colleague.get("/oversight").body) == {}
    assert kept_on(administrator.get("/oversight").body).keys() == {"mine"}


def test_no_name_a_long_one_and_one_too_many_are_not_kept(school: School) -> None:
    administrator = school.administrator()
    for name in ("", "   ", "x" * (NAME_LETTERS + 1)):
        administrator.post(KEEP, {"name": name, "query": "kind=curtains"})
    assert kept_on(administrator.get("/oversight").body) == {}

    for number in range(MOST_VIEWS + 1):
        administrator.post(KEEP, {"name": f"view {number}", "query": "kind=curtains"})

    assert len(kept_on(administrator.get("/oversight").body)) == MOST_VIEWS


def test_what_makes_no_sense_in_a_view_is_left_out(school: School) -> None:
    administrator = school.administrator()

    kept = administrator.post(KEEP, {"name": "odd", "query": "kind=nothing&next=//evil.example&day=never"})

    assert kept.header("Location") == "/oversight"
