"""Every route × person × object × method: what the table says is whose, and else the one 404.

Generated from the URL map, so that a new route is in it before anybody thinks of it.
Nothing but the right is missing in what is asked: every request comes from our own
page and every form has its token and its reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from werkzeug.routing import Rule

from tests.app.admitted import EVERYBODY, TABLE
from tests.app.everybody import Everybody, build, standing
from tests.browser import Answer, Browser
from tests.school import School

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

#: Which kind of object a route's variable names; a new route must say it here.
KINDS = {
    "/static/": "file",
    "/rooms/": "room",
    "/live/": "viewing",
    "/devices/": "device",
    "/factors/passkeys/": "passkey",
    "/office/rooms/": "room",
    "/office/looks/": "look",
    "/looks/": "look opening",
    "/office/doors/": "door",
    "/schools/": "school",
    "/office/grants/": "grant",
    "/office/guardianships/": "guardianship",
    "/office/enrolments/": "enrolment",
    "/office/children/": "child",
    "/office/custody/": "custody rule",
    "/office/delegates/": "delegate",
    "/delegates/": "delegate",
    "/office/people/": "person",
    "/office/letters/": "letter",
    "/office/changes/": "change",
    "/office/loans/": "loan",
    "/office/cameras/": "camera",
    "/office/calendar/days/": "calendar_days",
    "/notices/": "guardianship",
    "/viewings/": "own viewing",
    "/office/alerts/": "alert",
    "/office/copies/": "subject export",
    "/my-copy/": "subject export",
}

#: No camera of the tests has filmed that much.
NEVER_FILMED = 999_999


@dataclass(frozen=True, slots=True)
class Asked:
    """One route asked with one method for one object."""

    method: str
    rule: str
    object: str
    address: str


@pytest.fixture
def everybody(school: School) -> Everybody:
    """Everybody there is, in two schools."""
    return build(school)


def routes(everybody: Everybody, turn: int = 0) -> Iterator[Asked]:
    """Yield every route with every method: the right ones for every object of its kind, a wrong one for one.

    Where the method is wrong the address is not even looked at, so one stands for all.

    Args:
        turn: which one; as each person has another, all are asked for.
    """
    for found in everybody.school.app.url_map.iter_rules():
        rule, kind = named(found), kind_of(found.rule)
        addresses = list(_addresses(everybody, rule, kind))
        for place, method in enumerate(METHODS):
            right = method in (found.methods or ())
            for what, address in addresses if right else [addresses[(turn + place) % len(addresses)]]:
                yield Asked(method, rule, what, address)


def _addresses(everybody: Everybody, rule: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield what each object is called that a rule may name, and the address that names it."""
    for name, key in everybody.objects[kind].items() if kind else [("", "")]:
        init, segment = everybody.filmed.get(name, everybody.filmed["of Oak"])
        numbers = {f"{name}, never filmed": NEVER_FILMED, name: init if ".init." in rule else segment}
        for what, number in numbers.items() if "<number>" in rule else [(name, 0)]:
            yield what, rule.replace(f"<{kind}>", key).replace("<number>", str(number))


def kind_of(rule: str) -> str:
    """Return the kind of object that a rule names, or nothing."""
    return KINDS[max((p for p in KINDS if rule.startswith(p)), key=len)] if "<" in rule else ""


def named(found: Rule) -> str:
    """Return a rule as the table writes it: with the kind of its object."""
    return re.sub(
        r"<(?!number)[^>]+>", f"<{kind_of(found.rule)}>", re.sub(r"<int:[^>]+>", "<number>", found.rule)
    )


def answers(asked: Asked, who: str) -> int | None:
    """Return the status that the table says; None where it says nothing."""
    method = "GET" if asked.method == "HEAD" else asked.method
    for row in TABLE:
        if (row.method, row.rule, row.object) == (method, asked.rule, asked.object) and who in row.people:
            return row.status
    return None


#: What our forms ask for, all of it in each; a new form's field is added here.
FILLED_IN = {"reason": "nap", "language": "en", "size": "large", "proposal": "p" * 22}


def ask(browser: Browser, asked: Asked, token: str) -> Answer:
    """Ask as our own page would."""
    form = None
    if asked.method not in {"GET", "HEAD", "OPTIONS"}:
        nobody = token * 2  # longer than any name, and not tried by anybody else
        form = {"csrf_token": token, "sign_in_name": nobody, **FILLED_IN}
    return browser.ask(asked.method, asked.address, form, Sec_Fetch_Site="same-origin")


def is_the_one_answer(answer: Answer, school: School, method: str) -> bool:
    """Say whether nothing distinguishes *answer* from that of an address that was never there."""
    if method == "HEAD":
        return (answer.status, answer.headers, answer.body) == (404, school.not_found.headers, b"")
    return answer == school.not_found


def test_whatever_is_not_ones_own_is_the_one_404_and_changes_nothing(everybody: Everybody) -> None:
    before, told = standing(everybody), []

    for turn, (who, browser) in enumerate(everybody.people.items()):
        token = browser.form_token()
        for asked in routes(everybody, turn):
            if answers(asked, who) is None:
                answer = ask(browser, asked, token)
                if not is_the_one_answer(answer, everybody.school, asked.method):
                    told.append((who, asked.method, asked.rule, asked.object, answer.status))

    assert told == []
    assert standing(everybody) == before


def test_whatever_is_ones_own_is_answered(everybody: Everybody) -> None:
    wrong = []
    addresses = {(asked.method, asked.rule, asked.object): asked for asked in routes(everybody)}

    for who, browser in everybody.people.items():
        tablet = everybody.another_device(browser)
        for row in TABLE:
            if who in row.people:
                device = tablet if row.rule == "/sign-out" else browser
                for method in ("GET", "HEAD") if row.method == "GET" else (row.method,):
                    answer = ask(device, addresses[method, row.rule, row.object], device.form_token())
                    if answer.status != row.status:
                        wrong.append((who, method, row.rule, row.object, answer.status))

    assert wrong == []
    assert set(everybody.people) == set(EVERYBODY)


def test_a_form_without_its_token_is_answered_alike_whatever_it_asks_for(everybody: Everybody) -> None:
    posts = [a for a in routes(everybody) if a.method == "POST" and a.rule.startswith("/office/")]

    answered = {
        everybody.people["director"].ask("POST", a.address, Sec_Fetch_Site="same-origin") for a in posts
    }

    # Too short a key is no address at all.
    assert {answer.status for answer in answered} == {400, 404}
    assert len(answered) == 2


def test_the_table_has_every_route_with_every_method(school: School) -> None:
    answered = {
        (method, named(rule))
        for rule in school.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }

    assert {(row.method, row.rule) for row in TABLE} == answered
