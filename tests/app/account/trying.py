"""Trying to sign in, as often as it takes."""

from access import acts_people
from tests.browser import Answer, Browser
from tests.school import PASSPHRASE, School, sign_in_name_of

__all__ = ["PASSPHRASE", "WRONG", "chooses_passphrase", "tries"]

WRONG = "not the passphrase at all"


def tries(browser: Browser, name: str, passphrase: str) -> Answer:
    """Fill in the sign-in form."""
    return browser.post("/sign-in", {"sign_in_name": name, "passphrase": passphrase})


def chooses_passphrase(school: School, role: str) -> str:
    """Have somebody of the staff choose the passphrase; return their sign-in name."""
    person = school.staff[role]
    acts_people.set_passphrase(
        school.world,
        actor=school.director_actor,
        reason="test",
        person_id=person,
        passphrase=PASSPHRASE,
    )
    return sign_in_name_of(person)
