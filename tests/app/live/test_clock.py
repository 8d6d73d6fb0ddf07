"""A wall clock that somebody set: nothing opens, nothing is served, and the page is told why."""

from access.clock import FrozenClock
from tests.school import School


def test_a_clock_that_is_not_believed_ends_what_is_watched(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200

    clock.is_believable = False

    for what in (watching.segment(k), watching.playlist(), watching.init(k)):
        assert what == school.not_found
    status = watching.browser.get(f"/live/{watching.key}/status", Accept_Language="en").json
    assert status["state"] == "ended"
    assert "clock" in status["words"]
    assert school.last_entry("viewing:closed")["reason"] == "clock:not_believable"


def test_nothing_opens_until_the_clock_is_believed_again(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    clock.is_believable = False
    refused = guardian.asks_to_open("Oak").json

    clock.is_believable = True

    assert refused["refused"] == "clock:not_believable"
    assert guardian.opens("Oak").status().json["state"] == "waiting"


def test_what_was_ended_by_the_clock_stays_ended(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    clock.is_believable = False
    watching.status()

    clock.is_believable = True

    assert watching.segment(k) == school.not_found
    assert watching.status().json["state"] == "ended"
