"""What of a camera's picture is always hidden: kept as it was said, and changed behind a drawn curtain."""

from typing import Any

import pytest
from sqlalchemy import select

from access import acts_places
from access.acts import replay
from access.acts_gates import confirm_gates
from access.database import reading
from access.due import due_cameras
from access.errors import LogUnavailable, Refused
from access.places import Camera
from tests.access.trouble import database_held
from tests.access.writing_school import ADDRESS, WHY, WritingSchool

MASK = [[0, 0], [1000, 0], [500, 1000]]


def adds_camera(school: WritingSchool, masks: Any) -> int:
    return acts_places.add_camera(
        school.world,
        actor=school.office,
        reason=WHY,
        room_id=school.room,
        name="door",
        address=ADDRESS,
        masks=masks,
    )


def masks(school: WritingSchool, polygons: Any) -> None:
    acts_places.mask_camera(
        school.world, actor=school.office, reason=WHY, camera_id=school.camera, masks=polygons
    )


def opens_curtain(school: WritingSchool) -> None:
    acts_places.open_curtain(school.world, actor=school.director, reason=WHY, room_id=school.room)


def masks_of(school: WritingSchool, camera: int) -> object:
    with reading(school.world.database) as connection:
        return connection.execute(select(Camera.masks).where(Camera.id == camera)).scalar_one()


def masks_filmed_with(school: WritingSchool) -> list[object]:
    world = school.world
    with reading(world.database) as connection:
        return [due.masks for due in due_cameras(connection, world.vault, world.clock.now(), world.stops)]


def test_masks_inside_the_picture_are_kept(written: WritingSchool) -> None:
    camera = adds_camera(written, [MASK])

    assert masks_of(written, camera) == [MASK]


@pytest.mark.parametrize(
    "polygons",
    [
        pytest.param([[[0, 0], [1000, 1000]]], id="two corners"),
        pytest.param([[[0, 0], [10, 0], [0, 1001]]], id="outside of the picture"),
        pytest.param([[[0, 0], [10, 0], [0.5, 1]]], id="no whole number"),
        pytest.param([MASK] * 33, id="too many masks"),
        pytest.param([MASK * 11], id="too many corners"),
    ],
)
def test_a_mask_that_would_not_hide_what_it_is_to_hide_is_refused(
    written: WritingSchool, polygons: Any
) -> None:
    with pytest.raises(Refused, match="camera:mask"):
        adds_camera(written, polygons)
    with pytest.raises(Refused, match="camera:mask"):
        masks(written, polygons)

    assert masks_of(written, written.camera) == []
    assert written.world.stops.in_force() == set()


def test_other_masks_take_the_place_of_all_there_were(written: WritingSchool) -> None:
    for wanted in ([MASK, MASK], [MASK], []):
        masks(written, wanted)

        assert masks_of(written, written.camera) == wanted
        assert written.entries()[0].body["subject"] == {
            "camera": written.camera,
            "room": written.room,
            "masks": wanted,
        }


def test_nothing_is_filmed_with_other_masks_until_they_are_looked_at_and_the_curtain_open(
    written: WritingSchool,
) -> None:
    acts_places.set_hours(
        written.world,
        actor=written.office,
        reason=WHY,
        class_group_id=written.class_group,
        windows=[(day, 0, 24 * 60) for day in range(7)],
    )
    assert masks_filmed_with(written) == [[]]

    masks(written, [MASK])
    assert masks_filmed_with(written) == []

    opens_curtain(written)
    assert masks_filmed_with(written) == []  # nobody has looked at them

    confirm_gates(
        written.world, actor=written.director, reason=WHY, camera_id=written.camera, kinds=["masks"]
    )
    assert masks_filmed_with(written) == [[MASK]]


def test_masks_that_had_to_wait_do_not_undo_those_that_were_set_since(
    written: WritingSchool, database: str
) -> None:
    with database_held(database):
        masks(written, [MASK])
        assert masks_of(written, written.camera) == []

    masks(written, [MASK, MASK])
    replay(written.world)

    assert masks_of(written, written.camera) == [MASK, MASK]


def test_while_masks_wait_no_others_are_taken(written: WritingSchool, database: str) -> None:
    with database_held(database):
        masks(written, [MASK])
        with pytest.raises(LogUnavailable):
            masks(written, [])

    replay(written.world)

    assert masks_of(written, written.camera) == [MASK]
