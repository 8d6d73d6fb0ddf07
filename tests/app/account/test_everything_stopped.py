"""With everything stopped no picture is shown, and people still come in: staff have to open again."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from access.second_factors import FRESH
from access.sign_ins import end_sign_in
from access.stops import EVERYTHING, SLOTS, Mark, Scope
from tests.access.with_factors import code_now
from tests.app.account.trying import PASSPHRASE, chooses_passphrase
from tests.app.factors.steps import adds_app, at_the_second_step, makes_passkey, proves, sign_in_of, signs
from tests.app.test_log_unavailable import database_held
from tests.school import School


def by_a_mark(school: School) -> None:
    """Stop the whole installation."""
    school.world.stops.set([EVERYTHING])


def by_a_full_table(school: School) -> None:
    """Leave no room for one more mark."""
    school.world.stops.set([Mark(Scope.GRANT, 0)] * SLOTS)


STOPPED = pytest.mark.parametrize("stop", [by_a_mark, by_a_full_table])
Stop = Callable[[School], None]


@STOPPED
def test_staff_sign_in_with_both_factors(school: School, stop: Stop) -> None:
    name = chooses_passphrase(school, "teacher")
    seed = adds_app(school, at_the_second_step(school, name))
    stop(school)

    teacher = at_the_second_step(school, name)
    given = teacher.post("/second", {"code": code_now(school.world, seed)})

    assert given.status == 303
    assert teacher.get("/office").status == 200


@STOPPED
def test_a_passkey_signs_in_and_proves(school: School, stop: Stop) -> None:
    office = school.office()
    device = makes_passkey(office)
    stop(school)

    assert signs(school.visitor(), device).status == 200
    assert proves(office, device).status == 200


@STOPPED
def test_what_matters_asks_once_more_and_is_done(school: School, known: str, stop: Stop) -> None:
    office = school.office()
    school.clock.advance(FRESH)
    stop(school)

    assert b"proof" in office.get("/pin").body
    assert office.post("/prove", {"to": "/pin", "proof": PASSPHRASE}).status == 303
    assert b'name="again"' in office.get("/pin").body


@STOPPED
def test_a_device_left_alone_is_unlocked(school: School, known: str, stop: Stop) -> None:
    office = school.office()
    school.clock.advance(timedelta(minutes=11))
    stop(school)

    assert office.post("/unlock/passphrase", {"passphrase": PASSPHRASE}).status == 303
    assert office.get("/office").status == 200


@STOPPED
def test_staff_act_and_no_picture_is_shown(school: School, stop: Stop) -> None:
    guardian, office = school.guardian(of="Oak"), school.office()
    k = school.camera("Oak").films_segment()
    watching = guardian.opens("Oak")
    assert watching.segment(k).status == 200
    stop(school)

    for act in ("draw", "open"):
        key = school.room_key("Oak")
        assert office.post(f"/office/rooms/{key}/curtain/{act}", {"reason": "test"}).status == 303

    assert school.log("curtain:")[-2:] == ["curtain:drawn", "curtain:opened"]
    assert watching.segment(k) == school.not_found
    again = guardian.post(f"/rooms/{school.room_key('Oak')}/viewings")
    assert again.json["refused"] == "right:stopped"


@STOPPED
def test_a_device_that_was_signed_out_stays_out(school: School, stop: Stop) -> None:
    office = school.office()
    sign_in = sign_in_of(school, office)
    stop(school)

    with database_held(school):
        assert not end_sign_in(school.world, sign_in), "only the journal knows"
        assert office.get("/office") == school.not_found

    assert office.get("/office") == school.not_found
