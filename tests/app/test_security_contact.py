"""Where somebody who found a weakness writes to."""

from datetime import datetime, timedelta

import pytest

from app import create_app
from app.config import Settings
from app.errors import SettingsError
from tests.browser import Browser
from tests.school import CONTACT, School

ADDRESS = "/.well-known/security.txt"


def portal(school: School, **settings: str) -> Browser:
    """Return a visitor's browser of the same portal with other settings."""
    changed = school.settings.model_copy(update=settings)
    return Browser(create_app(school.services(changed), secret_key=bytes(32)))


def fields(body: bytes) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in body.decode("ascii").splitlines())


def test_it_names_the_contact_and_how_long_that_holds(school: School) -> None:
    answer = portal(school, origin="https://window.school.example").get(ADDRESS)

    told = fields(answer.body)
    holds = datetime.fromisoformat(told.pop("Expires")) - school.clock.now()
    assert told == {
        "Contact": CONTACT,
        "Preferred-Languages": "zh, en",
        "Canonical": f"https://window.school.example{ADDRESS}",
    }
    assert timedelta(days=30) < holds < timedelta(days=365)
    assert answer.header("Content-Type") == "text/plain; charset=utf-8"


def test_without_a_contact_it_does_not_exist(school: School) -> None:
    assert portal(school, security_contact="").get(ADDRESS) == school.not_found


@pytest.mark.parametrize(
    "value",
    [
        "security@school.example",
        "http://school.example/report",
        "mailto:nobody",
        "mailto:a@b\nContact: mailto:evil@example.org",
        "https://school.example/安全",
    ],
    ids=ascii,
)
def test_what_is_no_contact_stops_the_start(value: str) -> None:
    with pytest.raises(SettingsError, match="PORTAL_SECURITY_CONTACT"):
        Settings.from_environment({"PORTAL_DATA_DIRECTORY": "/srv", "PORTAL_SECURITY_CONTACT": value})
