"""What staff confirm of cameras on their page: ticked once, approved by another, taken back at once."""

from datetime import timedelta
from typing import Any

import pytest

from access import acts_places
from access.acts_places import add_camera, add_room
from access.clock import FrozenClock
from access.database import reading
from access.gates_seen import cameras_seen
from access.places import Camera, Room
from access.second_factors import FRESH
from tests.app.public_keys import key_of
from tests.school import CAMERA_ADDRESS, School

ENGLISH = {"Accept_Language": "en-GB"}
TICKED = {
    "sign": "yes",
    "masks": "yes",
    "cloud_off": "yes",
    "purpose": "they see it",
    "reason": "seen",
}


def new_camera(school: School) -> str:
    """Return the key of one that the office has installed in a room of its own."""
    act: dict[str, Any] = {"actor": school.office_actor, "reason": "test"}
    room = add_room(school.world, **act, school_id=school.id, name="Gym")
    camera = add_camera(school.world, **act, room_id=room, name="new", address=CAMERA_ADDRESS)
    return key_of(school, Camera, camera)


def standing(school: School, key: str) -> dict[str, str]:
    with reading(school.world.database) as connection:
        seen = cameras_seen(connection, [school.id], school.clock.now())
    (camera,) = (camera for camera in seen if camera.key == key)
    return {gate.kind.value: gate.standing.value for gate in camera.gates}


def test_a_new_camera_is_ticked_signed_and_approved_by_two(school: School) -> None:
    key, office, director = new_camera(school), school.office(), school.director()

    office.post(f"/office/cameras/{key}/gates", TICKED)
    early = director.post(f"/office/cameras/{key}/approve", {"reason": "seen"})
    director.post(f"/office/cameras/{key}/gates", {"responsible": "yes", "reason": "mine"})
    director.post(f"/office/cameras/{key}/approve", {"reason": "seen"})

    assert early.status == 303
    assert set(standing(school, key).values()) == {"holds"}
    assert "they see it" in office.get("/office/cameras", **ENGLISH).body.decode()


def test_who_installed_it_is_told_that_a_colleague_has_to_renew(school: School) -> None:
    key, office = school.camera("Oak").key, school.office()

    answer = office.post(f"/office/cameras/{key}/gates", {"sign": "yes", "reason": "seen"}, **ENGLISH)

    assert answer.status == 303
    assert "A colleague has to do this" in office.get("/office/cameras", **ENGLISH).body.decode()
    assert school.log("gate:")[-1] == "gate:refused"


def test_a_guardian_who_watches_is_stopped_when_a_teacher_takes_the_sign_back(school: School) -> None:
    guardian = school.guardian(of="Oak")
    viewing = guardian.opens("Oak")
    number = school.camera("Oak").films_segment()
    assert viewing.segment(number).status == 200

    school.teacher().post(
        f"/office/cameras/{school.camera('Oak').key}/take-back", {"gate": "sign", "reason": "it fell down"}
    )

    assert viewing.segment(number) == school.not_found
    assert standing(school, school.camera("Oak").key)["sign"] == "taken_back"
    page = guardian.get(f"/rooms/{school.room_key('Oak')}", **ENGLISH).body.decode()
    assert "still preparing the camera" in page
    assert "sign" not in page.split("still preparing")[1][:40]


def test_a_camera_is_taken_out_of_use_at_once_with_its_approval_and_asks_for_no_proof(
    school: School, clock: FrozenClock
) -> None:
    guardian, teacher, key = school.guardian(of="Oak"), school.teacher(), school.camera("Oak").key
    viewing = guardian.opens("Oak")
    number = school.camera("Oak").films_segment()
    assert viewing.segment(number).status == 200
    clock.advance(FRESH)
    school.is_there(teacher)
    assert f'action="/office/cameras/{key}/off"' in teacher.get("/office/cameras").body.decode()

    assert teacher.post(f"/office/cameras/{key}/off", {"reason": ""}).status == 400
    answer = teacher.post(f"/office/cameras/{key}/off", {"reason": "it hangs askew"}, **ENGLISH)

    assert answer.status == 303
    assert viewing.segment(number) == school.not_found
    assert set(standing(school, key).values()) == {"taken_back"}
    assert school.last_entry("camera:deactivated")["reason"] == "it hangs askew"
    page = teacher.get("/office/cameras", **ENGLISH).body.decode()
    assert "It took effect at once." in page
    assert f'action="/office/cameras/{key}/off"' not in page


def test_the_office_hides_a_room_that_becomes_a_nap_room(school: School) -> None:
    guardian = school.guardian(of="Oak")
    room = key_of(school, Room, school.rooms["Oak"])

    school.office().post(f"/office/rooms/{room}/kind", {"kind": "nap", "reason": "beds"})
    acts_places.open_curtain(
        school.world, actor=school.office_actor, reason="test", room_id=school.rooms["Oak"]
    )

    assert guardian.asks_to_open("Oak").status == 200  # refused, and why
    assert guardian.asks_to_open("Oak").status != 201


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(100, "until Saturday", id="it holds"),
        pytest.param(190, "lapses on", id="it lapses within two weeks"),
        pytest.param(201, "lapsed on", id="it has lapsed"),
    ],
)
def test_a_gate_lapses_visibly(school: School, clock: FrozenClock, days: int, words: str) -> None:
    clock.advance(timedelta(days=days))

    page = school.director().get("/office/cameras", **ENGLISH).body.decode()

    assert words.split(maxsplit=1)[0] in page
    assert CAMERA_ADDRESS.split("@")[1].split(":")[0] not in page
