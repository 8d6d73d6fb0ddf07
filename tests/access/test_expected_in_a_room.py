"""Who is expected in a room: the children of its classes, the staff who work with them, and guests."""

from typing import Any

import pytest

from access import acts_attendance, acts_rooms
from access.acts import Actor, replay
from access.acts_consent import agree, refuse
from access.acts_expected import add_duty, end_duty, guest_comes, guest_leaves
from access.clock import FrozenClock
from access.consenting import Whose, of_guardian
from access.viewing import Viewings
from tests.access.answering import NOT_COVERED, due, opens, refusal, takes_back
from tests.access.trouble import database_held
from tests.access.two_rooms import ELM, HOUR, MINUTE, OAK, TwoRooms


def test_merged_classes_see_the_room_only_if_everyone_in_it_is_covered(
    two: TwoRooms, clock: FrozenClock
) -> None:
    takes_back(two, ELM)
    assert two.sees(OAK) == [OAK]

    acts_rooms.merge_classes(
        two.world,
        **two.act,
        guest_id=two.groups[ELM],
        host_id=two.groups[OAK],
        ends_at=two.world.clock.now() + HOUR,
    )

    assert (two.told(OAK, OAK), two.told(ELM, OAK)) == (NOT_COVERED, NOT_COVERED)
    clock.advance(HOUR)
    assert two.sees(OAK) == [OAK]


@pytest.mark.parametrize("mode", ["optional", "required"])
def test_a_child_is_expected_whatever_was_noted_of_it(two: TwoRooms, mode: str) -> None:
    other = two.family("other", OAK)
    acts_attendance.set_attendance(two.world, **two.act, school_id=two.id, mode=mode)
    acts_attendance.check_in(two.world, **two.act, child_id=two.families[OAK].child)
    assert two.sees(OAK) == [OAK]
    mine = Actor(other.person, "web")
    refuse(two.world, actor=mine, whose=of_guardian(two.world, other.guardianship))
    assert two.told(OAK, OAK) == NOT_COVERED

    for notes in (acts_attendance.check_in, acts_attendance.check_out):
        notes(two.world, **two.act, child_id=other.child)
        assert two.told(OAK, OAK) == NOT_COVERED


def test_staff_on_duty_are_asked_like_families(two: TwoRooms) -> None:
    teacher = two.person("teacher", by=two.office)
    act: dict[str, Any] = {"actor": two.director, "reason": "roster"}
    duty = add_duty(two.world, **act, person_id=teacher, class_group_id=two.groups[OAK])
    assert two.told(OAK, OAK) == NOT_COVERED
    whose, mine = Whose(two.id, teacher, None), Actor(teacher, "web")

    agree(two.world, actor=mine, whose=whose)
    assert two.sees(OAK) == [OAK]
    refuse(two.world, actor=mine, whose=whose)
    assert two.told(OAK, OAK) == NOT_COVERED
    end_duty(two.world, **act, duty_id=duty)

    assert two.sees(OAK) == [OAK]
    assert refusal(end_duty, two.world, **act, duty_id=duty) == "staff_duty:over"


def test_a_guest_hides_the_room_until_they_are_tapped_out(two: TwoRooms, clock: FrozenClock) -> None:
    viewings = Viewings(two.world)
    leave = opens(two, viewings, two.families[OAK])
    room = two.rooms[OAK]
    with database_held(str(two.world.database.url.render_as_string(hide_password=False))):
        assert guest_comes(two.world, **two.act, room_id=room) is False
        assert viewings.stopped(leave, two.world.clock.now())
    replay(two.world)
    assert two.told(OAK, OAK) == NOT_COVERED
    assert (two.sees(ELM), room in due(two)) == ([ELM], False)

    clock.advance(MINUTE)
    guest_leaves(two.world, **two.act, guest_id=1)

    assert two.since(OAK, OAK) == two.world.clock.now()
    assert refusal(guest_leaves, two.world, **two.act, guest_id=1) == "guest:gone"


def test_of_two_guests_the_second_keeps_the_room_hidden(two: TwoRooms) -> None:
    for _ in range(2):
        guest_comes(two.world, **two.act, room_id=two.rooms[OAK])

    guest_leaves(two.world, **two.act, guest_id=1)

    assert two.told(OAK, OAK) == NOT_COVERED
