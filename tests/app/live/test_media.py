"""What guardians, strangers and visitors get from a viewing's addresses."""

from datetime import timedelta

import pytest

from access.clock import FrozenClock
from tests.school import School


def test_a_guardian_gets_what_was_filmed_under_their_right(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment(body=b"segment seven")

    answer = watching.segment(k)

    assert (answer.status, answer.body) == (200, b"segment seven")
    assert f"{k}.m4s".encode() in watching.playlist().body
    assert watching.init(k).body == b"init"


def test_a_guardian_watches_until_the_hours_end(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    watching = guardian.opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200

    clock.advance(timedelta(hours=2))
    school.is_there(guardian)

    assert watching.segment(k) == school.not_found


def test_a_revoked_grant_stops_the_very_next_request(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    assert watching.segment(k).status == 200

    school.revoke_every_grant()

    for what in (watching.segment(k), watching.playlist(), watching.init(k)):
        assert what == school.not_found


def test_what_was_filmed_before_the_right_is_never_shown(school: School, clock: FrozenClock) -> None:
    early = school.camera("Oak").films_segment(until=clock.now() - timedelta(minutes=29))
    watching = school.guardian(of="Oak").opens("Oak")
    across = school.camera("Oak").films_segment(until=clock.now() - timedelta(minutes=60))

    assert watching.segment(early) == school.not_found
    assert watching.segment(across) == school.not_found
    assert watching.playlist() == school.not_found


def test_what_was_filmed_behind_the_curtain_stays_there(school: School, clock: FrozenClock) -> None:
    guardian = school.guardian(of="Oak")
    before = school.camera("Oak").films_segment()
    school.draws_curtain("Oak")
    clock.advance(timedelta(seconds=1))
    hidden = school.camera("Oak").films_segment()
    clock.advance(timedelta(seconds=1))
    school.opens_curtain("Oak")
    clock.advance(timedelta(seconds=2))
    school.camera("Oak").connects()
    after = school.camera("Oak").films_segment()

    watching = guardian.opens("Oak")

    assert watching.segment(hidden) == school.not_found
    assert watching.segment(before) == school.not_found
    assert watching.segment(after).status == 200


def test_an_address_passed_on_is_worth_nothing(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()

    assert school.guardian(of="Oak").get(watching.address_of_segment(k)) == school.not_found
    assert school.visitor().get(watching.address_of_segment(k)) == school.not_found


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_picture_is_for_our_own_page(school: School, site: str) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()

    for path in (watching.address_of_segment(k), f"/live/{watching.key}/main/index.m3u8"):
        assert watching.browser.get(path, Sec_Fetch_Site=site) == school.not_found


def test_no_answer_may_be_kept(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()

    for answer in (watching.segment(k), watching.playlist(), watching.init(k), watching.status()):
        assert answer.status == 200
        assert answer.header("Cache-Control") == "no-store, private"
        assert answer.header("Set-Cookie") is None


def test_asking_for_the_head_takes_no_slot(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()

    for _ in range(school.settings.media_slots + 1):
        assert watching.browser.ask("HEAD", watching.address_of_segment(k)).status == 200

    assert watching.segment(k).status == 200


def test_nothing_that_was_asked_for_keeps_its_slot(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()

    for number in (k, k + 1):
        for _ in range(school.settings.media_slots + 1):
            watching.segment(number)

    assert watching.segment(k).status == 200
    assert school.cutter.open_bodies() == 0


def test_without_a_slot_the_answer_is_empty_and_says_when(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    while school.cutter.slots.take():
        pass

    answer = watching.segment(k)

    assert (answer.status, answer.body, answer.header("Retry-After")) == (503, b"", "1")
    assert watching.status().status == 200


def test_what_was_delivered_is_in_the_closing_entry(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    watching.segment(k)

    assert watching.close().status == 204

    assert school.log() == ["viewing:opened", "viewing:closed"]
    assert str(k) in str(school.last_entry("viewing:closed"))


def test_no_camera_secret_is_in_any_answer(school: School) -> None:
    watching = school.guardian(of="Oak").opens("Oak")
    k = school.camera("Oak").films_segment()
    answers = [watching.segment(k), watching.playlist(), watching.status(), school.office().get("/office")]

    for answer in answers:
        assert answer.status == 200
        for secret in (b"canary", b"192.0.2.7", b"rtsp", school.camera("Oak").key.encode()):
            assert secret not in answer.body
