"""The page on which families read who watched, told in sentences."""

from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from access.acts_custody import add_custody_rule
from access.custody import CustodyKind
from access.log.signing import LogKey
from tests.browser import Browser
from tests.school import Guardian, School

ENGLISH = {"Accept_Language": "en-GB"}


KEY = LogKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


A_DAY = timedelta(days=1)


A_WEEK = timedelta(days=7)


NOT_SHOWN = "For this child no days are shown here."


NOBODY = "Nobody watched on these days."


def page(school: School, browser: Browser, address: str = "/viewings") -> str:
    """Return a page in English, of somebody who is at their device."""
    school.is_there(browser)
    answer = browser.get(address, **ENGLISH)
    assert answer.status == 200, (answer.status, answer.header("Location"))
    return answer.body.decode()


def days(told: str) -> str:
    """Return the part of the page about other people's days."""
    return told.split("What you watched yourself", maxsplit=1)[0]


def watches(school: School, guardian: Guardian, room: str = "Oak") -> str:
    """Have somebody watch for a moment; return the key of the viewing."""
    school.is_there(guardian)
    watch = guardian.opens(room)
    watch.close()
    return watch.key


def rule(school: School, guardian: Guardian, **more: object) -> int:
    """Enter a custody rule."""
    spans: dict[str, Any] = {
        "starts_at": school.clock.now(),
        "ends_at": None,
        "court_on": None,
        "weekdays": (),
        **more,
    }
    recorded = add_custody_rule(
        school.world,
        actor=school.office_actor,
        reason="order",
        guardianship_id=guardian.guardianship,
        kind=CustodyKind.ODD_WEEKS,
        **spans,
    )
    assert recorded
    return int(school.last_entry("custody:added")["subject"]["custody_rule"])
