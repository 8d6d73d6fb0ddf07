"""A room's coverage as it is read for rooms of two schools together."""

from typing import Any

import pytest

from access.acts import Actor
from access.acts_consent import agree, refuse
from access.acts_expected import add_duty
from access.consenting import Whose
from access.database import reading
from access.due import due_cameras
from access.home import load_home
from access.policy import Allowed, Denied
from access.reasons import Reason
from tests.access.histories.school import Neighbour
from tests.access.two_rooms import OAK, TwoRooms


@pytest.fixture
def branch(two: TwoRooms) -> Neighbour:
    """Return a second school; one teacher works at both, and agreed at the first alone."""
    branch = Neighbour(two.world)
    teacher = two.person("teacher", by=two.office)
    for school in (two, branch):
        add_duty(two.world, **school.act, person_id=teacher, class_group_id=school.groups[OAK])
    mine: dict[str, Any] = {"actor": Actor(teacher, "web")}
    agree(two.world, **mine, whose=Whose(two.id, teacher, None))
    refuse(two.world, **mine, whose=Whose(branch.id, teacher, None))
    return branch


def test_a_yes_at_one_school_covers_nobody_at_another_on_a_home_of_both(
    two: TwoRooms, branch: Neighbour
) -> None:
    both = two.family("both", OAK)
    branch.family("both", OAK, person=both.person)
    now = two.world.clock.now()

    with reading(two.world.database) as connection:
        tiles = load_home(connection, both.person, now, two.world.stops)

    told = {tile.decision.reason if isinstance(tile.decision, Denied) else Allowed for tile in tiles}
    assert told == {Allowed, Reason.NOT_COVERED}
    assert branch.told(OAK, OAK) == Reason.NOT_COVERED.value  # also of what is remembered
    assert two.sees(OAK) == [OAK]


def test_no_camera_is_connected_on_a_yes_at_another_school(two: TwoRooms, branch: Neighbour) -> None:
    with reading(two.world.database) as connection:
        due = due_cameras(connection, two.world.vault, two.world.clock.now(), two.world.stops)

    rooms = {camera.room_id for camera in due}
    assert two.rooms[OAK] in rooms
    assert branch.rooms[OAK] not in rooms
