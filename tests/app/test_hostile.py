"""Whatever is put into any form, address or header: an answer that may be told, and no fault of ours.

Generated from the URL map and from every field that a view reads or a page has. The quick
half tries some; together with the cameras' tests many are tried.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from access.sign_ins import recognise
from app.one_answer import TOLD
from tests.app.everybody import Everybody, build
from tests.app.hostile import MARK, Hostile, fields, hostile
from tests.app.test_every_route import KINDS, kind_of, named
from tests.browser import Browser
from tests.school import School

#: The portal is well in these tests.
MAY_BE_TOLD = (TOLD | {404}) - {503}
NEVER_SAID = (b"Traceback", b"werkzeug", b"sqlalchemy", b"sqlite3", b".py", b"rtsp:", b"canary")
SMALL = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Heard(logging.Handler):
    """Everything that was logged as a fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage())


@dataclass(frozen=True, slots=True)
class Target:
    """Everybody, who of them is which person, and what was logged."""

    everybody: Everybody
    persons: dict[str, int]
    heard: Heard

    def browser(self, who: str) -> Browser:
        """Return somebody's browser, signed in anew where the last request signed them out."""
        browser = self.everybody.people[who]
        token = browser.cookie("__Host-sign-in") or ""
        if who in self.persons and recognise(self.everybody.school.world, token) is None:
            school = self.everybody.school
            browser = self.everybody.people[who] = Browser(school.app, school.sign_in(self.persons[who]))
        return browser


@pytest.fixture(scope="module")
def target(standing: School) -> Iterator[Target]:
    """Everybody there is, in two schools."""
    everybody, heard = build(standing), Heard()
    found = {
        who: recognise(standing.world, browser.cookie("__Host-sign-in") or "")
        for who, browser in everybody.people.items()
    }
    logging.getLogger().addHandler(heard)
    yield Target(everybody, {who: one.person_id for who, one in found.items() if one}, heard)
    logging.getLogger().removeHandler(heard)


def tried(target: Target, data: st.DataObject) -> None:
    """Send one hostile request, and look at what came of it."""
    everybody = target.everybody
    rule = data.draw(st.sampled_from(sorted(everybody.school.app.url_map.iter_rules(), key=str)))
    method = data.draw(st.sampled_from(sorted(rule.methods or ())))
    who = data.draw(st.sampled_from(sorted(everybody.people)))
    sent = data.draw(hostile())
    address = named(rule).replace("<number>", str(sent.number))
    if kind := kind_of(rule.rule):
        key = sent.key or data.draw(st.sampled_from(sorted(everybody.objects[kind].values())))
        address = address.replace(f"<{kind}>", key)
    target.heard.lines.clear()

    answer = target.browser(who).send(method, address, **what_is_sent(target.browser(who), sent))

    assert answer.status in MAY_BE_TOLD, (method, address, answer.status, target.heard.lines)
    assert target.heard.lines == []
    for never in (*NEVER_SAID, MARK.encode(), b"zq'", b"<zq"):
        assert never not in answer.body, (method, address, never)
    for name, said in answer.headers:
        assert "\n" not in said, name
        assert name != "Location" or (said.startswith("/") and not said.startswith("//")), said


def what_is_sent(browser: Browser, sent: Hostile) -> dict[str, object]:
    """Return query, body and headers as werkzeug's client takes them."""
    pairs = [*sent.form, *([("csrf_token", browser.form_token())] if sent.has_token else [])]
    body: bytes = urlencode(pairs, errors="surrogatepass").encode()
    kind = "application/x-www-form-urlencoded"
    if sent.kind == "json":
        body, kind = json.dumps(dict(pairs)).encode(), "application/json"
    elif sent.kind == "bytes":
        body, kind = "".join(said for _, said in pairs).encode("utf-8", "surrogatepass"), "text/plain"
    elif sent.kind == "multipart":
        lines = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in pairs
        ]
        body, kind = (
            "".join(lines).encode("utf-8", "surrogatepass") + b"--x--",
            "multipart/form-data; boundary=x",
        )
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind, **dict(sent.headers)}
    query = urlencode(sent.query, errors="surrogatepass")
    return {"data": body, "headers": headers, "query_string": query}


@SMALL
@given(data=st.data())
def test_some_of_what_is_hostile_is_answered_without_a_fault(target: Target, data: st.DataObject) -> None:
    tried(target, data)


@pytest.mark.e2e
@settings(SMALL, max_examples=2500, phases=[Phase.explicit, Phase.generate, Phase.shrink])
@given(data=st.data())
def test_whatever_is_hostile_is_answered_without_a_fault(target: Target, data: st.DataObject) -> None:
    tried(target, data)


def test_every_field_and_every_kind_of_object_is_in_it(target: Target) -> None:
    assert {"class", "reason", "language", "sign_in_name", "passphrase", "person", "room", "day"} <= set(
        fields()
    )
    assert set(KINDS.values()) == set(target.everybody.objects)
