"""Every act × everything that is wrong about where it comes from: nothing happens.

Generated from the URL map: whoever adds a form has it here. Each is asked by somebody who
may, for an object of theirs, as the table of the walk says (:mod:`tests.app.admitted`).
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.app.admitted import TABLE, Row
from tests.app.everybody import Everybody, build
from tests.app.everybody import standing as what_stands
from tests.app.test_every_route import FILLED_IN, Asked, routes
from tests.browser import Browser
from tests.school import School

ELSEWHERE = "https://evil.example"
OURS = "http://localhost"


@dataclass(frozen=True, slots=True)
class Trick:
    """How a request is sent, and what becomes of it: of a form, and of a beacon without token."""

    headers: dict[str, str] = field(default_factory=dict)
    token: str = "own"
    form: int = 404
    beacon: int = 404


HERE = {"Sec_Fetch_Site": "same-origin"}
#: A status of 0 is that of the table: it is done.
TRICKS = {
    "cross-site": Trick({"Sec_Fetch_Site": "cross-site"}),
    "same-site": Trick({"Sec_Fetch_Site": "same-site"}),
    "a word nobody knows": Trick({"Sec_Fetch_Site": "SAME-ORIGIN"}),
    "two words": Trick({"Sec_Fetch_Site": "same-origin, cross-site"}),
    "cross-site, with our origin": Trick({"Sec_Fetch_Site": "cross-site", "Origin": OURS}),
    "a foreign origin": Trick({"Origin": ELSEWHERE}),
    "an origin below ours": Trick({"Origin": f"{OURS}.evil.example"}),
    "no origin": Trick({"Origin": "null"}),
    "another scheme": Trick({"Origin": "https://localhost"}),
    "another port": Trick({"Origin": f"{OURS}:81"}),
    "no token": Trick(HERE, token="none", form=400, beacon=0),
    "another's token": Trick(HERE, token="another's", form=400, beacon=0),
    "a broken token": Trick(HERE, token="broken", form=400, beacon=0),
    "no token, from an old browser": Trick({"Origin": OURS}, token="none", form=400, beacon=0),
    "no token, no word": Trick(token="none", form=400),
    "no token, by the reader's own hand": Trick({"Sec_Fetch_Site": "none"}, token="none", form=400),
}
#: What an old browser, or the reader's own hand, sends with its token is believed.
BELIEVED = {
    "with a token, from here": Trick(HERE, form=0, beacon=0),
    "with a token, from an old browser": Trick({"Origin": OURS}, form=0, beacon=0),
    "with a token, no word": Trick(form=0),
    "with a token, by the reader's own hand": Trick({"Sec_Fetch_Site": "none"}, form=0),
}


@pytest.fixture(scope="module")
def asking(standing: School) -> Everybody:
    """Everybody there is, in two schools; for tests in which nothing happens."""
    return build(standing)


@pytest.fixture
def everybody(school: School) -> Everybody:
    """The same, for tests in which something does."""
    return build(school)


def acts(everybody: Everybody) -> Iterator[tuple[Row, Asked, bool]]:
    """Yield every route that takes a POST, as somebody may ask for it, and whether it is a beacon."""
    addresses = {(asked.rule, asked.object): asked for asked in routes(everybody) if asked.method == "POST"}
    seen = set()
    for row in TABLE:
        if row.method == "POST" and row.rule not in seen:
            seen.add(row.rule)
            asked = addresses[row.rule, row.object]
            yield row, asked, is_beacon(everybody.school, asked.address)


def is_beacon(school: School, address: str) -> bool:
    endpoint, _ = school.app.url_map.bind("localhost").match(address, "POST")
    return bool(getattr(school.app.view_functions[endpoint], "token_free", False))


def sends(browser: Browser, asked: Asked, trick: Trick, another: Browser) -> int:
    token = {
        "own": browser.form_token(),
        "another's": another.form_token(),
        "broken": browser.form_token()[:-2] + "xx",
    }.get(trick.token)
    nobody = secrets.token_hex(60)  # longer than any name, and another one each time
    fields = {"sign_in_name": nobody, **FILLED_IN}
    form = fields | ({"csrf_token": token} if token else {})
    return browser.ask("POST", asked.address, form, **trick.headers).status


def who(everybody: Everybody, row: Row) -> Browser:
    """Return somebody who may: signed in, where that is possible."""
    return everybody.people[row.people[-1]]


@pytest.mark.parametrize("name", TRICKS)
def test_nothing_happens_by_a_form_from_elsewhere(asking: Everybody, name: str) -> None:
    trick, wrong, before = TRICKS[name], [], what_stands(asking)
    another = asking.school.visitor()

    for row, asked, beacon in acts(asking):
        expected = trick.beacon if beacon else trick.form
        if expected == 0:
            continue  # a beacon has no token, and this one comes from here
        status = sends(who(asking, row), asked, trick, another)
        if status != expected:
            wrong.append((row.rule, status))

    assert wrong == []
    assert what_stands(asking) == before


@pytest.mark.parametrize("name", BELIEVED)
def test_the_same_form_from_here_is_taken(everybody: Everybody, name: str) -> None:
    trick, wrong = BELIEVED[name], []

    for row, asked, beacon in acts(everybody):
        expected = (trick.beacon if beacon else trick.form) or row.status
        device = who(everybody, row)
        if row.rule in {"/sign-out", "/sign-out-everywhere"}:
            device = everybody.another_device(device)
        status = sends(device, asked, trick, device)
        if status != expected:
            wrong.append((row.rule, status, expected))

    assert wrong == []


def test_every_act_is_tried(asking: Everybody) -> None:
    tried = {row.rule for row, _, _ in acts(asking)}
    there = {row.rule for row in TABLE if row.method == "POST"}

    assert tried == there
    assert {asked.rule for _, asked, beacon in acts(asking) if beacon} == {
        "/door/beat",
        "/i",
        "/i/door",
        "/i/passkey",
        "/live/<viewing>/close",
        "/looks/<look opening>/close",
        "/reports",
    }
