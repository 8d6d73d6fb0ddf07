"""Nothing filmed behind a curtain, or before a room changed hands, is ever delivered.

Every picture carries its counter, and the camera knows when it drew which; so every
byte that a guardian got is decoded and asked.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import av
import numpy as np
import pytest
from sqlalchemy import select

from access import acts_places
from access.database import reading
from access.places import RoomUse
from demo.scene import Barcodes, read_barcodes
from tests.cameras import PipCamera
from tests.e2e.living import LivingSchool
from tests.e2e.reader import Reader, following
from tests.e2e.waiting import until

HIDDEN_SECONDS = 4.0
HELD_BACK_SECONDS = 0.8


def read_all(data: bytes) -> list[Barcodes | None]:
    """Return what every picture in *data* says of itself."""
    with av.open(BytesIO(data), "r") as film:
        return [
            read_barcodes(np.asarray(frame.to_ndarray(format="gray"), dtype=np.uint8))
            for frame in film.decode(video=0)
        ]


def counters(reader: Reader) -> set[int]:
    """Return the counter of every picture in everything that the reader got."""
    found: set[int] = set()
    bodies = dict(reader.bodies)
    for path, segment in bodies.items():
        if path.endswith(".m4s"):
            viewing = path.rsplit("/", 1)[0]
            inits = [body for name, body in bodies.items() if name.startswith(viewing) and "init" in name]
            pictures = read_all(inits[-1] + segment)
            assert pictures, path
            for picture in pictures:
                assert picture is not None, path
                found.add(picture.counter)
    return found


def drawn_by_now(school: LivingSchool, camera: PipCamera) -> int:
    return camera.counter_at(school.living.world.clock.now())


@contextmanager
def watching(school: LivingSchool, reader: Reader, token: str) -> Iterator[None]:
    """Follow a new viewing, for as long as it takes until some segments came."""
    viewing = reader.open(school.room_key, token)
    with following(reader, viewing):
        until("segments came", lambda: sum(viewing in path for path in list(reader.bodies)) > 4, 40)
        yield


@pytest.mark.parametrize(
    ("delay", "held_back"),
    [
        pytest.param(0.0, False, id="prompt camera"),
        pytest.param(1.5, False, id="pictures 1.5 s late"),
        pytest.param(0.0, True, id="stall and burst around the opening"),
    ],
)
def test_what_is_filmed_behind_the_curtain_is_never_delivered(
    school: LivingSchool, camera: PipCamera, delay: float, held_back: bool
) -> None:
    world, room = school.living.world, school.room
    reader, token = school.reader(school.guardian().sign_in_name)
    camera.delay(delay)
    time.sleep(delay * 2)  # what was sent promptly has left the ring's newest end

    with watching(school, reader, token):
        acts_places.draw_curtain(world, actor=school.office, reason="nap", room_id=room)
        drawn = drawn_by_now(school, camera)
        time.sleep(HIDDEN_SECONDS)  # the nap
        if held_back:
            camera.stall()
            time.sleep(HELD_BACK_SECONDS)  # its last pictures wait in the camera
        opened = drawn_by_now(school, camera)
        acts_places.open_curtain(world, actor=school.director, reason="nap is over", room_id=room)
        camera.burst()
        with watching(school, reader, token):
            pass
    camera.delay(0)

    delivered = counters(reader)
    assert opened - drawn > 12
    assert sorted(c for c in delivered if drawn < c <= opened) == []
    assert min(delivered) <= drawn
    assert max(delivered) > opened


def test_what_was_filmed_before_the_room_changed_hands_is_never_delivered(
    school: LivingSchool, camera: PipCamera
) -> None:
    world, room = school.living.world, school.room
    other = school.add_class("Elm")
    first, first_token = school.reader(school.guardian().sign_in_name)
    second, second_token = school.reader(school.guardian(other).sign_in_name)
    with reading(world.database) as connection:
        use = connection.execute(select(RoomUse.id).where(RoomUse.room_id == room)).scalar_one()

    with watching(school, first, first_token):
        acts_places.end_room_use(world, actor=school.office, reason="moved", room_use_id=use)
        left = drawn_by_now(school, camera)
        acts_places.open_curtain(world, actor=school.director, reason="tidied", room_id=room)
        time.sleep(HIDDEN_SECONDS)  # filmed, and nobody's
        taken = drawn_by_now(school, camera)
        acts_places.use_room(
            world,
            actor=school.office,
            reason="moved in",
            room_id=room,
            class_group_id=other,
            starts_at=school.now,
        )
        with watching(school, second, second_token):
            pass

    assert max(counters(first)) <= left
    assert min(counters(second)) > taken
