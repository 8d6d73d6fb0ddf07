"""What the page hears of its viewing, and darkens itself by."""

import json
from datetime import timedelta

from access.clock import FrozenClock
from tests.school import School


def test_before_the_first_picture_it_waits(school: School) -> None:
    status = school.guardian(of="Oak").opens("Oak").status().json

    assert (status["state"], status["age_seconds"]) == ("waiting", None)
    assert status["words"]


def test_a_fresh_picture_plays(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    school.camera("Oak").films_segment()

    status = watching.status().json

    assert (status["state"], status["age_seconds"], status["words"]) == ("playing", 0.0, "")
    assert status["until"] == "2026-03-10T03:30:00Z"
    assert status["seconds_left"] > 3600


def test_a_camera_that_stopped_is_lost_from_three_seconds_on(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    school.camera("Oak").films_segment()

    clock.advance(timedelta(seconds=2.9))
    assert watching.status().json["state"] == "playing"
    clock.advance(timedelta(seconds=0.1))
    status = watching.status().json

    assert (status["state"], status["age_seconds"]) == ("lost", 3.0)


def test_a_playlist_brings_its_page_what_the_status_says(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    school.camera("Oak").films_segment()

    clock.advance(timedelta(seconds=3))  # so that there are words, in Chinese too
    told = watching.playlist().header("Portal-Status")

    assert told is not None
    assert told.isascii()
    assert json.loads(told) == watching.status().json
    assert json.loads(told)["words"]


def test_an_emptied_ring_does_not_forget_the_age(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    school.camera("Oak").films_segment()
    watching.status()

    school.segments.clear(school.camera("Oak").key)
    clock.advance(timedelta(seconds=5))

    assert watching.status().json["age_seconds"] == 5.0


def test_an_ended_right_is_told_in_one_sentence_to_its_own_sign_in(school: School) -> None:
    guardian, other = school.guardian(of="Oak"), school.guardian(of="Oak")
    watching = guardian.opens("Oak")

    school.draws_curtain("Oak")
    status = watching.browser.get(f"/live/{watching.key}/status", Accept_Language="en").json

    assert status["state"] == "ended"
    assert "curtain" in status["words"]
    assert other.get(f"/live/{watching.key}/status") == school.not_found


def test_ten_minutes_after_its_end_there_was_no_viewing(school: School, clock: FrozenClock) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    watching.close()

    clock.advance(timedelta(minutes=9))
    assert watching.status().json["state"] == "ended"
    clock.advance(timedelta(minutes=2))

    assert watching.status() == school.not_found


def test_a_refusal_on_ones_own_childs_room_says_why(school: School) -> None:
    guardian = school.guardian(of="Oak")
    school.draws_curtain("Oak")

    answer = guardian.asks_to_open("Oak")

    assert (answer.status, answer.json["refused"]) == (200, "room:curtain")
    assert answer.json["words"]


def test_a_beacon_from_another_site_ends_nothing(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    path = f"/live/{watching.key}/close"

    assert watching.browser.ask("POST", path, Sec_Fetch_Site="cross-site") == school.not_found
    assert watching.browser.ask("POST", path) == school.not_found, "nothing says where it comes from"
    assert watching.status().json["state"] != "ended"
    assert watching.close().status == 204
