"""What the page is asked after a while, and what its one tap does."""

from datetime import timedelta

from access.clock import FrozenClock
from tests.app.going_on import goes_on
from tests.guardian import Watching
from tests.school import School

MINUTE = timedelta(minutes=1)


def asked_of(watching: Watching) -> int | None:
    """Return how many seconds there are to answer; None while nothing is asked."""
    seconds: int | None = watching.status().json["answer_within_seconds"]
    return seconds


def test_after_twenty_minutes_the_page_is_told_to_ask(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    goes_on(school, watching, clock, 20 * MINUTE - MINUTE / 60)
    assert asked_of(watching) is None

    goes_on(school, watching, clock, MINUTE / 60)

    assert asked_of(watching) == 60
    assert watching.status().json["seconds_left"] > 3600


def test_one_tap_carries_it_on(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    goes_on(school, watching, clock, 20 * MINUTE)

    assert watching.browser.post(f"/live/{watching.key}/watching").status == 204

    assert asked_of(watching) is None
    goes_on(school, watching, clock, 2 * MINUTE)
    assert watching.status().json["state"] != "ended"


def test_without_it_the_viewing_ends_with_a_sentence_and_opens_again(
    school: School, clock: FrozenClock
) -> None:
    guardian = school.guardian(of="Oak")
    watching = guardian.opens("Oak")
    goes_on(school, watching, clock, 21 * MINUTE)

    status = watching.browser.get(f"/live/{watching.key}/status", Accept_Language="en").json

    assert status["state"] == "ended"
    assert "still watch" in status["words"]
    assert watching.browser.post(f"/live/{watching.key}/watching") == school.not_found
    assert guardian.opens("Oak").status().json["state"] == "waiting"
