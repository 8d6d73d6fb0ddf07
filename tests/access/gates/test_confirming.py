"""Who confirms a camera's gates, and until when they hold."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from access import acts_places, acts_years
from access.acts import Actor
from access.acts_gates import confirm_gates
from access.camera_gates import CONFIRMED, GateKind
from access.clock import FrozenClock
from access.database import writing
from access.people import Membership
from access.places import Room
from access.room_kinds import NEVER, RoomKind
from tests.access.gates.confirming import activates, confirms, gates_of, refusal
from tests.access.two_rooms import TwoRooms
from tests.access.writing_school import ADDRESS, MACHINE, WHY
from tests.gates import LOOKED_AT, opens_gates

DAY = timedelta(days=1)


@pytest.fixture
def third(school: TwoRooms) -> Actor:
    """Have one more of the staff."""
    teacher = Actor(school.person("teacher"), "web")
    school._has_a_place(teacher)
    return teacher


def one_more_camera(school: TwoRooms, *, by: Actor, room: int | None = None) -> int:
    """Install a camera of which nothing is confirmed, in a room of its own."""
    room = room or acts_places.add_room(school.world, **school.act, school_id=school.id, name="Gym")
    return acts_places.add_camera(
        school.world, actor=by, reason=WHY, room_id=room, name="new", address=ADDRESS
    )


# -- who confirms --------------------------------------------------------------------------


def test_a_new_camera_needs_every_gate_before_it_is_activated(school: TwoRooms) -> None:
    camera = one_more_camera(school, by=school.office)

    for kind in CONFIRMED:
        assert refusal(activates, school, school.director, camera) == "gate:missing"
        confirms(school, school.office, kind, camera=camera)
    activates(school, school.director, camera)

    assert gates_of(school, camera) == sorted(GateKind)


@pytest.mark.parametrize("who", ["office", "director"])
def test_nobody_approves_alone(school: TwoRooms, third: Actor, who: str) -> None:
    """The office installed it; the director alone confirmed all the rest."""
    camera = one_more_camera(school, by=school.office)
    confirms(school, school.director, *CONFIRMED, camera=camera)

    assert refusal(activates, school, getattr(school, who), camera) == "gate:same_person"

    assert school.kinds()[-1] == "gate:refused"
    activates(school, third, camera)


def test_who_installed_it_confirms_once_and_others_renew(school: TwoRooms) -> None:
    assert refusal(confirms, school, school.office, "sign") == "gate:same_person"
    assert school.kinds()[-1] == "gate:refused"

    confirms(school, school.director, "sign")

    assert school.kinds()[-1] == "gate:confirmed"


def test_a_camera_that_nobody_is_named_for_is_renewed_and_approved_by_nobody(school: TwoRooms) -> None:
    camera = one_more_camera(school, by=MACHINE)
    confirms(school, school.office, *CONFIRMED, camera=camera)

    assert refusal(confirms, school, school.director, "sign", camera=camera) == "gate:same_person"
    assert refusal(activates, school, school.director, camera) == "gate:same_person"


def test_only_staff_with_a_name_confirm(school: TwoRooms) -> None:
    camera = one_more_camera(school, by=school.office)

    for nobody in (MACHINE, Actor(school.guardian, "web")):
        assert refusal(confirms, school, nobody, "sign", camera=camera) == "gate:not_staff"


@pytest.mark.parametrize(
    ("kinds", "purpose", "reason"),
    [
        pytest.param((), "", "gate:kind", id="nothing"),
        pytest.param(("door",), "", "gate:kind", id="no such gate"),
        pytest.param(("approval",), "", "gate:kind", id="the approval"),
        pytest.param(("purpose",), " ", "gate:purpose", id="a purpose without words"),
        pytest.param(("sign",), "why", "gate:purpose", id="words without a purpose"),
        pytest.param(("purpose",), "x" * 501, "gate:purpose", id="too many words"),
    ],
)
def test_what_cannot_be_confirmed_is(
    school: TwoRooms, kinds: tuple[str, ...], purpose: str, reason: str
) -> None:
    act: dict[str, Any] = {"actor": school.director, "reason": WHY, "camera_id": school.camera}

    assert refusal(confirm_gates, school.world, **act, kinds=kinds, purpose=purpose) == reason


@pytest.mark.parametrize("kind", sorted(NEVER))
def test_no_camera_is_activated_in_a_room_for(school: TwoRooms, kind: RoomKind) -> None:
    room = acts_places.add_room(school.world, **school.act, school_id=school.id, name="there", kind=kind)
    camera = one_more_camera(school, by=school.office, room=room)

    assert (
        refusal(opens_gates, school.world, camera, by=school.office, second=school.director) == "room:never"
    )


def test_no_camera_is_activated_where_nobody_said_what_the_room_is_for(school: TwoRooms) -> None:
    with writing(school.world.database) as connection:
        connection.execute(update(Room).where(Room.id == school.room).values(kind=None, kind_since=None))

    assert refusal(activates, school, school.director) == "room:no_kind"
    assert (
        refusal(acts_places.add_room, school.world, **school.act, school_id=school.id, name="x", kind="attic")
        == "room:kind"
    )


# -- until when ----------------------------------------------------------------------------


def test_gates_hold_until_the_term_is_over(school: TwoRooms) -> None:
    acts_years.set_term(school.world, **school.act, school_id=school.id, ends_on=date(2026, 7, 10))

    until = confirms(school, school.director, "sign")

    assert until.isoformat() == "2026-07-11T00:00:00+08:00"


def test_gates_hold_two_hundred_days_at_most(school: TwoRooms) -> None:
    now = school.world.clock.now()
    acts_years.set_term(school.world, **school.act, school_id=school.id, ends_on=date(2027, 7, 10))

    assert confirms(school, school.director, "sign") == now + 200 * DAY


def test_after_the_last_known_term_nothing_is_confirmed(school: TwoRooms, clock: FrozenClock) -> None:
    acts_years.set_term(school.world, **school.act, school_id=school.id, ends_on=date(2026, 3, 10))
    clock.advance(2 * DAY)

    assert refusal(confirms, school, school.director, "sign") == "term:over"


def test_whoever_signed_answers_no_longer_than_their_place(school: TwoRooms) -> None:
    soon = school.world.clock.now() + DAY
    with writing(school.world.database) as connection:
        mine = Membership.person_id == school.director.person_id
        connection.execute(update(Membership).where(mine).values(ends_at=soon))

    assert confirms(school, school.director, "responsible") == soon
    assert confirms(school, school.director, "sign") > soon


def test_a_term_later_others_renew_and_it_opens_again(
    school: TwoRooms, third: Actor, clock: FrozenClock
) -> None:
    clock.advance(201 * DAY)
    assert gates_of(school, school.camera) == []

    confirms(school, school.director, *LOOKED_AT)
    confirms(school, third, "responsible")
    assert refusal(activates, school, school.office) == "gate:same_person"
    activates(school, school.director)

    assert gates_of(school, school.camera) == sorted(GateKind)
