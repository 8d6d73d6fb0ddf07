"""What ends a camera's gates."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from access import acts_cameras, acts_people, acts_places
from access.acts import replay
from access.acts_gates import take_gate_back
from access.acts_room_kinds import set_room_kind
from access.clock import FrozenClock
from access.database import reading
from access.people import Membership
from access.room_kinds import NEVER, RoomKind
from tests.access.gates.confirming import activates, confirms, gates_of, refusal
from tests.access.trouble import database_held
from tests.access.two_rooms import ELM, MINUTE, OAK, TwoRooms


def test_a_gate_taken_back_hides_the_room_until_it_is_confirmed_and_the_curtain_opened(
    school: TwoRooms,
    clock: FrozenClock,
) -> None:
    clock.advance(MINUTE)
    assert school.sees(OAK) == [OAK]

    take_gate_back(school.world, **school.act, camera_id=school.camera, kind="sign")
    assert school.told(OAK, OAK) == "camera:gate"
    assert school.sees(ELM) == [ELM]

    acts_places.open_curtain(school.world, **school.act, room_id=school.room)
    assert school.told(OAK, OAK) == "camera:gate"
    clock.advance(MINUTE)
    confirms(school, school.director, "sign")
    assert school.sees(OAK) == [OAK]
    assert school.since(OAK, OAK) == school.world.clock.now()


def test_a_gate_is_taken_back_at_once_while_the_records_are_held(
    school: TwoRooms, database: str, clock: FrozenClock
) -> None:
    clock.advance(MINUTE)
    with database_held(database):
        recorded = take_gate_back(school.world, **school.act, camera_id=school.camera, kind="sign")
        assert not recorded
        assert school.sees(OAK) == []

    assert replay(school.world) == 1
    assert "sign" not in gates_of(school, school.camera)


def test_an_approval_is_taken_back_by_deactivating(school: TwoRooms) -> None:
    act: dict[str, Any] = {**school.act, "camera_id": school.camera}

    assert refusal(take_gate_back, school.world, **act, kind="approval") == "gate:kind"


def test_a_camera_taken_off_begins_with_its_gates_anew(school: TwoRooms) -> None:
    acts_cameras.deactivate_camera(school.world, **school.act, camera_id=school.camera)

    assert gates_of(school, school.camera) == []
    assert refusal(activates, school, school.director) == "gate:missing"


def test_other_masks_have_to_be_looked_at(school: TwoRooms) -> None:
    acts_cameras.mask_camera(school.world, **school.act, camera_id=school.camera, masks=[])
    acts_places.open_curtain(school.world, **school.act, room_id=school.room)

    assert "masks" not in gates_of(school, school.camera)
    assert school.told(OAK, OAK) == "camera:gate"


def leaves_by_closing(school: TwoRooms) -> None:
    acts_people.close_person(school.world, **school.act, person_id=school.director.person_id or 0)


def leaves_by_ending(school: TwoRooms) -> None:
    with reading(school.world.database) as connection:
        mine = select(Membership.id).where(Membership.person_id == school.director.person_id)
        places = connection.execute(mine).scalars().all()
    for place in places:
        acts_people.dismiss(school.world, **school.act, membership_id=place)


@pytest.mark.parametrize("leaves", [leaves_by_closing, leaves_by_ending], ids=["altogether", "the school"])
def test_a_camera_closes_when_who_answers_for_it_leaves(
    school: TwoRooms, leaves: Callable[[TwoRooms], None]
) -> None:
    leaves(school)

    assert "responsible" not in gates_of(school, school.camera)
    assert school.told(OAK, OAK) == "camera:gate"


def test_whoever_keeps_another_place_on_the_staff_still_answers(school: TwoRooms) -> None:
    who: dict[str, Any] = {"school_id": school.id, "person_id": school.director.person_id}
    place = acts_people.appoint(school.world, **school.act, **who, role="office")

    acts_people.dismiss(school.world, **school.act, membership_id=place)

    assert "responsible" in gates_of(school, school.camera)


@pytest.mark.parametrize("kind", sorted(NEVER))
def test_a_room_that_becomes_one_for_sleeping_or_washing_is_hidden_at_once(
    school: TwoRooms, kind: RoomKind
) -> None:
    set_room_kind(school.world, **school.act, room_id=school.room, kind=kind)
    acts_places.open_curtain(school.world, **school.act, room_id=school.room)

    assert school.told(OAK, OAK) == "camera:gate"
    assert school.sees(ELM) == [ELM]


def test_a_room_of_another_kind_again_shows_nothing_of_before(school: TwoRooms, clock: FrozenClock) -> None:
    set_room_kind(school.world, **school.act, room_id=school.room, kind="nap")
    acts_places.open_curtain(school.world, **school.act, room_id=school.room)
    clock.advance(MINUTE)

    set_room_kind(school.world, **school.act, room_id=school.room, kind="hall")

    assert school.since(OAK, OAK) == school.world.clock.now()
