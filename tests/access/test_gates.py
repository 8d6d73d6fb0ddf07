"""A camera opens only by its gates: who confirms them, until when they hold, and what ends them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from access import acts_cameras, acts_people, acts_places, acts_years
from access.acts import Actor, replay
from access.acts_gates import confirm_gates, take_gate_back
from access.acts_room_kinds import set_room_kind
from access.camera_gates import CONFIRMED, CameraGate, GateKind
from access.clock import FrozenClock
from access.database import reading, writing
from access.due import due_cameras
from access.epochs import begin_epoch
from access.errors import Refused
from access.people import Membership
from access.places import Camera, Room
from access.policy import Allowed, Denied
from access.reasons import Reason
from access.room_kinds import NEVER, SHOWN, RoomKind
from tests.access.one_room import AFTER, BEFORE, CAMERA_KEY, NOW, OneRoom
from tests.access.trouble import database_held
from tests.access.two_rooms import ELM, MINUTE, OAK, TwoRooms
from tests.access.writing_school import ADDRESS, MACHINE, WHY
from tests.gates import LOOKED_AT, opens_gates

CLOSED = Denied(Reason.CAMERA_GATE)
DAY = timedelta(days=1)


@pytest.fixture
def school(two: TwoRooms) -> TwoRooms:
    """Have Oak and Elm open, each with a camera that the office installed and the director approved."""
    return two


@pytest.fixture
def third(school: TwoRooms) -> Actor:
    """Have one more of the staff."""
    teacher = Actor(school.person("teacher"), "web")
    school._has_a_place(teacher)
    return teacher


def is_due(room: OneRoom) -> bool:
    world = room.world
    with reading(world.database) as connection:
        return bool(due_cameras(connection, world.vault, world.clock.now(), world.stops))


def gates_of(school: TwoRooms, camera: int) -> list[str]:
    """Return the gates that stand."""
    now = school.world.clock.now()
    with reading(school.world.database) as connection:
        rows = connection.execute(
            select(CameraGate.kind).where(
                CameraGate.camera_id == camera, CameraGate.ended_at.is_(None), CameraGate.ends_at > now
            )
        )
        return sorted(set(rows.scalars()))


def confirms(school: TwoRooms, by: Actor, *kinds: str, camera: int | None = None, purpose: str = "") -> Any:
    return confirm_gates(
        school.world,
        actor=by,
        reason=WHY,
        camera_id=camera or school.camera,
        kinds=kinds,
        purpose=purpose or ("they see the class" if "purpose" in kinds else ""),
    )


def activates(school: TwoRooms, by: Actor, camera: int | None = None) -> None:
    acts_cameras.activate_camera(school.world, actor=by, reason=WHY, camera_id=camera or school.camera)


def refusal(act: Callable[..., Any], *args: Any, **words: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **words)
    return refused.value.reason


def one_more_camera(school: TwoRooms, *, by: Actor, room: int | None = None) -> int:
    """Install a camera of which nothing is confirmed, in a room of its own."""
    room = room or acts_places.add_room(school.world, **school.act, school_id=school.id, name="Gym")
    return acts_places.add_camera(
        school.world, actor=by, reason=WHY, room_id=room, name="new", address=ADDRESS
    )


# -- the decision --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GateKind)
@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"ends_at": NOW}, id="has just lapsed"),
        pytest.param({"ended_at": NOW}, id="was just taken back"),
    ],
)
def test_a_camera_closes_where_one_gate(room: OneRoom, kind: GateKind, changed: dict[str, Any]) -> None:
    assert isinstance(room.decides(), Allowed)
    assert is_due(room)

    with writing(room.world.database) as connection:
        connection.execute(update(CameraGate).where(CameraGate.kind == kind.value).values(**changed))

    assert room.decides() == CLOSED
    assert not is_due(room)
    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


@pytest.mark.parametrize("kind", [*sorted(NEVER), None])
def test_a_camera_is_closed_in_a_room_for(room: OneRoom, kind: RoomKind | None) -> None:
    room.change(Room, kind=kind and kind.value, kind_since=kind and BEFORE)

    assert room.decides() == CLOSED
    assert not is_due(room)
    assert begin_epoch(room.world, CAMERA_KEY, "clear") is None


@pytest.mark.parametrize("kind", SHOWN)
def test_a_camera_can_be_open_in_a_room_for(room: OneRoom, kind: RoomKind) -> None:
    room.change(Room, kind=kind.value)

    assert isinstance(room.decides(), Allowed)
    assert is_due(room)


def test_a_right_lasts_no_longer_than_the_gate_that_lapses_first(room: OneRoom) -> None:
    room.change(CameraGate, 3, ends_at=NOW + MINUTE)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.until == NOW + MINUTE


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        pytest.param(CameraGate, {"recorded_at": NOW - MINUTE}, id="a gate that was confirmed since"),
        pytest.param(Room, {"kind_since": NOW - MINUTE}, id="a kind of room that was said since"),
    ],
)
def test_nothing_of_before_is_shown_by(room: OneRoom, model: Any, changed: dict[str, Any]) -> None:
    room.change(model, 1, **changed)

    decision = room.decides()

    assert isinstance(decision, Allowed)
    assert decision.since == NOW - MINUTE


def test_gates_of_one_camera_open_nothing_for_another(room: OneRoom) -> None:
    room.change(Camera, ended_at=NOW)
    room.add(
        Camera,
        school_id=1,
        room_id=1,
        key="d" * 22,
        name="new",
        sealed_address=b"x",
        activated_at=BEFORE,
        recorded_at=BEFORE,
    )

    assert room.decides() == CLOSED


def test_a_gate_renewed_in_time_has_held_without_a_break(room: OneRoom, clock: FrozenClock) -> None:
    room.change(CameraGate, 2, ends_at=NOW + MINUTE)
    before = room.decides()
    of_camera = {"school_id": 1, "camera_id": 1, "confirmed_by": 1, "words": ""}
    room.add(CameraGate, **of_camera, kind="sign", recorded_at=NOW, ends_at=AFTER)

    room.clock.advance(2 * MINUTE)

    after = room.decides()
    assert isinstance(before, Allowed)
    assert isinstance(after, Allowed)
    assert after.since == before.since


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


# -- what ends them ------------------------------------------------------------------------


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
