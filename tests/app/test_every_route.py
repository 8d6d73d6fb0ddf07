"""Every route × role × object × method: what the table of addresses allows, and else the one 404.

Generated from the URL map, so that a new route is in it before anybody thinks of it.
"""

import re
from collections.abc import Iterator

from access.keys import new_key
from app.guard import ANYONE, SIGNED_IN, audience_of
from tests.browser import Browser
from tests.guardian import Watching
from tests.school import School

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
ENDINGS = {"account.sign_out", "account.sign_out_everywhere", "live.close"}


def routes(school: School) -> Iterator[tuple[str, str, frozenset[str], frozenset[str]]]:
    """Yield rule, endpoint, methods and audience of every route."""
    for rule in school.app.url_map.iter_rules():
        audience = audience_of(school.app.view_functions[rule.endpoint])
        yield rule.rule, rule.endpoint, frozenset(rule.methods or ()), audience


def addresses(rule: str, keys: list[str]) -> list[str]:
    """Return the addresses of *rule*, one for each object; one where it names none."""
    if "<" not in rule:
        return [rule]
    number = re.sub(r"<int:[^>]+>", "1", rule)
    return [re.sub(r"<[^>]+>", key, number) for key in keys]


def is_admitted(audience: frozenset[str], roles: frozenset[str] | None) -> bool:
    """Say what the table says."""
    return ANYONE in audience or (roles is not None and (SIGNED_IN in audience or bool(audience & roles)))


def people(school: School) -> dict[str, tuple[Browser, frozenset[str] | None]]:
    """Return a browser of everybody there is, with their roles."""
    guardian = frozenset({"guardian"})
    return {
        "stranger": (school.visitor(), None),
        "verified guardian": (school.guardian(of="Oak"), guardian),
        "unverified guardian": (school.guardian(of="Oak", verified=False), guardian),
        "guardian of the other class": (school.guardian(of="Elm"), guardian),
        "guardian without a grant": (school.guardian(of="Oak", granted=False), guardian),
        "teacher": (school.teacher(), frozenset({"teacher"})),
        "office": (school.office(), frozenset({"office"})),
        "director": (school.director(), frozenset({"director"})),
        "administrator": (school.administrator(), frozenset({"administrator"})),
    }


def objects(school: School) -> list[str]:
    """Return keys of every kind: rooms of both classes, somebody's open viewing, nothing."""
    watching: Watching = school.guardian(of="Oak").opens("Oak")
    return [school.room_key("Oak"), school.room_key("Elm"), watching.key, new_key(), "short"]


def test_who_is_not_admitted_gets_the_one_answer(school: School) -> None:
    school.camera("Oak").films_segment()
    keys = objects(school)
    told = []

    for name, (browser, roles) in people(school).items():
        for rule, _, methods, audience in routes(school):
            for method in METHODS:
                if is_admitted(audience, roles) and method in methods:
                    continue
                for address in addresses(rule, keys):
                    answer = browser.ask(method, address, Sec_Fetch_Site="same-origin")
                    if method == "HEAD":
                        same = (answer.status, answer.headers) == (404, school.not_found.headers)
                    else:
                        same = answer == school.not_found
                    if not same:
                        told.append((name, method, address, answer.status))

    assert told == []


def test_who_is_admitted_gets_nothing_of_what_is_not_theirs(school: School) -> None:
    others = [school.guardian(of="Elm"), school.guardian(of="Oak"), school.guardian(of="Oak", granted=False)]
    theirs = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert theirs.segment(k).status == 200
    paths = [
        theirs.address_of_segment(k),
        f"/live/{theirs.key}/main/index.m3u8",
        f"/live/{theirs.key}/status",
    ]

    for other in others:
        for path in paths:
            assert other.get(path) == school.not_found
        for key in (theirs.key, new_key()):
            close = other.ask("POST", f"/live/{key}/close", Sec_Fetch_Site="same-origin")
            assert close == school.not_found
    assert theirs.status().status == 200, "nobody else ended it"


def test_every_route_admits_somebody(school: School) -> None:
    everybody = people(school).values()

    for rule, _, _, audience in routes(school):
        assert any(is_admitted(audience, roles) for _, roles in everybody), rule
