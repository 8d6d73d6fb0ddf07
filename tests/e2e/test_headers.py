"""What the browser makes of our headers: no page breaks its rules, and who breaks them is reported."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.headers import OWN_FEATURES
from tests.cameras import PipCamera
from tests.e2e.branch import has_a_branch
from tests.e2e.conftest import CHROMIUM
from tests.e2e.kindergarten import Kindergarten
from tests.e2e.living import Living
from tests.e2e.looks import LOOKS
from tests.e2e.states import Visit
from tests.e2e.waiting import until
from tests.e2e.year import has_a_year_to_confirm

COLLECT = """
    window.broken = [];
    addEventListener('securitypolicyviolation', (one) => {
        window.broken.push(`${one.effectiveDirective} ${one.blockedURI}`);
    });
"""
#: What somebody's script would do first, each with the name of the fault that stops it.
MISDEEDS = """() => {
    const tried = {
        markup: () => { document.body.innerHTML = '<b>x</b>'; },
        parser: () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
        script: () => { document.createElement('script').src = '/static/js/away.js'; },
        timer: () => setTimeout('1'),
        handler: () => document.body.setAttribute('onclick', '1'),
    };
    return Object.entries(tried).map(([name, misdeed]) => {
        try { misdeed(); return `${name} was let`; } catch (fault) { return `${name} ${fault.name}`; }
    });
}"""


#: What runs by itself, after whoever asked for it has gone.
LATER = """new Promise((told) => setTimeout(() => {
    try { told(eval('1')); } catch (no) { told(no.name); }
}))"""


@pytest.fixture(scope="module")
def camera() -> Iterator[PipCamera]:
    """Film small pictures: it is their page that matters here."""
    with PipCamera(size=(640, 360), frame_rate=8) as running:
        yield running


@pytest.fixture(scope="module")
def kindergarten(living: Living, camera: PipCamera) -> Kindergarten:
    """Return the kindergarten of the running portal."""
    told = Kindergarten(living, camera.address)
    has_a_branch(told)
    has_a_year_to_confirm(told)
    living.start()
    return told


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run Debian's Chromium, which otherwise keeps its reports for a minute."""
    with sync_playwright() as playwright:
        words = [*CHROMIUM, "--short-reporting-delay"]
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=words)
        yield running
        running.close()


def visit(browser: Browser, kindergarten: Kindergarten, who: str) -> Visit:
    found = Visit(browser, kindergarten, who, "en")
    found.page.add_init_script(COLLECT)
    return found


def broken(found: Visit) -> list[str]:
    """Return the rules that the page which is open now has broken."""
    return list(found.page.evaluate("window.broken"))


def test_no_page_breaks_a_rule_of_its_own(browser: Browser, kindergarten: Kindergarten) -> None:
    visits: dict[str, Visit] = {}
    wrong = []

    for look in LOOKS:
        if look.who not in visits:
            visits[look.who] = visit(browser, kindergarten, look.who)
        look.show(visits[look.who])
        wrong += [(look.name, rule) for rule in broken(visits[look.who])]

    assert wrong == []
    assert len(visits) > 5
    assert "page:violation" not in kindergarten.living.said()
    for found in visits.values():
        found.context.close()


def test_a_page_may_do_nothing_that_it_does_not_need(browser: Browser, kindergarten: Kindergarten) -> None:
    guardian = visit(browser, kindergarten, "lin")
    guardian.goes_to("/home")

    allowed = guardian.page.evaluate("document.featurePolicy.allowedFeatures()")

    # What stands in a browser's own headers (ch-…) is sent only where it is asked for.
    assert {name for name in allowed if not name.startswith("ch-")} == set(OWN_FEATURES)
    guardian.context.close()


def test_a_script_of_somebody_elses_does_nothing(browser: Browser, kindergarten: Kindergarten) -> None:
    director = visit(browser, kindergarten, "director")
    director.goes_to("/office")

    assert director.page.evaluate(MISDEEDS) == [
        "markup TypeError",
        "parser TypeError",
        "script TypeError",
        "timer TypeError",
        "handler TypeError",
    ]
    # What a debugger asks for may take words for a program; what runs by itself later may not.
    later = (
        "new Promise((told) => setTimeout(() => { try { told(eval('1')); } catch (no) { told(no.name); } }))"
    )
    assert director.page.evaluate(later) == "EvalError"
    director.page.evaluate("new Image().src = 'https://elsewhere.example/x.png?canary'")

    until("the page knows", lambda: any("img-src" in rule for rule in broken(director)), 5)
    director.context.close()
